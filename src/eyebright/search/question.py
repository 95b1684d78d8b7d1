"""What a person typed, as clauses. Every text means something or nothing; none is an error."""

from __future__ import annotations

import re
from dataclasses import dataclass

from eyebright.search.grades import ALL_LETTERS, LETTERS
from eyebright.search.values import Field, Query
from eyebright.search.words import words_of

MAX_TEXT = 2_000
"""Characters of a question; what stands behind is not read."""
MAX_CLAUSES = 24
MAX_PHRASE = 24
"""Words of one phrase."""
_CLAUSE = re.compile(
    r"""(?P<minus>-?)(?:(?P<field>[A-Za-z]+):)?(?:["“”„](?P<quoted>[^"“”„]*)(?P<end>["“”„]?)|"""
    r"""(?P<bare>[^\s"“”„]+))"""
)
VALUE_FIELDS = frozenset({Field.MEDIA, Field.DATE, Field.SOURCE})
"""Fields whose values are compared whole, even when they are asked for in the text."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Words that must stand side by side in one value of a document.

    letters: of the kinds of values that count. is_open: the last word may go on, and a single word
    matches its plural, too; quoted words are not open in either way.
    """

    words: tuple[str, ...]
    letters: frozenset[str] = ALL_LETTERS
    is_quoted: bool = False
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """wanted: all must match. unwanted: none may. only, without: values of fields, each."""

    wanted: tuple[Clause, ...]
    unwanted: tuple[Clause, ...]
    only: tuple[tuple[Field, str], ...]
    without: tuple[tuple[Field, str], ...]


def read_question(query: Query) -> Question:
    """The clauses of a query's text and filters."""
    wanted: list[Clause] = []
    unwanted: list[Clause] = []
    only = [(name, value) for name, values in query.only.items() for value in values]
    without = [(name, value) for name, values in query.without.items() for value in values]
    text = query.text[:MAX_TEXT]
    for found in _CLAUSE.finditer(text):
        is_last = query.is_typing and found.end() == len(text)
        named = _field(found["field"])
        said = found["quoted"] if found["bare"] is None else found["bare"]
        if named in VALUE_FIELDS:
            (without if found["minus"] else only).append((named, said))
            continue
        clause = _clause(found, named, said, is_last=is_last)
        if clause is not None:
            (unwanted if found["minus"] else wanted).append(clause)
    wanted += _as_clauses(only)
    unwanted += _as_clauses(without)
    return Question(
        tuple(dict.fromkeys(wanted[:MAX_CLAUSES])),
        tuple(dict.fromkeys(unwanted[:MAX_CLAUSES])),
        tuple(pair for pair in dict.fromkeys(only) if pair[0] not in _BY_WORDS),
        tuple(pair for pair in dict.fromkeys(without) if pair[0] not in _BY_WORDS),
    )


_BY_WORDS = frozenset({Field.TEXT, Field.NAME})
"""Fields without a list of values: asked for one, they are searched for it as a phrase."""


def _clause(
    found: re.Match[str], named: Field | None, said: str, *, is_last: bool
) -> Clause | None:
    if found["field"] and named is None:  # no field of ours, so it was a word
        said = f"{found['field']} {said}"
    words = words_of(said)[:MAX_PHRASE]
    if not words:
        return None
    is_quoted = found["bare"] is None
    is_whole = bool(found["end"]) if is_quoted else not said[-1:].isalnum()
    return Clause(
        words,
        ALL_LETTERS if named is None else frozenset(LETTERS[named]),
        is_quoted,
        is_beginning=is_last and not is_whole and not found["minus"],
    )


def _as_clauses(pairs: list[tuple[Field, str]]) -> list[Clause]:
    return [
        Clause(words, frozenset(LETTERS[name]), is_quoted=True)
        for name, value in pairs
        if name in _BY_WORDS and (words := words_of(value)[:MAX_PHRASE])
    ]


def _field(word: str | None) -> Field | None:
    try:
        return Field(word.lower()) if word else None
    except ValueError:
        return None
