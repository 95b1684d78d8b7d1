"""The faces of one person in the order in which a page shows them, however many they are."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from eyebright.errors import InvalidCursor
from eyebright.geometry.arrays import FloatArray
from eyebright.people.projection import Projection
from eyebright.people.values import Position

T = TypeVar("T")

MOST_KEPT = 64
"""Orders in memory: 16 bytes for each face."""
STEPS = 1_000_000_000
"""Of a score of 1: sort keys are whole numbers, so that positions can stand in a cursor."""
_ROWS = 2_048
"""Multiplied at a time: each part is made float64 first."""
LAST = 1 << 52
"""Sorts behind every key."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceOrder:
    """Parallel arrays (n,) int64, by key and then by number."""

    keys: NDArray[np.int64]
    numbers: NDArray[np.int64]

    @staticmethod
    def of(keys: NDArray[np.int64], numbers: NDArray[np.int64]) -> FaceOrder:
        order = np.lexsort((numbers, keys))
        return FaceOrder(keys[order], numbers[order])

    def page(self, after: Position | None, limit: int) -> tuple[list[int], Position | None]:
        """Numbers that follow a position, and the position of the last one if there are more.
        Raises InvalidCursor for what is none."""
        start = 0 if after is None else self._behind(after)
        numbers = self.numbers[start : start + limit].tolist()
        if start + limit >= len(self.numbers):
            return numbers, None
        last = start + limit - 1
        return numbers, (int(self.keys[last]), int(self.numbers[last]))

    def _behind(self, after: Position) -> int:
        if len(after) != 2 or not all(isinstance(one, int) for one in after):
            raise InvalidCursor("The paging position is not one of this list.")
        key, number = after
        left, right = (int(np.searchsorted(self.keys, key, side=s)) for s in ("left", "right"))
        return left + int(np.searchsorted(self.numbers[left:right], number, side="right"))


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """How like a person's other faces each face is. numbers: ascending. cosines: (n,) float32; NaN
    where there is no other face."""

    numbers: NDArray[np.int64]
    cosines: FloatArray

    def of(self, number: int) -> float | None:
        """None for a face that cannot be compared."""
        at = int(np.searchsorted(self.numbers, number))
        if at == len(self.numbers) or self.numbers[at] != number or np.isnan(self.cosines[at]):
            return None
        return float(self.cosines[at])

    def of_all(self, numbers: Sequence[int]) -> list[float | None]:
        """The same of many faces, in their order."""
        if not len(self.numbers) or not len(numbers):
            return [None] * len(numbers)
        wanted = np.array(numbers, np.int64)
        at = np.minimum(np.searchsorted(self.numbers, wanted), len(self.numbers) - 1)
        known = (self.numbers[at] == wanted) & ~np.isnan(self.cosines[at])
        cosines = self.cosines[at].tolist()
        return [
            cosine if is_known else None for cosine, is_known in zip(cosines, known, strict=True)
        ]

    def keys(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Sort keys of faces, ascending numbers: the most alike first, those that cannot be
        compared behind them."""
        keys = np.full(len(numbers), LAST - 1, np.int64)
        known = ~np.isnan(self.cosines)
        places = np.searchsorted(numbers, self.numbers[known])
        keys[places] = -np.round(self.cosines[known].astype(np.float64) * STEPS).astype(np.int64)
        return keys


def likeness_of(projection: Projection, numbers: Sequence[int]) -> Likeness:
    """numbers: of all faces of one person, ascending."""
    found = [(number, projection.faces.get(str(number))) for number in numbers]
    kept = [(number, vector) for number, vector in found if vector is not None]
    own = np.array([number for number, _ in kept], np.int64)
    if len(kept) < 2:
        return Likeness(own, np.full(len(kept), np.nan, np.float32))
    return Likeness(own, leave_one_out(np.stack([vector for _, vector in kept])))


def leave_one_out(vectors: FloatArray) -> FloatArray:
    """Of (n, d) unit vectors, n > 1, each one's cosine with the mean direction of the others: (n,)
    float32."""
    total = vectors.sum(axis=0, dtype=np.float64)
    own = np.einsum("nd,nd->n", vectors, vectors, dtype=np.float64)
    products = np.concatenate(
        [vectors[at : at + _ROWS] @ total for at in range(0, len(vectors), _ROWS)]
    )
    lengths = np.sqrt(np.maximum(total @ total - 2 * products + own, np.finfo(np.float32).eps ** 2))
    cosines: FloatArray = ((products - own) / lengths).astype(np.float32)
    return cosines


class Remembered(Generic[T]):
    """A few results that are computed again when what they follow from has changed. Safe to share
    between threads."""

    def __init__(self, *, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[Hashable, T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, stamp: Hashable, make: Callable[[], T]) -> T:
        """What was made for this key and stamp."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and kept[0] == stamp:
                self._kept.move_to_end(key)
                return kept[1]
        made = make()
        with self._lock:
            self._kept[key] = (stamp, made)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
