"""The index that serves: scans int8 codes, then scores what could matter in full.

A quarter of the bytes are read, and nothing is missed: each row's code gives its score within a
proven radius (`quantise.py`). With L the k-th largest of the lower bounds, k rows score at least
L; so a row whose upper bound is below L, or below `min_score`, cannot be in the answer. All
others are scored in float64 from their float32 rows. See docs/decisions/0005-exact-search.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor

import numpy as np

from eyebright.geometry.arrays import FloatArray, IndexArray
from eyebright.vectors.index import Match, as_vectors, best_matches
from eyebright.vectors.lock import SharedLock
from eyebright.vectors.products import MAX_DIMENSION
from eyebright.vectors.quantise import Quantised, quantise, quantise_query
from eyebright.vectors.segment import SEGMENT_ROWS, Segment, below, kth_largest

QUERIES_AT_ONCE = 64
"""How many queries share one pass over the codes."""

Candidates = list[tuple[IndexArray, FloatArray, FloatArray]]
"""Of one segment, per query: rows, lower and upper bounds of their scores."""


class Int8Index:
    """A `VectorIndex` in RAM: 1.6 GB per million vectors of 320 numbers.

    Of that 1.28 GB are the float32 rows and 0.32 GB their codes; keys and their table come on
    top (about 0.25 GB for UUIDs). Rows live in segments that never move once full, so adding
    copies nothing but the last few; removing moves the last row into the hole and writes zeros
    where it was.

    workers: threads that share the scan of an index of several segments; None scans in the
        caller's thread, which is best where requests run side by side already. Not the pool that
        callers run in: they would wait for each other.
    """

    def __init__(self, dimension: int, *, workers: Executor | None = None) -> None:
        if not 1 <= dimension <= MAX_DIMENSION:
            raise ValueError(f"The dimension is {dimension}; use 1 to {MAX_DIMENSION}.")
        self._dimension = dimension
        self._workers = workers
        self._segments: list[Segment] = []
        self._keys: list[str] = []
        self._row_of: dict[str, int] = {}
        self._lock = SharedLock()

    @property
    def dimension(self) -> int:
        return self._dimension

    def add(self, keys: Sequence[str], vectors: FloatArray) -> None:
        rows = as_vectors(vectors, self._dimension)
        if len(keys) != len(rows):
            raise ValueError(f"{len(keys)} keys for {len(rows)} vectors.")
        last_of = {key: at for at, key in enumerate(keys)}
        quantised = quantise(rows)
        with self._lock.writing():
            for key, at in last_of.items():
                if key in self._row_of:
                    self._replace(self._row_of[key], rows[at : at + 1], _taken(quantised, [at]))
            new = [(key, at) for key, at in last_of.items() if key not in self._row_of]
            if len(new) == len(keys):  # the usual case, without a copy
                self._append(rows, quantised)
            else:
                chosen = [at for _, at in new]
                self._append(rows[chosen], _taken(quantised, chosen))
            for key, _ in new:
                self._row_of[key] = len(self._keys)
                self._keys.append(key)

    def remove(self, keys: Sequence[str]) -> None:
        with self._lock.writing():
            for key in keys:
                at = self._row_of.pop(key, None)
                if at is not None:
                    self._remove_row(at)

    def search(self, query: FloatArray, *, k: int, min_score: float) -> list[Match]:
        return self.search_many(np.asarray(query)[np.newaxis], k=k, min_score=min_score)[0]

    def search_many(self, queries: FloatArray, *, k: int, min_score: float) -> list[list[Match]]:
        checked = as_vectors(queries, self._dimension)
        if k <= 0:
            return [[] for _ in checked]
        found: list[list[Match]] = []
        for start in range(0, len(checked), QUERIES_AT_ONCE):
            with self._lock.reading():
                found += self._search(checked[start : start + QUERIES_AT_ONCE], k, min_score)
        return found

    def get(self, key: str) -> FloatArray | None:
        with self._lock.reading():
            at = self._row_of.get(key)
            return None if at is None else self._segments[at // SEGMENT_ROWS].row(at % SEGMENT_ROWS)

    def clear(self) -> None:
        """Forget everything and overwrite all vectors' bytes."""
        with self._lock.writing():
            for segment in self._segments:
                segment.clear()
            self._segments.clear()
            self._keys.clear()
            self._row_of.clear()

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._row_of

    def _search(self, queries: FloatArray, k: int, min_score: float) -> list[list[Match]]:
        coded = [quantise_query(query) for query in queries]
        floors = [min_score] * len(coded)  # each rises as rows are seen, in any order
        per_segment = list(
            self._map(lambda segment: segment.near(coded, floors, k), self._segments)
        )
        return [
            self._ranked(query, [near[at] for near in per_segment], k, min_score)
            for at, query in enumerate(queries)
        ]

    def _map(
        self, scan: Callable[[Segment], Candidates], segments: Sequence[Segment]
    ) -> Iterable[Candidates]:
        if self._workers is None or len(segments) < 2:
            return map(scan, segments)
        return self._workers.map(scan, segments)

    def _ranked(self, query: FloatArray, near: Candidates, k: int, min_score: float) -> list[Match]:
        if not near:
            return []
        lower = np.concatenate([bounds for _, bounds, _ in near])
        floor = max(min_score, kth_largest(lower, k)) if len(lower) >= k else min_score
        keys: list[str] = []
        scores = []
        for number, (segment, (rows, _, upper)) in enumerate(
            zip(self._segments, near, strict=True)
        ):
            kept = rows[upper >= below(floor)]
            scores.append(segment.scores(kept, query))
            keys += [self._keys[number * SEGMENT_ROWS + row] for row in kept.tolist()]
        return best_matches(keys, np.concatenate(scores), k=k, min_score=min_score)

    def _append(self, rows: FloatArray, quantised: Quantised) -> None:
        start = 0
        while start < len(rows):
            if not self._segments or self._segments[-1].count == SEGMENT_ROWS:
                self._segments.append(Segment(self._dimension))
            segment = self._segments[-1]
            stop = min(len(rows), start + SEGMENT_ROWS - segment.count)
            segment.append(rows[start:stop], _taken(quantised, slice(start, stop)))
            start = stop

    def _replace(self, at: int, row: FloatArray, quantised: Quantised) -> None:
        self._segments[at // SEGMENT_ROWS].replace(at % SEGMENT_ROWS, row, quantised)

    def _remove_row(self, at: int) -> None:
        last_key = self._keys.pop()
        row, quantised = self._segments[-1].take_last()
        if at != len(self._keys):
            self._replace(at, row, quantised)
            self._keys[at] = last_key
            self._row_of[last_key] = at
        row.fill(0)
        quantised.codes.fill(0)
        if self._segments[-1].count == 0:
            self._segments.pop()


def _taken(quantised: Quantised, which: slice | list[int]) -> Quantised:
    return Quantised(
        codes=quantised.codes[which],
        scales=quantised.scales[which],
        errors=quantised.errors[which],
        norms=quantised.norms[which],
    )
