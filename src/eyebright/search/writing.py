"""Changing an index: new segments, deleted rows, and segments merged so that they stay few."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from eyebright.search.drafting import Draft, Drafting
from eyebright.search.encoding import MOST_ROWS, encode
from eyebright.search.leaf import Leaf
from eyebright.search.merging import merged
from eyebright.search.segment import load, save
from eyebright.search.values import Document

DRAFTED = 1 << 16
"""Documents of one new segment."""
MOST_WORDS = 1 << 24
"""In the text and names of one segment's documents, about: merging more takes too much memory."""
TIERS = (1_000, 4_000, 16_000, 64_000)
"""Segments between two of these sizes count as of one size."""
TOGETHER = 4
"""So many segments of one size are merged; of the smallest, two."""


class WriteFailed(Exception):
    """A file could not be written or read again; `cause` says why. Not an error of whoever makes
    the documents."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(cause))
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Shelved:
    """A leaf and the names of its files. dead: empty if no row is."""

    segment: str
    dead: str
    leaf: Leaf


class Change:
    """One change of an index in a folder: nothing of it counts before a state names its files.

    commit: a number that no change before it had, for the names of files. Raises WriteFailed, and
    what making the documents raises.
    """

    def __init__(self, folder: Path, shelved: Sequence[Shelved], *, commit: int) -> None:
        self._folder = folder
        self._prefix = f"{commit:08d}-"
        self._shelved = list(shelved)
        self._written = 0

    def result(self) -> tuple[Shelved, ...]:
        return tuple(self._shelved)

    def remove(self, numbers: Iterable[int]) -> None:
        self._bury(np.unique(np.fromiter(numbers, np.int64)))

    def add(self, documents: Iterable[Document]) -> None:
        """In place of those of the same number; of two in here the later one counts."""
        drafting = Drafting()
        for document in documents:
            is_full = len(drafting) == DRAFTED or drafting.words > MOST_WORDS // TOGETHER
            if is_full or document.number in drafting:
                self._finish(drafting)
                drafting = Drafting()
            drafting.add(document)
        self._finish(drafting)

    def rewrite(self) -> None:
        """Write segments with deleted rows anew, without them."""
        self._merge([one for one in self._shelved if one.dead])

    def _finish(self, drafting: Drafting) -> None:
        if not len(drafting):
            return
        draft = drafting.draft()
        self._bury(np.unique(draft.numbers))
        self._write(draft)
        while group := to_merge(self._shelved):
            self._merge(group)

    def _merge(self, group: Sequence[Shelved]) -> None:
        if not group:
            return
        with _failures():
            draft = merged([one.leaf for one in group])
        self._shelved = [one for one in self._shelved if one not in group]
        if len(draft.numbers):
            self._write(draft)
        for one in group:
            if one.segment.startswith(self._prefix):  # no state names it yet
                (self._folder / one.segment).unlink(missing_ok=True)

    def _write(self, draft: Draft) -> None:
        name = self._new_name("segment")
        with _failures():
            save(encode(draft), self._folder / name)
            segment = load(self._folder / name)
        self._shelved.append(Shelved(name, "", Leaf(segment, np.empty(0, np.uint32))))

    def _bury(self, numbers: np.ndarray) -> None:
        """Delete documents. numbers: int64, sorted."""
        buried = (self._buried(one, one.leaf.rows_of(numbers)) for one in self._shelved)
        self._shelved = [one for one in buried if one.leaf.count]

    def _buried(self, one: Shelved, rows: np.ndarray) -> Shelved:
        if not len(rows):
            return one
        dead = np.union1d(one.leaf.dead, rows).astype(np.uint32)
        if len(dead) == one.leaf.segment.count:  # nobody needs its files any more
            return replace(one, leaf=Leaf(one.leaf.segment, dead))
        name = self._new_name("dead")
        with _failures():
            save_dead(dead, self._folder / name)
        return Shelved(one.segment, name, Leaf(one.leaf.segment, dead))

    def _new_name(self, kind: str) -> str:
        self._written += 1
        return f"{self._prefix}{self._written}.{kind}"


def to_merge(shelved: Sequence[Shelved]) -> list[Shelved]:
    """The segments that are merged next: one that is mostly deleted, or as many of one size as it
    takes, or as fit into one."""
    for one in shelved:
        if 2 * one.leaf.count < one.leaf.segment.count:
            return [one]
    growing = sorted((one for one in shelved if _fits([one] * 2)), key=lambda one: one.leaf.count)
    for tier in range(len(TIERS) + 1):
        same = [one for one in growing if np.searchsorted(TIERS, one.leaf.count) == tier]
        group = same
        while not _fits(group):
            group = group[:-1]
        if len(group) >= (TOGETHER if tier else 2) or len(group) < len(same):
            return group
    return []


def _fits(shelved: Sequence[Shelved]) -> bool:
    """Whether they fit into one segment."""
    rows = sum(one.leaf.count for one in shelved)
    words = sum(len(one.leaf.segment.open.target) for one in shelved)
    return rows <= MOST_ROWS and words <= MOST_WORDS


def save_dead(rows: np.ndarray, path: Path) -> None:
    with path.open("xb") as file:
        file.write(rows.tobytes())
        file.flush()
        os.fsync(file.fileno())


def opened(folder: Path, segment: str, dead: str, known: Sequence[Shelved]) -> Shelved:
    """A leaf out of its files; a segment that is open already is not opened again."""
    same = next((one for one in known if one.segment == segment), None)
    if same is not None and same.dead == dead:
        return same
    rows = np.frombuffer((folder / dead).read_bytes() if dead else b"", np.uint32)
    leaf = Leaf(same.leaf.segment if same else load(folder / segment), rows)
    if len(rows) and int(rows.max()) >= leaf.segment.count:
        raise OSError(f"{dead} names rows that are not there.")
    return Shelved(segment, dead, leaf)


@contextmanager
def _failures() -> Iterator[None]:
    """What files raise, as WriteFailed."""
    try:
        yield
    except (OSError, ValueError, IndexError) as error:
        raise WriteFailed(error) from error
