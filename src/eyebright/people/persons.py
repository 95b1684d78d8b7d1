"""Persons: users of a collection who have a name and a role, known by both.

A person IS a user; naming a face makes the user and gives it the face. Somebody of the same name
and role is the same person: naming a second face so adds it to the first's.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from eyebright.db.engine import Database
from eyebright.db.tables import faces, persons, users
from eyebright.errors import InvalidInput, StaleWrite, UserNotFound
from eyebright.governance.accounts import Scope
from eyebright.governance.erasure import erase_after_commit
from eyebright.governance.sealing import Sealer
from eyebright.governance.vault import Vault
from eyebright.ids import CollectionId, FaceId, UserId
from eyebright.people.biographies import plain_name
from eyebright.people.rows import (
    CollectionRow,
    batches,
    distinct,
    faces_by_id,
    find_collection,
    find_user,
)
from eyebright.people.users import Users

MAX_NAME_CHARACTERS = 256
MAX_FACES_PER_PERSON = 1_000_000
"""A person of a library is in more photos than a user of the service may have faces."""


@dataclass(frozen=True, slots=True)
class Person:
    """version: what a change must name, so that who saw an older state changes nothing."""

    user_id: UserId
    name: str
    role: str
    face_count: int
    version: int


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
        """These faces are nobody's any more. A person who has none left goes, name and all."""
        with self._database.write() as connection:
            collection = find_collection(connection, scope, collection_id)
            rows = faces_by_id(connection, collection.number, face_ids)
            self._take_from_others(scope, collection_id, None, rows)
            for user_id in distinct([row.user_id for row in rows.values() if row.user_id]):
                user = find_user(connection, collection.number, UserId(user_id))
                if not user.face_count and self._row(connection, user.user_no) is not None:
                    self._users.delete(scope, collection_id, UserId(user_id))

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
            collection = find_collection(connection, scope, collection_id)
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
        query = (
            select(users.c.user_id)
            .join(persons, persons.c.user_no == users.c.user_no)
            .where(
                persons.c.collection_no == collection.number,
                persons.c.name_digest == _digest(self._sealer(scope, collection), name, role),
            )
            .order_by(users.c.user_no)
        )
        found = connection.scalars(query).first()
        return None if found is None else UserId(found)

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
        content = json.dumps({"name": name, "role": role}).encode()
        values = {
            "collection_no": collection.number,
            "version": version + 1,
            "name_digest": _digest(sealer, name, role),
            "sealed": sealer.seal(content, bound_to=_place(UserId(user.user_id))),
        }
        changed = connection.execute(
            update(persons).where(persons.c.user_no == user.user_no).values(**values)
        ).rowcount
        if changed:
            erase_after_commit(self._database, connection)  # the name before
        else:
            connection.execute(persons.insert().values(user_no=user.user_no, **values))

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


def require_name(name: str) -> str:
    """The name without blanks around it. Raises InvalidInput for what cannot be one."""
    return _require(name, "name", least=1)


def require_role(role: str) -> str:
    """The role, which may be empty. Raises InvalidInput."""
    return _require(role, "role", least=0)


def _require(text: str, what: str, *, least: int) -> str:
    cleaned = " ".join(text.split())
    if not least <= len(cleaned) <= MAX_NAME_CHARACTERS:
        raise InvalidInput(
            f"A {what} has {least} to {MAX_NAME_CHARACTERS} characters; this one has "
            f"{len(cleaned)}."
        )
    if not cleaned.isprintable():
        # marks of writing direction and other characters that cannot be seen would make two
        # names look alike that are not
        raise InvalidInput(
            f"A {what} holds characters that can be seen; {cleaned[:40]!a} does not."
        )
    return cleaned


def _digest(sealer: Sealer, name: str, role: str) -> bytes:
    return sealer.digest(f"{plain_name(name)}\n{plain_name(role)}".encode())


def _person(sealer: Sealer, row: Row[Any]) -> Person:
    user_id = UserId(row.user_id)
    if row.sealed is None:
        return Person(user_id, user_id, "", row.face_count, 0)
    content = json.loads(sealer.open(row.sealed, bound_to=_place(user_id)))
    return Person(user_id, content["name"], content["role"], row.face_count, row.version)


def _place(user_id: UserId) -> bytes:
    return f"person {user_id}".encode()
