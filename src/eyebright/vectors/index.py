"""What an index of vectors promises, and the one definition of a score that all indexes share."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from eyebright.errors import EmbeddingSpaceMismatch
from eyebright.geometry.arrays import DoubleArray, FloatArray

Match = tuple[str, float]
"""Key and score."""

MAX_NORM = 1e6
"""Vectors are meant to be of unit length; beyond this norm the error bounds would overflow."""


class VectorIndex(Protocol):
    """Keyed float32 vectors of one dimension, searched by inner product.

    For vectors of unit length (which the callers keep) the score is the cosine, -1 to 1. Every
    method may be called from any thread; a search sees each write wholly or not at all, and sees
    all writes that returned before it began. Implementations give equal answers to the last bit,
    because all scores come from `score_rows`; `ExactIndex` is their oracle.
    """

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        ...

    def add(self, keys: Sequence[str], vectors: FloatArray) -> None:
        """Add vectors (len(keys), dimension); a key that is present gets its new vector.

        Raises EmbeddingSpaceMismatch for another dimension, ValueError for vectors that are not
        finite, are absurdly long, or are not one per key. After an error nothing was added.
        """
        ...

    def remove(self, keys: Sequence[str]) -> None:
        """Forget these keys and overwrite their vectors' bytes; unknown keys are ignored."""
        ...

    def search(self, query: FloatArray, *, k: int, min_score: float) -> list[Match]:
        """The k best keys whose score is at least `min_score`, best first, ties by key.

        query: (dimension,). Raises as `add` does for a query that is no such vector.
        """
        ...

    def search_many(self, queries: FloatArray, *, k: int, min_score: float) -> list[list[Match]]:
        """`search` for each row of (n, dimension) queries, cheaper than one by one."""
        ...

    def get(self, key: str) -> FloatArray | None:
        """A copy of the key's vector (dimension,), or None."""
        ...

    def __len__(self) -> int: ...

    def __contains__(self, key: object) -> bool: ...


def score_rows(rows: FloatArray, query: FloatArray) -> DoubleArray:
    """Inner products of rows (n, d) with a query (d,): (n,) float64.

    The products of two float32 are exact in float64, and each row is summed in the same order
    whatever its neighbours are. So a vector's score does not depend on where it is stored, which
    a BLAS call does not promise.
    """
    products: DoubleArray = np.multiply(rows, query, dtype=np.float64)
    scores: DoubleArray = products.sum(axis=1)
    return scores


def best_matches(
    keys: Sequence[str], scores: DoubleArray, *, k: int, min_score: float
) -> list[Match]:
    """The k best of candidates at or above `min_score`: score descending, then key ascending."""
    if k <= 0:
        return []
    chosen = np.flatnonzero(scores >= min_score)
    if len(chosen) > k:  # only what ties with the k-th best or beats it needs sorting
        kth = np.partition(scores[chosen], len(chosen) - k)[len(chosen) - k]
        chosen = chosen[scores[chosen] >= kth]
    ranked = heapq.nsmallest(k, ((-float(scores[at]), keys[at]) for at in chosen.tolist()))
    return [(key, -negated) for negated, key in ranked]


def as_vectors(vectors: FloatArray, dimension: int) -> FloatArray:
    """(n, dimension) C-ordered float32 of finite, reasonably long rows, or an error."""
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    if rows.ndim != 2 or rows.shape[1] != dimension:
        raise EmbeddingSpaceMismatch(
            f"A vector array of shape {rows.shape} does not fit an index of dimension {dimension}."
        )
    # A NaN fails the comparison as well, and squares that overflow are infinite.
    with np.errstate(over="ignore", invalid="ignore"):
        fits = np.einsum("ij,ij->i", rows, rows) <= MAX_NORM**2
    if not fits.all():
        raise ValueError(f"A vector is not finite or longer than {MAX_NORM:g}.")
    return rows
