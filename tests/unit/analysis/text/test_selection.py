from __future__ import annotations

import numpy as np
import pytest

from eyebright.analysis.text.layout import line_of
from eyebright.analysis.text.selection import Region, WordFilter, select
from eyebright.analysis.text.values import TextLine, TextWord
from eyebright.errors import InvalidInput
from eyebright.geometry.arrays import FloatArray

SIZE_WH = (200, 100)


def word(
    text: str, left: float, top: float, width: float, height: float, score: float = 0.9
) -> TextWord:
    right, bottom = left + width, top + height
    return TextWord(text, score, ((left, top), (right, top), (right, bottom), (left, bottom)))


LINES = (
    line_of([word("one", 0, 0, 40, 20, 0.9), word("two", 50, 0, 40, 20, 0.5)]),
    line_of([word("three", 0, 50, 80, 10, 0.7)]),
)


def texts(lines: tuple[TextLine, ...]) -> list[str]:
    return [line.text for line in lines]


def region(*points: tuple[float, float]) -> Region:
    return Region.checked(np.array(points, np.float32), name="Region", size_wh=SIZE_WH)


def test_nothing_asked_for_nothing_taken_away() -> None:
    assert select(LINES, size_wh=SIZE_WH) == LINES


@pytest.mark.parametrize(
    ("word_filter", "left"),
    [
        (WordFilter(least_score=0.6), ["one", "three"]),
        (WordFilter(least_height=0.15), ["one two"]),
        (WordFilter(least_width=0.3), ["three"]),
        (WordFilter(least_score=0.95), []),
    ],
)
def test_words_must_pass_every_filter_and_lines_keep_theirs(
    word_filter: WordFilter, left: list[str]
) -> None:
    assert texts(select(LINES, size_wh=SIZE_WH, word_filter=word_filter)) == left


def test_a_line_that_lost_words_is_the_line_of_the_others() -> None:
    (line, _) = select(LINES, size_wh=SIZE_WH, word_filter=WordFilter(least_score=0.6))
    assert line.score == pytest.approx(0.9)
    assert line.polygon_xy == LINES[0].words[0].polygon_xy


@pytest.mark.parametrize(("right", "inside"), [(20.0, False), (20.5, True)])
def test_more_than_half_of_a_word_lies_in_a_region(right: float, inside: bool) -> None:
    area = region((0, 0), (right, 0), (right, 20), (0, 20))
    assert texts(select(LINES[:1], size_wh=SIZE_WH, regions=[area])) == (["one"] if inside else [])


def test_two_halves_in_two_regions_are_in_neither() -> None:
    halves = [
        region((0, 0), (20, 0), (20, 20), (0, 20)),
        region((20, 0), (40, 0), (40, 20), (20, 20)),
    ]
    assert select(LINES[:1], size_wh=SIZE_WH, regions=halves) == ()


def test_a_region_may_be_hollow() -> None:
    frame = region((0, 0), (200, 0), (200, 100), (0, 100), (0, 60), (150, 60), (150, 40), (0, 40))
    assert texts(select(LINES, size_wh=SIZE_WH, regions=[frame])) == ["one two"]


@pytest.mark.parametrize(
    ("polygon", "wrong"),
    [
        ([], "Region has no area"),
        ([(0, 0), (5, 5)], "Region has no area"),
        ([(0, 0), (5, 5), (9, 9)], "Region has no area"),
        ([(300, 0), (400, 0), (400, 50)], "Region lies outside"),
        ([(-50, 0), (0, 0), (0, 50), (-50, 50)], "Region lies outside"),
    ],
)
def test_regions_without_area_or_outside_are_refused(
    polygon: list[tuple[float, float]], wrong: str
) -> None:
    corners: FloatArray = np.array(polygon, np.float32).reshape(-1, 2)
    with pytest.raises(InvalidInput, match=wrong):
        Region.checked(corners, name="Region", size_wh=SIZE_WH)


@pytest.mark.parametrize(
    ("most", "left"), [(3, ["one two", "three"]), (2, ["one two"]), (1, ["one"]), (0, [])]
)
def test_the_first_words_in_reading_order_are_told(most: int, left: list[str]) -> None:
    assert texts(select(LINES, size_wh=SIZE_WH, most_words=most)) == left
