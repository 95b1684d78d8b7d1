"""What people decide about faces and persons: each decision one transaction and one event.

The work is in `decision`: every method drafts a change from what is there, the change is checked
against the constraints, written, and kept. Undo, redo and revert write the same changes again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import milliseconds
from eyebright.errors import InvalidInput, StaleWrite
from eyebright.governance.accounts import Scope
from eyebright.governance.vault import Vault
from eyebright.ids import CollectionId, FaceId, UserId
from eyebright.people import events
from eyebright.people.changes import Change
from eyebright.people.decision import Decision
from eyebright.people.done import Done
from eyebright.people.drawn import NewTag, require_tag
from eyebright.people.events import Event, Kind
from eyebright.people.facts import (
    NewFacts,
    PersonFacts,
    require_name,
    require_role,
)
from eyebright.people.ledger import Ledger
from eyebright.people.rows import (
    begin_change,
    distinct,
    find_collection,
    number_after,
    page_of,
    require_limit,
)
from eyebright.people.saying import faces_said, names_in, said, said_of
from eyebright.people.values import Page, Position
from eyebright.people.verdicts import IGNORED, NOT_A_FACE, UNDECIDED


class Decisions:
    """Decisions about the people of all collections. Safe to share between threads and processes.

    scope, collection_id: where; actor: who decides, such as an access key's id. All methods raise
    CollectionNotFound. Faces that are gone are skipped.
    """

    def __init__(self, database: Database, vault: Vault, *, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def name(
        self,
        scope: Scope,
        collection_id: CollectionId,
        faces: Sequence[FaceId] | int,
        *,
        actor: str,
        name: str,
        role: str = "",
        override: bool = False,
    ) -> Done:
        """Say who these faces are, or the faces of this group of unknown ones (its number).

        Somebody of this name and role is the same person. Of a group, those faces are left where
        they are that were said not to be this person, or whose photo shows the person already.
        Raises TwiceInPhoto for single faces, unless `override`; InvalidInput for what is no name.
        """
        facts = PersonFacts(require_name(name), require_role(role))
        with self._decision(scope, collection_id, actor) as decision:
            if isinstance(faces, int):
                return decision.name_group(faces, facts, override=override)
            return decision.name(decision.look_at(faces), facts, override=override)

    def confirm(
        self,
        scope: Scope,
        collection_id: CollectionId,
        faces: Sequence[FaceId] | int,
        user_id: UserId,
        *,
        actor: str,
        override: bool = False,
    ) -> Done:
        """These faces, which are nobody's, or those of this group of unknown ones are this user.

        Of a group faces are left out as `name` does. Raises UserNotFound, TwiceInPhoto for single
        faces, and StaleWrite for a face that is somebody else's.
        """
        with self._decision(scope, collection_id, actor) as decision:
            if isinstance(faces, int):
                user = decision.user(user_id)
                return decision.give_group(Kind.CONFIRM, faces, user, override=override)
            found = decision.look_at(faces)
            for face in found.values():
                if face.state.user_id not in (None, user_id):
                    raise StaleWrite(
                        f"The face {face.face_id} is {face.state.user_id} by now; move it instead."
                    )
            user = decision.user(user_id)
            return decision.give(Kind.CONFIRM, found, user, override=override)

    def move(
        self,
        scope: Scope,
        collection_id: CollectionId,
        face_ids: Sequence[FaceId],
        user_id: UserId,
        *,
        actor: str,
        override: bool = False,
    ) -> Done:
        """These faces, whoever they were, are this user. Raises UserNotFound, TwiceInPhoto."""
        with self._decision(scope, collection_id, actor) as decision:
            user = decision.user(user_id)
            return decision.give(Kind.MOVE, decision.look_at(face_ids), user, override=override)

    def reject(
        self,
        scope: Scope,
        collection_id: CollectionId,
        face_ids: Sequence[FaceId],
        user_id: UserId,
        *,
        actor: str,
    ) -> Done:
        """These faces are not this user, now and for ever. Raises UserNotFound."""
        with self._decision(scope, collection_id, actor) as decision:
            user = decision.user(user_id)
            found = decision.look_at(face_ids)
            decision.draft.reject(found, user)
            mine = [n for n, face in found.items() if face.state.user_id == user_id]
            decision.draft.give(mine, None)
            return decision.done(Kind.REJECT)

    def unname(
        self, scope: Scope, collection_id: CollectionId, face_ids: Sequence[FaceId], *, actor: str
    ) -> Done:
        """These faces are nobody's."""
        with self._decision(scope, collection_id, actor) as decision:
            found = decision.look_at(face_ids)
            decision.draft.give([n for n, face in found.items() if face.state.user_id], None)
            return decision.done(Kind.UNNAME)

    def split(
        self, scope: Scope, collection_id: CollectionId, face_ids: Sequence[FaceId], *, actor: str
    ) -> Done:
        """These faces are one unknown person, and not who they were put together with.

        Raises TwiceInPhoto if two of them are in one photo.
        """
        with self._decision(scope, collection_id, actor) as decision:
            return decision.split(decision.look_at(face_ids))

    def merge(
        self,
        scope: Scope,
        collection_id: CollectionId,
        user_id: UserId,
        into: UserId,
        *,
        actor: str,
        version: int | None = None,
        into_version: int | None = None,
        override: bool = False,
    ) -> Done:
        """The first user is the second, who keeps the name and gets all faces.

        version, into_version: what the caller saw of the two; not asked about if None. Raises
        UserNotFound, InvalidInput for a merge with itself, StaleWrite, RejectedBefore if a face of
        one was said not to be the other, TwiceInPhoto; the last two unless `override`.
        """
        if user_id == into:
            raise InvalidInput("Nobody can be merged with themselves; choose somebody else.")
        with self._decision(scope, collection_id, actor) as decision:
            one = decision.user(user_id, version=version)
            other = decision.user(into, version=into_version)
            return decision.merge(one, other, override=override)

    def change(
        self,
        scope: Scope,
        collection_id: CollectionId,
        user_id: UserId,
        new: NewFacts,
        *,
        actor: str,
        version: int | None,
    ) -> Done:
        """What is known of somebody, in one event. version: the one the caller saw, 0 of a user
        without a name; not asked about if None.

        Raises UserNotFound, StaleWrite if somebody changed the person since, or if somebody else
        has the name: merge them instead; InvalidInput for what cannot be kept, for a portrait that
        is none of the person's faces, and for a user without a name who is given none.
        """
        with self._decision(scope, collection_id, actor) as decision:
            return decision.describe(decision.user(user_id, version=version), new)

    def ignore(
        self,
        scope: Scope,
        collection_id: CollectionId,
        faces: Sequence[FaceId] | int,
        *,
        actor: str,
    ) -> Done:
        """Faces of no interest, or all of a group: nobody's, in no group, never suggested."""
        with self._decision(scope, collection_id, actor) as decision:
            return decision.decide(Kind.IGNORE, faces, IGNORED, keep_group=False)

    def not_a_face(
        self,
        scope: Scope,
        collection_id: CollectionId,
        faces: Sequence[FaceId] | int,
        *,
        actor: str,
    ) -> Done:
        """A statue, a wheel cap: as `ignore`."""
        with self._decision(scope, collection_id, actor) as decision:
            return decision.decide(Kind.NOT_A_FACE, faces, NOT_A_FACE, keep_group=False)

    def undecided(
        self,
        scope: Scope,
        collection_id: CollectionId,
        faces: Sequence[FaceId] | int,
        *,
        actor: str,
    ) -> Done:
        """Faces, or all of a group, of which nobody can say who they are: put aside until they are
        reopened."""
        with self._decision(scope, collection_id, actor) as decision:
            return decision.decide(Kind.UNDECIDED, faces, UNDECIDED, keep_group=True)

    def reopen(
        self, scope: Scope, collection_id: CollectionId, face_ids: Sequence[FaceId], *, actor: str
    ) -> Done:
        """Faces that were put aside are to be looked at again, in the groups they were in."""
        with self._decision(scope, collection_id, actor) as decision:
            return decision.reopen(decision.look_at(face_ids))

    def tag(
        self,
        scope: Scope,
        collection_id: CollectionId,
        drawn: NewTag,
        *,
        actor: str,
        name: str,
        role: str = "",
        override: bool = False,
    ) -> Done:
        """Somebody is in a picture at a place where no face was seen.

        For a face that yields a vector, enrol it and `name` it instead: then it can be found.
        Raises InvalidInput, and TwiceInPhoto if the person is in the picture already, unless
        `override`.
        """
        require_tag(drawn)
        facts = PersonFacts(require_name(name), require_role(role))
        with self._decision(scope, collection_id, actor) as decision:
            return decision.tag(drawn, facts, override=override)

    def untag(
        self, scope: Scope, collection_id: CollectionId, tag_ids: Sequence[str], *, actor: str
    ) -> Done:
        """Take back drawn faces."""
        with self._decision(scope, collection_id, actor) as decision:
            return decision.untag(tag_ids)

    def undo(self, scope: Scope, collection_id: CollectionId, *, actor: str) -> Done:
        """Take back the last that this actor did and that still holds; nothing, if there is none.

        Raises StaleWrite, with nothing changed, if others have decided otherwise since.
        """
        with self._decision(scope, collection_id, actor) as decision:
            return decision.undo()

    def redo(self, scope: Scope, collection_id: CollectionId, *, actor: str) -> Done:
        """Do again what this actor undid last, unless the actor did something else since."""
        with self._decision(scope, collection_id, actor) as decision:
            return decision.redo()

    def revert(
        self, scope: Scope, collection_id: CollectionId, event_id: int, *, actor: str
    ) -> Done:
        """Take back an older event, as an event of its own, for whatever still is as the event left
        it; the rest is told as skipped. Raises NotFound, StaleWrite for one that was undone or
        destroyed."""
        with self._decision(scope, collection_id, actor) as decision:
            return decision.revert(event_id)

    def history(
        self,
        scope: Scope,
        collection_id: CollectionId,
        *,
        limit: int,
        after: Position | None = None,
    ) -> Page[Event]:
        """What was decided, the latest first."""
        require_limit(limit)
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            before = None if after is None else number_after(after)
            rows = events.event_rows(connection, collection.number, limit=limit, before=before)
            ledger = self._ledger(scope, connection, collection_id, changes=False)
            changes = {
                row.event_no: events.change_of(ledger.sealer, row)
                for row in rows
                if row.sealed is not None
            }
            about = distinct([user for one in changes.values() for user in one.user_ids])
            names = _names(ledger, about)
            return page_of(
                rows,
                limit=limit,
                column="event_no",
                value=lambda row: _event(row, changes.get(row.event_no), names),
            )

    def may(self, scope: Scope, collection_id: CollectionId, *, actor: str) -> tuple[bool, bool]:
        """Whether there is something that this actor can undo, and something to do again. Both may
        be refused yet: others may have decided otherwise since."""
        with self._database.read() as connection:
            number = find_collection(connection, scope, collection_id).number
            return (
                events.latest_done(connection, number, actor) is not None,
                events.next_undone(connection, number, actor) is not None,
            )

    def says(self, scope: Scope, collection_id: CollectionId, done: Done) -> str:
        """What was done, as a plain sentence without a full stop."""
        with self._database.read() as connection:
            ledger = self._ledger(scope, connection, collection_id, changes=False)
            return said_of(done, _names(ledger, done.people))

    def write(
        self,
        connection: Connection,
        scope: Scope,
        collection_id: CollectionId,
        *,
        actor: str,
    ) -> Decision:
        """A decision within the caller's write transaction: for rooms that add actions."""
        assert connection is not None
        return Decision(self._ledger(scope, connection, collection_id, changes=True), actor)

    @contextmanager
    def _decision(
        self, scope: Scope, collection_id: CollectionId, actor: str
    ) -> Iterator[Decision]:
        with self._database.write() as connection:
            yield self.write(connection, scope, collection_id, actor=actor)

    def _ledger(
        self, scope: Scope, connection: Connection, collection_id: CollectionId, *, changes: bool
    ) -> Ledger:
        find = begin_change if changes else find_collection
        collection = find(connection, scope, collection_id)
        return Ledger(
            self._database,
            connection,
            collection,
            sealer=self._vault.collection(scope.account_id, collection.key_id),
            now_ms=milliseconds(self._clock.now()),
        )


def _names(ledger: Ledger, user_ids: Sequence[UserId]) -> dict[UserId, str]:
    """What people are called who are there and have a name."""
    return {
        user.user_id: user.person.facts.name
        for user in ledger.users(user_ids).values()
        if user.person.facts is not None
    }


def _event(row: Row[Any], change: Change | None, names: Mapping[UserId, str]) -> Event:
    if change is None:
        gone = "somebody in it was forgotten, or went with their last photo"
        told = f"{faces_said(row.face_count)}; {gone}"
        return events.event_value(row, None, names, says=f"{row.kind}: {told}")
    says = said(Kind(row.kind), change, names, now=False)
    return events.event_value(row, change, names_in(change, names), says=says)
