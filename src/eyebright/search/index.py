"""The index of a library's media on disk: written by one process at a time, read by any number.

It is a projection that can be thrown away. What cannot be read, or was written in another way,
is replaced by an empty index with an empty stamp, and whoever owns the rows fills it again.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from eyebright.errors import StorageError
from eyebright.search.answering import Part, answered, facet_key, hit_of, page_of, shared_out
from eyebright.search.damage import UNREADABLE, failed, is_damage, reading
from eyebright.search.facets import Counts, Register, ranked
from eyebright.search.grades import floor_of
from eyebright.search.leaf import Leaf
from eyebright.search.matching import Judge
from eyebright.search.question import Question, read_question
from eyebright.search.segment import VERSION
from eyebright.search.shelf import Shelf, State
from eyebright.search.suggesting import suggest
from eyebright.search.values import Document, Found, Query, Suggestion
from eyebright.search.writing import Change, Shelved, WriteFailed, opened

PURGED_AT_ONCE = 1_000
"""Documents that are written anew in well under a second, as one deletes."""
REMEMBERED = 64
"""Answers whose facets are remembered: the next page of an answer has the same."""
SHARED = 20_000
"""Documents from which on a second thread answers for some of the segments."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """An index as it was when its state was read. register: of the names of all its states.
    facets: of its last questions."""

    state: State
    signature: bytes
    shelved: tuple[Shelved, ...]
    register: Register
    facets: OrderedDict[object, Counts] = field(default_factory=OrderedDict)

    @property
    def leaves(self) -> list[Leaf]:
        return [one.leaf for one in self.shelved]

    @property
    def count(self) -> int:
        return sum(leaf.count for leaf in self.leaves)


class MediaIndex:
    """Safe to share between threads; other processes may have the same folder open."""

    def __init__(self, shelf: Shelf, *, workers: Executor) -> None:
        self._shelf = shelf
        self._workers = workers
        self._lock = threading.Lock()
        self._writing = threading.local()
        self._opened: _Opened | None = None

    @classmethod
    def open(cls, directory: Path) -> MediaIndex:
        """The index in a folder, which is made when it is missing."""
        workers = ThreadPoolExecutor(1, thread_name_prefix="search")
        return cls(Shelf(directory), workers=workers)

    @property
    def directory(self) -> Path:
        return self._shelf.directory

    @property
    def stamp(self) -> str:
        """What the last `apply` said, of whichever process; empty for a new index."""
        return self._fresh().state.stamp

    @property
    def count(self) -> int:
        """How many documents can be found."""
        return self._fresh().count

    @property
    def owed(self) -> int:
        """How many deleted documents may still have bytes on disk."""
        return sum(len(leaf.dead) for leaf in self._fresh().leaves)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep all other writers out, to read rows and apply them as one. Reentrant."""
        depth = getattr(self._writing, "depth", 0)
        self._writing.depth = depth + 1
        try:
            if depth:
                yield
            else:
                with self._shelf.locked():
                    yield
        finally:
            self._writing.depth = depth

    def apply(
        self, add: Iterable[Document] = (), remove: Iterable[int] = (), stamp: str | None = None
    ) -> None:
        """Add documents, in place of those of the same number, and remove others; all or nothing.

        stamp: up to where the index is complete now; None leaves it. Every search that begins
        afterwards, in any process, sees it.
        """
        with self.alone():

            def change(change: Change) -> None:
                change.remove(remove)
                change.add(add)

            self._change(change, stamp)

    def search(self, query: Query) -> Found:
        """Raises IndexBroken once if the index turns out to be damaged; ask again then."""
        began = time.perf_counter()
        question = read_question(query)
        with reading(self.clear):
            total, documents, counts = self._answer(query, question)
        facets = ranked(counts, by_year=query.by_year, limit=query.facet_limit)
        judge = Judge(question, floor_of(query.min_score))
        hits = tuple(hit_of(one, judge) for one in documents)
        return Found(total, hits, facets, (time.perf_counter() - began) * 1000)

    def suggest(self, typed: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """What a person who typed this may mean, what finds most first."""
        with reading(self.clear):
            return suggest(self._fresh().leaves, typed, limit=limit)

    def numbers(self) -> list[int]:
        """Of all documents, highest first."""
        with reading(self.clear):
            numbers = [leaf.numbers() for leaf in self._fresh().leaves]
            return sorted(np.concatenate([*numbers, []]).astype(np.int64).tolist(), reverse=True)

    def documents(self) -> Iterator[Document]:
        """All, as they were added."""
        for leaf in self._fresh().leaves:
            yield from (leaf.document(row) for row in leaf.rows().tolist())

    def purge(self, *, at_most: int | None = None) -> bool:
        """Take the bytes of deleted documents off the disk; whether nothing is owed now.

        Segments with such documents are written anew while searches go on. at_most: leave a larger
        index as it is; None does it whatever its size.
        """
        if not self.owed:
            return True
        if at_most is not None and self.count > at_most:
            return False
        with self.alone():
            self._change(Change.rewrite, None)
        return True

    def replace(self, documents: Iterable[Document], stamp: str) -> None:
        """Make the index anew of these documents; the old one is searched until it is whole."""
        with self.alone():
            self._begin(stamp, documents)

    def clear(self) -> None:
        """Throw everything away, stamp included."""
        with self.alone():
            self._begin("", ())

    def _answer(self, query: Query, question: Question) -> tuple[int, list[Document], Counts]:
        opened, key = self._fresh(), facet_key(query)
        counts: Counts = {}
        if query.with_facets:
            counts = self._remembered(opened, key) or {}
        offset, limit = max(query.offset, 0), max(query.limit, 0)
        asks_counts = query.with_facets and not counts
        parts = self._parts(
            opened, question, query, most=offset + limit if limit else 0, with_counts=asks_counts
        )
        if asks_counts:
            counted = [
                (part.leaf.segment, part.counts) for part in parts if part.counts is not None
            ]
            counts = self._remember(opened, key, opened.register.summed(counted))
        total = sum(part.total for part in parts)
        return total, page_of(parts, offset, limit), counts

    def _parts(
        self, opened: _Opened, question: Question, query: Query, *, most: int, with_counts: bool
    ) -> list[Part]:
        """Every leaf's part of an answer. The larger leaves are dealt out to two threads."""

        def answer(leaves: Sequence[Leaf]) -> list[Part]:
            return [
                answered(leaf, question, query, most=most, with_counts=with_counts)
                for leaf in leaves
            ]

        mine, others = shared_out(opened.leaves)
        if not others or opened.count < SHARED:
            return answer(opened.leaves)
        other = self._workers.submit(answer, others)
        return [*answer(mine), *other.result()]

    def _remembered(self, opened: _Opened, key: object) -> Counts | None:
        with self._lock:
            if key in opened.facets:
                opened.facets.move_to_end(key)
            return opened.facets.get(key)

    def _remember(self, opened: _Opened, key: object, counts: Counts) -> Counts:
        with self._lock:
            opened.facets[key] = counts
            while len(opened.facets) > REMEMBERED:
                opened.facets.popitem(last=False)
        return counts

    def _change(self, change: Callable[[Change], None], stamp: str | None) -> None:
        """Make a change and let everybody know; all others are kept out by the caller."""
        opened = self._fresh()
        state = opened.state if stamp is None else replace(opened.state, stamp=stamp)
        folder = self._shelf.folder(state.generation)
        self._shelf.sweep_files(opened.state)  # what a killed process left
        try:
            changing = Change(folder, opened.shelved, commit=state.commits + 1)
            change(changing)
            opened = self._tell(state, changing.result())
        except WriteFailed as error:
            raise failed(error.cause, self.clear) from error
        finally:
            self._shelf.sweep_files(opened.state)

    def _tell(self, state: State, shelved: tuple[Shelved, ...]) -> _Opened:
        """Replace the state by one more, of these segments."""
        named = tuple((one.segment, one.dead) for one in shelved)
        state = replace(state, commits=state.commits + 1, segments=named)
        self._shelf.write(state)
        opened = self._opened = _Opened(
            state, self._shelf.signature(), shelved, self._register(state.generation)
        )
        return opened

    def _fresh(self) -> _Opened:
        """The index as it is on disk now."""
        signature = self._shelf.signature()
        opened = self._opened
        if opened is None or opened.signature != signature:
            opened = self._opened = self._reopened(signature)
        return opened

    def _reopened(self, signature: bytes) -> _Opened:
        state = self._shelf.read()
        if state is None or state.version != VERSION:
            return self._started()
        try:
            shelved = self._shelved(state)
            return _Opened(state, signature, shelved, self._register(state.generation))
        except UNREADABLE as error:
            if self._shelf.signature() != signature:  # replaced while we read it
                return self._reopened(self._shelf.signature())
            if not is_damage(error):
                raise StorageError(f"The search index cannot be opened: {error}") from error
            return self._started()

    def _register(self, generation: int) -> Register:
        before = self._opened
        is_same = before is not None and before.state.generation == generation
        return before.register if before is not None and is_same else Register()

    def _shelved(self, state: State) -> tuple[Shelved, ...]:
        """The segments of a state; those that are open already stay so."""
        before = self._opened
        known = before.shelved if before and before.state.generation == state.generation else ()
        folder = self._shelf.folder(state.generation)
        return tuple(opened(folder, *names, known) for names in state.segments)

    def _started(self) -> _Opened:
        """An empty index in place of none, or of one that cannot be used."""
        with self.alone():
            signature = self._shelf.signature()
            state = self._shelf.read()
            if state is not None and state.version == VERSION and self._is_sound(state):
                return self._reopened(signature)  # another process was first
            return self._begin("", ())

    def _is_sound(self, state: State) -> bool:
        try:
            self._shelved(state)
        except UNREADABLE:
            return False
        return True

    def _begin(self, stamp: str, documents: Iterable[Document]) -> _Opened:
        """A new folder with these documents, in place of the old one."""
        state = self._shelf.read() or State(VERSION, 0)
        generation = max([*self._shelf.generations(), state.generation]) + 1
        change = Change(self._shelf.new_folder(generation), (), commit=state.commits + 1)
        try:
            change.add(documents)
        except WriteFailed as error:
            raise StorageError(f"The search index cannot be written: {error}") from error
        fresh = State(VERSION, generation, stamp, commits=state.commits)
        opened = self._tell(fresh, change.result())
        self._shelf.sweep(generation)
        return opened
