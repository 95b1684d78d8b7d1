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
    """Logistic (Platt 1999) in the log-odds of the mean and of the lowest character's chance, of
    the rectangle's, and in the logarithm of the word's height in pixels, up to `tallest_px`."""

    intercept: float
    mean: float
    lowest: float
    place: float
    height: float
    tallest_px: float

    @classmethod
    def of(cls, pack: Pack) -> WordCertainty:
        """Raises PackInvalid when the pack does not state it."""
        weights = pack.numbers("reading.certainty")
        if len(weights) != 5:
            raise PackInvalid(f"reading.certainty of pack {pack.id} has five numbers.")
        return cls(*weights, tallest_px=pack.number("reading.tallest_px"))

    def score(self, word: ReadWord, *, place_score: float, height_px: float) -> float:
        """0-1: of words given 0.9, nine in ten are read right."""
        height = math.log(max(1.0, min(height_px, self.tallest_px)))
        logit = (
            self.intercept
            + self.mean * log_odds(word.mean)
            + self.lowest * log_odds(word.lowest)
            + self.place * log_odds(place_score)
            + self.height * height
        )
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def log_odds(chance: float) -> float:
    """Bounded: a chance of 1 is taken for 0.9999."""
    safe = min(max(chance, _FURTHEST), 1 - _FURTHEST)
    return math.log(safe / (1 - safe))
