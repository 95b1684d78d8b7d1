"""How far a collection is named, and how alike its people are: what the workspace's header and its
explain drawer show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, and_, func, select
from sqlalchemy.sql.expression import Select

from eyebright.db.engine import Database
from eyebright.db.tables import face_groups, face_states, faces, users
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId
from eyebright.people.bands import Band, band_floors
from eyebright.people.projection import Projection
from eyebright.people.rows import CollectionRow, batches, find_collection
from eyebright.people.search import FaceSearch
from eyebright.people.similarity import SimilarityScale
from eyebright.people.verdicts import PUT_ASIDE

SAMPLE = 300
"""Unknown faces that are looked up to say how many have a suggestion; of fewer, all are."""
SAMPLE_NAMED = 2_000
"""Named faces whose likenesses are counted; of fewer, all are."""
BINS = 50
"""Of the histogram: two percent each."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Faces. unknown: neither somebody's, nor suggested, nor put aside. ignored: put aside.
    is_estimate: suggested and unknown are what a sample says."""

    confirmed: int
    suggested: int
    unknown: int
    ignored: int
    is_estimate: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    """Pairs of named faces by their similarity: BINS counts each, from 0 to 100 percent.

    faces: how many were compared, each with each. is_sample: of more.
    """

    same_person: tuple[int, ...]
    other_person: tuple[int, ...]
    faces: int
    is_sample: bool


class Standings:
    """Safe to share between threads. All methods raise CollectionNotFound."""

    def __init__(self, database: Database, *, search: FaceSearch, scale: SimilarityScale) -> None:
        self._database = database
        self._search = search
        self._scale = scale

    def of(self, scope: Scope, collection_id: CollectionId) -> Standing:
        """Where the collection stands; suggested are faces that are likely or maybe somebody."""
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            projection = self._search.projections.of(connection, scope, collection, with_users=True)
            confirmed = int(connection.scalar(_confirmed(collection.number)) or 0)
            ignored = int(connection.scalar(_put_aside(collection.number)) or 0)
            rest = max(0, collection.value.face_count - confirmed - ignored)
            sample = _unknown(connection, collection, SAMPLE, rest)
            share = self._suggested(projection, sample)
        suggested = round(share * rest)
        return Standing(confirmed, suggested, rest - suggested, ignored, rest > len(sample))

    def histogram(self, scope: Scope, collection_id: CollectionId) -> Histogram:
        """How alike faces of one person are in this collection, and faces of two."""
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            projection = self._search.projections.of(connection, scope, collection)
            chosen, whole = _named(connection, collection.number, SAMPLE_NAMED)
            found = [(owner, projection.faces.get(str(n))) for n, owner in chosen]
        kept = [(owner, vector) for owner, vector in found if vector is not None]
        if not kept:
            return Histogram((0,) * BINS, (0,) * BINS, 0, is_sample=False)
        owners = np.array([owner for owner, _ in kept])
        same, other = self._counts(np.stack([vector for _, vector in kept]), owners)
        return Histogram(same, other, len(kept), is_sample=not whole)

    def _suggested(self, projection: Projection, numbers: list[int]) -> float:
        """The share of these faces that may be somebody, 0-1."""
        least = band_floors(self._scale, len(projection.users))[Band.MAYBE]
        found = (projection.faces.get(str(number)) for number in numbers)
        vectors = [vector for vector in found if vector is not None]
        if not vectors or not len(projection.users):
            return 0.0
        near = projection.users.search_many(
            np.stack(vectors), k=1, min_score=self._scale.to_cosine(least)
        )
        return sum(bool(one) for one in near) / len(numbers)

    def _counts(
        self, vectors: FloatArray, owners: NDArray[np.int64]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        edges = [self._scale.to_cosine(100.0 * at / BINS) for at in range(1, BINS)]
        same, other = np.zeros(BINS, np.int64), np.zeros(BINS, np.int64)
        for at in range(len(vectors) - 1):
            bins = np.searchsorted(edges, vectors[at + 1 :] @ vectors[at], side="right")
            is_same = owners[at + 1 :] == owners[at]
            same += np.bincount(bins[is_same], minlength=BINS)
            other += np.bincount(bins[~is_same], minlength=BINS)
        return tuple(same.tolist()), tuple(other.tolist())


def count_single(connection: Connection, collection: CollectionRow) -> int:
    """Open faces that are nobody's, and in no group or alone in one."""
    number = collection.number
    several = and_(face_groups.c.collection_no == number, face_groups.c.face_count >= 2)
    grouped = select(func.sum(face_groups.c.face_count)).where(several)
    aside = _put_aside(number).join(
        face_groups, and_(face_groups.c.group_no == face_states.c.group_no, several)
    )  # undecided faces stay in their groups
    in_groups = int(connection.scalar(grouped) or 0) - int(connection.scalar(aside) or 0)
    return max(0, count_unknown(connection, collection) - in_groups)


def count_unknown(connection: Connection, collection: CollectionRow) -> int:
    """Faces that are nobody's and were not put aside."""
    confirmed = int(connection.scalar(_confirmed(collection.number)) or 0)
    ignored = int(connection.scalar(_put_aside(collection.number)) or 0)
    return max(0, collection.value.face_count - confirmed - ignored)


def _confirmed(collection_no: int) -> Select[Any]:
    return select(func.sum(users.c.face_count)).where(users.c.collection_no == collection_no)


def _put_aside(collection_no: int) -> Select[Any]:
    return (
        select(func.count())
        .select_from(face_states)
        .where(face_states.c.collection_no == collection_no, face_states.c.verdict.in_(PUT_ASIDE))
    )


def _unknown(
    connection: Connection, collection: CollectionRow, most: int, present: int
) -> list[int]:
    """Faces that are nobody's and not put aside: all, or some from all over the collection."""
    query = (
        select(faces.c.face_no)
        .outerjoin(face_states, face_states.c.face_no == faces.c.face_no)
        .where(
            faces.c.collection_no == collection.number,
            func.coalesce(faces.c.user_no, 0) == 0,
            face_states.c.verdict.is_(None) | face_states.c.verdict.not_in(PUT_ASIDE),
        )
        .order_by(faces.c.face_no)
    )
    if present <= most:
        return list(connection.scalars(query))
    first, last = _ends(connection, collection.number)
    found: set[int] = set()
    for start in np.linspace(first, last, most).astype(int).tolist():
        found.update(connection.scalars(query.where(faces.c.face_no >= start).limit(1)))
    return sorted(found)


def _named(
    connection: Connection, collection_no: int, most: int
) -> tuple[list[tuple[int, int]], bool]:
    """(face, user) of faces of people who have several: all, or some; and whether it is all."""
    query = (
        select(users.c.user_no, users.c.face_count)
        .where(users.c.collection_no == collection_no, users.c.face_count > 0)
        .order_by(users.c.user_no)
    )
    people = connection.execute(query).all()
    whole = sum(person.face_count for person in people) <= most
    if not whole:  # some faces each of some people, so that there are pairs of both kinds
        step = max(1, len(people) // (most // 10))
        people = people[::step]
    chosen: list[tuple[int, int]] = []
    for some in batches([person.user_no for person in people]):
        theirs = select(faces.c.face_no, faces.c.user_no).where(faces.c.user_no.in_(some))
        of_each: dict[int, int] = {}
        for number, owner in connection.execute(theirs):
            of_each[owner] = of_each.get(owner, 0) + 1
            if whole or of_each[owner] <= 10:
                chosen.append((number, owner))
    return chosen[: most if not whole else None], whole


def _ends(connection: Connection, collection_no: int) -> tuple[int, int]:
    mine = faces.c.collection_no == collection_no
    ends = [
        connection.scalar(select(faces.c.face_no).where(mine).order_by(order).limit(1)) or 0
        for order in (faces.c.face_no, faces.c.face_no.desc())
    ]
    return ends[0], ends[1]
