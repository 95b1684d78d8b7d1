"""The people nearest to each of many unknown faces, kept while the people stay as they are.

Only numbers and cosines are kept. When faces of somebody change, the faces that were near that
person, or are now, are compared anew; the others are as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from eyebright.db.tables import users
from eyebright.geometry.arrays import DoubleArray, FloatArray
from eyebright.people.bands import Judge
from eyebright.people.projection import Projection
from eyebright.people.rows import CollectionRow
from eyebright.people.similarity import SimilarityScale
from eyebright.vectors.index import score_rows

NEAREST = 8
"""People kept of each face."""
NOBODY = 0
"""Users are numbered from 1."""
_MOST_CHANGED = 64
"""When more people changed since, all faces are compared anew."""
_NEAR_AT_ONCE = 4_096
_FEW = 256
_ROWS_AT_ONCE = 2_048
_PAIRS_AT_ONCE = 8_000_000
_ROUNDING = 1e-5
"""How far a product of float32 vectors may be off; what counts is computed anew in float64."""
Rows: TypeAlias = NDArray[np.int64]


class NearestPeople:
    """Of one collection, for one caller at a time."""

    def __init__(self, scale: SimilarityScale) -> None:
        self._scale = scale
        self._at = self._departed = self._vectors_at = -1
        self._people = 0
        self._least = 1.0
        self._row_of: dict[int, int] = {}
        self._numbers = np.zeros(0, np.int64)
        self._users = np.zeros((0, NEAREST), np.int64)
        self._cosines = np.zeros((0, NEAREST), np.float64)

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, number: object) -> bool:
        return number in self._row_of

    @property
    def numbers(self) -> list[int]:
        """Of the faces in here."""
        return list(self._row_of)

    def follow(
        self, connection: Connection, collection: CollectionRow, projection: Projection
    ) -> None:
        """Be true of the people whom the connection sees; the projection knows them."""
        if self._at == collection.revision:
            return
        people = len(projection.users)
        if not self._is_wide_enough(people) or self._vectors_at != collection.vectors_at:
            self._begin(collection, people)
        elif self._at < collection.revision:
            self._mend(connection, collection, projection)
        self._at, self._departed = collection.revision, collection.users_departed

    def look(
        self,
        connection: Connection,
        collection: CollectionRow,
        projection: Projection,
        numbers: Sequence[int],
    ) -> None:
        """Compare these faces with all people."""
        if not numbers:
            return
        rows = self._rows_for(numbers)
        if len(numbers) <= _FEW:
            self._search(projection, numbers, rows)
            return
        people = _People.of(connection, collection.number, projection)
        at_once = max(1, min(_ROWS_AT_ONCE, _PAIRS_AT_ONCE // max(1, len(people.numbers))))
        for start in range(0, len(numbers), at_once):
            some = slice(start, start + at_once)
            self._compare(people, projection, numbers[some], rows[some])

    def forget(self, numbers: Iterable[int]) -> None:
        """Let go of faces; the last row moves into each hole."""
        for number in numbers:
            row = self._row_of.pop(number)
            last = len(self._row_of)
            if row != last:
                moved = int(self._numbers[last])
                self._numbers[row] = moved
                self._users[row] = self._users[last]
                self._cosines[row] = self._cosines[last]
                self._row_of[moved] = row
            self._users[last] = NOBODY

    def of(self, numbers: Sequence[int]) -> tuple[NDArray[np.int64], DoubleArray]:
        """(n, NEAREST) users' numbers, NOBODY behind the last, and their cosines; best first."""
        rows = np.fromiter((self._row_of[number] for number in numbers), np.int64, len(numbers))
        return self._users[rows], self._cosines[rows]

    def _is_wide_enough(self, people: int) -> bool:
        """Whether all who may be suggested among so many people are in here: the fewer people, the
        lower is the floor."""
        return self._people <= people < 4 * self._people

    def _begin(self, collection: CollectionRow, people: int) -> None:
        self._people = max(1, people // 2)
        self._least = Judge(self._scale, self._people).least
        self._vectors_at = collection.vectors_at
        self._row_of.clear()

    def _mend(
        self, connection: Connection, collection: CollectionRow, projection: Projection
    ) -> None:
        mine = users.c.collection_no == collection.number
        changed = connection.scalars(
            select(users.c.user_no).where(mine, users.c.revision > self._at)
        ).all()
        if len(changed) > _MOST_CHANGED:
            self._row_of.clear()
            return
        count = len(self._row_of)
        stale = np.isin(self._users[:count], np.array(changed, np.int64)).any(axis=1)
        if self._departed != collection.users_departed:
            there = np.array(
                connection.scalars(select(users.c.user_no).where(mine)).all(), np.int64
            )
            known = (self._users[:count] == NOBODY) | np.isin(self._users[:count], there)
            stale |= ~known.all(axis=1)
        for number in changed:
            stale |= self._near(projection, number)
        again = self._numbers[:count][stale].tolist()
        if again:
            self.look(connection, collection, projection, again)

    def _near(self, projection: Projection, user_no: int) -> NDArray[np.bool_]:
        """Rows of faces that may be this user."""
        count = len(self._row_of)
        near = np.zeros(count, bool)
        vector = projection.users.get(str(user_no))
        if vector is None:
            return near
        found = projection.faces.search(vector, k=_NEAR_AT_ONCE, min_score=self._least)
        if len(found) < _NEAR_AT_ONCE:
            rows = [self._row_of[int(key)] for key, _ in found if int(key) in self._row_of]
            near[rows] = True
            return near
        for number, row in self._row_of.items():
            own = projection.faces.get(str(number))
            near[row] = own is not None and float(own @ vector) >= self._least - _ROUNDING
        return near

    def _rows_for(self, numbers: Sequence[int]) -> NDArray[np.int64]:
        """Their rows, new ones for those that are not in here."""
        for number in numbers:
            self._row_of.setdefault(number, len(self._row_of))
        short = len(self._row_of) - len(self._numbers)
        if short > 0:
            more = max(short, len(self._numbers) // 2, 256)
            self._numbers = np.concatenate([self._numbers, np.zeros(more, np.int64)])
            self._users = np.concatenate([self._users, np.zeros((more, NEAREST), np.int64)])
            empty = np.zeros((more, NEAREST), np.float64)
            self._cosines = np.concatenate([self._cosines, empty])
        rows = np.fromiter((self._row_of[number] for number in numbers), np.int64, len(numbers))
        self._numbers[rows] = numbers
        return rows

    def _search(self, projection: Projection, numbers: Sequence[int], rows: Rows) -> None:
        """The same for a few faces: the index is faster than bringing everybody together."""
        self._users[rows] = NOBODY
        self._cosines[rows] = -2.0
        found = [(row, projection.faces.get(str(n))) for n, row in zip(numbers, rows, strict=True)]
        kept = [(row, vector) for row, vector in found if vector is not None]
        if not kept:
            return
        near = projection.users.search_many(
            np.stack([vector for _, vector in kept]), k=NEAREST, min_score=self._least
        )
        for (row, _), people in zip(kept, near, strict=True):
            for place, (key, cosine) in enumerate(people):
                self._users[row, place] = int(key)
                self._cosines[row, place] = cosine

    def _compare(
        self, people: _People, projection: Projection, numbers: Sequence[int], rows: Rows
    ) -> None:
        self._users[rows] = NOBODY
        self._cosines[rows] = -2.0
        found = [(row, projection.faces.get(str(n))) for n, row in zip(numbers, rows, strict=True)]
        kept = [(row, vector) for row, vector in found if vector is not None]
        if not kept or not len(people.numbers):
            return
        vectors = np.stack([vector for _, vector in kept])
        near = vectors @ people.vectors.T >= self._least - _ROUNDING
        for at, (row, vector) in enumerate(kept):
            some = np.flatnonzero(near[at])
            cosines = score_rows(people.vectors[some], vector)
            order = np.lexsort((people.numbers[some], -cosines))[:NEAREST]
            order = order[cosines[order] >= self._least]
            self._users[row, : len(order)] = people.numbers[some[order]]
            self._cosines[row, : len(order)] = cosines[order]


@dataclass(frozen=True, slots=True, eq=False)
class _People:
    """Parallel arrays: (n,) int64, (n, d) float32. Made for one comparison and let go of."""

    numbers: NDArray[np.int64]
    vectors: FloatArray

    @staticmethod
    def of(connection: Connection, collection_no: int, projection: Projection) -> _People:
        query = select(users.c.user_no).where(
            users.c.collection_no == collection_no, users.c.face_count > 0
        )
        found = [(n, projection.users.get(str(n))) for n in connection.scalars(query)]
        kept = [(number, vector) for number, vector in found if vector is not None]
        numbers = np.array([number for number, _ in kept], np.int64)
        dimension = projection.users.dimension
        vectors = np.zeros((len(kept), dimension), np.float32)
        for at, (_, vector) in enumerate(kept):
            vectors[at] = vector
        return _People(numbers, vectors)
