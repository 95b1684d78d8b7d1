"""What the index keeps of a document, field by field.

numbered   `number`, to find and replace a document.
graded     every word of every value, in order: "dog|l87" is the word dog of a label of 87 percent.
           The letter is that of the kind (`grades.py`). Words of one value share letter and
           percent, so a phrase of such words lies in one value, and a floor chooses words.
marks      whole values "=golden_retriever|l87", plurals "~dog|l87" (under their singular),
           beginnings "<do|l87", and exact values "label:golden␣retriever", with "|87" and without.
suggested  what can be typed, with how it is written.
slots      exact values again, in columns of one value each: counting those is ten times faster
           than counting a column of many. What does not fit goes to one column of many.
kept       the document itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from zlib import crc32

import tantivy

from eyebright.search.grades import LETTERS, percent_of
from eyebright.search.kept import TERMS, pack, terms_of
from eyebright.search.question import MAX_PHRASE
from eyebright.search.values import Document, Field
from eyebright.search.words import exact_key, name_readings, printable, stem_of, words_of

VERSION = 1
"""Rises whenever an index written before would be read wrongly; such an index is made anew."""
SLOTS: Mapping[Field, int] = MappingProxyType(
    {
        Field.LABEL: 16,
        Field.CATEGORY: 8,
        Field.PERSON: 4,
        Field.ROLE: 2,
        Field.MODERATION: 4,
        Field.SOURCE: 2,
    }
)
"""Columns of one value each. Every column costs a search a nanosecond per match."""
CHOICES = 3
"""How many of the columns a value may be in, so that each column has few values."""
BEGINNINGS = 2
"""Letters up to which beginnings are marked; longer ones have few words."""
NOTHING = ""
"""In a column: no value here."""
_YEAR_ZERO = 62_167_219_200
"""Seconds from the year 0 to 1970."""
_NUMBER_BITS = 27
_NUMBERS = (1 << _NUMBER_BITS) - 1
_SECONDS = (1 << 36) - 1
"""More than 2,000 years of them."""


def slot_name(field: Field, at: int) -> str:
    return f"{field.value}_{at}"


def percent_name(field: Field, at: int) -> str:
    return f"{field.value}_{at}_percent"


def more_name(field: Field) -> str:
    return f"{field.value}_more"


def new_schema() -> tantivy.Schema:
    """The fields above."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("number", indexed=True, fast=True)
    builder.add_text_field("graded", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("marks", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("suggested", tokenizer_name="raw", index_option="basic")
    for name in ("date", "newest", "oldest"):
        builder.add_integer_field(name, fast=True)
    columns = [Field.MEDIA.value, Field.DATE.value + "_month"]
    for field, count in SLOTS.items():
        columns += [slot_name(field, at) for at in range(count)]
        columns.append(more_name(field))
        for at in range(count):
            builder.add_integer_field(percent_name(field, at), fast=True)
    for name in columns:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("kept", stored=True)
    return builder.build()


def newest_key(document: Document) -> int:
    """Rises with the second, then with the number; least without a date."""
    if document.date is None:
        return -(2**62) + document.number
    second = min(max(document.date // 1000 + _YEAR_ZERO, 0), _SECONDS)
    return (second << _NUMBER_BITS) | (document.number & _NUMBERS)


def oldest_key(document: Document) -> int:
    """Falls as the second rises, then as the number falls; least without a date."""
    if document.date is None:
        return -(2**62) + document.number
    second = newest_key(document) >> _NUMBER_BITS
    return ((_SECONDS - second) << _NUMBER_BITS) | (document.number & _NUMBERS)


def month_of(date: int | None) -> str:
    """ "2026-11" (UTC), or NOTHING."""
    if date is None:
        return NOTHING
    second = min(max(date // 1000, -_YEAR_ZERO + 366 * 86_400), 253_402_300_799)
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m").rjust(7, "0")


def entry_of(document: Document) -> tantivy.Document:
    """The document as the index takes it."""
    entry = tantivy.Document()
    entry.add_integer("number", document.number)
    if document.date is not None:
        entry.add_integer("date", document.date)
    entry.add_integer("newest", newest_key(document))
    entry.add_integer("oldest", oldest_key(document))
    entry.add_bytes("kept", pack(document))
    _add_words(entry, document)
    _add_columns(entry, document)
    return entry


def _add_words(entry: tantivy.Document, document: Document) -> None:
    marks: list[str] = []
    for field, _ in TERMS:
        for term in terms_of(document, field):
            percent = str(percent_of(term.score))
            graded, marked, suggested = _written(field, term.name, term.also)
            for value in graded:
                entry.add_text("graded", value.replace("\0", percent))
            marks.append(marked.replace("\0", percent))
            for value in suggested:
                entry.add_text("suggested", value)
    for name in document.names:
        for reading in name_readings(name):
            graded_name, marked = _of_value(LETTERS[Field.NAME][0], reading)
            entry.add_text("graded", graded_name.replace("\0", "100"))
            marks.append(marked.replace("\0", "100"))
    marks += [f"source:{exact_key(source)}" for source in document.sources]
    marks.append(f"media:{exact_key(document.media)}")
    month = month_of(document.date)
    if month:
        marks += [f"date:{month}", f"date:{month[:4]}"]
    entry.add_text("marks", " ".join(marks))


def _add_columns(entry: tantivy.Document, document: Document) -> None:
    entry.add_text(Field.MEDIA.value, printable(document.media))
    entry.add_text(Field.DATE.value + "_month", month_of(document.date))
    for field, count in SLOTS.items():
        columns = [NOTHING] * count
        percents = [0] * count
        for name, percent in best_percents(document, field).items():
            at = _free(columns, _places(name, count))
            if at is None:
                entry.add_text(more_name(field), f"{name}|{percent}")
                entry.add_text("marks", f"+{field.value}")
            else:
                columns[at], percents[at] = name, percent
        for at in range(count):
            entry.add_text(slot_name(field, at), columns[at])
            entry.add_integer(percent_name(field, at), percents[at])


def best_percents(document: Document, field: Field) -> dict[str, int]:
    """Value -> percent of a field that is counted; of a name that is there twice, the surest."""
    if field is Field.SOURCE:
        return {printable(source): 100 for source in document.sources if source}
    best: dict[str, int] = {}
    for term in terms_of(document, field):
        if term.name:
            name = printable(term.name)
            best[name] = max(best.get(name, 0), percent_of(term.score))
    return best


def _free(columns: list[str], places: tuple[int, ...]) -> int | None:
    for at in places:
        if not columns[at]:
            return at
    return next((at for at, there in enumerate(columns) if not there), None)


@lru_cache(maxsize=65_536)
def _places(name: str, count: int) -> tuple[int, ...]:
    digest = crc32(name.encode("utf-8", "surrogatepass"))
    return tuple((digest >> (8 * choice)) % count for choice in range(CHOICES))


@lru_cache(maxsize=65_536)
def _written(
    field: Field, name: str, also: tuple[str, ...]
) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """Of a term: graded values, marks and suggestions; \\0 stands for the percent."""
    letter, also_letter = LETTERS[field]
    values = [_of_value(letter, words_of(name))]
    values += [_of_value(also_letter, words_of(other)) for other in also]
    key = exact_key(name)
    marks = [marked for _, marked in values]
    if field is not Field.TEXT:
        marks += [f"{field.value}:{key}", f"{field.value}:{key}|\0"]
    graded = tuple(value for value, _ in values if value)
    return graded, " ".join(dict.fromkeys(" ".join(marks).split(" "))), tuple(_typed(field, name))


def _of_value(letter: str, words: tuple[str, ...]) -> tuple[str, str]:
    """A value's graded words and its marks."""
    at = f"|{letter}\0"
    marks = [f"={'_'.join(words)}{at}"] if 0 < len(words) <= MAX_PHRASE else []
    for word in words:
        stem = stem_of(word)
        if stem != word:
            marks.append(f"~{stem}{at}")
        marks += [f"<{word[:size]}{at}" for size in range(1, BEGINNINGS + 1) if len(word) > size]
    return " ".join(f"{word}{at}" for word in words), " ".join(dict.fromkeys(marks))


def _typed(field: Field, name: str) -> Iterator[str]:
    """What can be typed to mean this value: its words from each one on; of text single words."""
    words = words_of(name)
    if field is Field.TEXT:
        yield from (f"{word}\n{field.value}\n{word}" for word in dict.fromkeys(words))
    else:
        for at in range(min(len(words), 4)):
            yield f"{' '.join(words[at:])}\n{field.value}\n{printable(name)}"
