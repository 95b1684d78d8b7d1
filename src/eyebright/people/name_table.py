"""The names of a collection's people in memory, so that typing finds them at once.

Names are sealed in the database. Here they lie open, as the vectors do in `projection`: in memory
only, never written, following the rows by the collection's revision whichever process wrote them,
and let go of with the collection.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, select

from eyebright.db.tables import collections, persons, revisions, users
from eyebright.governance.accounts import Scope
from eyebright.governance.sealing import Sealer
from eyebright.governance.vault import Vault
from eyebright.ids import UserId
from eyebright.people.facts import Classification, PersonFacts, open_facts
from eyebright.people.name_matching import RANKS, SearchText, folded
from eyebright.people.rows import CollectionRow, batches

MOST_TABLES = 64
"""Collections whose names are kept; another one is read again when it is asked for."""


class PeopleOrder(StrEnum):
    """FACES: most faces first. RECENT: those first of whom something was said last."""

    FACES = "faces"
    NAME = "name"
    RECENT = "recent"


@dataclass(frozen=True, slots=True)
class Somebody:
    """A user as lists show one. number: the database's own. revision: the collection's when the
    user's faces or what is known of the user last changed. facts: without notes; of a user without
    a name the id. version: 0 for such a user."""

    number: int
    user_id: UserId
    facts: PersonFacts
    face_count: int
    version: int
    revision: int


class NameTable:
    """One collection's people. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._at = -1
        self._departed = 0
        self._people: dict[int, Somebody] = {}
        self._texts: dict[int, SearchText] = {}
        self._names: dict[int, str] = {}
        self._by_id: dict[str, int] = {}
        self._orders: dict[PeopleOrder, list[int]] = {}

    def follow(
        self, connection: Connection, collection: CollectionRow, sealer: Callable[[], Sealer]
    ) -> None:
        """Know everybody whom the connection sees. sealer: asked for only if there is news."""
        with self._lock:
            if self._at >= collection.revision:
                return
            rows = connection.execute(_changed(collection.number, self._at)).all()
            opener = sealer() if rows else None
            for row in rows:
                assert opener is not None
                self._put(_somebody(opener, row))
            if self._at >= 0 and self._departed != collection.users_departed:
                query = select(users.c.user_no).where(users.c.collection_no == collection.number)
                for gone in set(self._people).difference(connection.scalars(query)):
                    self._drop(gone)
            self._departed = collection.users_departed
            self._at = collection.revision

    def find(
        self,
        words: Sequence[str],
        *,
        classification: Classification | None,
        order: PeopleOrder,
    ) -> list[Somebody]:
        """Everybody who matches: best matches first, of equal ones in this order. words: folded;
        none for all."""
        with self._lock:
            people = self._people
            numbers = self._ordered(order)
            if words:
                numbers = self._matching(numbers, words)
            found = [people[number] for number in numbers]
        if classification is None:
            return found
        return [one for one in found if one.facts.classification is classification]

    def get(self, user_id: UserId) -> Somebody | None:
        with self._lock:
            number = self._by_id.get(user_id)
            return None if number is None else self._people[number]

    def by_number(self, number: int) -> Somebody | None:
        with self._lock:
            return self._people.get(number)

    def __len__(self) -> int:
        return len(self._people)

    def _matching(self, numbers: Sequence[int], words: Sequence[str]) -> list[int]:
        ranks: list[list[int]] = [[] for _ in range(RANKS)]
        first, texts = words[0], self._texts
        for number in numbers:
            text = texts[number]
            if first in text.text:  # most people are out at once
                rank = text.rank(words)
                if rank is not None:
                    ranks[rank].append(number)
        return [number for one in ranks for number in one]

    def _ordered(self, order: PeopleOrder) -> list[int]:
        found = self._orders.get(order)
        if found is None:
            found = self._orders[order] = self._sorted(order)
        return found

    def _sorted(self, order: PeopleOrder) -> list[int]:
        people = self._people.values()
        numbers = np.fromiter((one.number for one in people), np.int64, len(people))
        if order is PeopleOrder.NAME:
            names = self._names
            return sorted(numbers.tolist(), key=lambda number: (names[number], number))
        ranks = (one.face_count if order is PeopleOrder.FACES else one.revision for one in people)
        keys = -np.fromiter(ranks, np.int64, len(people))
        ordered: list[int] = numbers[np.lexsort((numbers, keys))].tolist()
        return ordered

    def _put(self, one: Somebody) -> None:
        known = self._people.get(one.number)
        self._people[one.number] = one
        self._by_id[one.user_id] = one.number
        self._orders.pop(PeopleOrder.FACES, None)
        self._orders.pop(PeopleOrder.RECENT, None)
        if known is None or known.facts != one.facts:
            facts = one.facts
            roles = (facts.role, *facts.project_roles.values())
            self._texts[one.number] = SearchText.of(facts.name, facts.aliases, roles)
            self._names[one.number] = folded(facts.name)
            self._orders.pop(PeopleOrder.NAME, None)

    def _drop(self, number: int) -> None:
        one = self._people.pop(number)
        if self._by_id.get(one.user_id) == number:
            del self._by_id[one.user_id]
        del self._texts[number]
        del self._names[number]
        self._orders.clear()


class NameTables:
    """The tables of those collections that were asked about last. A `Follower`. Safe to share
    between threads."""

    def __init__(self, vault: Vault, *, most: int = MOST_TABLES) -> None:
        self._vault = vault
        self._most = most
        self._tables: OrderedDict[int, NameTable] = OrderedDict()
        self._departures_seen = -1
        self._lock = threading.Lock()

    def of(self, connection: Connection, scope: Scope, collection: CollectionRow) -> NameTable:
        """Knowing everybody whom the connection sees."""
        self._let_departed_go(connection)
        with self._lock:
            table = self._tables.setdefault(collection.number, NameTable())
            self._tables.move_to_end(collection.number)
            while len(self._tables) > self._most:
                self._tables.popitem(last=False)
        table.follow(
            connection,
            collection,
            lambda: self._vault.collection(scope.account_id, collection.key_id),
        )
        return table

    @property
    def loaded(self) -> tuple[int, ...]:
        """Numbers of the collections in memory."""
        with self._lock:
            return tuple(self._tables)

    def faces_left(self, collection_no: int, face_numbers: Sequence[int], /) -> None:
        """Faces are not in here."""

    def collection_left(self, collection_no: int, /) -> None:
        """Let go of a collection."""
        with self._lock:
            self._tables.pop(collection_no, None)

    def _let_departed_go(self, connection: Connection) -> None:
        """Let go of collections that any process has deleted."""
        query = select(revisions.c.value).where(revisions.c.name == "departures")
        departures = connection.scalar(query) or 0
        if departures == self._departures_seen:
            return
        alive: set[int] = set()
        for some in batches(self.loaded):
            rows = select(collections.c.collection_no).where(
                collections.c.collection_no.in_(some), collections.c.condemned_at.is_(None)
            )
            alive.update(connection.scalars(rows))
        for number in set(self.loaded) - alive:
            self.collection_left(number)
        self._departures_seen = departures


def _changed(collection_no: int, known_revision: int) -> Any:
    return (
        select(users, persons.c.sealed, persons.c.version)
        .outerjoin(persons, persons.c.user_no == users.c.user_no)
        .where(users.c.collection_no == collection_no, users.c.revision > known_revision)
    )


def _somebody(sealer: Sealer, row: Row[Any]) -> Somebody:
    user_id = UserId(row.user_id)
    facts = PersonFacts(user_id)
    if row.sealed is not None:
        facts = replace(open_facts(sealer, user_id, row.sealed), notes="")
    return Somebody(row.user_no, user_id, facts, row.face_count, row.version or 0, row.revision)
