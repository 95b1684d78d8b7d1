from __future__ import annotations

import pytest

from eyebright.analysis.text.ctc import Character
from eyebright.analysis.text.recognise import Reading
from eyebright.analysis.text.words import SplitRules, joined, words_of

RULES = SplitRules(wide=2.0, least=0.6, column=3.0)
LENGTH = 20.0
"""Of the strip, in its heights."""


def reading(text: str, places: list[float], scores: list[float] | None = None) -> Reading:
    """Letters with their middles, in heights of the strip from its start."""
    own = scores or [0.9] * len(text)
    return Reading(
        tuple(
            Character(letter, score, place / LENGTH)
            for letter, score, place in zip(text, own, places, strict=True)
        )
    )


def texts(found: Reading, rules: SplitRules = RULES) -> list[list[str]]:
    return [[word.text for word in run] for run in words_of(found, length=LENGTH, rules=rules)]


def test_a_line_is_split_at_its_spaces() -> None:
    assert texts(reading("to be", [1, 1.5, 2, 2.5, 3])) == [["to", "be"]]


def test_spaces_at_the_ends_and_in_a_row_make_no_words() -> None:
    assert texts(reading("  a  b ", [1, 2, 3, 3.5, 4, 4.5, 5])) == [["a", "b"]]
    assert texts(reading("   ", [1, 2, 3])) == []
    assert texts(reading("", [])) == []


def test_letters_far_apart_are_two_words_without_a_space() -> None:
    assert texts(reading("onetwo", [1, 1.5, 2, 3.2, 3.7, 4.2])) == [["one", "two"]]


def test_letters_set_wide_throughout_are_one_word() -> None:
    assert texts(reading("SALE", [1, 2.5, 4, 5.5])) == [["SALE"]]


def test_too_few_letters_say_nothing_of_how_wide_a_line_is_set() -> None:
    assert texts(reading("USA", [1, 1.3, 2.9])) == [["USA"]]


def test_words_of_different_columns_are_not_read_together() -> None:
    assert texts(reading("a 9", [1, 3, 5])) == [["a"], ["9"]]
    assert texts(reading("a 9", [1, 2, 3])) == [["a", "9"]]


def test_words_end_between_their_letters_and_the_line_s_ends_are_the_strip_s() -> None:
    ((one, two),) = words_of(reading("ab cd", [1, 2, 3, 4, 5]), length=LENGTH, rules=RULES)
    assert (one.start, two.end) == (0.0, 1.0)
    assert one.end * LENGTH == pytest.approx(2.55)
    assert two.start * LENGTH == pytest.approx(3.45)


def test_neighbours_do_not_overlap_however_near_they_stand() -> None:
    ((one, two),) = words_of(reading("a b", [1, 1.05, 1.1]), length=LENGTH, rules=RULES)
    assert one.end == two.start


def test_a_word_knows_its_mean_and_its_lowest_score() -> None:
    ((word,),) = words_of(reading("ab", [1, 2], [0.9, 0.5]), length=LENGTH, rules=RULES)
    assert word.mean == pytest.approx(0.7)
    assert word.lowest == 0.5


def test_words_are_joined_with_spaces_where_the_script_has_them() -> None:
    assert joined(["to", "be"]) == "to be"
    assert joined(["東京", "タワー"]) == "東京タワー"
    assert joined(["東京", "Tower"]) == "東京 Tower"
    assert joined([]) == ""
