"""How many of the matches have which value, exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import tantivy

from eyebright.search.asking import MUST
from eyebright.search.columns import MEDIA, MONTH, NOTHING, OF_FIELD, Band
from eyebright.search.values import FACETS, Field

Counts = Mapping[Field, Counter[str]]
Facets = Mapping[Field, tuple[tuple[str, int], ...]]
FEW = 60_000
"""Matches up to which one column of many values is counted faster than many of one."""
ALL_VALUES = 1_000_000
"""More values than any column has."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One column to count. least: percent that its values must have; 0 if all have it.
    mark: of the entries that have the column at all, empty if all do. With least, the keys of such
    a column are "value|percent"."""

    field: Field
    column: str
    percents: str = ""
    least: int = 0
    mark: str = ""


def count_facets(
    searcher: tantivy.Searcher,
    schema: tantivy.Schema,
    query: tantivy.Query,
    *,
    total: int,
    floor: int,
    workers: Executor,
) -> Counts:
    """Of every facet all values with their counts. total: of matches. floor: in percents.

    The columns are shared out between the caller and a worker: the index counts without Python.
    """
    parts = list(_parts(searcher, total, floor)) if total else []
    plain = [part for part in parts if not part.mark]
    half = (len(plain) + 1) // 2
    other = workers.submit(_counted, searcher, query, plain[half:])
    counts: dict[Field, Counter[str]] = {field: Counter() for field in FACETS}
    _add(counts, _counted(searcher, query, plain[:half]))
    for part in parts:
        if part.mark:
            _add(counts, _counted(searcher, _with_over(schema, query, part), [part]))
    _add(counts, other.result())
    return counts


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


def _most_first(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _years(months: Counter[str]) -> Counter[str]:
    years: Counter[str] = Counter()
    for month, count in months.items():
        years[month[:4]] += count
    return years


def _parts(searcher: tantivy.Searcher, total: int, floor: int) -> list[_Part]:
    """What there is to count."""
    parts: list[_Part] = []
    for field, bands in OF_FIELD.items():
        least = 0 if field is Field.SOURCE else floor
        at_edge = next((band for band in bands if band.low == least), None)
        if total <= FEW and at_edge is not None:
            parts.append(_Part(field, at_edge.all))
            continue
        for band in bands:
            if least < band.high:
                parts += _slots(searcher, band, least if least > band.low else 0)
    parts += [_Part(Field.MEDIA, MEDIA), _Part(Field.DATE, MONTH)]
    # every second one to the worker, so that both have as much to do
    return [*parts[::2], *parts[1::2]]


def _slots(searcher: tantivy.Searcher, band: Band, least: int) -> list[_Part]:
    parts = [
        _Part(band.field, slot, percents, least)
        for slot, percents in zip(band.slots, band.percents, strict=True)
    ]
    if searcher.doc_freq("marks", f"+{band.more}"):
        column = band.more_percent if least else band.more
        parts.append(_Part(band.field, column, least=least, mark=f"+{band.more}"))
    return parts


def _with_over(schema: tantivy.Schema, query: tantivy.Query, part: _Part) -> tantivy.Query:
    mark = tantivy.Query.term_query(schema, "marks", part.mark, index_option="basic")
    return tantivy.Query.boolean_query([(MUST, query), (MUST, mark)])


def _counted(
    searcher: tantivy.Searcher, query: tantivy.Query, parts: Sequence[_Part]
) -> list[tuple[Field, Mapping[str, int]]]:
    if not parts:
        return []
    found = searcher.aggregate(query, {part.column: _asked(part) for part in parts})
    return [(part.field, _values(part, found[part.column])) for part in parts]


def _asked(part: _Part) -> dict[str, Any]:
    counted = {"terms": {"field": part.column, "size": ALL_VALUES, "segment_size": ALL_VALUES}}
    if not part.least or part.mark:
        return counted
    return {
        "range": {"field": part.percents, "ranges": [{"from": float(part.least)}]},
        "aggs": {"all": counted},
    }


def _values(part: _Part, found: Mapping[str, Any]) -> Mapping[str, int]:
    buckets = found["buckets"]
    if part.least and part.mark:
        return _over(buckets, part.least)
    if part.least:
        buckets = buckets[-1]["all"]["buckets"]
    return {one["key"]: one["doc_count"] for one in buckets if one["doc_count"]}


def _over(buckets: Sequence[Mapping[str, Any]], least: int) -> Counter[str]:
    counter: Counter[str] = Counter()
    for one in buckets:
        value, percent = one["key"].rsplit("|", 1)
        if int(percent) >= least:
            counter[value] += one["doc_count"]
    return counter


def _add(
    counts: Mapping[Field, Counter[str]], found: Sequence[tuple[Field, Mapping[str, int]]]
) -> None:
    for field, values in found:
        counter = counts[field]
        for value, count in values.items():
            if value != NOTHING and count:
                counter[value] += count
