"""The oracle: float32 vectors, compared one by one with numpy."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from eyebright.geometry.arrays import FloatArray
from eyebright.vectors.index import Match, as_vectors, best_matches, score_rows

_EPSILON = float(np.finfo(np.float32).eps)
_UNDERFLOW = 1e-30


class ExactIndex:
    """A `VectorIndex` too plain to be wrong: one array, one lock, one product per search.

    Four bytes per number: 1.28 GB per million vectors of 320. Growth doubles the array.
    """

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._rows = np.zeros((16, dimension), np.float32)
        self._keys: list[str] = []
        self._row_of: dict[str, int] = {}
        self._longest = 0.0
        self._lock = threading.Lock()

    @property
    def dimension(self) -> int:
        return self._dimension

    def add(self, keys: Sequence[str], vectors: FloatArray) -> None:
        rows = as_vectors(vectors, self._dimension)
        if len(keys) != len(rows):
            raise ValueError(f"{len(keys)} keys for {len(rows)} vectors.")
        with self._lock:
            self._make_room(len(keys))
            self._longest = max([self._longest, *map(_norm, rows)])
            for key, row in zip(keys, rows, strict=True):
                at = self._row_of.setdefault(key, len(self._keys))
                if at == len(self._keys):
                    self._keys.append(key)
                self._rows[at] = row

    def remove(self, keys: Sequence[str]) -> None:
        with self._lock:
            for key in keys:
                at = self._row_of.pop(key, None)
                if at is None:
                    continue
                last_key = self._keys.pop()
                last = len(self._keys)
                if at != last:
                    self._rows[at] = self._rows[last]
                    self._keys[at] = last_key
                    self._row_of[last_key] = at
                self._rows[last] = 0

    def search(self, query: FloatArray, *, k: int, min_score: float) -> list[Match]:
        return self.search_many(np.asarray(query)[np.newaxis], k=k, min_score=min_score)[0]

    def search_many(self, queries: FloatArray, *, k: int, min_score: float) -> list[list[Match]]:
        checked = as_vectors(queries, self._dimension)
        with self._lock:
            return [self._search(query, k, min_score) for query in checked]

    def _search(self, query: FloatArray, k: int, min_score: float) -> list[Match]:
        if k <= 0 or not self._keys:
            return []
        rows = self._rows[: len(self._keys)]
        rough = (rows @ query).astype(np.float64)
        # float32 sums depend on the order of the terms; score again, exactly, whatever could matter
        slack = self._dimension * _EPSILON * self._longest * _norm(query) + _UNDERFLOW
        floor = min_score - slack
        if len(rough) > k:
            floor = max(floor, float(np.partition(rough, len(rough) - k)[-k]) - 2 * slack)
        near = np.flatnonzero(rough >= floor)
        keys = [self._keys[at] for at in near]
        return best_matches(keys, score_rows(rows[near], query), k=k, min_score=min_score)

    def get(self, key: str) -> FloatArray | None:
        with self._lock:
            at = self._row_of.get(key)
            return None if at is None else self._rows[at].copy()

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._row_of

    def _make_room(self, count: int) -> None:
        needed = len(self._keys) + count
        if needed > len(self._rows):
            old = self._rows
            self._rows = np.zeros((max(needed, 2 * len(old)), self._dimension), np.float32)
            self._rows[: len(self._keys)] = old[: len(self._keys)]
            old.fill(0)  # vectors do not linger in freed memory


def _norm(vector: FloatArray) -> float:
    wide = vector.astype(np.float64)
    return float(np.sqrt(np.dot(wide, wide)))
