"""Documents as flat arrays: what a segment is encoded of."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from eyebright.search.grades import FIRST, KIND_NUMBER, LAST, LETTERS, percent_of
from eyebright.search.kept import SCALE, TERMS, pack, parts_of
from eyebright.search.segment import Value
from eyebright.search.strings import Strings
from eyebright.search.times import held, month_of
from eyebright.search.values import Document, Field
from eyebright.search.words import name_readings, printable, words_of

CLOSED: tuple[tuple[Field, str], ...] = tuple(pair for pair in TERMS if pair[0] is not Field.TEXT)
"""Fields whose names come again and again."""
MOST_PLACES = 1_000_000
"""Words of the text and names of one document; what stands behind is not indexed."""
_NAME_LETTER = LETTERS[Field.NAME][0]
_TEXT_LETTERS = LETTERS[Field.TEXT]


class Entries(NamedTuple):
    """Which rows have which values. row, value: uint32 (e,), row by row in the document's order;
    score: uint16 (e,), in ten-thousandths."""

    row: np.ndarray
    value: np.ndarray
    score: np.ndarray


class Texts(NamedTuple):
    """Where words occur in the text and names of rows. word, row, place: uint32 (o,); kind,
    percent: uint8 (o,)."""

    word: np.ndarray
    row: np.ndarray
    place: np.ndarray
    kind: np.ndarray
    percent: np.ndarray


@dataclass(frozen=True, slots=True)
class Draft:
    """n documents in any order. numbers, dates, added: int64 (n,). kept: (n,) of bytes.
    values, words: distinct ones, in any order."""

    numbers: np.ndarray
    dates: np.ndarray
    added: np.ndarray
    kept: Strings
    values: Sequence[Value]
    entries: Entries
    words: Sequence[str]
    texts: Texts


class Drafting:
    """Takes documents one by one."""

    def __init__(self) -> None:
        self._documents = [array("q") for _ in range(3)]
        self._kept: list[bytes] = []
        self._numbers: set[int] = set()
        self._values: dict[Value, int] = {}
        self._entries = (array("I"), array("I"), array("H"))
        self._words: dict[str, int] = {}
        self._texts = (array("I"), array("I"), array("I"), array("B"), array("B"))

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def words(self) -> int:
        """How many there are in the text and the names."""
        return len(self._texts[0])

    def __contains__(self, number: int) -> bool:
        return number in self._numbers

    def add(self, document: Document) -> None:
        """One of a number that was not added before."""
        row = len(self._kept)
        self._numbers.add(document.number)
        self._kept.append(pack(document))
        for column, number in zip(
            self._documents, (document.number, held(document.date), document.added), strict=True
        ):
            column.append(number)
        self._add_entries(row, document)
        self._add_text(row, document)

    def draft(self) -> Draft:
        """Of all that were added."""
        numbers, dates, added = (np.frombuffer(one, np.int64) for one in self._documents)
        return Draft(
            numbers,
            dates,
            added,
            Strings.of_bytes(self._kept),
            list(self._values),
            Entries(*(np.frombuffer(one, one.typecode) for one in self._entries)),
            list(self._words),
            Texts(*(np.frombuffer(one, one.typecode) for one in self._texts)),
        )

    def _add_entries(self, row: int, document: Document) -> None:
        rows, values, scores = self._entries
        known = self._values
        for value, score in _entries(document):
            rows.append(row)
            values.append(known.setdefault(value, len(known)))
            scores.append(score)

    def _add_text(self, row: int, document: Document) -> None:
        place = 0
        for term in document.text:
            percent = percent_of(term.score)
            for letter, text in zip(_TEXT_LETTERS, ((term.name,), term.also), strict=True):
                for said in text:
                    place = self._add_words(row, letter, percent, words_of(said), place)
        for name in document.names:
            for reading in name_readings(name):
                place = self._add_words(row, _NAME_LETTER, 100, reading, place)

    def _add_words(
        self, row: int, letter: str, percent: int, words: Sequence[str], place: int
    ) -> int:
        """Gives the place of the next text."""
        if not words or place > MOST_PLACES:
            return place
        open_words, rows, places, kinds, percents = self._texts
        known = self._words
        for word in words:
            open_words.append(known.setdefault(word, len(known)))
        size = len(words)
        rows.extend([row] * size)
        places.extend(range(place, place + size))
        kinds.frombytes(classes(letter, size))
        percents.frombytes(bytes((percent,)) * size)
        return place + size + 1


def _entries(document: Document) -> Iterator[tuple[Value, int]]:
    """Values with scores in ten-thousandths. Of one name that is there twice, the surest counts."""
    for field, attribute in CLOSED:
        terms = getattr(document, attribute)
        best: dict[str, int] = {}
        for at, term in enumerate(terms):
            name = printable(term.name)
            if name not in best or terms[best[name]].score < term.score:
                best[name] = at
        for at, term in enumerate(terms):
            is_shadow = best[printable(term.name)] != at
            yield Value(field, term.name, term.also, is_shadow), parts_of(term.score)
    seen: set[str] = set()
    for source in document.sources:
        yield Value(Field.SOURCE, source, (), printable(source) in seen), SCALE
        seen.add(printable(source))
    yield Value(Field.MEDIA, document.media), SCALE
    if month := month_of(document.date):
        yield Value(Field.DATE, month), SCALE


@lru_cache(maxsize=4_096)
def classes(letter: str, size: int) -> bytes:
    """One byte for each word of a text of so many."""
    kinds = bytearray([KIND_NUMBER[letter]] * size)
    kinds[0] |= FIRST
    kinds[-1] |= LAST
    return bytes(kinds)
