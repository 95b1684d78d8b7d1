from __future__ import annotations

import numpy as np
import pytest

from eyebright.analysis.text.ctc import Character, read_steps

ALPHABET = ("", "A", "B", " ")


def test_equal_neighbours_are_one_character_unless_nothing_is_between() -> None:
    best = np.array([0, 1, 1, 0, 1, 2, 2, 2, 3])
    scores = np.array([0.9, 0.5, 0.8, 0.9, 0.7, 0.6, 0.4, 0.3, 0.2])
    found = read_steps(best, scores, ALPHABET)
    assert [one.text for one in found] == ["A", "A", "B", " "]
    assert [one.score for one in found] == pytest.approx([0.8, 0.7, 0.6, 0.2])
    assert [one.place for one in found] == [2.0, 4.5, 6.5, 8.5]


@pytest.mark.parametrize("steps", [0, 5])
def test_nothing_is_read_where_nothing_is_said(steps: int) -> None:
    assert read_steps(np.zeros(steps, np.intp), np.ones(steps), ALPHABET) == ()


def test_a_character_at_the_first_step_counts() -> None:
    assert read_steps(np.array([2]), np.array([0.5]), ALPHABET) == (Character("B", 0.5, 0.5),)
