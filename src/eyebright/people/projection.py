"""One collection in memory: an index of its faces and one of its users, following its rows.

Nothing here is ever written. Every search first catches up with the rows it does not know, by the
collection's revision, whichever process wrote them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, and_, select, tuple_

from eyebright.db.tables import faces, users
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.sealing import Sealer
from eyebright.people.rows import CollectionRow, batches
from eyebright.people.vectors import stored_vectors, unit_mean
from eyebright.vectors.index import VectorIndex

NewIndex = Callable[[int], VectorIndex]
"""An empty index of vectors of this dimension."""
ROWS_AT_ONCE = 4_096
BYTES_PER_NUMBER = 5
"""float32 and its int8 rendering."""
BYTES_PER_ROW = 200
"""A key, its place in a dict, its number."""
BYTES_AT_LEAST = 64 << 10

_NOTHING: NDArray[np.int64] = np.zeros(0, np.int64)


class Projection:
    """A collection's vectors, keyed by the database's own numbers. Safe to share between threads.

    In here, because the indexes overwrite what they remove, a deleted vector does not linger.
    """

    def __init__(self, dimension: int, *, new_index: NewIndex, vectors_at: int = 0) -> None:
        self.vectors_at = vectors_at
        """Knows the vectors that came into use at this revision, and no others."""
        self.faces = new_index(dimension)
        self.users = new_index(dimension)
        self._dimension = dimension
        self._lock = threading.RLock()
        self._face_numbers = _NOTHING
        self._faces_at = self._users_at = -1
        self._faces_departed = self._users_departed = 0
        self._user_numbers: set[int] = set()

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        rows = len(self.faces) + len(self.users)
        return BYTES_AT_LEAST + rows * (BYTES_PER_NUMBER * self._dimension + BYTES_PER_ROW)

    def spread(self, most: int) -> list[int]:
        """Numbers of at most so many faces, from all over the collection; the same ones as long as
        the faces are."""
        numbers = self._face_numbers
        places = np.linspace(0, len(numbers), min(most, len(numbers)), endpoint=False)
        return [int(number) for number in numbers[places.astype(np.int64)]]

    def follow_faces(
        self, connection: Connection, collection: CollectionRow, *, sealer: Callable[[], Sealer]
    ) -> None:
        """Know all faces that the connection sees. sealer: asked for only if there is news."""
        if self._faces_at == collection.revision:
            return
        with self._lock:
            if self._faces_at >= collection.revision:
                return  # a later moment than the connection's is in here
            self._add_faces(connection, collection, sealer)
            if self._faces_at >= 0 and self._faces_departed != collection.faces_departed:
                self._drop_departed_faces(connection, collection)
            self._faces_departed = collection.faces_departed
            self._faces_at = collection.revision

    def follow_users(self, connection: Connection, collection: CollectionRow) -> None:
        """Know all users that the connection sees; call after `follow_faces`."""
        if self._users_at == collection.revision:
            return
        with self._lock:
            if self._users_at >= collection.revision:
                return
            for numbers in _changed_users(connection, collection.number, self._users_at):
                self._place_users(connection, numbers)
            if self._users_at >= 0 and self._users_departed != collection.users_departed:
                self._drop_departed_users(connection, collection)
            self._users_departed = collection.users_departed
            self._users_at = collection.revision

    def drop_faces(self, numbers: Sequence[int]) -> None:
        """Let go of faces that this process has deleted."""
        with self._lock:
            if self._faces_at < 0:
                return
            known = np.isin(self._face_numbers, np.asarray(numbers, np.int64))
            self.faces.remove([str(number) for number in numbers])
            self._face_numbers = self._face_numbers[~known]
            self._faces_departed += len(numbers)

    def clear(self) -> None:
        """Let go of everything, and overwrite it."""
        with self._lock:
            self.faces.remove([str(number) for number in self._face_numbers.tolist()])
            self.users.remove([str(number) for number in self._user_numbers])
            self._face_numbers, self._user_numbers = _NOTHING, set()
            self._faces_at = self._users_at = -1

    def _add_faces(
        self, connection: Connection, collection: CollectionRow, sealer: Callable[[], Sealer]
    ) -> None:
        seen, found = (self._faces_at + 1, -1), ROWS_AT_ONCE
        parts = [self._face_numbers]
        while found == ROWS_AT_ONCE:
            new = stored_vectors(
                connection,
                sealer(),
                and_(
                    faces.c.collection_no == collection.number,
                    tuple_(faces.c.revision, faces.c.face_no) > tuple_(*seen),
                ),
                dimension=self._dimension,
                limit=ROWS_AT_ONCE,
            )
            found = len(new.numbers)
            if found:
                self.faces.add([str(number) for number in new.numbers], new.vectors)
                parts.append(np.asarray(new.numbers, np.int64))
                seen = (new.revisions[-1], new.numbers[-1])
        if len(parts) > 1:
            self._face_numbers = np.unique(np.concatenate(parts))

    def _drop_departed_faces(self, connection: Connection, collection: CollectionRow) -> None:
        query = select(faces.c.face_no).where(faces.c.collection_no == collection.number)
        present = np.fromiter(connection.scalars(query), np.int64)
        gone = np.setdiff1d(self._face_numbers, present, assume_unique=True)
        self.faces.remove([str(number) for number in gone.tolist()])
        self._face_numbers = np.setdiff1d(self._face_numbers, gone, assume_unique=True)

    def _place_users(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Compute the users' vectors anew: each the unit mean of its faces'."""
        vectors: dict[int, list[FloatArray]] = {number: [] for number in numbers}
        query = select(faces.c.user_no, faces.c.face_no).where(faces.c.user_no.in_(numbers))
        for user_no, face_no in connection.execute(query):
            vector = self.faces.get(str(face_no))
            if vector is not None:
                vectors[user_no].append(vector)
        placed = {number: unit_mean(np.stack(own)) for number, own in vectors.items() if own}
        if placed:
            self.users.add([str(number) for number in placed], np.stack(list(placed.values())))
        self.users.remove([str(number) for number in numbers if number not in placed])
        self._user_numbers.update(numbers)

    def _drop_departed_users(self, connection: Connection, collection: CollectionRow) -> None:
        query = select(users.c.user_no).where(users.c.collection_no == collection.number)
        gone = self._user_numbers.difference(connection.scalars(query))
        self.users.remove([str(number) for number in gone])
        self._user_numbers -= gone


def _changed_users(
    connection: Connection, collection_no: int, known_revision: int
) -> Iterator[Sequence[int]]:
    query = select(users.c.user_no).where(
        users.c.collection_no == collection_no, users.c.revision > known_revision
    )
    return batches(connection.scalars(query).all())
