"""A run of rows in one piece of memory: the vectors, their codes and their error bounds."""

from __future__ import annotations

import numpy as np

from eyebright.geometry.arrays import DoubleArray, FloatArray, IndexArray
from eyebright.vectors.index import score_rows
from eyebright.vectors.products import code_products
from eyebright.vectors.quantise import Quantised, QuantisedQuery

SEGMENT_ROWS = 65_536
_FIRST_ROWS = 4  # ten thousand collections of a few faces each should cost little
_ROWS_PER_STEP = 65_536
_ROWS_PER_BATCH_STEP = 16_384  # so that the products of 64 queries stay in cache
_SCORED_AT_ONCE = 4_096
_FAR = 3e38  # float32 ends there, scores long before


class Segment:
    """Up to SEGMENT_ROWS rows. Knows no keys, takes no locks."""

    def __init__(self, dimension: int) -> None:
        self.count = 0
        self._rows = np.zeros((0, dimension), np.float32)
        self._quantised = Quantised.empty(0, dimension)
        # of any row that was ever here: a quick first test may be too generous, never too strict
        self._largest_error = np.zeros(1, np.float32)
        self._largest_norm = np.zeros(1, np.float32)

    def append(self, rows: FloatArray, quantised: Quantised) -> None:
        """Add rows at the end; the caller keeps to the segment's size."""
        self._make_room(self.count + len(rows))
        self.count += len(rows)
        self._write(slice(self.count - len(rows), self.count), rows, quantised)

    def replace(self, at: int, row: FloatArray, quantised: Quantised) -> None:
        """Overwrite one row: (1, d) and its codes."""
        self._write(slice(at, at + 1), row, quantised)

    def row(self, at: int) -> FloatArray:
        """A copy of a row (d,)."""
        row: FloatArray = self._rows[at].copy()
        return row

    def take_last(self) -> tuple[FloatArray, Quantised]:
        """Remove the last row and return it; its bytes here become zeros."""
        last = slice(self.count - 1, self.count)
        quantised = self._quantised
        taken = Quantised(
            codes=quantised.codes[last].copy(),
            scales=quantised.scales[last].copy(),
            errors=quantised.errors[last].copy(),
            norms=quantised.norms[last].copy(),
        )
        row = self._rows[last].copy()
        for array in (self._rows, *_arrays(quantised)):
            array[last] = 0
        self.count -= 1
        return row, taken

    def clear(self) -> None:
        """Overwrite everything with zeros."""
        for array in (self._rows, *_arrays(self._quantised)):
            array.fill(0)
        self.count = 0

    def near(
        self, queries: list[QuantisedQuery], floors: list[float], k: int
    ) -> list[tuple[IndexArray, FloatArray, FloatArray]]:
        """For each query the rows that may be among the k best of those at or above its floor.

        Returns rows, and the lower and upper bounds of their scores. Rows left out are proven to
        be below the floor, or below k others of this segment. Raises each floor (in place) to a
        score that k rows here are proven to reach.
        """
        found: list[list[tuple[IndexArray, FloatArray, FloatArray]]] = [[] for _ in queries]
        codes = np.stack([query.codes for query in queries])
        step = _ROWS_PER_STEP if len(queries) == 1 else _ROWS_PER_BATCH_STEP
        for start in range(0, self.count, step):
            stop = min(start + step, self.count)
            products = code_products(self._quantised.codes[start:stop], codes)
            for at, query in enumerate(queries):
                rows, lower, upper = self._bounds(query, products[at], start, floors[at])
                if len(rows) >= k:
                    floors[at] = max(floors[at], kth_largest(lower, k))
                    kept = upper >= below(floors[at])
                    rows, lower, upper = rows[kept], lower[kept], upper[kept]
                found[at].append((rows, lower, upper))
        return [_joined(parts) for parts in found]

    def scores(self, at: IndexArray, query: FloatArray) -> DoubleArray:
        """True scores of some rows."""
        parts = [
            score_rows(self._rows[at[start : start + _SCORED_AT_ONCE]], query)
            for start in range(0, len(at), _SCORED_AT_ONCE)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _bounds(
        self, query: QuantisedQuery, products: FloatArray, start: int, floor: float
    ) -> tuple[IndexArray, FloatArray, FloatArray]:
        stop = start + len(products)
        quantised = self._quantised
        rough = products * quantised.scales[start:stop]
        widest = float(query.radius(self._largest_error, self._largest_norm)[0])
        least = floor - 1.001 * widest
        limit = below(least / query.scale if query.scale > 0 else -np.inf)
        if rough.max() < limit:  # most segments of most searches
            return np.zeros(0, np.intp), np.zeros(0, np.float32), np.zeros(0, np.float32)
        at = np.flatnonzero(rough >= limit)
        radius = query.radius(quantised.errors[start + at], quantised.norms[start + at])
        middle = rough[at] * np.float32(query.scale)
        upper = middle + radius
        kept = upper >= below(floor)
        return start + at[kept], (middle - radius)[kept], upper[kept]

    def _make_room(self, needed: int) -> None:
        have = len(self._rows)
        if needed <= have:
            return
        room = min(SEGMENT_ROWS, max(needed, 2 * have, _FIRST_ROWS))
        old_rows, old = self._rows, self._quantised
        self._rows = np.zeros((room, old_rows.shape[1]), np.float32)
        self._quantised = Quantised.empty(room, old_rows.shape[1])
        self._rows[:have] = old_rows
        for new_array, old_array in zip(_arrays(self._quantised), _arrays(old), strict=True):
            new_array[:have] = old_array
        for array in (old_rows, *_arrays(old)):
            array.fill(0)  # vectors do not linger in freed memory

    def _write(self, where: slice, rows: FloatArray, quantised: Quantised) -> None:
        self._rows[where] = rows
        for target, source in zip(_arrays(self._quantised), _arrays(quantised), strict=True):
            target[where] = source
        self._largest_error = np.maximum(self._largest_error, quantised.errors.max(initial=0))
        self._largest_norm = np.maximum(self._largest_norm, quantised.norms.max(initial=0))


def kth_largest(values: FloatArray, k: int) -> float:
    """The k-th largest of at least k values."""
    return float(np.partition(values, len(values) - k)[len(values) - k])


def below(floor: float) -> float:
    """A number that is not above this one, even after the rounding to float32 in a comparison."""
    held = min(max(floor, -_FAR), _FAR)
    return held - abs(held) * 2e-7 - 1e-37


def _joined(
    parts: list[tuple[IndexArray, FloatArray, FloatArray]],
) -> tuple[IndexArray, FloatArray, FloatArray]:
    if len(parts) == 1:
        return parts[0]
    rows, lower, upper = zip(*parts, strict=True)
    return np.concatenate(rows), np.concatenate(lower), np.concatenate(upper)


def _arrays(quantised: Quantised) -> tuple[np.ndarray, ...]:
    return quantised.codes, quantised.scales, quantised.errors, quantised.norms
