"""Persons: users of a collection who have a name and a role, known by both.

A person IS a user. Names are given by `decisions`; here people are found and read, and go when
nothing is left of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, select, update

from eyebright.db.engine import Database
from eyebright.db.tables import collections, faces, persons, users
from eyebright.errors import UserNotFound
from eyebright.governance.accounts import Scope
from eyebright.governance.sealing import Sealer
from eyebright.governance.vault import Vault
from eyebright.ids import CollectionId, FaceId, UserId
from eyebright.people.drawn import has_tags
from eyebright.people.events import became
from eyebright.people.facts import (
    Classification,
    PersonFacts,
    name_digest,
    open_facts,
    require_name,
    require_role,
    seal_facts,
)
from eyebright.people.gallery_rows import has_biography
from eyebright.people.rows import (
    CollectionRow,
    batches,
    distinct,
    faces_by_id,
    find_collection,
    find_user,
)
from eyebright.people.users import Users


@dataclass(frozen=True, slots=True)
class Person:
    """version: what a change must name, so that who saw an older state changes nothing; 0 for a
    user without a name, who is called by the user's id. facts: name and role again, and more."""

    user_id: UserId
    name: str
    role: str
    face_count: int
    version: int
    facts: PersonFacts


class Persons:
    """The persons of all collections. Safe to share between threads and processes."""

    def __init__(self, database: Database, vault: Vault, *, users: Users) -> None:
        self._database = database
        self._vault = vault
        self._users = users

    def unname_faces(
        self, scope: Scope, collection_id: CollectionId, face_ids: Sequence[FaceId]
    ) -> None:
        """These faces are nobody's any more. A person who has none left goes, as by `let_go`."""
        with self._database.write() as connection:
            collection = find_collection(connection, scope, collection_id)
            held: dict[UserId, list[FaceId]] = {}
            for face_id, row in faces_by_id(connection, collection.number, face_ids).items():
                if row.user_id is not None:
                    held.setdefault(UserId(row.user_id), []).append(FaceId(face_id))
            for user_id, own in held.items():
                self._users.disassociate(scope, collection_id, user_id, own)
            self.let_go(scope, collection_id, list(held))

    def let_go(self, scope: Scope, collection_id: CollectionId, user_ids: Sequence[UserId]) -> None:
        """Those of these people who have neither a face nor a drawn tag left go, name and all; but
        a key person and a celebrity stay."""
        with self._database.write() as connection:
            collection = find_collection(connection, scope, collection_id)
            sealer = self._sealer(scope, collection)
            for user_id in distinct(user_ids):
                user = find_user(connection, collection.number, user_id)
                if self._is_left(connection, sealer, user):
                    self._users.delete(scope, collection_id, user_id)

    def get(self, scope: Scope, collection_id: CollectionId, user_id: UserId) -> Person:
        """A user who was given no name is called by the user's id. Raises UserNotFound."""
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            return self._get(connection, scope, collection, user_id)

    def find(
        self, scope: Scope, collection_id: CollectionId, *, name: str, role: str = ""
    ) -> Person | None:
        """Who has this name and role. Raises InvalidInput for what is no name."""
        name, role = require_name(name), require_role(role)
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            sealer = self._sealer(scope, collection)
            found = find_by_name(connection, sealer, collection.number, name, role)
            if found is None:
                return None
            return self._get(connection, scope, collection, UserId(found.user_id))

    def all(self, scope: Scope, collection_id: CollectionId) -> list[Person]:
        """Everybody of the collection, most faces first."""
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            query = _known(collection).order_by(users.c.face_count.desc(), users.c.user_no)
            rows = connection.execute(query).all()
            sealer = self._sealer(scope, collection)
            return [_person(sealer, row) for row in rows]

    def of_faces(
        self, scope: Scope, collection_id: CollectionId, face_ids: Iterable[FaceId]
    ) -> Mapping[FaceId, Person]:
        """Who these faces are said to be; faces of nobody are left out."""
        found: dict[FaceId, Person] = {}
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            sealer = self._sealer(scope, collection)
            for some in batches(distinct(list(face_ids))):
                query = (
                    select(faces.c.face_id, users, persons.c.sealed, persons.c.version)
                    .join(users, users.c.user_no == faces.c.user_no)
                    .outerjoin(persons, persons.c.user_no == users.c.user_no)
                    .where(faces.c.collection_no == collection.number, faces.c.face_id.in_(some))
                )
                for row in connection.execute(query):
                    found[FaceId(row.face_id)] = _person(sealer, row)
        return found

    def of_users(
        self, scope: Scope, collection_id: CollectionId, user_ids: Iterable[UserId]
    ) -> Mapping[UserId, Person]:
        """Those of the users who are there."""
        found: dict[UserId, Person] = {}
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            sealer = self._sealer(scope, collection)
            for some in batches(distinct(list(user_ids))):
                for row in connection.execute(_known(collection).where(users.c.user_id.in_(some))):
                    found[UserId(row.user_id)] = _person(sealer, row)
        return found

    def merged(
        self, scope: Scope, collection_id: CollectionId, user_ids: Iterable[UserId]
    ) -> Mapping[UserId, Person]:
        """Of users who are not there any more those who became somebody in merges, and whom."""
        ends: dict[UserId, UserId] = {}
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            sealer = self._sealer(scope, collection)
            for user_id in user_ids:
                seen, now = {user_id}, became(connection, sealer, collection.number, user_id)
                while now is not None and now not in seen:
                    ends[user_id] = now
                    seen.add(now)
                    now = became(connection, sealer, collection.number, now)
            there = self.of_users(scope, collection_id, list(ends.values()))
        return {one: there[end] for one, end in ends.items() if end in there}

    def _is_left(self, connection: Connection, sealer: Sealer, user: Row[Any]) -> bool:
        row = self._row(connection, user.user_no)
        if user.face_count or row is None or has_tags(connection, user.user_no):
            return False
        if has_biography(connection, user.user_no):
            return False
        return _facts(sealer, user, row).classification is not Classification.KEY

    def _get(
        self, connection: Connection, scope: Scope, collection: CollectionRow, user_id: UserId
    ) -> Person:
        query = _known(collection).where(users.c.user_id == user_id)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise UserNotFound(f"The user id: {user_id} does not exist")
        return _person(self._sealer(scope, collection), row)

    def _row(self, connection: Connection, user_no: int) -> Row[Any] | None:
        return connection.execute(select(persons).where(persons.c.user_no == user_no)).one_or_none()

    def _sealer(self, scope: Scope, collection: CollectionRow) -> Sealer:
        return self._vault.collection(scope.account_id, collection.key_id)


def forget_name(connection: Connection, user_no: int) -> None:
    """The user stays, without a name."""
    connection.execute(delete(persons).where(persons.c.user_no == user_no))
    _tell_followers(connection, user_no)


def find_by_name(
    connection: Connection, sealer: Sealer, collection_no: int, name: str, role: str
) -> Row[Any] | None:
    """The row in `users` of whoever has this name and role, the first if there are several."""
    query = (
        select(users)
        .join(persons, persons.c.user_no == users.c.user_no)
        .where(
            persons.c.collection_no == collection_no,
            persons.c.name_digest == name_digest(sealer, name, role),
        )
        .order_by(persons.c.user_no)
        .limit(1)
    )
    return connection.execute(query).one_or_none()


def put_facts(
    connection: Connection,
    sealer: Sealer,
    user: Row[Any],
    facts: PersonFacts,
    *,
    version: int,
) -> None:
    """Write what is known of a user over what was known, whose bytes the caller has to have
    erased."""
    values = {
        "collection_no": user.collection_no,
        "version": version,
        "name_digest": facts.digest(sealer),
        "sealed": seal_facts(sealer, UserId(user.user_id), facts),
    }
    changed = connection.execute(
        update(persons).where(persons.c.user_no == user.user_no).values(**values)
    ).rowcount
    if not changed:
        connection.execute(persons.insert().values(user_no=user.user_no, **values))
    _tell_followers(connection, user.user_no)


def _known(collection: CollectionRow) -> Select[Any]:
    """The users of a collection with what is known of them, sealed; NULL for one without a name."""
    return (
        select(users, persons.c.sealed, persons.c.version)
        .outerjoin(persons, persons.c.user_no == users.c.user_no)
        .where(users.c.collection_no == collection.number)
    )


def _tell_followers(connection: Connection, user_no: int) -> None:
    """Whoever keeps names in memory learns by the user's revision that this one changed."""
    now = (
        select(collections.c.revision)
        .where(collections.c.collection_no == users.c.collection_no)
        .correlate(users)
        .scalar_subquery()
    )
    connection.execute(update(users).where(users.c.user_no == user_no).values(revision=now))


def _facts(sealer: Sealer, user: Row[Any], row: Row[Any]) -> PersonFacts:
    return open_facts(sealer, UserId(user.user_id), row.sealed)


def _person(sealer: Sealer, row: Row[Any]) -> Person:
    user_id = UserId(row.user_id)
    if row.sealed is None:
        return Person(user_id, user_id, "", row.face_count, 0, PersonFacts(user_id))
    facts = open_facts(sealer, user_id, row.sealed)
    return Person(user_id, facts.name, facts.role, row.face_count, row.version, facts)
