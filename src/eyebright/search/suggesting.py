"""What a person may be about to type: names and words of the index, with what they would find."""

from __future__ import annotations

import tantivy

from eyebright.search.reading import count_of
from eyebright.search.values import Field, Suggestion
from eyebright.search.words import words_of

TRIED = 60
"""The most frequent of the terms that begin so are counted exactly."""


def suggest(
    searcher: tantivy.Searcher, schema: tantivy.Schema, typed: str, *, limit: int
) -> tuple[Suggestion, ...]:
    """Values with a word that begins as typed, what finds most first; nothing for no word."""
    start = " ".join(words_of(typed[:200]))
    if not start:
        return ()
    tokens = [token for token, _ in searcher.terms_with_prefix("suggested", start, limit=TRIED)]
    counted: dict[tuple[str, str], int] = {}
    for token in tokens:
        _, field, value = token.split("\n", 2)
        if (field, value) not in counted:
            query = tantivy.Query.term_query(schema, "suggested", token, index_option="basic")
            counted[field, value] = count_of(searcher, query)
    found_some = ((pair, count) for pair, count in counted.items() if count)
    best = sorted(found_some, key=lambda one: (-one[1], one[0]))[:limit]
    return tuple(Suggestion(Field(field), value, count) for (field, value), count in best)
