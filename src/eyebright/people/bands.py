"""How sure a likeness is among so many people.

Whoever is compared with n people meets n chances of a likeness, so the bands follow from the pack's
calibration and from n: the number of people whom a stranger would reach by chance, which is the
false match rate times n, is at most CHANCES of each band. Measured in
docs/decisions/0022-people-decisions.md.
"""

from __future__ import annotations

from collections.abc import Mapping
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
        self.least = scale.to_cosine(self.floors[Band.UNLIKELY])
        """The least cosine of any band."""

    def candidate(self, user_id: UserId, cosine: float) -> Candidate:
        percent = float(self._scale.to_percent(cosine))
        rate = float(self._scale.false_match_rate(percent))
        return Candidate(user_id, percent, rate, self.band(percent))

    def candidate_band(self, cosine: float) -> Band:
        return self.band(float(self._scale.to_percent(cosine)))

    def band(self, percent: float) -> Band:
        """Of whatever reaches none, the lowest."""
        return next(
            (band for band in (Band.LIKELY, Band.MAYBE) if percent >= self.floors[band]),
            Band.UNLIKELY,
        )

    def band_among(self, percent: float, rival_percent: float | None) -> Band:
        """A face that is likest to somebody else is no likely one, however alike it is."""
        band = self.band(percent)
        if rival_percent is not None and rival_percent > percent and band is Band.LIKELY:
            return Band.MAYBE
        return band


def band_floors(scale: SimilarityScale, people: int) -> dict[Band, float]:
    """The least percent of each band among so many people."""
    return {band: percent_at(scale, chance / max(people, 1)) for band, chance in CHANCES.items()}
