"""How many of the matches have which value, exactly.

Three ways to count, each the fastest somewhere. Of few matches the values are looked up and
counted. Of many, a value that many rows have is counted by bits: those of its rows and those of
the matches, both 64 at once; any other by going through its rows.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from weakref import WeakKeyDictionary

import numpy as np

from eyebright.search.encoding import EDGES, as_bits, ragged
from eyebright.search.kept import SCALE
from eyebright.search.matching import SCORED
from eyebright.search.segment import Segment
from eyebright.search.values import FACETS, Field
from eyebright.search.words import printable

Counts = Mapping[Field, Counter[str]]
Facets = Mapping[Field, tuple[tuple[str, int], ...]]
FEW = 1 / 20
"""Of the rows: matches up to which it is faster to look their values up."""


def count_values(segment: Segment, matched: np.ndarray, *, total: int, floor: int) -> np.ndarray:
    """int64 (v,), of each value how many of the matches have it. matched: bool (n,), with `total`
    of them. floor: in percents."""
    if floor > 100:
        return _without_scores(segment, count_values(segment, matched, total=total, floor=0))
    if total <= FEW * segment.count:
        return _looked_up(segment, np.flatnonzero(matched), floor)
    rare = _gone_through(segment, matched, floor)
    return np.concatenate((rare, _by_bits(segment, matched, floor)))


class Register:
    """The names of an index's values, numbered, so that counts of segments can be added up. Grows
    with the index. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: dict[tuple[Field, str], int] = {}
        self._of_segment: WeakKeyDictionary[Segment, np.ndarray] = WeakKeyDictionary()

    def summed(self, counted: Iterable[tuple[Segment, np.ndarray]]) -> Counts:
        """What several segments count together."""
        with self._lock:
            numbered = [(self._numbers_of(segment), counts) for segment, counts in counted]
            names = list(self._numbers)
        total = np.zeros(len(names) + 1, np.int64)
        for numbers, counts in numbered:
            np.add.at(total, numbers, counts)
        answer: dict[Field, Counter[str]] = {field: Counter() for field in FACETS}
        found = np.flatnonzero(total[:-1])
        for at, count in zip(found.tolist(), total[found].tolist(), strict=True):
            field, name = names[at]
            answer[field][name] = count
        return answer

    def _numbers_of(self, segment: Segment) -> np.ndarray:
        """int64 (v,), -1 for what is not counted."""
        numbers = self._of_segment.get(segment)
        if numbers is None:
            known = self._numbers
            said = (
                known.setdefault((value.field, name), len(known))
                if (name := printable(value.name)) and not value.is_shadow
                else -1
                for value in segment.values
            )
            numbers = self._of_segment[segment] = np.fromiter(said, np.int64)
        return numbers


def ranked(counts: Counts, *, by_year: bool, limit: int) -> Facets:
    """Most first, then by value; of dates the latest first."""
    answer: dict[Field, tuple[tuple[str, int], ...]] = {}
    for field, counter in counts.items():
        if field is Field.DATE:
            dates = _years(counter) if by_year else counter
            answer[field] = tuple(sorted(dates.items(), reverse=True)[:limit])
        else:
            answer[field] = tuple(sorted(counter.items(), key=_most_first)[:limit])
    return answer


def _looked_up(segment: Segment, rows: np.ndarray, floor: int) -> np.ndarray:
    arrays = segment.arrays
    ends = arrays.entry_end[rows].astype(np.int64)
    starts = np.where(rows > 0, arrays.entry_end[rows - 1], 0)
    at = ragged(starts, ends - starts)
    if floor:
        at = at[arrays.entry_score[at] >= floor * (SCALE // 100)]
    return np.bincount(arrays.entry_value[at], minlength=len(segment.post_end))


def _gone_through(segment: Segment, matched: np.ndarray, floor: int) -> np.ndarray:
    """Of the values that few rows have."""
    ends = segment.arrays.post_end[: segment.rare]
    if not len(ends):
        return np.empty(0, np.int64)
    is_hit = matched.take(segment.arrays.post_row[: ends[-1]])
    if floor:
        is_hit &= segment.arrays.post_percent[: ends[-1]] >= floor
    starts = np.concatenate(([0], ends[:-1]))
    counts: np.ndarray = np.add.reduceat(is_hit.view(np.uint8), starts, dtype=np.int64)
    return counts


def _by_bits(segment: Segment, matched: np.ndarray, floor: int) -> np.ndarray:
    """Of the values that many rows have: from the edge that is nearest to the floor, and what is
    between the two."""
    arrays = segment.arrays
    edge = min(range(len(EDGES)), key=lambda at: abs(EDGES[at] - floor))
    rows = arrays.dense_bits[edge]
    counts: np.ndarray = np.bitwise_count(rows & as_bits(matched)).sum(axis=1, dtype=np.int64)
    if EDGES[edge] == floor:
        return counts
    ends = arrays.dense_end[:, [floor, EDGES[edge]]].astype(np.int64)
    sign = 1 if floor < EDGES[edge] else -1
    for value, (start, stop) in enumerate(np.sort(ends).tolist()):
        between = matched.take(arrays.post_row[start:stop])
        counts[value] += sign * np.count_nonzero(between)
    return counts


def _without_scores(segment: Segment, counts: np.ndarray) -> np.ndarray:
    """What a floor above all scores leaves."""
    is_scored = [value.field in SCORED for value in segment.values]
    return np.where(is_scored, 0, counts)


def _most_first(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _years(months: Counter[str]) -> Counter[str]:
    years: Counter[str] = Counter()
    for month, count in months.items():
        years[month[:4]] += count
    return years
