"""The index of a library's media on disk: written by one process at a time, read by any number.

It is a projection that can be thrown away. What cannot be read, or was written for another schema,
is replaced by an empty index with an empty stamp, and whoever owns the rows fills it again.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import tantivy

from eyebright.errors import StorageError
from eyebright.search.answering import facet_key, hit_of, ladder_for, without_beginnings
from eyebright.search.asking import Asker
from eyebright.search.damage import failed, is_damage, reading
from eyebright.search.facets import Counts, count_facets, ranked
from eyebright.search.grades import floor_of
from eyebright.search.ladder import Climb
from eyebright.search.matching import Judge
from eyebright.search.question import Question, read_question
from eyebright.search.reading import all_documents, all_numbers, fetch
from eyebright.search.schema import VERSION, new_schema
from eyebright.search.shelf import Shelf, State
from eyebright.search.suggesting import suggest
from eyebright.search.values import Document, Found, Query, Sort, Suggestion
from eyebright.search.writing import WriteFailed, write_into

PURGED_AT_ONCE = 1_000
"""Documents that are written anew in well under a second, as one deletes."""
REMEMBERED = 64
"""Answers whose facets are remembered: the next page of an answer has the same."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """An index as it was when its state was read. facets: of its last questions."""

    state: State
    signature: tuple[int, int]
    index: tantivy.Index
    searcher: tantivy.Searcher
    facets: OrderedDict[object, Counts] = field(default_factory=OrderedDict)


class MediaIndex:
    """Safe to share between threads; other processes may have the same folder open."""

    def __init__(self, shelf: Shelf, *, workers: Executor) -> None:
        self._shelf = shelf
        self._schema = new_schema()
        self._workers = workers
        self._lock = threading.Lock()
        self._writing = threading.local()
        self._opened: _Opened | None = None

    @classmethod
    def open(cls, directory: Path) -> MediaIndex:
        """The index in a folder, which is made when it is missing."""
        workers = ThreadPoolExecutor(1, thread_name_prefix="facets")
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
        return int(self._fresh().searcher.num_docs)

    @property
    def owed(self) -> int:
        """How many deleted documents may still have bytes on disk."""
        return self._fresh().state.owed

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
            opened = self._fresh()
            before = opened.searcher.num_docs

            def tell(added: int) -> None:
                opened.index.reload()
                lost = before + added - opened.index.searcher().num_docs
                state = replace(
                    opened.state,
                    stamp=opened.state.stamp if stamp is None else stamp,
                    commits=opened.state.commits + 1,
                    owed=opened.state.owed + max(0, lost),
                )
                self._shelf.write(state)

            try:
                write_into(opened.index, add, remove, tell=tell)
            except WriteFailed as error:
                raise failed(error.cause, self.clear) from error

    def search(self, query: Query) -> Found:
        """Raises IndexBroken once if the index turns out to be damaged; ask again then."""
        began = time.perf_counter()
        question = read_question(query)
        with reading(self.clear):
            try:
                total, documents, counts = self._answer(query, question)
            except ValueError:  # more words begin so than can be tried as parts of a phrase
                question = without_beginnings(question)
                total, documents, counts = self._answer(query, question)
        facets = ranked(counts, by_year=query.by_year, limit=query.facet_limit)
        judge = Judge(question, floor_of(query.min_score))
        hits = tuple(hit_of(one, judge) for one in documents)
        return Found(total, hits, facets, (time.perf_counter() - began) * 1000)

    def suggest(self, typed: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """What a person who typed this may mean, what finds most first."""
        with reading(self.clear):
            return suggest(self._fresh().searcher, self._schema, typed, limit=limit)

    def numbers(self) -> list[int]:
        """Of all documents, highest first."""
        with reading(self.clear):
            return all_numbers(self._fresh().searcher)

    def purge(self, *, at_most: int | None = None) -> bool:
        """Take the bytes of deleted documents off the disk; whether nothing is owed now.

        The index is written anew, some 10,000 documents a second, while searches go on.
        at_most: leave a larger index as it is; None does it whatever its size.
        """
        if not self.owed:
            return True
        if at_most is not None and self.count > at_most:
            return False
        with self.alone(), reading(self.clear):
            opened = self._fresh()
            documents = all_documents(opened.searcher)
            self._begin(replace(opened.state, owed=0), documents)
        return True

    def replace(self, documents: Iterable[Document], stamp: str) -> None:
        """Make the index anew of these documents; the old one is searched until it is whole."""
        with self.alone():
            self._begin(State(VERSION, 0, stamp), documents)

    def clear(self) -> None:
        """Throw everything away, stamp included."""
        with self.alone():
            self._begin(State(VERSION, 0), ())

    def _answer(self, query: Query, question: Question) -> tuple[int, list[Document], Counts]:
        opened, floor = self._fresh(), floor_of(query.min_score)
        asker = Asker(opened.searcher, self._schema, question, floor=floor)
        asked = asker.query(query)
        offset, limit = max(query.offset, 0), max(query.limit, 0)
        order = "oldest" if query.sort is Sort.OLDEST else "newest"
        ladder = ladder_for(query, asker, Judge(question, floor))
        is_plain = ladder is None or len(ladder.rungs) < 2
        total, documents = fetch(
            opened.searcher,
            asked,
            limit=limit if is_plain else 0,
            offset=offset if is_plain else 0,
            order=order,
        )
        if ladder is not None and not is_plain:
            documents = Climb(opened.searcher, ladder, total).page(offset, limit)
        counts: Counts = {}
        if query.with_facets:
            counts = self._counted(opened, query, asked, total=total, floor=floor)
        return total, documents, counts

    def _counted(
        self, opened: _Opened, query: Query, asked: tantivy.Query, *, total: int, floor: int
    ) -> Counts:
        key, known = facet_key(query), opened.facets
        with self._lock:
            if key in known:
                known.move_to_end(key)
                return known[key]
        counts = count_facets(
            opened.searcher,
            self._schema,
            asked,
            total=total,
            floor=floor,
            workers=self._workers,
        )
        with self._lock:
            known[key] = counts
            while len(known) > REMEMBERED:
                known.popitem(last=False)
        return counts

    def _fresh(self) -> _Opened:
        """The index as it is on disk now."""
        signature = self._shelf.signature()
        opened = self._opened
        if opened is None or opened.signature != signature:
            opened = self._opened = self._reopened(signature)
        return opened

    def _reopened(self, signature: tuple[int, int]) -> _Opened:
        state = self._shelf.read()
        if state is None or state.version != VERSION:
            return self._started()
        known = self._opened
        try:
            if known is not None and known.state.generation == state.generation:
                index = known.index
            else:
                index = self._index_in(self._shelf.folder(state.generation))
            index.reload()
            return _Opened(state, signature, index, index.searcher())
        except (ValueError, OSError) as error:
            if self._shelf.signature() != signature:  # replaced while we read it
                return self._reopened(self._shelf.signature())
            if not is_damage(error):
                raise StorageError(f"The search index cannot be opened: {error}") from error
            return self._started()

    def _started(self) -> _Opened:
        """An empty index in place of none, or of one that cannot be used."""
        with self.alone():
            signature = self._shelf.signature()
            state = self._shelf.read()
            if state is not None and state.version == VERSION and self._is_sound(state):
                return self._reopened(signature)  # another process was first
            return self._begin(State(VERSION, 0), ())

    def _is_sound(self, state: State) -> bool:
        try:
            index = self._index_in(self._shelf.folder(state.generation))
            index.reload()
        except (ValueError, OSError):
            return False
        return True

    def _begin(self, state: State, documents: Iterable[Document]) -> _Opened:
        """A new folder with these documents, in place of the old one."""
        generation = max([*self._shelf.generations(), state.generation]) + 1
        try:
            index = tantivy.Index(self._schema, str(self._shelf.new_folder(generation)))
            if documents:
                write_into(index, documents, (), tell=lambda _: None)
        except WriteFailed as error:
            raise StorageError(f"The search index cannot be written: {error}") from error
        index.config_reader("manual")
        index.reload()
        state = replace(state, generation=generation, commits=state.commits + 1)
        self._shelf.write(state)
        opened = _Opened(state, self._shelf.signature(), index, index.searcher())
        self._opened = opened
        self._shelf.sweep(generation)
        return opened

    def _index_in(self, folder: Path) -> tantivy.Index:
        index = tantivy.Index.open(str(folder))
        index.config_reader("manual")
        return index
