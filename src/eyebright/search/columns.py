"""The columns from which facets are counted.

Counting a column with one value per entry takes a nanosecond per match, one with many values per
entry thirteen nanoseconds per value. So the values of a field are dealt out to several columns of
one value each (slots): each value has a few slots it may be in, so that every slot has few values.
What finds no slot is in a column of many (`more`), and with its percent in another. Unless the
matches are very many, one column of many that has all values is counted faster (`all`).

For confidence floors the values are dealt out by sureness first, in two bands: a floor at the edge
of a band leaves out whole columns, any other compares percents in the columns of one band.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from eyebright.search.grades import percent_of
from eyebright.search.kept import terms_of
from eyebright.search.values import Document, Field
from eyebright.search.words import printable

NOTHING = ""
"""In a slot: no value here. Columns with gaps are counted four times slower."""
EDGE = 50
"""Percent between the bands: the floor of the interface, unless a person says another."""
CHOICES = 4
"""How many slots a value may be in."""
MEDIA, MONTH = "media", "month"
"""Columns of one value that every entry has."""


@dataclass(frozen=True, slots=True)
class Band:
    """Columns of one field and one range of percents, low <= percent < high. `all` has all values
    of the field from `low` on, those of the bands above, too."""

    field: Field
    low: int
    high: int
    slots: tuple[str, ...]
    percents: tuple[str, ...]
    more: str
    more_percent: str
    all: str


def _bands(field: Field, edges: tuple[int, ...], counts: tuple[int, ...]) -> tuple[Band, ...]:
    bands = []
    for low, high, count in zip(edges, (*edges[1:], 101), counts, strict=True):
        name = f"{field.value}_{low}"
        slots = tuple(f"{name}_{at}" for at in range(count))
        percents = tuple(f"{slot}_percent" for slot in slots)
        more = f"{name}_more"
        bands.append(
            Band(field, low, high, slots, percents, more, f"{more}_percent", f"{name}_all")
        )
    return tuple(bands)


BANDS: tuple[Band, ...] = (
    *_bands(Field.LABEL, (0, EDGE), (8, 20)),
    *_bands(Field.CATEGORY, (0, EDGE), (3, 8)),
    *_bands(Field.PERSON, (0, EDGE), (1, 3)),
    *_bands(Field.ROLE, (0, EDGE), (1, 2)),
    *_bands(Field.MODERATION, (0, EDGE), (2, 3)),
    *_bands(Field.SOURCE, (0,), (2,)),
)
OF_FIELD: Mapping[Field, tuple[Band, ...]] = {
    field: tuple(band for band in BANDS if band.field is field)
    for field in dict.fromkeys(band.field for band in BANDS)
}
_BAND_AT: Mapping[Field, tuple[int, ...]] = {
    field: tuple(
        max(at for at, band in enumerate(bands) if band.low <= percent) for percent in range(101)
    )
    for field, bands in OF_FIELD.items()
}
"""Percent -> place among the field's bands."""


def text_columns() -> Iterator[str]:
    """Names of all columns of values."""
    yield from (MEDIA, MONTH)
    for band in BANDS:
        yield from (*band.slots, band.more, band.more_percent, band.all)


def number_columns() -> Iterator[str]:
    """Names of all columns of percents, each beside its slot."""
    for band in BANDS:
        yield from band.percents


def best_percents(document: Document, field: Field) -> dict[str, int]:
    """Value -> percent of a field that is counted; of a name that is there twice, the surest."""
    if field is Field.SOURCE:
        return {printable(source): 100 for source in document.sources if source}
    best: dict[str, int] = {}
    for term in terms_of(document, field):
        name, percent = printable(term.name), percent_of(term.score)
        if name and best.get(name, -1) < percent:
            best[name] = percent
    return best


def deal(
    field: Field, best: Mapping[str, int]
) -> Iterator[tuple[Band, list[str], list[int], dict[str, int]]]:
    """Of each band of a field: what its slots hold, their percents, and value -> percent of what
    is over. best: value -> percent."""
    bands = OF_FIELD[field]
    slots = [[NOTHING] * len(band.slots) for band in bands]
    percents = [[0] * len(band.slots) for band in bands]
    over: list[dict[str, int]] = [{} for _ in bands]
    for name, percent in best.items():
        at = _BAND_AT[field][percent]
        place = _free(slots[at], percents[at], name)
        if place is None:
            over[at][name] = percent
        else:
            slots[at][place], percents[at][place] = name, percent
    return zip(bands, slots, percents, over, strict=True)


def _free(slots: list[str], percents: list[int], name: str) -> int | None:
    """A slot for a value. If none of its own is free, one that is there moves to another of its."""
    places = _places(name, len(slots))
    for place in places:
        if not slots[place]:
            return place
    for place in places:
        for other in _places(slots[place], len(slots)):
            if not slots[other]:
                slots[other], percents[other] = slots[place], percents[place]
                return place
    return None


@lru_cache(maxsize=65_536)
def _places(name: str, count: int) -> tuple[int, ...]:
    """The slots that a value may be in."""
    digest = crc32(name.encode())
    return tuple(dict.fromkeys((digest >> (7 * choice)) % count for choice in range(CHOICES)))
