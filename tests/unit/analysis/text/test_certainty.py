from __future__ import annotations

import math

import pytest

from eyebright.analysis.text.certainty import WordCertainty, log_odds
from eyebright.analysis.text.words import ReadWord

PLAIN = WordCertainty(intercept=0.0, mean=1.0, lowest=0.0, place=0.0)


def word(mean: float = 0.8, lowest: float = 0.5) -> ReadWord:
    return ReadWord("word", 0.0, 1.0, mean, lowest)


def test_the_mean_alone_with_weight_one_is_the_score() -> None:
    assert PLAIN.score(word(mean=0.8), place_score=0.5) == pytest.approx(0.8)


def test_every_part_counts() -> None:
    all_parts = WordCertainty(intercept=-1.0, mean=0.5, lowest=0.25, place=2.0)
    logit = -1 + 0.5 * log_odds(0.8) + 0.25 * log_odds(0.5) + 2 * log_odds(0.7)
    score = all_parts.score(word(), place_score=0.7)
    assert score == pytest.approx(1 / (1 + math.exp(-logit)))


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_certain_chances_stay_finite(chance: float) -> None:
    assert 0 < PLAIN.score(word(mean=chance, lowest=chance), place_score=chance) < 1
