"""A document as the entry that the index takes: its words, its marks and its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import tantivy

from eyebright.search.columns import MEDIA, MONTH, OF_FIELD, best_percents, deal
from eyebright.search.grades import KIND_OF, LETTERS, SHORT, percent_of
from eyebright.search.kept import TERMS, pack
from eyebright.search.question import MAX_PHRASE
from eyebright.search.schema import month_of, newest_key, oldest_key
from eyebright.search.values import Document, Field
from eyebright.search.words import exact_key, name_readings, printable, stem_of, words_of

_PERCENT = "\0"
"""Stands for the percent in what is remembered of a value."""
SUGGESTED = frozenset({Field.LABEL, Field.PERSON, Field.ROLE, Field.TEXT})
"""Fields whose values are suggested."""
_MOST_TYPED = 4
"""Words of a name at which typing may begin."""


def entry_of(document: Document) -> tantivy.Document:
    """The document as the index takes it."""
    entry = tantivy.Document()
    entry.add_integer("number", document.number)
    if document.date is not None:
        entry.add_integer("date", document.date)
    entry.add_integer("newest", newest_key(document))
    entry.add_integer("oldest", oldest_key(document))
    entry.add_bytes("kept", pack(document))
    marks = [*_add_terms(entry, document), *_add_names(entry, document)]
    marks += _add_columns(entry, document)
    entry.add_text("marks", " ".join(marks))
    return entry


def _add_terms(entry: tantivy.Document, document: Document) -> Iterator[str]:
    """Gives the marks."""
    for field, attribute in TERMS:
        for term in getattr(document, attribute):
            percent = str(percent_of(term.score))
            graded, marks, typed = _written(field, term.name, term.also)
            for value in graded:
                entry.add_text("graded", value.replace(_PERCENT, percent))
            for value in typed:
                entry.add_text("suggested", value)
            yield marks.replace(_PERCENT, percent)


def _add_names(entry: tantivy.Document, document: Document) -> Iterator[str]:
    """Gives the marks."""
    (letter,) = LETTERS[Field.NAME]
    for name in document.names:
        for reading in name_readings(name):
            graded, marks = _of_value(letter, reading)
            entry.add_text("graded", graded.replace(_PERCENT, "100"))
            yield marks.replace(_PERCENT, "100")


def _add_columns(entry: tantivy.Document, document: Document) -> Iterator[str]:
    """Gives the marks."""
    media, month = printable(document.media), month_of(document.date)
    entry.add_text(MEDIA, media)
    entry.add_text(MONTH, month)
    yield f"{Field.MEDIA.value}:{exact_key(media)}"
    if month:
        yield f"{Field.DATE.value}:{month} {Field.DATE.value}:{month[:4]}"
    for source in document.sources:
        yield f"{Field.SOURCE.value}:{exact_key(source)}"
    for field, bands in OF_FIELD.items():
        best = best_percents(document, field)
        yield from _add_slots(entry, field, best)
        for value, percent in best.items():
            for band in bands:
                if percent >= band.low:
                    entry.add_text(band.all, value)


def _add_slots(entry: tantivy.Document, field: Field, best: Mapping[str, int]) -> Iterator[str]:
    """Gives the marks."""
    for band, values, percents, over in deal(field, best):
        for at, value in enumerate(values):
            entry.add_text(band.slots[at], value)
            if value:
                entry.add_integer(band.percents[at], percents[at])
        for value, percent in over.items():
            entry.add_text(band.more, value)
            entry.add_text(band.more_percent, f"{value}|{percent}")
        if over:
            yield f"+{band.more}"


@lru_cache(maxsize=65_536)
def _written(
    field: Field, name: str, also: tuple[str, ...]
) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """Of a term: graded values, marks and suggestions."""
    letter, also_letter = LETTERS[field]
    values = [_of_value(letter, words_of(name))]
    values += [_of_value(also_letter, words_of(other)) for other in also]
    marks = [mark for _, marked in values for mark in marked.split(" ") if mark]
    if field is not Field.TEXT:
        key = f"{field.value}:{exact_key(name)}"
        marks += [key, f"{key}|{_PERCENT}"]
    graded = tuple(value for value, _ in values if value)
    return graded, " ".join(dict.fromkeys(marks)), tuple(_typed(field, name))


def _of_value(letter: str, words: tuple[str, ...]) -> tuple[str, str]:
    """A value's graded words and its marks. Of aliases and ancestors there are many: they are not
    marked as a whole, and first letters only in names of people and labels (`matching.py`)."""
    kind, at = KIND_OF[letter], f"|{letter}{_PERCENT}"
    is_marked = 0 < len(words) <= MAX_PHRASE and not kind.is_also
    marks = [f"={'_'.join(words)}{at}"] if is_marked else []
    for word in words:
        stem = stem_of(word)
        if stem != word:
            marks.append(f"~{stem}{at}")
        if kind.is_closest:
            sizes = range(1, min(SHORT, len(word) - 1) + 1)
            marks += [f"<{word[:size]}{at}" for size in sizes]
    return " ".join(f"{word}{at}" for word in words), " ".join(dict.fromkeys(marks))


def _typed(field: Field, name: str) -> Iterator[str]:
    """What can be typed to mean this value: its words from each one on; of text single words."""
    words = words_of(name) if field in SUGGESTED else ()
    if field is Field.TEXT:
        yield from (f"{word}\n{field.value}\n{word}" for word in dict.fromkeys(words))
    else:
        for at in range(min(len(words), _MOST_TYPED)):
            yield f"{' '.join(words[at:])}\n{field.value}\n{printable(name)}"
