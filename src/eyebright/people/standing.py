"""How far a collection is named, and how alike its people are: what the workspace's header and its
explain drawer show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from eyebright.db.engine import Database
from eyebright.db.tables import faces, users
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId
from eyebright.people.bands import Band
from eyebright.people.possible import excluded_pairs
from eyebright.people.projection import Projection
from eyebright.people.review import Reviews
from eyebright.people.rows import CollectionRow, batches, find_collection
from eyebright.people.search import FaceSearch
from eyebright.people.similarity import SimilarityScale
from eyebright.people.unknown import (
    count_aside,
    count_confirmed,
    ends_of_unknown,
    run_of_unknown,
)

MOST_COUNTED = 5_000
"""Unknown faces of which all are looked at to say how many have a suggestion; of more some are."""
SAMPLE = 300
"""As many, from RUNS places of the collection."""
RUNS = 30
_NEAREST = 4
SAMPLE_NAMED = 1_000
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

    def __init__(
        self,
        database: Database,
        *,
        search: FaceSearch,
        scale: SimilarityScale,
        reviews: Reviews | None = None,
    ) -> None:
        self._database = database
        self._search = search
        self._scale = scale
        self._reviews = reviews or Reviews(scale)

    def of(self, scope: Scope, collection_id: CollectionId) -> Standing:
        """Where the collection stands; suggested are faces that are likely or maybe somebody."""
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            projection = self._search.projections.of(connection, scope, collection, with_users=True)
            confirmed = count_confirmed(connection, collection.number)
            ignored = count_aside(connection, collection.number)
            rest = max(0, collection.value.face_count - confirmed - ignored)
            if rest <= MOST_COUNTED:
                suggested = self._reviews.of(connection, collection, projection).suggested
            else:
                sample = _sample(connection, collection.number)
                suggested = round(self._share(connection, collection, projection, sample) * rest)
        suggested = min(suggested, rest)
        return Standing(confirmed, suggested, rest - suggested, ignored, rest > MOST_COUNTED)

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

    def _share(
        self,
        connection: Connection,
        collection: CollectionRow,
        projection: Projection,
        numbers: Sequence[int],
    ) -> float:
        """The share of these faces that may be somebody, 0-1."""
        found = {number: projection.faces.get(str(number)) for number in numbers}
        kept = {number: vector for number, vector in found.items() if vector is not None}
        if not kept or not len(projection.users):
            return 0.0
        judge = self._reviews.judge(collection, len(projection.users))
        least = judge.least_of(Band.MAYBE)
        near = projection.users.search_many(
            np.stack(list(kept.values())), k=_NEAREST, min_score=least
        )
        excluded = excluded_pairs(connection, collection.number, np.array(list(kept), np.int64))
        out = set(zip(excluded.faces.tolist(), excluded.people.tolist(), strict=True))
        return sum(
            any(
                (number, int(key)) not in out and judge.counted_with(int(key), cosine) >= least
                for key, cosine in people
            )
            for number, people in zip(kept, near, strict=True)
        ) / len(numbers)

    def _counts(
        self, vectors: FloatArray, owners: NDArray[np.int64]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        edges = [self._scale.to_cosine(100.0 * at / BINS) for at in range(1, BINS)]
        edges32 = np.array(edges, np.float32)
        same, every = np.zeros(BINS, np.int64), np.zeros(BINS, np.int64)
        for at in range(len(vectors) - 1):
            bins = np.searchsorted(edges32, vectors[at + 1 :] @ vectors[at], side="right")
            every += np.bincount(bins, minlength=BINS)
            same += np.bincount(bins[owners[at + 1 :] == owners[at]], minlength=BINS)
        other = every - same
        return tuple(same.tolist()), tuple(other.tolist())


def _sample(connection: Connection, collection_no: int) -> list[int]:
    """Unknown faces from all over the collection, the same ones as long as nothing changes."""
    ends = ends_of_unknown(connection, collection_no)
    found: set[int] = set()
    for turn in range(RUNS if ends else 0):
        assert ends is not None
        length = SAMPLE // RUNS
        found.update(run_of_unknown(connection, collection_no, ends=ends, turn=turn, length=length))
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
