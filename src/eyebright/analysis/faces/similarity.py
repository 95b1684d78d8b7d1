"""Cosine of two face vectors as a similarity of 0-100 that means something.

The scale is tied to false matches: how often two different people look this alike. It was fitted
on the scores of millions of pairs of strangers and is kept with the pack whose vectors it reads
(`docs/decisions/0007-embedding.md` says how, with the rates that unseen people showed).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, overload

import numpy as np

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import DoubleArray, FloatArray
from eyebright.packs.pack import Pack

PERCENT_RANGE = (0.0, 100.0)
COSINE_RANGE = (-1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Knot:
    """One point of the scale.

    cosine: -1 to 1. percent: 0-100.
    false_match_rate: 0-1; of pairs of different people, the share at or above this cosine.
    """

    cosine: float
    percent: float
    false_match_rate: float


class SimilarityScale:
    """A rising line through knots, straight in between, so that it can be read both ways.

    It starts at (-1, 0) and ends at (1, 100). The false match rate falls along the same knots; its
    logarithm is straight in between.
    """

    def __init__(self, knots: Sequence[Knot]) -> None:
        """Raises PackInvalid when the knots do not rise from (-1, 0) to (1, 100), or when the
        false match rate rises or is not above 0."""
        table = np.array([(k.cosine, k.percent, k.false_match_rate) for k in knots], np.float64)
        _require_rising(table.reshape(-1, 3))
        self._cosines, self._percents = table[:, 0], table[:, 1]
        self._log_rates = np.log10(table[:, 2])

    @classmethod
    def of(cls, pack: Pack) -> Self:
        """The scale that a pack states as rows of cosine, percent, false match rate.

        Raises PackInvalid when the pack has none, or one that does not rise.
        """
        try:
            rows = [(float(c), float(p), float(r)) for c, p, r in pack.table("similarity")["knots"]]
        except (KeyError, TypeError, ValueError) as error:
            raise PackInvalid(f"Pack {pack.id} has no knots of similarity: {error}.") from error
        return cls([Knot(*row) for row in rows])

    @overload
    def to_percent(self, cosine: float) -> float: ...
    @overload
    def to_percent(self, cosine: DoubleArray | FloatArray) -> DoubleArray: ...
    def to_percent(self, cosine: float | DoubleArray | FloatArray) -> float | DoubleArray:
        """Similarity, 0-100. Cosines a little beyond -1 or 1, as rounding makes them, are fine."""
        percent = np.interp(cosine, self._cosines, self._percents)
        return percent if isinstance(cosine, np.ndarray) else float(percent)

    def to_cosine(self, percent: float) -> float:
        """The least cosine that reaches `percent`: a threshold for search."""
        return float(np.interp(percent, self._percents, self._cosines))

    def false_match_rate(self, percent: float) -> float:
        """How many of a thousand (of a million...) pairs of strangers reach `percent`; 0-1."""
        return float(10.0 ** np.interp(percent, self._percents, self._log_rates))


def _require_rising(table: DoubleArray) -> None:
    """table: (K, 3) cosine, percent, false match rate."""
    ends = table[[0, -1], :2].T.tolist() if len(table) else []
    if ends != [list(COSINE_RANGE), list(PERCENT_RANGE)]:
        raise PackInvalid("A similarity scale has to run from (-1, 0) to (1, 100).")
    if not (np.diff(table[:, :2], axis=0) > 0).all():
        raise PackInvalid("A similarity scale has to rise from knot to knot.")
    rates = table[:, 2]
    if not ((rates > 0).all() and (np.diff(rates) <= 0).all()):
        raise PackInvalid("False match rates have to be above 0 and fall from knot to knot.")
