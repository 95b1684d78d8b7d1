"""How many of the matches have which value, exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Executor
from typing import Any

import tantivy

from eyebright.search.asking import MUST
from eyebright.search.schema import NOTHING, SLOTS, more_name, percent_name, slot_name
from eyebright.search.values import FACETS, Field

Counts = Mapping[Field, tuple[tuple[str, int], ...]]
ALL_VALUES = 1_000_000
"""More values than any column has."""
_MONTH = Field.DATE.value + "_month"


def count_facets(
    searcher: tantivy.Searcher,
    schema: tantivy.Schema,
    query: tantivy.Query,
    *,
    floor: int,
    workers: Executor,
) -> Mapping[Field, Counter[str]]:
    """Of every facet all values with their counts. floor: in percents.

    The columns are shared out between the caller and a worker: the index counts without Python.
    """
    columns = [(field, at) for field, count in SLOTS.items() for at in range(count)]
    half = len(columns) // 2
    other = workers.submit(_count_slots, searcher, query, columns[half:], floor)
    counts = _count_slots(searcher, query, columns[:half], floor)
    for field in (Field.MEDIA, Field.DATE):
        column = _MONTH if field is Field.DATE else field.value
        found = searcher.aggregate(query, {"all": _terms(column)})["all"]
        counts.setdefault(field, Counter()).update(_buckets(found))
    for field, counter in other.result().items():
        counts.setdefault(field, Counter()).update(counter)
    for field in SLOTS:
        counts[field].update(_count_rest(searcher, schema, query, field, floor))
    return {field: counts[field] for field in FACETS}


def ranked(counts: Mapping[Field, Counter[str]], *, by_year: bool, limit: int) -> Counts:
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


def _count_slots(
    searcher: tantivy.Searcher, query: tantivy.Query, columns: list[tuple[Field, int]], floor: int
) -> dict[Field, Counter[str]]:
    asked = {slot_name(*column): _slot(column, floor) for column in columns}
    found = searcher.aggregate(query, asked)
    counts: dict[Field, Counter[str]] = {}
    for field, at in columns:
        bucket = found[slot_name(field, at)]
        if floor > 0 and field is not Field.SOURCE:
            bucket = bucket["buckets"][-1]["all"]
        counter = counts.setdefault(field, Counter())
        for value, count in _buckets(bucket).items():
            counter[value] += count
    return counts


def _slot(column: tuple[Field, int], floor: int) -> dict[str, Any]:
    field, _ = column
    counted = _terms(slot_name(*column))
    if floor <= 0 or field is Field.SOURCE:
        return counted
    return {
        "range": {"field": percent_name(*column), "ranges": [{"from": float(floor)}]},
        "aggs": {"all": counted},
    }


def _count_rest(
    searcher: tantivy.Searcher,
    schema: tantivy.Schema,
    query: tantivy.Query,
    field: Field,
    floor: int,
) -> Counter[str]:
    """What did not fit into the columns: "value|percent" of the few entries that have such."""
    counter: Counter[str] = Counter()
    has_more = tantivy.Query.term_query(schema, "marks", f"+{field.value}", index_option="basic")
    both = tantivy.Query.boolean_query([(MUST, query), (MUST, has_more)])
    if searcher.doc_freq("marks", f"+{field.value}") == 0:
        return counter
    found = searcher.aggregate(both, {"all": _terms(more_name(field))})["all"]
    for key, count in _buckets(found).items():
        value, percent = key.rsplit("|", 1)
        if int(percent) >= floor:
            counter[value] += count
    return counter


def _terms(column: str) -> dict[str, Any]:
    return {"terms": {"field": column, "size": ALL_VALUES, "segment_size": ALL_VALUES}}


def _buckets(found: Mapping[str, Any]) -> dict[str, int]:
    return {
        one["key"]: one["doc_count"]
        for one in found["buckets"]
        if one["key"] != NOTHING and one["doc_count"]
    }
