"""Which people have suggestions: every unknown face with the person it is most like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, select

from eyebright.db.tables import face_states, faces
from eyebright.people.bands import Band, Judge
from eyebright.people.face_orders import Remembered
from eyebright.people.face_records import FaceRecord, records_of
from eyebright.people.possible import possible
from eyebright.people.projection import Projection
from eyebright.people.rows import CollectionRow
from eyebright.people.similarity import SimilarityScale
from eyebright.people.verdicts import PUT_ASIDE

MOST_LOOKED_AT = 20_000
"""Unknown faces that are looked at; of fewer, all are."""
NEAREST = 8
"""People kept of each face."""


@dataclass(frozen=True, slots=True)
class Likely:
    """An unknown face and whom it may be. rivals: (user's number, cosine) of others, best first."""

    number: int
    cosine: float
    band: Band
    rivals: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """All suggestions of a collection. of: by the person's number, surest first. looked_at: unknown
    faces; unknown: as many as there are."""

    of: Mapping[int, tuple[Likely, ...]]
    looked_at: int
    unknown: int

    @property
    def is_complete(self) -> bool:
        return self.looked_at >= self.unknown

    @property
    def suggested(self) -> int:
        """Faces that are likely or maybe somebody."""
        return sum(_sure(found) for found in self.of.values())

    def most(self, *, without: Set[int] = frozenset()) -> list[int]:
        """People with a face that is likely or maybe theirs, those with most first."""
        counts = {user_no: _sure(found) for user_no, found in self.of.items()}
        wanted = [one for one, count in counts.items() if count and one not in without]
        return sorted(wanted, key=lambda user_no: (-counts[user_no], user_no))


class Reviews:
    """The suggestions of those collections that were reviewed last. Safe to share between
    threads."""

    def __init__(self, scale: SimilarityScale) -> None:
        self._scale = scale
        self._kept: Remembered[Reviewed] = Remembered(most=8)

    def of(
        self, connection: Connection, collection: CollectionRow, projection: Projection
    ) -> Reviewed:
        """As the connection sees the collection."""
        stamp = (collection.revision, collection.vectors_at)
        return self._kept.get(
            collection.number, stamp, lambda: self._made(connection, collection, projection)
        )

    def _made(
        self, connection: Connection, collection: CollectionRow, projection: Projection
    ) -> Reviewed:
        numbers = _unknown(connection, collection.number, MOST_LOOKED_AT)
        judge = Judge(self._scale, len(projection.users))
        near = nearest(projection, numbers, judge)
        records = records_of(connection, collection.number, list(near))
        found = possible(connection, collection.number, records, near)
        return Reviewed(rows_of(found, records, judge), len(numbers), len(numbers))


def nearest(
    projection: Projection, numbers: Sequence[int], judge: Judge
) -> dict[int, list[tuple[int, float]]]:
    """The people nearest to each face, best first; faces that are like nobody are left out."""
    vectors = {number: projection.faces.get(str(number)) for number in numbers}
    kept = {number: vector for number, vector in vectors.items() if vector is not None}
    if not kept or not len(projection.users):
        return {}
    found = projection.users.search_many(
        np.stack(list(kept.values())), k=NEAREST, min_score=judge.least
    )
    return {
        number: [(int(key), cosine) for key, cosine in near]
        for number, near in zip(kept, found, strict=True)
        if near
    }


def rows_of(
    found: Mapping[int, Sequence[tuple[int, float]]],
    records: Mapping[int, FaceRecord],
    judge: Judge,
) -> dict[int, tuple[Likely, ...]]:
    """Each face once, with the person it is most like; of two faces in one photo that are most like
    the same person, the one that is more alike."""
    best: dict[tuple[str, int], tuple[float, int]] = {}
    for number, near in found.items():
        if near:
            user_no, cosine = near[0]
            place = (records[number].face.image_id, user_no)
            best[place] = max(best.get(place, (-2.0, 0)), (cosine, -number))
    rows: dict[int, list[Likely]] = defaultdict(list)
    for (_, user_no), (cosine, negated) in best.items():
        rivals = tuple(found[-negated][1:])
        band = judge.candidate_band(cosine)
        rows[user_no].append(Likely(-negated, cosine, band, rivals))
    return {
        user_no: tuple(sorted(some, key=lambda one: (-one.cosine, one.number)))
        for user_no, some in rows.items()
    }


def _sure(found: Sequence[Likely]) -> int:
    return sum(one.band is not Band.UNLIKELY for one in found)


def _unknown(connection: Connection, collection_no: int, most: int) -> list[int]:
    query = (
        select(faces.c.face_no)
        .outerjoin(face_states, face_states.c.face_no == faces.c.face_no)
        .where(
            faces.c.collection_no == collection_no,
            faces.c.user_no.is_(None),
            face_states.c.verdict.is_(None) | face_states.c.verdict.not_in(PUT_ASIDE),
        )
        .order_by(faces.c.face_no)
        .limit(most)
    )
    return list(connection.scalars(query))
