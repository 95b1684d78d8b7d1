"""A library's people at one moment: what everything that reads them begins with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from eyebright.analysis.faces.space import UNSETTLED
from eyebright.db.engine import Database
from eyebright.errors import NotFound
from eyebright.ids import UserId
from eyebright.library.portraits import Portrait, Portraits
from eyebright.library.values import Library
from eyebright.people.bands import Candidate, Judge
from eyebright.people.face_records import FaceRecord, record_by_id
from eyebright.people.name_table import NameTable, NameTables, Somebody
from eyebright.people.projection import Projection
from eyebright.people.rows import CollectionRow, find_collection
from eyebright.people.search import FaceSearch


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody, and the face that shows the person."""

    somebody: Somebody
    portrait: Portrait


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody whom a face or a group may be."""

    candidate: Candidate
    name: str


@dataclass(frozen=True, slots=True)
class View:
    """One moment; valid while its connection is held."""

    library: Library
    connection: Connection
    collection: CollectionRow
    names: NameTable
    _portraits: Portraits
    _search: FaceSearch

    @property
    def is_faceless(self) -> bool:
        """Whether no face was seen yet, and nobody knows which pack will see the first: there are
        people by drawn tags only."""
        return self.collection.space == UNSETTLED

    def projection(self) -> Projection:
        """All vectors, in memory: loaded first if need be."""
        return self._search.projections.of(
            self.connection, self.library.scope, self.collection, with_users=True
        )

    def who(self, near: Iterable[tuple[int, float]], judge: Judge) -> tuple[Who, ...]:
        """near: (user's number, cosine), in order; who is gone is left out."""
        known = ((self.names.by_number(number), cosine) for number, cosine in near)
        return tuple(
            Who(judge.candidate(one.user_id, cosine), one.facts.name)
            for one, cosine in known
            if one is not None
        )

    def named(self, candidates: Iterable[Candidate]) -> tuple[Who, ...]:
        """The same of candidates."""
        known = ((one, self.names.get(one.user_id)) for one in candidates)
        return tuple(Who(one, who.facts.name) for one, who in known if who is not None)

    def somebody(self, user_id: UserId) -> Somebody:
        """Raises NotFound."""
        one = self.names.get(user_id)
        if one is None:
            raise no_person()
        return one

    def listed(self, people: Sequence[Somebody]) -> tuple[Listed, ...]:
        portraits = self._portraits.of(self.connection, self.library, self.collection, people)
        return tuple(Listed(one, portraits.get(one.number)) for one in people)

    def face(self, face_id: str) -> FaceRecord:
        """Raises NotFound."""
        record = record_by_id(self.connection, self.collection.number, face_id)
        if record is None:
            raise no_face()
        return record


class Views:
    """Opens views. Safe to share between threads."""

    def __init__(self, database: Database, *, names: NameTables, search: FaceSearch) -> None:
        self._database = database
        self._names = names
        self._search = search
        self._portraits = Portraits()

    @contextmanager
    def of(self, library: Library) -> Iterator[View]:
        """Raises CollectionNotFound while no face was seen in the library."""
        with self._database.read() as connection:
            collection = find_collection(connection, library.scope, library.collection_id)
            names = self._names.of(connection, library.scope, collection)
            yield View(
                library,
                connection,
                collection,
                names,
                self._portraits,
                self._search,
            )


def no_person() -> NotFound:
    return NotFound("There is no such person in the library.")


def no_face() -> NotFound:
    return NotFound("There is no such face in the library.")
