"""A segment with those of its rows that were deleted since it was written."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from eyebright.search.drafting import CLOSED
from eyebright.search.kept import SCALE, unpack
from eyebright.search.segment import Segment
from eyebright.search.times import NO_DATE
from eyebright.search.values import Document, Field, Term


class Leaf:
    """dead: uint32, rows. Safe to share between threads."""

    def __init__(self, segment: Segment, dead: np.ndarray) -> None:
        self.segment = segment
        self.dead = dead
        self.count = segment.count - len(dead)

    @cached_property
    def is_alive(self) -> np.ndarray:
        """bool (n,)."""
        alive = np.ones(self.segment.count, bool)
        alive[self.dead] = False
        return alive

    def rows(self) -> np.ndarray:
        """int64, those alive."""
        return np.flatnonzero(self.is_alive)

    def numbers(self) -> np.ndarray:
        """int64, of the documents alive."""
        numbers: np.ndarray = self.segment.arrays.number[self.is_alive]
        return numbers

    def rows_of(self, numbers: np.ndarray) -> np.ndarray:
        """The rows alive that are documents of these numbers, which are sorted."""
        if not len(numbers):
            return np.empty(0, np.int64)
        own = self.segment.arrays.number
        near = np.flatnonzero((own >= numbers[0]) & (own <= numbers[-1]) & self.is_alive)
        rows: np.ndarray = near[np.isin(own[near], numbers)]
        return rows

    def document(self, row: int) -> Document:
        """As it was added."""
        arrays = self.segment.arrays
        key, text, names = unpack(self.segment.kept[row])
        start = int(arrays.entry_end[row - 1]) if row else 0
        run = slice(start, int(arrays.entry_end[row]))
        terms: dict[Field, list[Term]] = {field: [] for field in Field}
        for value, score in zip(
            arrays.entry_value[run].tolist(), arrays.entry_score[run].tolist(), strict=True
        ):
            said = self.segment.values[value]
            terms[said.field].append(Term(said.name, score / SCALE, said.also))
        date = int(arrays.date[row])
        return Document(
            int(arrays.number[row]),
            key,
            terms[Field.MEDIA][0].name,
            **{attribute: tuple(terms[field]) for field, attribute in CLOSED},
            text=text,
            names=names,
            sources=tuple(term.name for term in terms[Field.SOURCE]),
            date=None if date == NO_DATE else date,
            added=int(arrays.added[row]),
        )
