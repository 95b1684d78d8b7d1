"""A segment: some documents of the index as arrays, written once and never changed.

Rows are documents, the newest first. Names of labels, people and the like are the same in many
documents, so each distinct one is kept once, as a value (`drafting.py`), with the rows that have
it. Read text and file names are different in nearly every document; their words lead to rows
directly. A word leads to where it occurs: in values, and in the text and names of rows.

The file is a header of JSON, which says where each array lies, and the arrays. It is mapped into
memory, so that opening one costs nothing and only what is searched is read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np

from eyebright.search.strings import Strings
from eyebright.search.values import Field

VERSION = 4
"""Rises whenever an index written before would be read wrongly; such an index is made anew."""
MAGIC = b"EYESEG02"
_ALIGNED = 64


class Value(NamedTuple):
    """What documents share. also: other words that find it. is_shadow: the document has a surer
    one of the same field and name; that one is counted."""

    field: Field
    name: str
    also: tuple[str, ...] = ()
    is_shadow: bool = False


@dataclass(frozen=True)
class Arrays:
    """What is on disk. n rows, e entries (row, value), v values, w words.

    number, date, added: int64 (n,); date is NO_DATE for none. newest, oldest: int64 (n,), what the
    orders of time go by; newest falls. kept_bytes, kept_ends: what no other array has of a
    document (`kept.py`). entry_end: uint32 (n,), where a row's entries end; entry_value: uint32
    (e,); entry_score: uint16 (e,) in 1/10,000, in the order of the document.
    post_end: uint32 (v,), where a value's postings end; post_row: uint32 (e,) and post_percent:
    uint8 (e,), surest first.
    Values that more rows have come later; the last d are dense. dense_bits: uint64
    (edges, d, n/64), the rows that have them with at least each of EDGES percent; dense_end: uint32
    (d, 101), where their postings of at least so many percent end.
    words: sorted. closed_end, open_end: uint32 (w,), where a word's occurrences end; _target: the
    value or row, uint32; _place: uint32, one more for the next word of the same text, more than
    one for the next text; _class: uint8, `grades.py`; open_percent: uint8.
    plurals: "singular\\tplural" of words. exact: "field:key" of values, `exact_value` each.
    typed: what can be typed to mean a value, `typed_value` each. values: JSON.
    """

    number: np.ndarray
    date: np.ndarray
    added: np.ndarray
    newest: np.ndarray
    oldest: np.ndarray
    kept_bytes: np.ndarray
    kept_ends: np.ndarray
    entry_end: np.ndarray
    entry_value: np.ndarray
    entry_score: np.ndarray
    post_end: np.ndarray
    post_row: np.ndarray
    post_percent: np.ndarray
    dense_bits: np.ndarray
    dense_end: np.ndarray
    words_bytes: np.ndarray
    words_ends: np.ndarray
    closed_end: np.ndarray
    closed_target: np.ndarray
    closed_place: np.ndarray
    closed_class: np.ndarray
    open_end: np.ndarray
    open_target: np.ndarray
    open_place: np.ndarray
    open_class: np.ndarray
    open_percent: np.ndarray
    plurals_bytes: np.ndarray
    plurals_ends: np.ndarray
    exact_bytes: np.ndarray
    exact_ends: np.ndarray
    exact_value: np.ndarray
    typed_bytes: np.ndarray
    typed_ends: np.ndarray
    typed_value: np.ndarray
    values: np.ndarray


NAMES: tuple[str, ...] = tuple(one.name for one in fields(Arrays))


class Occurrences(NamedTuple):
    """Where words occur: of each word those up to `end`, sorted by target and place."""

    end: np.ndarray
    target: np.ndarray
    place: np.ndarray
    kind: np.ndarray
    percent: np.ndarray | None

    def of(self, words: range) -> slice:
        """Of neighbouring words."""
        if not words:
            return slice(0, 0)
        start = int(self.end[words.start - 1]) if words.start else 0
        return slice(start, int(self.end[words.stop - 1]))


class Segment:
    """Arrays with what is made of them when it is first needed. Safe to share between threads.
    rare: how many of the values are not dense."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.count = len(arrays.number)
        self.rare = len(arrays.post_end) - len(arrays.dense_end)
        self.words = Strings(arrays.words_bytes, arrays.words_ends)
        self.plurals = Strings(arrays.plurals_bytes, arrays.plurals_ends)
        self.exact = Strings(arrays.exact_bytes, arrays.exact_ends)
        self.typed = Strings(arrays.typed_bytes, arrays.typed_ends)
        self.kept = Strings(arrays.kept_bytes, arrays.kept_ends)
        self.closed = Occurrences(
            arrays.closed_end, arrays.closed_target, arrays.closed_place, arrays.closed_class, None
        )
        self.open = Occurrences(
            arrays.open_end,
            arrays.open_target,
            arrays.open_place,
            arrays.open_class,
            arrays.open_percent,
        )

    @cached_property
    def values(self) -> tuple[Value, ...]:
        said = json.loads(self.arrays.values.tobytes().decode("utf-8", "surrogatepass"))
        return tuple(
            Value(Field(field), name, tuple(also), bool(shadow))
            for field, name, also, shadow in said
        )

    @cached_property
    def post_end(self) -> list[int]:
        """As Python's own numbers, which slices are made of sooner."""
        ends: list[int] = self.arrays.post_end.tolist()
        return ends

    def postings(self, value: int, floor: int = 0) -> slice:
        """Of a value; floor: the least percent."""
        start = self.post_end[value - 1] if value else 0
        end = self.post_end[value]
        if floor > 0 and end > start:
            falling = self.arrays.post_percent[start:end]
            end = start + len(falling) - int(np.searchsorted(falling[::-1], floor))
        return slice(start, end)


def save(arrays: Arrays, path: Path) -> None:
    """Write a segment to a new file, on the disk when this returns. Raises OSError."""
    places: dict[str, tuple[str, list[int], int]] = {}
    size = 0
    for name in NAMES:
        array: np.ndarray = getattr(arrays, name)
        places[name] = (array.dtype.str, list(array.shape), size)
        size += -(-array.nbytes // _ALIGNED) * _ALIGNED
    header = json.dumps({"size": size, "arrays": places}).encode()
    start = -(-(len(MAGIC) + 16 + len(header)) // _ALIGNED) * _ALIGNED
    front = MAGIC + np.array([len(header), crc32(header)], "<u8").tobytes() + header
    with path.open("xb") as file:
        file.write(front.ljust(start, b"\0"))
        for name in NAMES:
            array = np.ascontiguousarray(getattr(arrays, name))
            file.write(array.tobytes().ljust(-(-array.nbytes // _ALIGNED) * _ALIGNED, b"\0"))
        file.flush()
        os.fsync(file.fileno())


def load(path: Path) -> Segment:
    """Map a segment's file. Raises OSError if it is none, or not whole."""
    mapped = np.memmap(path, np.uint8, "r")
    front = len(MAGIC) + 16
    if mapped[: len(MAGIC)].tobytes() != MAGIC:
        raise OSError(f"{path.name} is no segment.")
    length, checksum = (int(one) for one in mapped[len(MAGIC) : front].view("<u8"))
    header = mapped[front : front + length].tobytes()
    if crc32(header) != checksum:
        raise OSError(f"{path.name} has a damaged header.")
    said = json.loads(header)
    start = -(-(front + length) // _ALIGNED) * _ALIGNED
    if len(mapped) != start + said["size"]:
        raise OSError(f"{path.name} is not whole.")
    return Segment(Arrays(**_mapped(mapped[start:], said["arrays"])))


def _mapped(
    mapped: np.ndarray, places: Mapping[str, tuple[str, list[int], int]]
) -> dict[str, np.ndarray]:
    arrays = {}
    for name, (kind, shape, at) in places.items():
        dtype = np.dtype(kind)
        size = dtype.itemsize * int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.asarray(mapped[at : at + size]).view(dtype).reshape(shape)
    return arrays
