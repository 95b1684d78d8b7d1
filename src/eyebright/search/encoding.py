"""A segment's arrays, sorted out of a draft's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np

from eyebright.search.drafting import Draft, classes
from eyebright.search.grades import LETTERS
from eyebright.search.kept import SCALE
from eyebright.search.segment import Arrays, Value
from eyebright.search.strings import Strings
from eyebright.search.times import newest_keys, oldest_keys
from eyebright.search.values import Field
from eyebright.search.words import exact_key, stem_of, words_of

_ROW_BITS, _SCORE_BITS, _PLACE_BITS = 18, 14, 20
"""How rows, scores and places are packed beside values or words into 64 bits to be sorted."""
MOST_ROWS = 1 << _ROW_BITS
"""Of one segment."""
EDGES = (0, 50, 75, 90)
"""Percents from which on rows of dense values are kept as bits. 50 is the usual floor of the
interface; of any other the postings between it and an edge are gone through."""
DENSE_SHARE = 1 / 128
"""Of the rows; a value that more have is counted by bits."""
DENSE_LEAST = 64
SUGGESTED = frozenset({Field.LABEL, Field.PERSON, Field.ROLE})
"""Fields whose values are suggested."""
_MOST_TYPED = 4
"""Words of a name at which typing may begin."""


T = TypeVar("T")
_Arrays = dict[str, np.ndarray]


def encode(draft: Draft) -> Arrays:
    """Values and words that no row has are left out."""
    newest = newest_keys(draft.numbers, draft.dates)
    order = np.argsort(-newest, kind="stable")
    rank = np.empty(len(order), np.uint32)
    rank[order] = np.arange(len(order), dtype=np.uint32)
    values, value_at = _rarest_first(draft.values, draft.entries.value)
    open_words, open_word_at = _used(draft.words, draft.texts.word)
    described = [_described(value) for value in values]
    words = sorted({word for one in described for word in one.words}.union(open_words))
    word_at = {word: at for at, word in enumerate(words)}
    moved = np.array([word_at[word] for word in open_words], np.uint32)
    kept = draft.kept.reordered(order)
    return Arrays(
        number=draft.numbers[order],
        date=draft.dates[order],
        added=draft.added[order],
        newest=newest[order],
        oldest=oldest_keys(draft.numbers, draft.dates)[order],
        kept_bytes=kept.content,
        kept_ends=kept.ends,
        **_forward(draft, order, value_at),
        **_postings(draft, rank, value_at, len(values)),
        **_closed(described, word_at),
        **_open(draft, rank, moved[open_word_at[draft.texts.word]], len(words)),
        **_looked_up(words, values, described),
    )


def ragged(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """int64: the places of many runs, one run after the other."""
    ends = np.cumsum(lengths, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(total)


def _used(known: Sequence[T], used: np.ndarray) -> tuple[list[T], np.ndarray]:
    """What is used of what is known, and old place -> new place."""
    is_used = np.bincount(used, minlength=len(known)) > 0
    places = np.cumsum(is_used, dtype=np.int64) - 1
    return [known[at] for at in np.flatnonzero(is_used).tolist()], places


def _rarest_first(known: Sequence[T], used: np.ndarray) -> tuple[list[T], np.ndarray]:
    """What is used of what is known, what is used most last, and old place -> new place."""
    counts = np.bincount(used, minlength=len(known))
    order = np.argsort(counts, kind="stable")[np.count_nonzero(counts == 0) :]
    places = np.zeros(len(known), np.int64)
    places[order] = np.arange(len(order))
    return [known[at] for at in order.tolist()], places


def _forward(draft: Draft, order: np.ndarray, value_at: np.ndarray) -> _Arrays:
    lengths = np.bincount(draft.entries.row, minlength=len(order))
    at = ragged((np.cumsum(lengths) - lengths)[order], lengths[order])
    return {
        "entry_end": np.cumsum(lengths[order], dtype=np.uint32),
        "entry_value": value_at[draft.entries.value[at]].astype(np.uint32),
        "entry_score": draft.entries.score[at],
    }


def _postings(draft: Draft, rank: np.ndarray, value_at: np.ndarray, count: int) -> _Arrays:
    packed = value_at[draft.entries.value].astype(np.uint64) << (_SCORE_BITS + _ROW_BITS)
    packed |= (SCALE - draft.entries.score.astype(np.uint64)) << _ROW_BITS
    packed |= rank[draft.entries.row]
    packed.sort()
    rows = (packed & ((1 << _ROW_BITS) - 1)).astype(np.uint32)
    scores = SCALE - ((packed >> _ROW_BITS) & ((1 << _SCORE_BITS) - 1))
    percents = (scores // (SCALE // 100)).astype(np.uint8)
    values = (packed >> (_SCORE_BITS + _ROW_BITS)).astype(np.int64)
    ends = np.cumsum(np.bincount(values, minlength=count))
    return {
        "post_end": ends.astype(np.uint32),
        "post_row": rows,
        "post_percent": percents,
        **_dense(rows, percents, ends, len(rank)),
    }


def _dense(rows: np.ndarray, percents: np.ndarray, ends: np.ndarray, size: int) -> _Arrays:
    """The values that many rows have, as bits."""
    lengths = np.diff(ends, prepend=0)
    dense = np.flatnonzero(lengths >= max(DENSE_LEAST, DENSE_SHARE * size))
    bits = np.zeros((len(EDGES), len(dense), -(-size // 64)), np.uint64)
    reached = np.zeros((len(dense), 101), np.uint32)
    for at, value in enumerate(dense.tolist()):
        start, end = int(ends[value] - lengths[value]), int(ends[value])
        counts = np.bincount(percents[start:end], minlength=101)
        reached[at] = start + np.cumsum(counts[::-1])[::-1]
        for edge, least in enumerate(EDGES):
            is_there = np.zeros(size, bool)
            is_there[rows[start : int(reached[at, least])]] = True
            bits[edge, at] = as_bits(is_there)
    return {"dense_bits": bits, "dense_end": reached}


def as_bits(is_there: np.ndarray) -> np.ndarray:
    """uint64 (n/64,) of bool (n,)."""
    bits = np.zeros(-(-len(is_there) // 64) * 8, np.uint8)
    packed = np.packbits(is_there)
    bits[: len(packed)] = packed
    return bits.view(np.uint64)


class _Described(NamedTuple):
    """What is looked up to find a value. places, kinds: of its words."""

    words: tuple[str, ...]
    places: tuple[int, ...]
    kinds: bytes
    exact: tuple[str, ...]
    typed: tuple[str, ...]


@lru_cache(maxsize=65_536)
def _described(value: Value) -> _Described:
    words: list[str] = []
    places: list[int] = []
    kinds = b""
    for letter, text in _texts(value):
        said = words_of(text)
        if said:
            start = places[-1] + 2 if places else 0
            words += said
            places += range(start, start + len(said))
            kinds += classes(letter, len(said))
    exact = [f"{value.field.value}:{exact_key(value.name)}"]
    if value.field is Field.DATE:
        exact.append(f"{value.field.value}:{value.name[:4]}")
    return _Described(tuple(words), tuple(places), kinds, tuple(exact), _typed(value))


def _texts(value: Value) -> list[tuple[str, str]]:
    """Letters and texts; none of a value that is not found by words."""
    if value.field not in LETTERS:
        return []
    letter, also_letter = LETTERS[value.field]
    return [(letter, value.name), *((also_letter, other) for other in value.also)]


def _typed(value: Value) -> tuple[str, ...]:
    """What can be typed to mean this value: its words from each one on."""
    if value.field not in SUGGESTED or value.is_shadow:
        return ()
    words = words_of(value.name)
    return tuple(" ".join(words[at:]) for at in range(min(len(words), _MOST_TYPED)))


def _closed(described: Sequence[_Described], word_at: Mapping[str, int]) -> _Arrays:
    lengths = [len(one.words) for one in described]
    words = np.array([word_at[word] for one in described for word in one.words], np.int64)
    targets = np.repeat(np.arange(len(described), dtype=np.uint32), lengths)
    places = np.array([place for one in described for place in one.places], np.uint32)
    kinds = np.frombuffer(b"".join(one.kinds for one in described), np.uint8)
    order = np.argsort(words, kind="stable")
    return {
        "closed_end": _ends(words, len(word_at)),
        "closed_target": targets[order],
        "closed_place": places[order],
        "closed_class": kinds[order],
    }


def _open(draft: Draft, rank: np.ndarray, words: np.ndarray, count: int) -> _Arrays:
    rows = rank[draft.texts.row]
    packed = words.astype(np.uint64) << (_ROW_BITS + _PLACE_BITS)
    packed |= (rows.astype(np.uint64) << _PLACE_BITS) | draft.texts.place
    order = np.argsort(packed)
    return {
        "open_end": _ends(words, count),
        "open_target": rows[order],
        "open_place": draft.texts.place[order],
        "open_class": draft.texts.kind[order],
        "open_percent": draft.texts.percent[order],
    }


def _ends(words: np.ndarray, count: int) -> np.ndarray:
    return np.cumsum(np.bincount(words, minlength=count), dtype=np.uint32)


def _looked_up(
    words: Sequence[str], values: Sequence[Value], described: Sequence[_Described]
) -> _Arrays:
    spelt, typed = Strings.of(words), sorted(_pairs(one.typed for one in described))
    exact = sorted(_pairs(one.exact for one in described))
    plurals = sorted(f"{stem}\t{word}" for word in words if (stem := stem_of(word)) != word)
    said = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    arrays = {"values": np.frombuffer(said.encode("utf-8", "surrogatepass"), np.uint8)}
    for name, strings in (
        ("words", spelt),
        ("plurals", Strings.of(plurals)),
        ("exact", Strings.of(text for text, _ in exact)),
        ("typed", Strings.of(text for text, _ in typed)),
    ):
        arrays[f"{name}_bytes"], arrays[f"{name}_ends"] = strings.content, strings.ends
    arrays["exact_value"] = np.array([value for _, value in exact], np.uint32)
    arrays["typed_value"] = np.array([value for _, value in typed], np.uint32)
    return arrays


def _pairs(texts: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, int]]:
    """(text, value) of what each value has."""
    for value, said in enumerate(texts):
        yield from ((one, value) for one in said)
