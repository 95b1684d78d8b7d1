"""How many of the matches have which value, exactly.

Three ways to count, each the fastest somewhere. Of few matches the values are looked up and
counted. Of many, a value that many rows have is counted by bits: those of its rows and those of
the matches, both 64 at once; any other by going through its rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from eyebright.search.encoding import EDGE, ragged
from eyebright.search.kept import SCALE
from eyebright.search.matching import SCORED
from eyebright.search.segment import Segment
from eyebright.search.values import FACETS, Field
from eyebright.search.words import printable

Counts = Mapping[Field, Counter[str]]
Facets = Mapping[Field, tuple[tuple[str, int], ...]]
FEW = 1 / 12
"""Of the rows: matches up to which it is faster to look their values up."""


def count_values(segment: Segment, matched: np.ndarray, *, total: int, floor: int) -> np.ndarray:
    """int64 (v,), of each value how many of the matches have it. matched: bool (n,), with `total`
    of them. floor: in percents."""
    if floor > 100:
        return _without_scores(segment, count_values(segment, matched, total=total, floor=0))
    if total <= FEW * segment.count:
        return _looked_up(segment, np.flatnonzero(matched), floor)
    if floor in (0, EDGE):
        return _by_bits(segment, matched, floor)
    return _gone_through(segment, matched, range(len(segment.post_end)), floor)


def named(segment: Segment, counts: np.ndarray, into: Mapping[Field, Counter[str]]) -> None:
    """Add a segment's counts to those of the names."""
    values = segment.values
    at = np.flatnonzero(counts)
    for value, count in zip(at.tolist(), counts[at].tolist(), strict=True):
        said = values[value]
        if not said.is_shadow and (name := printable(said.name)):
            into[said.field][name] += count


def no_counts() -> dict[Field, Counter[str]]:
    return {field: Counter() for field in FACETS}


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


def _by_bits(segment: Segment, matched: np.ndarray, floor: int) -> np.ndarray:
    arrays = segment.arrays
    dense = arrays.dense.tolist()
    rare = sorted(set(range(len(segment.post_end))) - set(dense))
    counts = _gone_through(segment, matched, rare, floor)
    size = len(matched)
    padded = np.zeros(-(-size // 64) * 64, bool)
    padded[:size] = matched
    bits = np.packbits(padded).view(np.uint64)
    rows = arrays.dense_sure if floor else arrays.dense_bits
    counts[arrays.dense] = np.bitwise_count(rows & bits).sum(axis=1, dtype=np.int64)
    return counts


def _gone_through(
    segment: Segment, matched: np.ndarray, values: range | list[int], floor: int
) -> np.ndarray:
    counts = np.zeros(len(segment.post_end), np.int64)
    rows = segment.arrays.post_row
    for value in values:
        counts[value] = np.count_nonzero(matched.take(rows[segment.postings(value, floor)]))
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
