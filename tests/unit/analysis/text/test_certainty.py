from __future__ import annotations

import math

import pytest

from eyebright.analysis.text.certainty import WordCertainty, log_odds
from eyebright.analysis.text.ctc import Character
from eyebright.analysis.text.recognise import Reading
from eyebright.analysis.text.words import ReadWord

PLAIN = WordCertainty(intercept=0.0, mean=1.0, lowest=0.0, place=0.0, line=0.0, lone=0.0)


def line(text: str = "a line", score: float = 0.6) -> Reading:
    return Reading(tuple(Character(letter, score, 0.5) for letter in text))


def word(text: str = "word", mean: float = 0.8, lowest: float = 0.5) -> ReadWord:
    return ReadWord(text, 0.0, 1.0, mean, lowest)


def test_the_mean_alone_with_weight_one_is_the_score() -> None:
    assert PLAIN.score(word(mean=0.8), line=line(), place_score=0.5) == pytest.approx(0.8)


@pytest.mark.parametrize(("text", "lone"), [("I", 1), ("-", 1), ("I.", 1), ("It", 0), ("東", 1)])
def test_a_single_letter_on_its_own_is_less_sure(text: str, lone: int) -> None:
    wary = WordCertainty(intercept=0.0, mean=1.0, lowest=0.0, place=0.0, line=0.0, lone=-2.0)
    expected = 1 / (1 + math.exp(-(log_odds(0.8) - 2.0 * lone)))
    assert wary.score(word(), line=line(text), place_score=0.5) == pytest.approx(expected)


def test_every_part_counts() -> None:
    all_parts = WordCertainty(intercept=-1.0, mean=0.5, lowest=0.25, place=2.0, line=3.0, lone=0.0)
    logit = -1 + 0.5 * log_odds(0.8) + 0.25 * log_odds(0.5) + 2 * log_odds(0.7) + 3 * log_odds(0.6)
    score = all_parts.score(word(), line=line(), place_score=0.7)
    assert score == pytest.approx(1 / (1 + math.exp(-logit)))


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_certain_chances_stay_finite(chance: float) -> None:
    assert 0 < PLAIN.score(word(mean=chance, lowest=chance), line=line(), place_score=chance) < 1
