"""Which people have suggestions: every unknown face with the person it is most like.

Of a collection with few unknown faces all are looked at; of another one some from all over it, and
others in their place once somebody has said who they are.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from eyebright.geometry.arrays import DoubleArray
from eyebright.people.bands import Band, Judge
from eyebright.people.group_reading import likeness_of_stacks
from eyebright.people.nearest import NEAREST, NOBODY, NearestPeople
from eyebright.people.possible import Excluded, excluded_pairs
from eyebright.people.projection import Projection
from eyebright.people.rows import CollectionRow
from eyebright.people.similarity import SimilarityScale
from eyebright.people.strangers import strangers_of
from eyebright.people.unknown import (
    all_unknown,
    count_unknown,
    ends_of_unknown,
    run_of_unknown,
    still_unknown,
)

MOST_LOOKED_AT = 20_000
"""Unknown faces of which all are looked at."""
SAMPLED = 5_000
"""Of more, as many are."""
COMPARED_AT_ONCE = 100_000_000
"""Pairs of a face and a person that one review compares in a large collection."""
RUN = 100
"""Faces taken from one place of a large collection: what came together is looked through
together."""
MOST_RIVALS = 3
MOST_KEPT = 8
"""Collections whose reviews are kept."""


@dataclass(frozen=True, slots=True)
class Likely:
    """An unknown face that may be somebody. rivals: (user's number, cosine) of others, best
    first."""

    number: int
    cosine: float
    band: Band
    rivals: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Reviewed:
    """Who the unknown faces that were looked at may be. Parallel arrays, by person and then surest
    first; each face once, and one face of a photo for each person. people, cosines: (n, NEAREST) of
    each face its possible people, best first, NOBODY behind the last. decisive: (n,) the cosine
    that decides the band, as it counts with that person (`Judge.counted`): of a face in a group no
    more than its group has, which knows better.

    looked_at: unknown faces, those that are like nobody among them; unknown: as many as there are.
    """

    numbers: NDArray[np.int64]
    people: NDArray[np.int64]
    cosines: DoubleArray
    decisive: DoubleArray
    judge: Judge
    looked_at: int
    unknown: int

    @property
    def is_complete(self) -> bool:
        return self.looked_at >= self.unknown

    @property
    def suggested(self) -> int:
        """Faces that are likely or maybe somebody."""
        return int(np.count_nonzero(self._sure()))

    def most(self, *, without: Set[int] = frozenset()) -> list[int]:
        """People with a face that is likely or maybe theirs: those with most likely ones first, of
        equal ones those with most that may be."""
        users, counts = np.unique(self.people[self._sure(), 0], return_counts=True)
        likely = self.people[self.decisive >= self.judge.least_of(Band.LIKELY), 0]
        sure = np.searchsorted(np.sort(likely), users, side="right")
        sure -= np.searchsorted(np.sort(likely), users, side="left")
        order = np.lexsort((users, -counts, -sure))
        return [number for number in users[order].tolist() if number not in without]

    def of(self, user_no: int, limit: int) -> tuple[Likely, ...]:
        """Faces that are most like this person, the surest first."""
        owners = self.people[:, 0]
        first, last = (int(np.searchsorted(owners, user_no, side=s)) for s in ("left", "right"))
        return tuple(self._likely(at) for at in range(first, min(last, first + limit)))

    def _sure(self) -> NDArray[np.bool_]:
        sure: NDArray[np.bool_] = self.decisive >= self.judge.least_of(Band.MAYBE)
        return sure

    def _likely(self, at: int) -> Likely:
        cosines = self.cosines[at].tolist()
        rivals = tuple(
            (number, cosine)
            for number, cosine in zip(self.people[at, 1:].tolist(), cosines[1:], strict=True)
            if number != NOBODY
        )
        band = self.judge.band_of(float(self.decisive[at]))
        return Likely(int(self.numbers[at]), cosines[0], band, rivals[:MOST_RIVALS])


@dataclass(slots=True)
class _Kept:
    """nearest, images: of the faces that were looked at. turn: of the runs through a large
    collection. reviewed: what was made of them at `stamp`."""

    nearest: NearestPeople
    lock: threading.Lock
    images: dict[int, str]
    turn: int = 0
    stamp: tuple[int, int] = (-1, -1)
    reviewed: Reviewed | None = None


class Reviews:
    """The suggestions of those collections that were reviewed last. Safe to share between
    threads."""

    def __init__(
        self,
        scale: SimilarityScale,
        *,
        most_looked_at: int = MOST_LOOKED_AT,
        sampled: int = SAMPLED,
        compared_at_once: int = COMPARED_AT_ONCE,
    ) -> None:
        self._scale = scale
        self._most = most_looked_at
        self._sampled = sampled
        self._compared_at_once = compared_at_once
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def of(
        self, connection: Connection, collection: CollectionRow, projection: Projection
    ) -> Reviewed:
        """As the connection sees the collection. projection: knows it and its users."""
        kept = self._kept_of(collection.number)
        stamp = (collection.revision, collection.vectors_at)
        with kept.lock:
            if kept.reviewed is None or kept.stamp != stamp or not self._is_done(kept):
                kept.nearest.follow(connection, collection, projection)
                unknown = self._look(connection, collection, projection, kept)
                kept.reviewed = self._made(connection, collection, projection, kept, unknown)
                kept.stamp = stamp
            return kept.reviewed

    def judge(self, collection: CollectionRow, people: int) -> Judge:
        """As of the last review, if there was one: for what is asked about single faces."""
        with self._lock:
            kept = self._kept.get(collection.number)
        known = None if kept is None else kept.reviewed
        return Judge(self._scale, people) if known is None else known.judge

    def _kept_of(self, collection_no: int) -> _Kept:
        with self._lock:
            kept = self._kept.get(collection_no)
            if kept is None:
                kept = _Kept(NearestPeople(self._scale), threading.Lock(), {})
                self._kept[collection_no] = kept
            self._kept.move_to_end(collection_no)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
            return kept

    def _is_done(self, kept: _Kept) -> bool:
        done = kept.reviewed
        return done is not None and (done.is_complete or done.looked_at >= self._sampled)

    def _look(
        self,
        connection: Connection,
        collection: CollectionRow,
        projection: Projection,
        kept: _Kept,
    ) -> int:
        """Look at faces that were not looked at, and let go of those that are unknown no more; how
        many unknown faces there are."""
        unknown = count_unknown(connection, collection)
        if unknown <= self._most:
            kept.images = all_unknown(connection, collection.number)
            unknown = len(kept.images)
        else:
            kept.images = still_unknown(connection, collection.number, kept.nearest.numbers)
        gone = [number for number in kept.nearest.numbers if number not in kept.images]
        kept.nearest.forget(gone)
        if unknown > self._most:
            self._draw(connection, collection, projection, kept)
        new = [number for number in kept.images if number not in kept.nearest]
        kept.nearest.look(connection, collection, projection, new)
        return unknown

    def _draw(
        self,
        connection: Connection,
        collection: CollectionRow,
        projection: Projection,
        kept: _Kept,
    ) -> None:
        """Take in some more faces."""
        ends = ends_of_unknown(connection, collection.number)
        budget = max(RUN, self._compared_at_once // max(1, len(projection.users)))
        wanted = min(self._sampled, len(kept.images) + budget)
        turns = 0
        while ends and len(kept.images) < wanted and turns < 4 * wanted // RUN:
            run = run_of_unknown(
                connection, collection.number, ends=ends, turn=kept.turn, length=RUN
            )
            kept.images.update(run)
            kept.turn += 1
            turns += 1

    def _made(
        self,
        connection: Connection,
        collection: CollectionRow,
        projection: Projection,
        kept: _Kept,
        unknown: int,
    ) -> Reviewed:
        judge = Judge(self._scale, len(projection.users))
        numbers = np.fromiter(kept.images, np.int64, len(kept.images))
        people, cosines = kept.nearest.of(numbers.tolist())
        people[cosines < judge.least] = NOBODY
        is_cut = people[:, -1] != NOBODY
        excluded = excluded_pairs(connection, collection.number, numbers)
        _leave_out(numbers, people, cosines, excluded)
        for at in np.flatnonzero(is_cut & (people[:, MOST_RIVALS] == NOBODY)).tolist():
            _look_further(projection, judge, int(numbers[at]), people[at], cosines[at], excluded)
        judge = self._with_strangers(connection, collection, projection, judge)
        chosen = _one_of_each_photo(numbers, people, cosines, list(kept.images.values()))
        decisive = judge.counted(cosines[chosen, 0], people[chosen, 0])
        sure = judge.knowing(decisive, unknown=len(numbers)).least_of(Band.MAYBE)
        asked = np.flatnonzero(decisive >= sure)
        stacks = likeness_of_stacks(
            connection, projection, numbers[chosen][asked], people[chosen, 0][asked]
        )
        stacks = judge.counted(stacks, people[chosen, 0][asked])
        decisive[asked] = np.minimum(decisive[asked], stacks)
        order = np.lexsort((numbers[chosen], -decisive, people[chosen, 0]))
        chosen, decisive = chosen[order], decisive[order]
        judge = judge.knowing(decisive, unknown=len(numbers))
        return Reviewed(
            numbers[chosen],
            people[chosen],
            cosines[chosen],
            decisive,
            judge,
            len(numbers),
            unknown,
        )

    def _with_strangers(
        self,
        connection: Connection,
        collection: CollectionRow,
        projection: Projection,
        judge: Judge,
    ) -> Judge:
        somebody = judge.least_of(Band.LIKELY)
        strangers = strangers_of(connection, collection, projection, self._scale, somebody=somebody)
        return Judge(self._scale, len(projection.users), strangers=strangers)


def _leave_out(
    numbers: NDArray[np.int64],
    people: NDArray[np.int64],
    cosines: DoubleArray,
    excluded: Excluded,
) -> None:
    """Take whom faces cannot be out of their rows; who is left moves up."""
    order = np.argsort(numbers)
    rows = order[np.searchsorted(numbers, excluded.faces, sorter=order)]
    pair, place = np.nonzero(people[rows] == excluded.people[:, np.newaxis])
    people[rows[pair], place] = NOBODY
    moved = np.argsort(people == NOBODY, axis=1, kind="stable")
    people[:] = np.take_along_axis(people, moved, axis=1)
    cosines[:] = np.take_along_axis(cosines, moved, axis=1)
    cosines[people == NOBODY] = -2.0


def _look_further(
    projection: Projection,
    judge: Judge,
    number: int,
    people: NDArray[np.int64],
    cosines: DoubleArray,
    excluded: Excluded,
) -> None:
    """The row of a face of whose nearest people too many are left out."""
    vector = projection.faces.get(str(number))
    if vector is None:
        return
    out = set(excluded.people[excluded.faces == number].tolist())
    near = projection.users.search(vector, k=NEAREST + len(out), min_score=judge.least)
    left = [(int(key), cosine) for key, cosine in near if int(key) not in out][:NEAREST]
    for place, (user_no, cosine) in enumerate(left):
        people[place], cosines[place] = user_no, cosine


def _one_of_each_photo(
    numbers: NDArray[np.int64],
    people: NDArray[np.int64],
    cosines: DoubleArray,
    images: Sequence[str],
) -> NDArray[np.int64]:
    """Rows of faces that may be somebody, by person, surest first; of several in one photo that are
    most like the same person only the surest: nobody is twice in a photo."""
    rows = np.flatnonzero(people[:, 0] != NOBODY)
    rows = rows[np.lexsort((numbers[rows], -cosines[rows, 0], people[rows, 0]))]
    codes = {image: at for at, image in enumerate(dict.fromkeys(images))}
    photos = np.fromiter((codes[images[row]] for row in rows.tolist()), np.int64, len(rows))
    places = people[rows, 0] * (len(codes) + 1) + photos
    _, first = np.unique(places, return_index=True)
    chosen: NDArray[np.int64] = rows[np.sort(first)]
    return chosen
