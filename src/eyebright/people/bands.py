"""How sure a likeness is among so many people.

Whoever is compared with n people meets n chances of a likeness, so the bands follow from the pack's
calibration and from n: the number of people whom a stranger would reach by chance, which is the
false match rate times n, is at most CHANCES of each band. Measured in
docs/decisions/0022-people-decisions.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from eyebright.ids import UserId
from eyebright.people.similarity import SimilarityScale, percent_at


class Band(StrEnum):
    """How sure a suggestion is."""

    LIKELY = "likely"
    MAYBE = "maybe"
    UNLIKELY = "unlikely"


CHANCES: Mapping[Band, float] = {Band.LIKELY: 0.05, Band.MAYBE: 0.5, Band.UNLIKELY: 5.0}
"""People whom a stranger may reach by chance: of twenty strangers one is likely to be somebody; of
two one may be."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who a face may be. percent: 0-100; false_match_rate: 0-1, of pairs of different people the
    share that is so much alike."""

    user_id: UserId
    percent: float
    false_match_rate: float
    band: Band


class Judge:
    """Says how sure likenesses are among so many people. Immutable."""

    def __init__(self, scale: SimilarityScale, people: int) -> None:
        self._scale = scale
        self.floors = band_floors(scale, people)
        self._leasts = {band: scale.to_cosine(percent) for band, percent in self.floors.items()}

    @property
    def least(self) -> float:
        """The least cosine of any band."""
        return self._leasts[Band.UNLIKELY]

    def least_of(self, band: Band) -> float:
        """The least cosine of a band."""
        return self._leasts[band]

    def candidate(self, user_id: UserId, cosine: float) -> Candidate:
        percent = float(self._scale.to_percent(cosine))
        rate = float(self._scale.false_match_rate(percent))
        return Candidate(user_id, percent, rate, self.band_of(cosine))

    def band_of(self, cosine: float) -> Band:
        """Of whatever reaches none, the lowest."""
        sure = (Band.LIKELY, Band.MAYBE)
        return next((band for band in sure if cosine >= self._leasts[band]), Band.UNLIKELY)

    def likelier_else(self, told: Candidate, rivals: Sequence[Candidate]) -> Band:
        """The band of a face that may be somebody else: likest to another, it is no likely one,
        however alike it is. rivals: best first."""
        if rivals and rivals[0].percent > told.percent and told.band is Band.LIKELY:
            return Band.MAYBE
        return told.band


def band_floors(scale: SimilarityScale, people: int) -> dict[Band, float]:
    """The least percent of each band among so many people."""
    return {band: percent_at(scale, chance / max(people, 1)) for band, chance in CHANCES.items()}
