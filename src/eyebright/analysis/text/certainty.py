"""How sure a word is: the net's chances, brought to how often such words are right."""

from __future__ import annotations

import math
from dataclasses import dataclass

from eyebright.analysis.text.words import ReadWord
from eyebright.errors import PackInvalid
from eyebright.packs.pack import Pack

_FURTHEST = 1e-4


@dataclass(frozen=True, slots=True)
class WordCertainty:
    """Logistic (Platt 1999) in the log-odds of the mean and of the lowest letter's chance, and of
    the rectangle's."""

    intercept: float
    mean: float
    lowest: float
    place: float

    @classmethod
    def of(cls, pack: Pack) -> WordCertainty:
        """Raises PackInvalid when the pack does not state it."""
        weights = pack.numbers("reading.certainty")
        if len(weights) != 4:
            raise PackInvalid(f"reading.certainty of pack {pack.id} has four numbers.")
        return cls(*weights)

    def score(self, word: ReadWord, *, place_score: float) -> float:
        """0-1: of words given 0.9, nine in ten are read right."""
        given = features(word, place_score=place_score)
        weights = (self.intercept, self.mean, self.lowest, self.place)
        logit = sum(weight * value for weight, value in zip(weights, given, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def features(word: ReadWord, *, place_score: float) -> list[float]:
    """What a word is judged by, in the order of the weights."""
    return [1.0, log_odds(word.mean), log_odds(word.lowest), log_odds(place_score)]


def log_odds(chance: float) -> float:
    """Bounded: a chance of 1 is taken for 0.9999."""
    safe = min(max(chance, _FURTHEST), 1 - _FURTHEST)
    return math.log(safe / (1 - safe))
