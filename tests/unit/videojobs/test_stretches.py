from __future__ import annotations

from eyebright.videojobs.stretches import Moment, stretches
from eyebright.videojobs.work import Timed


def moment(at_ms: int, key: str, score: float = 0.9) -> Moment[str]:
    return Moment(Timed(at_ms, f"{key}@{at_ms}"), key, score)


def test_moments_without_a_break_are_one_stretch_with_its_surest_item() -> None:
    seen = [moment(0, "Dog", 0.6), moment(1000, "Dog", 0.8), moment(2000, "Dog", 0.7)]
    (one,) = stretches(seen, step_ms=1000, length_ms=60_000)
    assert (one.key, one.start_ms, one.end_ms, one.best) == ("Dog", 0, 3000, "Dog@1000")


def test_a_break_makes_two_and_each_name_has_its_own() -> None:
    seen = [moment(0, "Dog"), moment(0, "Cat"), moment(1033, "Cat"), moment(3000, "Dog")]
    found = [
        (one.key, one.start_ms, one.end_ms) for one in stretches(seen, step_ms=1000, length_ms=None)
    ]
    assert found == [("Dog", 0, 1000), ("Cat", 0, 2033), ("Dog", 3000, 4000)]


def test_nothing_lasts_longer_than_the_video() -> None:
    (one,) = stretches([moment(9500, "Dog")], step_ms=1000, length_ms=9800)
    assert (one.start_ms, one.end_ms) == (9500, 9800)
    assert stretches([], step_ms=1000, length_ms=1) == []
