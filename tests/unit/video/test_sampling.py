from __future__ import annotations

from fractions import Fraction

import pytest

from eyebright.video.sampling import Every, EveryFrame, Keyframes, parse_policy, per_second


def test_policies_are_said_in_words() -> None:
    assert parse_policy("6s") == Every(Fraction(6))
    assert parse_policy("0.5s") == Every(Fraction(1, 2))
    assert parse_policy("2fps") == per_second(2) == Every(Fraction(1, 2))
    assert parse_policy("keyframes") == Keyframes()
    assert parse_policy("all") == EveryFrame()


@pytest.mark.parametrize("text", ["", "6", "fps", "0s", "0fps", "-1s", "often"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_policy(text)


def test_the_next_due_time_is_a_multiple_above() -> None:
    every = Every(Fraction(6))
    assert [every.due_after(Fraction(t)) for t in (0, 5, 6, 13)] == [6, 6, 12, 18]
