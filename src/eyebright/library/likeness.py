"""Pictures like this one: the compact vectors of a library in memory, following their rows.

Nothing here is ever written. Every search first catches up with the rows it does not know, by the
library's revision, whichever process wrote them. Vectors of different models are kept apart.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, select, tuple_

from eyebright.db.tables import asset_departures, asset_vectors
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.sealing import Sealer
from eyebright.library.projection import DIMENSION, vector_place
from eyebright.library.values import Library
from eyebright.vectors.index import VectorIndex

ROWS_AT_ONCE = 4_096
BYTES_PER_ROW = 5 * DIMENSION + 200
"""float32, its int8 rendering, and a key with its place in a dict."""
MEMORY_BYTES = 4 << 30
"""What all loaded libraries together may take, except that the one searched is always loaded."""
UNRELATED_COSINE = 0.24
"""What two pictures of different things have: the median of 4,005 pairs of 90 photographs of
everyday scenes under the default labels pack. 95 in 100 pairs are below 0.38, 99 below 0.45; a
photograph and a crop of 72 % of it have 0.92 to 0.97."""
SAME_COSINE = 0.82
"""Two pictures whose vectors are so near may be one picture in two files. Of 50 photographs and
receipts, saved at quality 40, halved, brightened or cut, all stay above .859; of 1,225 pairs of
different ones none comes above .786."""


def percent_of(cosine: float) -> float:
    """How alike two pictures are, 0-100: 100 for the same vector, 0 for a pair that is no more
    alike than two pictures taken at random; in between as the cosine of their vectors.

    It orders, it is no probability: that two pictures are 80 percent alike does not mean that four
    in five people would call them so.
    """
    share = (cosine - UNRELATED_COSINE) / (1 - UNRELATED_COSINE)
    return 100 * min(1.0, max(0.0, share))


class LibraryVectors:
    """The vectors of one library by model, keyed by the assets' numbers. Safe to share between
    threads. Because the indexes overwrite what they remove, a deleted vector does not linger."""

    def __init__(self, new_index: Callable[[int], VectorIndex]) -> None:
        self._new_index = new_index
        self._spaces: dict[str, VectorIndex] = {}
        self._numbers: set[int] = set()
        self._lock = threading.RLock()
        self._known_revision = -1

    @property
    def held_bytes(self) -> int:
        """About how much memory it takes."""
        return sum(len(index) for index in self._spaces.values()) * BYTES_PER_ROW

    def follow(
        self, connection: Connection, library: Library, revision: int, sealer: Callable[[], Sealer]
    ) -> None:
        """Know all vectors that the connection sees. revision: the library's, as it sees it."""
        if self._known_revision == revision:
            return
        with self._lock:
            if self._known_revision >= revision:
                return  # a later moment than the connection's is in here
            self._add(connection, library, sealer)
            if self._known_revision >= 0:
                self.drop(_departed(connection, library, self._known_revision))
            self._known_revision = revision

    def drop(self, numbers: Sequence[int]) -> None:
        """Let go of assets."""
        keys = [str(number) for number in numbers]
        with self._lock:
            self._numbers.difference_update(numbers)
            for index in self._spaces.values():
                index.remove(keys)

    def clear(self) -> None:
        """Let go of everything, and overwrite it."""
        with self._lock:
            for index in self._spaces.values():
                index.remove([str(number) for number in self._numbers])
            self._spaces.clear()
            self._numbers.clear()
            self._known_revision = -1

    def vector(self, number: int) -> tuple[str, FloatArray] | None:
        """Of an asset: the model's space and the vector (256,), unit length."""
        with self._lock:
            for space, index in self._spaces.items():
                vector = index.get(str(number))
                if vector is not None:
                    return space, vector
        return None

    def near(self, space: str, vector: FloatArray, limit: int) -> list[tuple[int, float]]:
        """Numbers and percents of the most alike of the same model, best first; none that are no
        more alike than any two."""
        with self._lock:
            index = self._spaces.get(space)
        if index is None:
            return []
        found = index.search(vector, k=limit, min_score=UNRELATED_COSINE)
        return [(int(key), percent_of(cosine)) for key, cosine in found]

    def _add(self, connection: Connection, library: Library, sealer: Callable[[], Sealer]) -> None:
        seen, found = (self._known_revision + 1, -1), ROWS_AT_ONCE
        while found == ROWS_AT_ONCE:
            query = (
                select(
                    asset_vectors.c.revision,
                    asset_vectors.c.asset_no,
                    asset_vectors.c.space,
                    asset_vectors.c.sealed,
                )
                .where(
                    asset_vectors.c.library_no == library.number,
                    tuple_(asset_vectors.c.revision, asset_vectors.c.asset_no) > tuple_(*seen),
                )
                .order_by(asset_vectors.c.revision, asset_vectors.c.asset_no)
                .limit(ROWS_AT_ONCE)
            )
            rows = connection.execute(query).all()
            found = len(rows)
            if found:
                self._place([(r.asset_no, r.space, r.sealed) for r in rows], sealer())
                seen = (rows[-1].revision, rows[-1].asset_no)

    def _place(self, rows: Sequence[tuple[int, str, bytes]], sealer: Sealer) -> None:
        boxes = ((vector_place(number), sealed) for number, _, sealed in rows)
        vectors = sealer.open_vectors(boxes, dimension=DIMENSION)
        self.drop([number for number, _, _ in rows])  # a vector may have changed its model
        self._numbers.update(number for number, _, _ in rows)
        for space in {space for _, space, _ in rows}:
            places = [at for at, row in enumerate(rows) if row[1] == space]
            if space not in self._spaces:
                self._spaces[space] = self._new_index(DIMENSION)
            self._spaces[space].add([str(rows[at][0]) for at in places], vectors[places])


class LikenessIndex:
    """The vectors of all libraries that were searched lately. Safe to share between threads."""

    def __init__(
        self, new_index: Callable[[int], VectorIndex], *, memory_bytes: int = MEMORY_BYTES
    ) -> None:
        self._new_index = new_index
        self._memory_bytes = memory_bytes
        self._loaded: OrderedDict[int, LibraryVectors] = OrderedDict()
        self._lock = threading.Lock()

    def of(
        self,
        connection: Connection,
        library: Library,
        revision: int,
        sealer: Callable[[], Sealer],
    ) -> LibraryVectors:
        """The library in memory, knowing all that the connection sees."""
        with self._lock:
            vectors = self._loaded.setdefault(library.number, LibraryVectors(self._new_index))
            self._loaded.move_to_end(library.number)
        vectors.follow(connection, library, revision, sealer)
        self._make_room()
        return vectors

    def drop(self, library_no: int, numbers: Sequence[int]) -> None:
        """Let go of assets that this process has removed."""
        with self._lock:
            vectors = self._loaded.get(library_no)
        if vectors is not None:
            vectors.drop(numbers)

    def forget(self, library_no: int) -> None:
        """Let go of a library."""
        with self._lock:
            vectors = self._loaded.pop(library_no, None)
        if vectors is not None:
            vectors.clear()

    def _make_room(self) -> None:
        with self._lock:
            sizes = {number: vectors.held_bytes for number, vectors in self._loaded.items()}
            for number in list(self._loaded)[:-1]:
                if sum(sizes.values()) <= self._memory_bytes:
                    return
                del self._loaded[number], sizes[number]


def _departed(connection: Connection, library: Library, since: int) -> list[int]:
    query = select(asset_departures.c.asset_no).where(
        asset_departures.c.library_no == library.number, asset_departures.c.revision > since
    )
    return [int(number) for number in connection.scalars(query)]
