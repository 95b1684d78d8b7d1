"""How sure a likeness is among so many people.

Whoever is compared with n people meets n chances of a likeness, so the bands follow from the pack's
calibration and from n: the number of people whom a stranger would reach by chance, which is the
false match rate times n, is at most CHANCES of each band. Measured in
docs/decisions/0022-people-decisions.md. Of whom many faces of a library are too alike, for that
person the library's own false match rate counts: see `strangers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from eyebright.geometry.arrays import DoubleArray
from eyebright.ids import UserId
from eyebright.people.similarity import SimilarityScale, percent_at
from eyebright.people.strangers import NOT_MEASURED, Strangers


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
    share that is so much alike: by the calibration, or if it is more, of this person and others of
    the library. It is what the band follows from."""

    user_id: UserId
    percent: float
    false_match_rate: float
    band: Band


WRONG: Mapping[Band, float] = {Band.LIKELY: 0.1, Band.MAYBE: 0.5}
"""0-1: of the faces of a collection that are suggested so, the share that may be strangers' (the
false discovery rate of Benjamini and Hochberg, 1995), surest band first and each band by itself:
the right ones among the likely are no excuse for strangers among those that may be. One stranger in
twenty is few where there are twenty; where thousands are unknown they would bury the faces that are
somebody's."""


class Judge:
    """Says how sure likenesses are among so many people. Immutable.

    unknown, found: of the unknown faces that are looked at, and those of them that are of a band;
    without them a face is judged as if it were the only one. strangers: whom they are too like.
    """

    def __init__(
        self,
        scale: SimilarityScale,
        people: int,
        *,
        unknown: int = 0,
        found: Mapping[Band, int] = MappingProxyType({}),
        strangers: Strangers = NOT_MEASURED,
    ) -> None:
        self._scale = scale
        self._people = people
        self.strangers = strangers
        self.floors = band_floors(scale, people)
        chance = 0.0  # what a band adds comes below the band before
        for band, share in WRONG.items() if unknown else ():
            chance = min(CHANCES[band], chance + share * max(found.get(band, 0), 1) / unknown)
            self.floors[band] = percent_at(scale, chance / max(people, 1))
        self._leasts = {band: scale.to_cosine(percent) for band, percent in self.floors.items()}

    def knowing(self, cosines: DoubleArray, *, unknown: int) -> Judge:
        """One who knows all: of `unknown` faces the best cosines (n,), of those that have any; each
        as `counted` says."""
        found: dict[Band, int] = {}
        surer = 0
        for band in WRONG:
            count = max(unknown, 1)
            while True:
                judge = self._with(unknown, {**found, band: count})
                fewer = int(np.count_nonzero(cosines >= judge.least_of(band))) - surer
                if fewer >= count or count <= 1:
                    break
                count = fewer
            found[band] = count
            surer = int(np.count_nonzero(cosines >= self._with(unknown, found).least_of(band)))
        return self._with(unknown, found)

    def _with(self, unknown: int, found: Mapping[Band, int]) -> Judge:
        strangers = self.strangers
        return Judge(self._scale, self._people, unknown=unknown, found=found, strangers=strangers)

    def counted(self, cosines: DoubleArray, users: NDArray[np.int64]) -> DoubleArray:
        """(n,) cosines with users, by number, as they count: less with whom strangers are too
        like."""
        more = self.strangers.of_number
        taken: DoubleArray = np.array([more.get(n, 0.0) for n in users.tolist()], np.float64)
        return cosines - taken

    @property
    def least(self) -> float:
        """The least cosine of any band."""
        return self._leasts[Band.UNLIKELY]

    def least_of(self, band: Band) -> float:
        """The least cosine of a band."""
        return self._leasts[band]

    def candidate(self, user_id: UserId, cosine: float) -> Candidate:
        """cosine: of somebody's likeness, -1 to 1. The band and the rate of false matches count how
        like strangers are to this person; the percent is what a search would say."""
        percent = float(self._scale.to_percent(cosine))
        counted = cosine - self.strangers.of_id.get(user_id, 0.0)
        rate = float(self._scale.false_match_rate(float(self._scale.to_percent(counted))))
        return Candidate(user_id, percent, rate, self.band_of(counted))

    def counted_with(self, user_no: int, cosine: float) -> float:
        """The same of one."""
        return cosine - self.strangers.of_number.get(user_no, 0.0)

    def floors_of(self, user_id: UserId) -> dict[Band, float]:
        """The least percent of each band with this person, 0-100."""
        more = self.strangers.of_id.get(user_id, 0.0)
        return {
            band: float(self._scale.to_percent(min(least + more, 1.0)))
            if more
            else self.floors[band]
            for band, least in self._leasts.items()
        }

    def band_of(self, cosine: float) -> Band:
        """Of a cosine as it counts; of whatever reaches none, the lowest."""
        sure = (Band.LIKELY, Band.MAYBE)
        return next((band for band in sure if cosine >= self._leasts[band]), Band.UNLIKELY)


def band_floors(scale: SimilarityScale, people: int) -> dict[Band, float]:
    """The least percent of each band among so many people."""
    return {band: percent_at(scale, chance / max(people, 1)) for band, chance in CHANCES.items()}
