"""Whom strangers are like more than the calibration says: each person's own false match rate.

The calibration tells how often two people drawn at random are so much alike. In a library they are
not drawn at random: they are of one family, one country, one age; and some faces are like
everybody's. So each person is compared with faces of the library, nearly all of which are somebody
else's, and whatever one in ten of them reaches is what one in ten strangers reaches. If that is
more than the calibration says, all likenesses to this person count for so much less (the empirical
null of Efron, 2004, for each person alone, as speaker verification has it: Auckenthaler et al.,
2000). It never counts for more: a library may make suggestions stricter, not laxer.

Measured in docs/decisions/0025-suggestions-among-strangers.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from sqlalchemy import Connection, select

from eyebright.db.tables import faces, users
from eyebright.geometry.arrays import FloatArray
from eyebright.ids import UserId
from eyebright.people.projection import Projection
from eyebright.people.rows import NUMBERS_PER_QUERY, UNCACHED, CollectionRow, in_numbers
from eyebright.people.similarity import SimilarityScale, percent_at

STRANGERS = 10
"""One in so many decides: few enough to be the tail, many enough that some who are the person, and
whom nobody named yet, change little. (From one in three to one in twenty all do much the same.)"""
FEWEST = 100
"""Faces of a library that tell nothing yet: one in ten of them are fewer than ten."""
SAMPLE = 1_000
PAIRS = 1_000_000
"""Of a face and a person that are compared at most; among more people the calibration decides."""


@dataclass(frozen=True, slots=True, eq=False)
class Strangers:
    """By how much a cosine with a person is too high for what it says, above 0. Who is in neither
    is as like strangers as the calibration says, or less."""

    of_number: Mapping[int, float]
    of_id: Mapping[UserId, float]


NOT_MEASURED = Strangers(MappingProxyType({}), MappingProxyType({}))


def strangers_of(
    connection: Connection,
    collection: CollectionRow,
    projection: Projection,
    scale: SimilarityScale,
    *,
    somebody: float,
) -> Strangers:
    """As the library is now. Nobody is in here when it has few faces, or very many people.

    somebody: the least cosine that hardly a stranger has with anybody, by the calibration.
    """
    people = len(projection.users)
    most = min(SAMPLE, PAIRS // max(people, 1))
    numbers = projection.spread(most)
    if not people or len(numbers) < FEWEST:
        return NOT_MEASURED
    query = select(users.c.user_no, users.c.user_id)
    query = query.where(users.c.collection_no == collection.number, users.c.face_count > 0)
    ids = {row[0]: UserId(row[1]) for row in connection.execute(query)}
    found = {number: projection.users.get(str(number)) for number in ids}
    known = {number: vector for number, vector in found.items() if vector is not None}
    if not known:
        return NOT_MEASURED
    owners = _owners(connection, numbers)
    sample = {number: projection.faces.get(str(number)) for number in numbers}
    seen = {number: vector for number, vector in sample.items() if vector is not None}
    cosines = np.stack(list(known.values())) @ np.stack(list(seen.values())).T
    own = np.array([owners.get(number, 0) for number in seen], np.int64)
    numbers_of = np.fromiter(known, np.int64, len(known))
    cosines[(cosines >= somebody) | (numbers_of[:, np.newaxis] == own)] = -1.0
    excess = excess_of(cosines, scale)
    of_number = {n: more for n, more in zip(known, excess.tolist(), strict=True) if more > 0}
    return Strangers(of_number, {ids[number]: more for number, more in of_number.items()})


def excess_of(cosines: FloatArray, scale: SimilarityScale) -> FloatArray:
    """(p,) by how much more of cosine than the calibration says one in ten strangers is like each
    person, 0 and more. cosines: (p, n) of faces, of those that may be the person -1: they count as
    if they were like nobody, so that whoever is on many faces stays near the calibration."""
    faces_seen = cosines.shape[1]
    at = faces_seen - max(1, faces_seen // STRANGERS)
    reached = np.partition(cosines, at, axis=1)[:, at]
    expected = scale.to_cosine(percent_at(scale, 1.0 / STRANGERS))
    excess: FloatArray = np.maximum(reached - np.float32(expected), 0.0)
    return excess


def _owners(connection: Connection, numbers: list[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for start in range(0, len(numbers), NUMBERS_PER_QUERY):
        some = numbers[start : start + NUMBERS_PER_QUERY]
        query = select(faces.c.face_no, faces.c.user_no).where(
            in_numbers(faces.c.face_no, some), faces.c.user_no.is_not(None)
        )
        found.update(
            (row[0], row[1]) for row in connection.execute(query, execution_options=UNCACHED)
        )
    return found
