from __future__ import annotations

import math

import numpy as np
import pytest

from eyebright.analysis.text.layout import JoinRules, line_of, lines_of, surest
from eyebright.analysis.text.values import Polygon, TextWord

RULES = JoinRules(gap=1.2, height_ratio=1.7, lean_degrees=15)


def word(
    text: str,
    left: float,
    top: float,
    width: float = 40,
    height: float = 20,
    *,
    score: float = 0.9,
    degrees: float = 0,
) -> TextWord:
    """A word whose top left is there; it runs at an angle, clockwise from the horizontal."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    a, b, d, e = ((left + x * c - y * s, top + x * s + y * c) for x, y in corners)
    quad: Polygon = (a, b, d, e)
    return TextWord(text, score, quad)


def read(*words: TextWord) -> list[str]:
    return [line.text for line in lines_of([[one] for one in words], rules=RULES)]


def test_rows_are_read_from_top_to_bottom_and_from_left_to_right() -> None:
    page = [word("d", 200, 102), word("a", 10, 10), word("c", 10, 100), word("b", 200, 12)]
    assert read(*page) == ["a", "b", "c", "d"]


def test_neighbours_of_one_row_are_one_line() -> None:
    assert read(word("be", 60, 11), word("to", 10, 10)) == ["to be"]
    assert read(word("or", 110, 12), word("be", 60, 11), word("to", 10, 10)) == ["to be or"]


@pytest.mark.parametrize(
    "other",
    [
        word("x", 90, 10),
        word("x", 60, 24),
        word("x", 60, 0, height=40),
        word("x", 60, 10, degrees=30),
    ],
    ids=["far", "lower", "larger", "leaning"],
)
def test_words_that_do_not_go_on_are_lines_of_their_own(other: TextWord) -> None:
    assert len(read(word("a", 10, 10), other)) == 2


@pytest.mark.parametrize("degrees", [-90, -30, 30, 90, 180])
def test_a_line_goes_on_in_its_own_direction(degrees: float) -> None:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    words = [
        word(t, 300 + 50 * n * c, 300 + 50 * n * s, degrees=degrees) for n, t in enumerate("abc")
    ]
    (line,) = lines_of([[one] for one in reversed(words)], rules=RULES)
    assert line.text == "a b c"
    assert line.polygon_xy[0] == pytest.approx((300, 300), abs=0.01)
    far = (300 + 140 * c, 300 + 140 * s)
    assert line.polygon_xy[1] == pytest.approx(far, abs=0.01)


def test_words_read_from_the_right_keep_their_order_and_stand_upright() -> None:
    line = line_of([word("שלום", 100, 10), word("עולם", 40, 10)])
    assert line.text == "שלום עולם"
    assert np.allclose(line.polygon_xy, [(40, 10), (140, 10), (140, 30), (40, 30)])


def test_a_line_is_as_sure_as_its_words_are_on_average() -> None:
    assert line_of(
        [word("a", 0, 0, score=0.4), word("b", 50, 0, score=0.8)]
    ).score == pytest.approx(0.6)


def test_text_seen_twice_is_told_once_by_the_surer_word() -> None:
    large, small = word("SALE", 0, 0, 80), word("ALE", 22, 2, 56, score=0.95)
    apart = word("NOW", 100, 0)
    assert surest([[large, apart], [small]], most_overlap=0.5) == [[apart], [small]]
    assert surest([[large]], most_overlap=0.5) == [[large]]
    assert surest([], most_overlap=0.5) == []


def test_words_that_hardly_touch_both_stay() -> None:
    runs = [[word("a", 0, 0)], [word("b", 30, 0)]]
    assert surest(runs, most_overlap=0.5) == runs


def test_two_words_in_one_place_do_not_chain_for_ever() -> None:
    same = [word("a", 0, 0, 4), word("b", 1, 0, 4), word("c", 2, 0, 4)]
    assert sorted("".join(read(*same)).replace(" ", "")) == ["a", "b", "c"]
