"""Persons: users of a collection who have a name and a role, known by both.

A person IS a user; naming a face makes the user and gives it the face. Somebody of the same name
and role is the same person: naming a second face so adds it to the first's.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from eyebright.db.engine import Database
from eyebright.db.tables import collections, faces, persons, users
from eyebright.errors import StaleWrite, UserNotFound
from eyebright.governance.accounts import Scope
from eyebright.governance.erasure import erase_after_commit
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
    begin_change,
    distinct,
    faces_by_id,
    find_collection,
    find_user,
)
from eyebright.people.users import Users

MAX_FACES_PER_PERSON = 1_000_000
"""A person of a library is in more photos than a user of the service may have faces."""


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

    def name_faces(
        self,
        scope: Scope,
        collection_id: CollectionId,
        face_ids: Sequence[FaceId],
        *,
        name: str,
        role: str = "",
    ) -> Person:
        """Say who these faces are; whoever they were said to be before, they are no longer.

        Raises InvalidInput for what is no name, CollectionNotFound, and UserNotFound never: a name
        that is new makes a person. Faces that are not in the collection are left out.
        """
        name, role = require_name(name), require_role(role)
        with self._database.write() as connection:
            collection = find_collection(connection, scope, collection_id)
            found = self._by_name(connection, scope, collection, name, role)
            user_id = found or self._add(connection, scope, collection, name, role)
            rows = faces_by_id(connection, collection.number, face_ids)
            mine = [one for one in distinct(face_ids) if one in rows]
            self._take_from_others(scope, collection_id, user_id, rows)
            self._users.associate(
                scope,
                collection_id,
                user_id,
                mine,
                min_percent=0.0,
                most_faces=MAX_FACES_PER_PERSON,
            )
            return self._get(connection, scope, collection, user_id)

    def unname_faces(
        self, scope: Scope, collection_id: CollectionId, face_ids: Sequence[FaceId]
    ) -> None:
        """These faces are nobody's any more. A person who has none left goes, as by `let_go`."""
        with self._database.write() as connection:
            collection = find_collection(connection, scope, collection_id)
            rows = faces_by_id(connection, collection.number, face_ids)
            self._take_from_others(scope, collection_id, None, rows)
            held = [UserId(row.user_id) for row in rows.values() if row.user_id]
            self.let_go(scope, collection_id, held)

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

    def rename(
        self,
        scope: Scope,
        collection_id: CollectionId,
        user_id: UserId,
        *,
        name: str,
        role: str,
        version: int,
    ) -> Person:
        """Give a person another name and role; also names a user who had none (version 0).

        Raises StaleWrite when the person changed since `version`, or when somebody else has the
        name and role already (merge them instead), UserNotFound, InvalidInput.
        """
        name, role = require_name(name), require_role(role)
        with self._database.write() as connection:
            collection = begin_change(connection, scope, collection_id)
            user = find_user(connection, collection.number, user_id)
            other = self._by_name(connection, scope, collection, name, role)
            if other is not None and other != user_id:
                raise StaleWrite(f"{name!r} is somebody else already; merge the two instead.")
            row = self._row(connection, user.user_no)
            if (row.version if row is not None else 0) != version:
                raise StaleWrite(f"{name!r} was changed by somebody else; look again.")
            self._write(connection, scope, collection, user, name=name, role=role, version=version)
            return self._get(connection, scope, collection, user_id)

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
            found = self._by_name(connection, scope, collection, name, role)
            return None if found is None else self._get(connection, scope, collection, found)

    def all(self, scope: Scope, collection_id: CollectionId) -> list[Person]:
        """Everybody of the collection, most faces first."""
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            query = (
                select(users, persons.c.sealed, persons.c.version)
                .outerjoin(persons, persons.c.user_no == users.c.user_no)
                .where(users.c.collection_no == collection.number)
                .order_by(users.c.face_count.desc(), users.c.user_no)
            )
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
                query = (
                    select(users, persons.c.sealed, persons.c.version)
                    .outerjoin(persons, persons.c.user_no == users.c.user_no)
                    .where(users.c.collection_no == collection.number, users.c.user_id.in_(some))
                )
                for row in connection.execute(query):
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

    def _take_from_others(
        self,
        scope: Scope,
        collection_id: CollectionId,
        keeper: UserId | None,
        rows: Mapping[str, Row[Any]],
    ) -> None:
        held: dict[str, list[FaceId]] = {}
        for face_id, row in rows.items():
            if row.user_id is not None and row.user_id != keeper:
                held.setdefault(row.user_id, []).append(FaceId(face_id))
        for owner, own in held.items():
            self._users.disassociate(scope, collection_id, UserId(owner), own)

    def _by_name(
        self, connection: Connection, scope: Scope, collection: CollectionRow, name: str, role: str
    ) -> UserId | None:
        sealer = self._sealer(scope, collection)
        found = find_by_name(connection, sealer, collection.number, name, role)
        return None if found is None else UserId(found.user_id)

    def _add(
        self, connection: Connection, scope: Scope, collection: CollectionRow, name: str, role: str
    ) -> UserId:
        user_id = UserId(f"person-{uuid.uuid4()}")
        self._users.create(scope, collection.value.collection_id, user_id)
        user = find_user(connection, collection.number, user_id)
        self._write(connection, scope, collection, user, name=name, role=role, version=0)
        return user_id

    def _write(
        self,
        connection: Connection,
        scope: Scope,
        collection: CollectionRow,
        user: Row[Any],
        *,
        name: str,
        role: str,
        version: int,
    ) -> None:
        """The next version of what is known of a user; what was known before is overwritten."""
        sealer = self._sealer(scope, collection)
        row = self._row(connection, user.user_no)
        known = PersonFacts(name) if row is None else _facts(sealer, user, row)
        facts = replace(known, name=name, role=role)
        if put_facts(connection, sealer, user, facts, version=version + 1):
            erase_after_commit(self._database, connection)  # the name before

    def _get(
        self, connection: Connection, scope: Scope, collection: CollectionRow, user_id: UserId
    ) -> Person:
        query = (
            select(users, persons.c.sealed, persons.c.version)
            .outerjoin(persons, persons.c.user_no == users.c.user_no)
            .where(users.c.collection_no == collection.number, users.c.user_id == user_id)
        )
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
) -> bool:
    """Write what is known of a user over what was known; whether anything was known before, whose
    bytes the caller then has to have erased."""
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
    return bool(changed)


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
