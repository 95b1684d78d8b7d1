"""One page of an ordered answer, without ordering the whole answer.

An order is a ladder: rungs from the best on, each a query of what is at least that good. Counting
finds the rungs that the page lies on; within a rung the newest come first, which the index sorts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import tantivy

from eyebright.search.asking import MUST, NOT
from eyebright.search.reading import count_of, fetch
from eyebright.search.schema import newest_key
from eyebright.search.values import Document

SORTED_HERE = 100
"""So many documents are faster fetched and sorted than asked for rung by rung."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """rungs: best first. reaching: the query of all that is on this rung or a better one.
    rung_of: where a document stands."""

    rungs: Sequence[int]
    reaching: Callable[[int], tantivy.Query]
    rung_of: Callable[[Document], int]


class Climb:
    """One page of one ladder. total: of all matches."""

    def __init__(self, searcher: tantivy.Searcher, ladder: Ladder, total: int) -> None:
        self._searcher = searcher
        self._ladder = ladder
        self._counts = {-1: 0, len(ladder.rungs) - 1: total}
        self._total = total

    def page(self, offset: int, limit: int) -> list[Document]:
        """The documents from `offset` on, `limit` at most."""
        stop = min(offset + limit, self._total)
        if offset >= stop:
            return []
        if self._total <= SORTED_HERE:
            last = len(self._ladder.rungs) - 1
            return self._between(-1, last, self._total)[offset:stop]
        first = self._first_with(offset + 1)
        last = self._first_with(stop)
        skipped = offset - self._count(first - 1)
        page = self._on(first, skipped, min(stop, self._count(first)) - offset)
        if last > first + 1:
            page += self._between(first, last - 1, self._count(last - 1) - self._count(first))
        if last > first:
            page += self._on(last, 0, stop - self._count(last - 1))
        return page

    def _first_with(self, wanted: int) -> int:
        """The best rung at which so many are reached. Tries the best one first."""
        low, high, at = 0, len(self._ladder.rungs) - 1, 0
        while low < high:
            if self._count(at) >= wanted:
                high = at
            else:
                low = at + 1
            at = (low + high) // 2
        return low

    def _count(self, rung: int) -> int:
        if rung not in self._counts:
            self._counts[rung] = count_of(self._searcher, self._reaching(rung))
        return self._counts[rung]

    def _on(self, rung: int, offset: int, limit: int) -> list[Document]:
        query = self._apart(rung - 1, rung)
        return fetch(self._searcher, query, limit=limit, offset=offset)[1]

    def _between(self, above: int, rung: int, count: int) -> list[Document]:
        """All between two rungs, sorted here; they are few."""
        documents = fetch(self._searcher, self._apart(above, rung), limit=count)[1]
        order = {value: at for at, value in enumerate(self._ladder.rungs)}
        return sorted(
            documents,
            key=lambda one: (order[self._ladder.rung_of(one)], -newest_key(one)),
        )

    def _apart(self, above: int, rung: int) -> tantivy.Query:
        query = self._reaching(rung)
        if above < 0:
            return query
        return tantivy.Query.boolean_query([(MUST, query), (NOT, self._reaching(above))])

    def _reaching(self, rung: int) -> tantivy.Query:
        return self._ladder.reaching(self._ladder.rungs[rung])
