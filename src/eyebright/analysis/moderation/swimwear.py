"""Swimwear and underwear, from two weak hints together: the nets for nudity agree a little, and the
classifier names a garment. Either alone is wrong of every third picture and misses most."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from eyebright.analysis.moderation.evidence import Table, checked_table, found_in
from eyebright.analysis.moderation.taxonomy import Taxonomy
from eyebright.errors import PackInvalid
from eyebright.packs.pack import Pack

SWIMWEAR = "Swimwear or Underwear"
_LEAST_ODDS, _MOST_ODDS = -4.0, 3.0
"""Log-odds are cut here, as they were for the fit: what is far off tells no more."""


@dataclass(frozen=True, slots=True)
class SwimwearRule:
    """The pack's table `swimwear`; what each number means stands there.

    garments: label -> weight of its log-odds. kinds: class of level 2 -> label -> least score.
    """

    intercept: float
    agreement: float
    garments: Mapping[str, float]
    kinds: Table
    least: float

    @classmethod
    def of(cls, pack: Pack, taxonomy: Taxonomy) -> Self:
        """Raises PackInvalid when something is missing or makes no sense."""
        garments = pack.table("swimwear.garments")
        if not all(isinstance(weight, int | float) for weight in garments.values()):
            raise PackInvalid(f"Pack {pack.id}: the weights of garments are numbers.")
        return cls(
            intercept=pack.number("swimwear.intercept"),
            agreement=pack.number("swimwear.agreement"),
            garments={name: float(weight) for name, weight in garments.items()},
            kinds=checked_table(pack.table("swimwear.kinds"), taxonomy, pack.id),
            least=pack.number("swimwear.least"),
        )

    def scores(self, agreement: float, labels: Mapping[str, float]) -> dict[str, float]:
        """Class -> 0-1; empty when swimwear is not sure enough.

        agreement: log-odds of the nets. labels: names and scores of the whole picture.
        """
        odds = self.intercept + self.agreement * min(max(agreement, _LEAST_ODDS), _MOST_ODDS)
        for name, weight in self.garments.items():
            odds += weight * max(_log_odds(labels.get(name, 0.0)), _LEAST_ODDS)
        score = 1.0 / (1.0 + math.exp(-odds))
        if score < self.least:
            return {}
        kinds = found_in(self.kinds, labels)
        return {SWIMWEAR: score, **{kind: min(score, own) for kind, own in kinds.items()}}


def _log_odds(score: float) -> float:
    inside = min(max(score, 1e-4), 1.0 - 1e-4)
    return math.log(inside / (1.0 - inside))
