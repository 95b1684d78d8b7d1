"""What a person may be about to type: names and words of the index, with what they would find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from eyebright.search.grades import KIND_NUMBER, LETTERS
from eyebright.search.leaf import Leaf
from eyebright.search.values import Field, Suggestion
from eyebright.search.words import printable, words_of

TRIED = 60
"""The words of text that occur most are counted exactly."""
_TEXT = KIND_NUMBER[LETTERS[Field.TEXT][0]]
_KIND = 15
"""The part of an occurrence's byte that says its kind."""


def suggest(leaves: Sequence[Leaf], typed: str, *, limit: int) -> tuple[Suggestion, ...]:
    """Values with a word that begins as typed, what finds most first; nothing for no word."""
    start = " ".join(words_of(typed[:200]))
    counted: Counter[tuple[Field, str]] = Counter()
    if start:
        tried = _most_frequent(leaves, start)
        for leaf in leaves:
            _count_values(leaf, start, counted)
            _count_words(leaf, tried, counted)
    found_some = ((pair, count) for pair, count in counted.items() if count)
    best = sorted(found_some, key=lambda one: (-one[1], one[0]))[:limit]
    return tuple(Suggestion(field, value, count) for (field, value), count in best)


def _count_values(leaf: Leaf, start: str, counted: Counter[tuple[Field, str]]) -> None:
    segment, alive = leaf.segment, leaf.is_alive
    places = segment.typed.beginning(start)
    for value in set(segment.arrays.typed_value[places.start : places.stop].tolist()):
        said, rows = segment.values[value], segment.arrays.post_row[segment.postings(value)]
        counted[said.field, printable(said.name)] += int(np.count_nonzero(alive[rows]))


def _most_frequent(leaves: Sequence[Leaf], start: str) -> list[str]:
    """The words of text that begin so."""
    counts: Counter[str] = Counter()
    for leaf in leaves:
        words, ends = leaf.segment.words, leaf.segment.arrays.open_end
        places = words.beginning(start)
        lengths = np.diff(ends[: places.stop], prepend=np.uint32(0))[places.start :]
        for at in np.argsort(-lengths.astype(np.int64))[:TRIED].tolist():
            counts[words.text(places.start + at)] += int(lengths[at])
    return [word for word, _ in counts.most_common(TRIED)]


def _count_words(leaf: Leaf, words: Sequence[str], counted: Counter[tuple[Field, str]]) -> None:
    found = leaf.segment.open
    for word in words:
        run = found.of(leaf.segment.words.equal(word))
        rows = found.target[run][(found.kind[run] & _KIND) == _TEXT]
        counted[Field.TEXT, word] += len(np.unique(rows[leaf.is_alive[rows]]))
