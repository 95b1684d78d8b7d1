"""To forget for good, and to prove it: rows, vectors, keys, index entries, and the bytes of every
file under the home directory, the database's log among them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, select

from eyebright.db.engine import Database
from eyebright.db.tables import (
    celebrities,
    collections,
    drawn_tags,
    face_vectors,
    faces,
    libraries,
    people_events,
    persons,
)
from eyebright.errors import StorageError
from eyebright.governance.accounts import Accounts, Scope
from eyebright.governance.deletion import finish_deletions
from eyebright.governance.erasure import erase
from eyebright.governance.vault import Vault
from eyebright.ids import AccountId, CollectionId, FaceId, UserId
from eyebright.people import traces
from eyebright.people.collections import Collections
from eyebright.people.drawn import remove_tags_of_user
from eyebright.people.events import events_about
from eyebright.people.faces import Faces
from eyebright.people.rows import batches, distinct, faces_by_id, find_collection, find_user
from eyebright.people.users import Users

MAX_WITNESSES = 1_000
"""Faces whose id and vector are looked for after a collection or account is gone: each needs a
reading of every file, so of more faces every n-th stands for the others."""
NEEDLE_BYTES = 32
"""The head and the tail of a sealed vector or biography: 256 bits each, found nowhere by chance."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A needle was found: in this file, this many bytes from its beginning."""

    path: Path
    offset: int
    needle: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """What was looked for after a deletion, and what was found.

    faces: how many were deleted. needles: how many byte strings (ids, sealed vectors, keys) were
    looked for in all files. traces: where one was found; empty if all is well.
    """

    faces: int
    needles: int
    traces: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class Departing:
    """What goes with a user. external_image_ids: of the faces and of drawn tags, each once."""

    face_ids: tuple[FaceId, ...]
    external_image_ids: tuple[str, ...]


Also = Callable[[Connection, Departing], object]
"""Called within the deletion, before anything went."""


def nothing_else(_connection: Connection, _departing: Departing) -> None:
    """Nobody else knows the faces."""


class Forgetting:
    """Deletes through the rooms' own methods, then looks whether anything is left."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        home: Path,
        accounts: Accounts,
        collections: Collections,
        faces: Faces,
        users: Users,
    ) -> None:
        self._database = database
        self._vault = vault
        self._home = home
        self._accounts = accounts
        self._collections = collections
        self._faces = faces
        self._users = users

    def faces(self, scope: Scope, collection_id: CollectionId, face_ids: Sequence[FaceId]) -> Proof:
        """Forget faces, whoever they belong to. Raises CollectionNotFound."""
        with self._database.write() as connection:
            collection = find_collection(connection, scope, collection_id)
            found = faces_by_id(connection, collection.number, face_ids)
            known = [face_id for face_id in distinct(face_ids) if face_id in found]
            needles = self._needles([int(found[face_id].face_no) for face_id in known])
            for owner in distinct([row.user_id for row in found.values() if row.user_id]):
                own = [one for one in known if found[one].user_id == owner]
                self._users.disassociate(scope, collection_id, UserId(owner), own)
            self._faces.delete(scope, collection_id, known)
        return self._proof(len(known), needles)

    def user(
        self,
        scope: Scope,
        collection_id: CollectionId,
        user_id: UserId,
        *,
        also: Also = nothing_else,
    ) -> Proof:
        """Forget a user, all of the user's faces and drawn tags, and what events say of the user.

        also: what else is to be forgotten of them. Raises CollectionNotFound, UserNotFound.
        """
        with self._database.write() as connection:
            collection = find_collection(connection, scope, collection_id)
            user = find_user(connection, collection.number, user_id)
            own = select(faces.c.face_id, faces.c.face_no, faces.c.external_image_id)
            rows = connection.execute(own.where(faces.c.user_no == user.user_no)).all()
            drawn = select(drawn_tags.c.external_image_id).where(
                drawn_tags.c.user_no == user.user_no
            )
            images = [*(row.external_image_id for row in rows), *connection.scalars(drawn)]
            ids = tuple(FaceId(row.face_id) for row in rows)
            also(connection, Departing(ids, tuple(distinct([one for one in images if one]))))
            needles = self._needles([row.face_no for row in rows])
            needles += self._biographies(celebrities.c.user_no == user.user_no)
            needles += self._names(persons.c.user_no == user.user_no)
            events = events_about(connection, collection.number, user_id)
            needles += [end for _, sealed in events if sealed for end in _ends(sealed)]
            needles += remove_tags_of_user(connection, user.user_no)
            self._users.delete(scope, collection_id, user_id)
            self._faces.delete(scope, collection_id, ids)
        return self._proof(len(rows), needles)

    def collection(self, scope: Scope, collection_id: CollectionId) -> Proof:
        """Forget a collection: its key, its faces, its users. Raises CollectionNotFound."""
        with self._database.read() as connection:
            found = find_collection(connection, scope, collection_id)
            witnesses = self._witnesses([found.number])
        needles = [
            *self._needles(witnesses),
            *self._biographies(celebrities.c.collection_no == found.number),
            *self._names(persons.c.collection_no == found.number),
            *self._events([found.number]),
            *self._keys(scope.account_id, [found.key_id]),
        ]
        self._collections.delete(scope, collection_id)
        return self._proof(found.value.face_count, needles)

    def account(self, account_id: AccountId) -> Proof:
        """Forget an account and everything it has. Raises AccountNotFound."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(collections.c.collection_no, collections.c.key_id).where(
                    collections.c.account_id == account_id
                )
            ).all()
            own = select(libraries.c.key_id).where(libraries.c.account_id == account_id)
            keys = [*(row.key_id for row in rows), *connection.scalars(own)]
            witnesses = self._witnesses([row.collection_no for row in rows])
        needles = [
            *self._needles(witnesses),
            *self._biographies(celebrities.c.account_id == account_id),
            *self._names(persons.c.collection_no.in_([row.collection_no for row in rows])),
            *self._events([row.collection_no for row in rows]),
            *self._keys(account_id, keys[:MAX_WITNESSES]),
        ]
        deletion = self._accounts.delete(account_id)
        return self._proof(deletion.faces, needles)

    def finish(self) -> None:
        """Complete the deletions that a killed process began. To be called at every start."""
        finish_deletions(self._database, self._vault)

    def tidy(self) -> bool:
        """Compact the database if a deletion left that owed; whether nothing is owed now.

        Writers wait meanwhile, some 10 ms per megabyte: for a quiet hour, or before a backup.
        """
        return erase(self._database)

    def _witnesses(self, collection_numbers: Sequence[int]) -> list[int]:
        numbers: list[int] = []
        with self._database.read() as connection:
            for some in batches(collection_numbers):
                numbers.extend(
                    connection.scalars(
                        select(faces.c.face_no).where(faces.c.collection_no.in_(some))
                    )
                )
        return numbers[:: max(1, len(numbers) // MAX_WITNESSES)]

    def _needles(self, face_numbers: Sequence[int]) -> list[bytes]:
        """What may not be found afterwards: the faces' ids and their sealed vectors."""
        needles: list[bytes] = []
        with self._database.read() as connection:
            for some in batches(face_numbers):
                rows = connection.execute(
                    select(faces.c.face_id, face_vectors.c.sealed)
                    .join(face_vectors, face_vectors.c.face_no == faces.c.face_no)
                    .where(faces.c.face_no.in_(some))
                )
                for face_id, sealed in rows:
                    needles += [face_id.encode(), *_ends(sealed)]
        return needles

    def _biographies(self, where: ColumnElement[bool]) -> list[bytes]:
        """What may not be found afterwards of celebrities: their sealed names and links. Their ids
        are not looked for: another account may have the same."""
        query = select(celebrities.c.sealed).where(where).order_by(celebrities.c.user_no)
        with self._database.read() as connection:
            boxes = connection.scalars(query).all()
        every_nth = boxes[:: max(1, len(boxes) // MAX_WITNESSES)]
        return [end for sealed in every_nth for end in _ends(sealed)]

    def _names(self, where: ColumnElement[bool]) -> list[bytes]:
        """What may not be found afterwards of persons: their sealed names."""
        query = select(persons.c.sealed).where(where).order_by(persons.c.user_no)
        with self._database.read() as connection:
            boxes = connection.scalars(query).all()
        every_nth = boxes[:: max(1, len(boxes) // MAX_WITNESSES)]
        return [end for sealed in every_nth for end in _ends(sealed)]

    def _events(self, collection_numbers: Sequence[int]) -> list[bytes]:
        """What may not be found afterwards of what was decided: the sealed changes."""
        query = select(people_events.c.sealed).where(
            people_events.c.collection_no.in_(collection_numbers),
            people_events.c.sealed.is_not(None),
        )
        with self._database.read() as connection:
            boxes = connection.scalars(query.order_by(people_events.c.event_no)).all()
        every_nth = boxes[:: max(1, len(boxes) // MAX_WITNESSES)]
        return [end for sealed in every_nth for end in _ends(sealed)]

    def _keys(self, account_id: AccountId, key_ids: Sequence[str]) -> list[bytes]:
        return [
            wrapped
            for key_id in key_ids
            if (wrapped := self._vault.wrapped_key(account_id, key_id)) is not None
        ]

    def _proof(self, count: int, needles: Sequence[bytes]) -> Proof:
        self.tidy()
        return Proof(count, len(needles), tuple(search_for_traces(self._home, needles)))


def _ends(sealed: bytes) -> tuple[bytes, bytes]:
    return sealed[:NEEDLE_BYTES], sealed[-NEEDLE_BYTES:]


def search_for_traces(home: Path, needles: Sequence[bytes]) -> list[Trace]:
    """Where any needle occurs in any file under `home`: the first place in each file.

    Raises StorageError for a file that cannot be read, because then nothing is proven.
    """
    finished = subprocess.run(  # noqa: S603  # our own file, by our own interpreter
        [sys.executable, "-I", traces.__file__, str(home)],
        input="\n".join(needle.hex() for needle in needles),
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        reason = finished.stderr.strip().rpartition("\n")[2]
        raise StorageError(f"{home} cannot be searched: {reason}")
    found = (json.loads(line) for line in finished.stdout.splitlines())
    return [Trace(Path(path), offset, bytes.fromhex(needle)) for path, offset, needle in found]
