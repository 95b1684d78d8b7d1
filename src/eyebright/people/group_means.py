"""The means of a collection's groups in memory, following their rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, select, update

from eyebright.db.tables import face_groups, face_states, faces
from eyebright.geometry.arrays import AnyArray, FloatArray
from eyebright.governance.sealing import Sealer
from eyebright.people.projection import NewIndex
from eyebright.people.rows import CollectionRow
from eyebright.people.vectors import stored_vectors
from eyebright.vectors.index import VectorIndex


class GroupMeans:
    """Mean vectors, not of unit length, and how many faces each is of. For one writer at a time:
    the database's write lock is held by whoever uses it."""

    def __init__(self, index: VectorIndex, *, vectors_at: int = 0) -> None:
        self.vectors_at = vectors_at
        """Means of the vectors that came into use at this revision."""
        self._index = index
        self._counts: dict[int, int] = {}
        self._became: dict[int, int] = {}
        self._changed: set[int] = set()
        self._at = -1

    def __len__(self) -> int:
        return len(self._counts)

    def __contains__(self, group_no: object) -> bool:
        return group_no in self._counts

    def follow(self, connection: Connection, collection: CollectionRow, sealer: Sealer) -> None:
        """Know all groups that the connection sees."""
        self._became.clear()
        query = select(face_groups).where(
            face_groups.c.collection_no == collection.number, face_groups.c.revision > self._at
        )
        for row in connection.execute(query).all():
            self._know(connection, sealer, row, collection.space.dimension)
        self._at = collection.revision

    def near(self, vector: FloatArray, *, k: int, least: float) -> list[int]:
        """Numbers of the groups with the best scores, best first."""
        return [int(key) for key, _ in self._index.search(vector, k=k, min_score=least)]

    def mean(self, group_no: int) -> FloatArray:
        """(dimension,) float32."""
        mean = self._index.get(str(group_no))
        assert mean is not None
        return mean

    def count(self, group_no: int) -> int:
        return self._counts[group_no]

    def by_size(self, one: int, other: int) -> tuple[int, int]:
        """The larger and the smaller; of equal ones the older is the larger."""
        larger, smaller = sorted((one, other), key=lambda number: (-self._counts[number], number))
        return larger, smaller

    def found(self, group_no: int, vector: FloatArray) -> None:
        """A new group of one face. vector: (dimension,) float32."""
        self._set(group_no, vector, 1)

    def join(self, group_no: int, vector: FloatArray) -> None:
        """One more face in a group. vector: (dimension,) float32."""
        count = self._counts[group_no]
        self._set(group_no, (self.mean(group_no) * count + vector) / (count + 1), count + 1)

    def merge(self, larger: int, smaller: int) -> None:
        """The smaller group becomes the larger one, with the mean of all their faces."""
        one, other = self._counts[larger], self._counts[smaller]
        mean = (self.mean(larger) * one + self.mean(smaller) * other) / (one + other)
        self._drop(smaller)
        self._became[smaller] = larger
        self._set(larger, mean, one + other)

    def now(self, group_no: int) -> int:
        """The group that a group has become within this transaction."""
        while group_no in self._became:
            group_no = self._became[group_no]
        return group_no

    def write(self, connection: Connection, sealer: Sealer, revision: int) -> None:
        """Bring the rows up to date with what changed here."""
        for group_no in sorted(self._changed):
            sealed = sealer.seal_vector(self.mean(group_no), bound_to=_place(group_no))
            connection.execute(
                update(face_groups)
                .where(face_groups.c.group_no == group_no)
                .values(face_count=self._counts[group_no], revision=revision, sealed_mean=sealed)
            )
        self._changed.clear()

    def _know(self, connection: Connection, sealer: Sealer, row: Row[Any], dimension: int) -> None:
        if row.face_count <= 0:
            self._drop(row.group_no)
            return
        if row.sealed_mean is not None:
            box = [(_place(row.group_no), row.sealed_mean)]
            mean = sealer.open_vectors(box, dimension=dimension)[0]
            self._index.add([str(row.group_no)], mean[np.newaxis])
            self._counts[row.group_no] = row.face_count
            return
        mine = select(face_states.c.face_no).where(face_states.c.group_no == row.group_no)
        found = stored_vectors(connection, sealer, faces.c.face_no.in_(mine), dimension=dimension)
        if len(found.numbers):
            mean = found.vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
            self._set(row.group_no, mean, row.face_count)

    def _set(self, group_no: int, mean: AnyArray, count: int) -> None:
        self._index.add([str(group_no)], mean[np.newaxis].astype(np.float32))
        self._counts[group_no] = count
        self._changed.add(group_no)

    def _drop(self, group_no: int) -> None:
        self._index.remove([str(group_no)])
        self._counts.pop(group_no, None)
        self._changed.discard(group_no)


class MeansOfCollections:
    """The means of those collections that were grouped last."""

    def __init__(self, new_index: NewIndex, *, most: int = 16) -> None:
        self._new_index = new_index
        self._most = most
        self._of: dict[int, GroupMeans] = {}

    def of(self, connection: Connection, collection: CollectionRow, sealer: Sealer) -> GroupMeans:
        """Knowing all that the connection sees. They are the caller's until `keep`: a transaction
        that fails leaves means behind that know too much."""
        means = self._of.pop(collection.number, None)
        if means is None or means.vectors_at != collection.vectors_at:
            index = self._new_index(collection.space.dimension)
            means = GroupMeans(index, vectors_at=collection.vectors_at)
        means.follow(connection, collection, sealer)
        return means

    def keep(self, collection_no: int, means: GroupMeans) -> None:
        """What it knows is in the database now."""
        self._of[collection_no] = means
        while len(self._of) > self._most:
            self._of.pop(next(iter(self._of)))


def _place(group_no: int) -> str:
    return f"group {group_no}"
