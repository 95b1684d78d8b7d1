"""Several segments as one, without what was deleted."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

import numpy as np

from eyebright.search.drafting import Draft, Entries, Texts
from eyebright.search.encoding import ragged
from eyebright.search.leaf import Leaf
from eyebright.search.segment import Value
from eyebright.search.strings import Strings

T = TypeVar("T", bound=Hashable)


def merged(leaves: Sequence[Leaf]) -> Draft:
    """The documents alive."""
    values: dict[Value, int] = {}
    words: dict[str, int] = {}
    offsets = np.cumsum([0, *(leaf.count for leaf in leaves)])
    entries = [
        _entries(leaf, offset, values) for leaf, offset in zip(leaves, offsets, strict=False)
    ]
    texts = [_texts(leaf, offset, words) for leaf, offset in zip(leaves, offsets, strict=False)]
    numbers, dates, added = (
        np.concatenate([getattr(leaf.segment.arrays, name)[leaf.is_alive] for leaf in leaves])
        for name in ("number", "date", "added")
    )
    kept = [leaf.segment.kept[row] for leaf in leaves for row in leaf.rows().tolist()]
    return Draft(
        numbers,
        dates,
        added,
        Strings.of_bytes(kept),
        list(values),
        Entries(*(np.concatenate(columns) for columns in zip(*entries, strict=True))),
        list(words),
        Texts(*(np.concatenate(columns) for columns in zip(*texts, strict=True))),
    )


def _entries(leaf: Leaf, offset: int, known: dict[Value, int]) -> Entries:
    arrays, rows = leaf.segment.arrays, leaf.rows()
    starts = np.concatenate(([0], arrays.entry_end[:-1])).astype(np.int64)[rows]
    lengths = arrays.entry_end[rows] - starts
    at = ragged(starts, lengths)
    moved = _moved(leaf.segment.values, known)
    return Entries(
        np.repeat(np.arange(offset, offset + len(rows), dtype=np.uint32), lengths),
        moved[arrays.entry_value[at]],
        arrays.entry_score[at],
    )


def _texts(leaf: Leaf, offset: int, known: dict[str, int]) -> Texts:
    segment, open_ = leaf.segment, leaf.segment.open
    counts = np.diff(open_.end, prepend=np.uint32(0))
    is_used = np.flatnonzero(counts)
    moved = np.zeros(len(counts), np.uint32)
    moved[is_used] = _moved((segment.words.text(at) for at in is_used.tolist()), known)
    alive = leaf.is_alive[open_.target]
    row_at = (np.cumsum(leaf.is_alive) - 1 + offset).astype(np.uint32)
    percents = segment.arrays.open_percent
    return Texts(
        np.repeat(moved, counts)[alive],
        row_at[open_.target[alive]],
        *(column[alive] for column in (open_.place, open_.kind, percents)),
    )


def _moved(said: Iterable[T], known: dict[T, int]) -> np.ndarray:
    """uint32, the places among all that are known, which grow."""
    return np.array([known.setdefault(one, len(known)) for one in said], np.uint32)
