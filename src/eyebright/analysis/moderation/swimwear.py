"""Swimwear and underwear, from three weak hints together: the nets for nudity agree a little, the
classifier names a garment, and no face fills the picture.

Each alone is often wrong: close portraits in low-cut dresses pass for underwear.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from eyebright.analysis.faces.observation import Detections
from eyebright.analysis.moderation.evidence import Table, checked_table, found_in
from eyebright.analysis.moderation.taxonomy import Taxonomy
from eyebright.errors import PackInvalid
from eyebright.packs.pack import Pack

SWIMWEAR = "Swimwear or Underwear"
# Values are cut here, as they were for the fit: what is far off tells no more.
_FARTHEST_AGREEMENT = 3.0
_FARTHEST_GARMENT = 4.0
_LARGEST_FACE = 0.5


@dataclass(frozen=True, slots=True)
class Weights:
    """Of log-odds: intercept, agreement of the nets, garment's own log-odds, face's share."""

    intercept: float
    agreement: float
    garment: float
    face: float


@dataclass(frozen=True, slots=True)
class SwimwearRule:
    """The pack's table `swimwear`; what each number means stands there.

    garments: labels. kinds: class of level 2 -> label -> least score. least_agreement: log-odds;
    least_garment, least: 0-1.
    """

    garments: tuple[str, ...]
    least_agreement: float
    least_garment: float
    weights: Weights
    kinds: Table
    least: float

    @classmethod
    def of(cls, pack: Pack, taxonomy: Taxonomy) -> Self:
        """Raises PackInvalid when something is missing or makes no sense."""
        garments = pack.table("swimwear").get("garments")
        if not isinstance(garments, list) or not garments:
            raise PackInvalid(f"Pack {pack.id}: swimwear needs a list of garments.")
        return cls(
            garments=tuple(str(name) for name in garments),
            least_agreement=pack.number("swimwear.hints.agreement"),
            least_garment=pack.number("swimwear.hints.garment"),
            weights=Weights(
                intercept=pack.number("swimwear.weights.intercept"),
                agreement=pack.number("swimwear.weights.agreement"),
                garment=pack.number("swimwear.weights.garment"),
                face=pack.number("swimwear.weights.face"),
            ),
            kinds=checked_table(pack.table("swimwear.kinds"), taxonomy, pack.id),
            least=pack.number("swimwear.least"),
        )

    def scores(
        self, agreement: float, labels: Mapping[str, float], *, face_share: Callable[[], float]
    ) -> dict[str, float]:
        """Class -> 0-1; empty when swimwear is not sure enough.

        agreement: log-odds of the nets. labels: names and scores of the whole picture.
        face_share: of the picture's height; asked only where there is a hint.
        """
        garment = max(labels.get(name, 0.0) for name in self.garments)
        if agreement < self.least_agreement and garment < self.least_garment:
            return {}
        score = self._score(agreement, garment, face_share())
        if score < self.least:
            return {}
        kinds = found_in(self.kinds, labels)
        return {SWIMWEAR: score, **{kind: min(score, own) for kind, own in kinds.items()}}

    def _score(self, agreement: float, garment: float, face_share: float) -> float:
        odds = (
            self.weights.intercept
            + self.weights.agreement * _cut(agreement, _FARTHEST_AGREEMENT)
            + self.weights.garment * _cut(_log_odds(garment), _FARTHEST_GARMENT)
            + self.weights.face * min(face_share, _LARGEST_FACE)
        )
        return 1.0 / (1.0 + math.exp(-odds))


def height_of_largest(faces: Detections, size_wh: tuple[int, int]) -> float:
    """The largest face's share of the picture's height; 0 without faces."""
    if not len(faces):
        return 0.0
    _, top, _, bottom = faces.boxes_xyxy[0].tolist()
    return float(bottom - top) / size_wh[1]


def _cut(value: float, farthest: float) -> float:
    return min(max(value, -farthest), farthest)


def _log_odds(score: float) -> float:
    inside = min(max(score, 1e-4), 1.0 - 1e-4)
    return math.log(inside / (1.0 - inside))
