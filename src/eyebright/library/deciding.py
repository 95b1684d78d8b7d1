"""Decisions about the people of a library, from wherever they are made.

A decision is written once, in the people room; here the assets that show the faces are told, in the
same transaction, so that search finds them by the names they have when the call returns. A decision
about very many assets is told to the index afterwards: a search that comes before knows it as well,
but has to wait for the index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection, Select, Table, select, update

from eyebright.db.engine import Database
from eyebright.db.tables import assets, collections, drawn_tags, faces, users
from eyebright.errors import CollectionNotFound, PackError
from eyebright.ids import FaceId, UserId
from eyebright.library.removal import Publisher
from eyebright.library.rows import begin_change
from eyebright.library.values import Library, Media
from eyebright.people.changes import Change, PersonState
from eyebright.people.decisions import Decisions
from eyebright.people.done import Done, Way
from eyebright.people.drawn import NewTag
from eyebright.people.events import Event, Kind
from eyebright.people.facts import NewFacts
from eyebright.people.grouping import OPEN, Grouping
from eyebright.people.rows import batches
from eyebright.people.values import Page, Position

AT_ONCE = 500
"""Assets that are published before a decision returns, some 0.1 s; more are published after it."""


class Later(Protocol):
    """Publishes what is too much to wait for, see `publishing_aside`."""

    def ask(self, library: Library, /) -> object: ...

    def is_behind(self, library: Library, /) -> bool: ...


class NotNow:
    """Nobody publishes; the next search does."""

    def ask(self, _library: Library, /) -> None:
        """Nothing to do."""

    def is_behind(self, _library: Library, /) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Decided:
    """done: what came of it. assets: how many were touched. says: a sentence for people."""

    done: Done
    assets: int
    says: str


class Deciding:
    """Safe to share between threads and processes.

    later: told of a library of which more assets changed than are published at once, and, as long
        as it is behind, of all others.
    """

    def __init__(
        self,
        database: Database,
        decisions: Decisions,
        *,
        publisher: Publisher,
        grouping: Grouping,
        later: Later | None = None,
    ) -> None:
        self._database = database
        self._decisions = decisions
        self._publisher = publisher
        self._grouping = grouping
        self._later = later or NotNow()

    def by(self, library: Library, actor: str) -> Desk:
        """What somebody decides. actor: such as an access key's id; undo and redo are everybody's
        own."""
        return Desk(self, self._decisions, library, actor)

    def history(
        self, library: Library, *, limit: int, after: Position | None = None
    ) -> Page[Event]:
        """What was decided, the latest first. Raises CollectionNotFound."""
        return self._decisions.history(
            library.scope, library.collection_id, limit=limit, after=after
        )

    def may(self, library: Library, *, actor: str) -> tuple[bool, bool]:
        """Whether this actor has something to undo, and something to do again. Raises
        CollectionNotFound."""
        return self._decisions.may(library.scope, library.collection_id, actor=actor)

    def decided(self, library: Library, decide: Callable[[], Done]) -> Decided:
        """A decision of this library, and its assets, in one transaction."""
        with self._database.write() as connection:
            revision = begin_change(connection, library)  # before the collection, as everywhere
            done = decide()
            count = _touch(connection, library, done, revision)
            if count > AT_ONCE or (count and self._later.is_behind(library)):
                self._database.after_commit(lambda: self._later.ask(library))
            elif count:
                self._database.after_commit(lambda: self._publisher.publish(library, ()))
            if reopened := _reopened(done):
                self._database.after_commit(lambda: self._regroup(library, reopened))
            says = self._decisions.says(library.scope, library.collection_id, done)
        return Decided(done, count, says)

    def _regroup(self, library: Library, face_numbers: Sequence[int]) -> None:
        """In a transaction of its own: who places faces waits for the database, not the other way
        round. Without a pack that says how alike is alike they stay where they are."""
        with suppress(CollectionNotFound, PackError):
            self._grouping.regroup(library.scope, library.collection_id, face_numbers)


class Desk:
    """What one actor decides about one library; see `people.decisions.Decisions`, whose errors
    these raise too."""

    def __init__(
        self, deciding: Deciding, decisions: Decisions, library: Library, actor: str
    ) -> None:
        self._deciding = deciding
        self._decisions = decisions
        self._library = library
        self._where = library.scope, library.collection_id
        self._actor = actor

    def name(
        self, faces: Sequence[FaceId] | int, *, name: str, role: str = "", override: bool = False
    ) -> Decided:
        """Say who these faces are, or the faces of this group."""
        return self._decided(
            lambda: self._decisions.name(
                *self._where, faces, actor=self._actor, name=name, role=role, override=override
            )
        )

    def confirm(
        self, faces: Sequence[FaceId] | int, user_id: UserId, *, override: bool = False
    ) -> Decided:
        return self._decided(
            lambda: self._decisions.confirm(
                *self._where, faces, user_id, actor=self._actor, override=override
            )
        )

    def move(
        self, face_ids: Sequence[FaceId], user_id: UserId, *, override: bool = False
    ) -> Decided:
        return self._decided(
            lambda: self._decisions.move(
                *self._where, face_ids, user_id, actor=self._actor, override=override
            )
        )

    def reject(self, face_ids: Sequence[FaceId], user_id: UserId) -> Decided:
        return self._decided(
            lambda: self._decisions.reject(*self._where, face_ids, user_id, actor=self._actor)
        )

    def unname(self, face_ids: Sequence[FaceId]) -> Decided:
        return self._decided(
            lambda: self._decisions.unname(*self._where, face_ids, actor=self._actor)
        )

    def split(self, face_ids: Sequence[FaceId]) -> Decided:
        return self._decided(
            lambda: self._decisions.split(*self._where, face_ids, actor=self._actor)
        )

    def ignore(self, faces: Sequence[FaceId] | int) -> Decided:
        return self._decided(lambda: self._decisions.ignore(*self._where, faces, actor=self._actor))

    def not_a_face(self, faces: Sequence[FaceId] | int) -> Decided:
        return self._decided(
            lambda: self._decisions.not_a_face(*self._where, faces, actor=self._actor)
        )

    def undecided(self, faces: Sequence[FaceId] | int) -> Decided:
        return self._decided(
            lambda: self._decisions.undecided(*self._where, faces, actor=self._actor)
        )

    def reopen(self, face_ids: Sequence[FaceId]) -> Decided:
        return self._decided(
            lambda: self._decisions.reopen(*self._where, face_ids, actor=self._actor)
        )

    def change(self, user_id: UserId, new: NewFacts, *, version: int | None) -> Decided:
        """Name, role and whatever else is known, in one event."""
        return self._decided(
            lambda: self._decisions.change(
                *self._where, user_id, new, actor=self._actor, version=version
            )
        )

    def merge(
        self,
        user_id: UserId,
        into: UserId,
        *,
        version: int | None = None,
        into_version: int | None = None,
        override: bool = False,
    ) -> Decided:
        return self._decided(
            lambda: self._decisions.merge(
                *self._where,
                user_id,
                into,
                actor=self._actor,
                version=version,
                into_version=into_version,
                override=override,
            )
        )

    def tag(self, drawn: NewTag, *, name: str, role: str = "", override: bool = False) -> Decided:
        return self._decided(
            lambda: self._decisions.tag(
                *self._where, drawn, actor=self._actor, name=name, role=role, override=override
            )
        )

    def untag(self, tag_ids: Sequence[str]) -> Decided:
        return self._decided(
            lambda: self._decisions.untag(*self._where, tag_ids, actor=self._actor)
        )

    def undo(self) -> Decided:
        return self._decided(lambda: self._decisions.undo(*self._where, actor=self._actor))

    def redo(self) -> Decided:
        return self._decided(lambda: self._decisions.redo(*self._where, actor=self._actor))

    def revert(self, event_id: int) -> Decided:
        return self._decided(
            lambda: self._decisions.revert(*self._where, event_id, actor=self._actor)
        )

    def _decided(self, decide: Callable[[], Done]) -> Decided:
        return self._deciding.decided(self._library, decide)


def _reopened(done: Done) -> list[int]:
    """Faces that are to be looked at again; not those of which a decision is taken back, which are
    as they were."""
    if done.kind is not Kind.REOPEN or done.way is Way.UNDONE:
        return []
    return [n for run in done.change.faces if run.after.verdict == OPEN for n in run.numbers]


def _touch(connection: Connection, library: Library, done: Done, revision: int) -> int:
    """Give the assets that a change is about the revision; how many there are."""
    change = done.change
    count = 0
    for some in batches(sorted({n for one in change.faces for n in one.numbers})):
        count += _raise(
            connection,
            library,
            revision,
            select(faces.c.external_image_id).where(faces.c.face_no.in_(some)),
        )
    for some in batches([n for one in change.tags for n in one.numbers]):
        count += _raise(
            connection,
            library,
            revision,
            select(drawn_tags.c.external_image_id).where(drawn_tags.c.tag_no.in_(some)),
        )
    for user_id in _renamed(change):
        for table in (faces, drawn_tags):
            count += _raise(connection, library, revision, _assets_of(library, user_id, table))
    if _may_be_in_films(done):
        count += connection.execute(
            update(assets)
            .where(
                assets.c.library_no == library.number,
                assets.c.media == Media.VIDEO.value,
                assets.c.revision < revision,
            )
            .values(revision=revision)
        ).rowcount
    return count


def _raise(
    connection: Connection, library: Library, revision: int, asset_ids: Select[tuple[str | None]]
) -> int:
    """How many of these assets did not have the revision yet."""
    return connection.execute(
        update(assets)
        .where(
            assets.c.library_no == library.number,
            assets.c.asset_id.in_(asset_ids),
            assets.c.revision < revision,
        )
        .values(revision=revision)
    ).rowcount


def _assets_of(library: Library, user_id: UserId, table: Table) -> Select[tuple[str | None]]:
    """Those in which a user has a face, or a drawn tag."""
    return (
        select(table.c.external_image_id)
        .join(users, users.c.user_no == table.c.user_no)
        .join(collections, collections.c.collection_no == users.c.collection_no)
        .where(
            collections.c.account_id == library.scope.account_id,
            collections.c.region == library.scope.region,
            collections.c.collection_id == library.collection_id,
            users.c.user_id == user_id,
        )
    )


def _renamed(change: Change) -> list[UserId]:
    """Who was there, is there, and is called otherwise."""
    return [
        one.user_id
        for one in change.people
        if one.before is not None
        and one.after is not None
        and _name(one.before) != _name(one.after)
    ]


def _may_be_in_films(done: Done) -> bool:
    """Whether somebody was renamed, went or came back whom a film may show by a likeness, without a
    face of theirs in it."""
    came = done.way is not Way.DONE or done.kind is Kind.REVERT
    return any(
        one.after is None or _name(one.before) != _name(one.after)
        for one in done.change.people
        if one.before is not None or came
    )


def _name(state: PersonState | None) -> tuple[str, str] | None:
    facts = None if state is None else state.facts
    return None if facts is None else (facts.name, facts.role)
