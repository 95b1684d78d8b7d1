from __future__ import annotations

import pytest

from eyebright.videojobs.readings import REMEMBERED, Readings


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("JEFF STEEN", "jeff  steen", True),
        ("JEFF STEEN", "JEFF STEFN", True),
        ("Episode 1", "Episode 2", False),
        ("Market opens 9:30", "Market opens 9.30", True),
        ("cat", "cut", False),
        ("Live from Studio B", "Interview, part two", False),
    ],
)
def test_readings_that_differ_a_little_are_one_text(one: str, other: str, same: bool) -> None:
    readings = Readings()
    assert (readings.key(one) == readings.key(other)) is same


def test_a_reading_leads_back_to_its_text_over_another_reading() -> None:
    readings = Readings()
    first = readings.key("abcdefghij")
    assert readings.key("abcdefghXY") == first
    assert readings.key("abcdefWVXY") == first, "It is like the second, which is the first."


def test_texts_that_were_not_read_for_long_are_forgotten() -> None:
    readings = Readings()
    first = readings.key("breaking news")
    for number in range(REMEMBERED):
        readings.key(f"{number}")
    assert readings.key("breakinq news") != first
