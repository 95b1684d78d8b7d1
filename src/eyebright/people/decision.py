"""One decision within its transaction: drafted, held against the constraints, written, kept."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from eyebright.errors import InvalidInput, RejectedBefore, StaleWrite, TwiceInPhoto, UserNotFound
from eyebright.ids import FaceId, UserId
from eyebright.people import events
from eyebright.people.changes import Change, FaceState
from eyebright.people.done import NOTHING, Done, Way
from eyebright.people.doubles import doubled, refuse_twice, twice
from eyebright.people.drafts import Draft, merged_facts
from eyebright.people.drawn import NewTag, insert_tag, tags_by_id
from eyebright.people.events import Kind
from eyebright.people.facts import NewFacts, PersonFacts, require_name
from eyebright.people.fitting import fit
from eyebright.people.grouping import OPEN
from eyebright.people.ledger import FaceNow, Ledger, UserNow
from eyebright.people.persons import find_by_name
from eyebright.people.reopening import former_groups
from eyebright.people.rows import distinct

Faces = Mapping[int, FaceNow]


class Decision:
    """Used once. Every way through it ends in `done`, or in `undo`, `redo` or `revert`."""

    def __init__(self, ledger: Ledger, actor: str) -> None:
        self._ledger = ledger
        self._actor = actor
        self._skipped = 0
        self.draft = Draft(ledger)

    def look_at(self, face_ids: Sequence[FaceId] | int) -> Faces:
        """Those of the faces that are there; the others are skipped. Of a number, the faces of this
        group of unknown ones."""
        if isinstance(face_ids, int):
            found = self._ledger.faces_of_group(self._ledger.group_now(face_ids))
            self.draft.look_at(found)
            return found
        asked = distinct(face_ids)
        found = self._ledger.faces_by_id(asked)
        self._skipped += len(asked) - len(found)
        self.draft.look_at(found)
        return found

    def user(self, user_id: UserId, *, version: int | None = None) -> UserNow:
        """Raises UserNotFound, StaleWrite if it is not of the version that is asked for."""
        found = self._ledger.users([user_id]).get(user_id)
        if found is None:
            raise UserNotFound(
                "There is no such person any more: merged into somebody else, forgotten, or left "
                "without a photo. Look again."
            )
        if version is not None and found.person.version != version:
            raise StaleWrite(f"{self._called(found)!r} was changed by somebody else; look again.")
        return found

    def find(self, name: str, role: str) -> UserNow | None:
        """Who has this name and role."""
        number = self._ledger.collection.number
        row = find_by_name(self._ledger.connection, self._ledger.sealer, number, name, role)
        return None if row is None else self.user(UserId(row.user_id))

    def name(self, found: Faces, facts: PersonFacts, *, override: bool) -> Done:
        """These faces are whoever has this name and role, or somebody new. Raises TwiceInPhoto,
        unless `override`."""
        if not found:
            return self.done(Kind.NAME)
        user = self.find(facts.name, facts.role)
        if user is not None:
            return self.give(Kind.NAME, found, user, override=override)
        self._name_new(found, facts)
        return self.done(Kind.NAME, override=override)

    def name_group(self, group_no: int, facts: PersonFacts, *, override: bool) -> Done:
        """Faces that were split off this group before are not the person either."""
        user = self.find(facts.name, facts.role)
        if user is not None:
            return self.give_group(Kind.NAME, group_no, user, override=override)
        found = self.look_at(group_no)
        if found:
            user_id = self._name_new(found, facts)
            self.draft.reject_new(self._refusing(group_no), user_id)
        return self.done(Kind.NAME, override=override)

    def give_group(self, kind: Kind, group_no: int, user: UserNow, *, override: bool) -> Done:
        """The same of somebody who is there; faces of the group against which something speaks are
        left where they are, unless `override`."""
        found = self.look_at(group_no)
        if not found:
            return self.done(kind)
        fitting = found if override else self._without_conflicts(found, user)
        now = self._ledger.faces(self._refusing(group_no))
        others = [n for n, face in now.items() if face.state.user_id != user.user_id]
        self.draft.reject(others, user)
        return self.give(kind, fitting, user, override=override)

    def give(self, kind: Kind, found: Faces, user: UserNow, *, override: bool) -> Done:
        """Faces become the user's, whatever was rejected before: this is said later."""
        self.draft.allow(found, user)
        self.draft.give(found, user.user_id)
        return self.done(kind, override=override)

    def decide(
        self, kind: Kind, face_ids: Sequence[FaceId] | int, verdict: str, *, keep_group: bool
    ) -> Done:
        """A verdict on single faces or on a group (its number). keep_group: whether they stay in
        the groups they are in."""
        self.draft.decide(self.look_at(face_ids), verdict, keep_group=keep_group)
        return self.done(kind)

    def reopen(self, found: Faces) -> Done:
        """They come back to the groups they were in; see `Grouping.regroup` for the others."""
        put_aside = [n for n, face in found.items() if face.state.verdict != OPEN]
        self.draft.reopen(put_aside, former_groups(self._ledger, found))
        return self.done(Kind.REOPEN)

    def split(self, found: Faces) -> Done:
        """Faces become a group of their own, and not who they were, nor of the groups they were in.
        Raises TwiceInPhoto."""
        self._refuse_one_photo(found)
        if not found:
            return self.done(Kind.SPLIT)
        group_no = self._ledger.new_group()
        for user in self._ledger.users(_owners(found)).values():
            self.draft.reject(
                (n for n, face in found.items() if face.state.user_id == user.user_id), user
            )
        for left in {face.state.group_no for face in found.values()} - {None}:
            assert left is not None
            self.draft.refuse((n for n, face in found.items() if face.state.group_no == left), left)
        self.draft.split_off(found, group_no)
        return self.done(Kind.SPLIT)

    def merge(self, one: UserNow, into: UserNow, *, override: bool) -> Done:
        """All that is of the one becomes the other's, what was rejected too. Raises InvalidInput
        for a celebrity, RejectedBefore and TwiceInPhoto, both unless `override`."""
        if one.is_celebrity:
            raise InvalidInput(
                f"{self._called(one)!r} is a celebrity, whose biography would be lost. Merge the "
                "other into this one, or delete the celebrity first."
            )
        ledger = self._ledger
        mine, theirs = ledger.faces_of_user(one.number), ledger.faces_of_user(into.number)
        against = [
            *ledger.rejected(into.number, list(mine)),
            *ledger.rejected(one.number, list(theirs)),
        ]
        if against and not override:
            raise RejectedBefore(
                f"{len(against)} faces were said not to be both {self._called(one)!r} and "
                f"{self._called(into)!r}. Look at them again, or say that they are one anyway."
            )
        self.draft.look_at(mine)
        self.draft.allow(mine, into)
        self.draft.give(mine, into.user_id)
        carried = set(ledger.rejected(one.number)) - mine.keys() - theirs.keys()
        self.draft.reject(carried, into)
        self.draft.retag(ledger.tags_of_user(one.number), one.user_id, into.user_id)
        facts = merged_facts(one.person, into.person)
        self.draft.remove(one)
        if facts is not None:
            self.draft.describe(into, facts)
        return self.done(Kind.MERGE, override=override)

    def describe(self, user: UserNow, new: NewFacts) -> Done:
        """What is known of a user; by what changes, it is renaming, a portrait or a description.
        Raises InvalidInput, and StaleWrite for a name that is somebody else's."""
        known = user.person.facts
        if known is None and new.name is None:
            raise InvalidInput(f"The user {user.user_id} has no name; give one first.")
        facts = new.over(known or PersonFacts(require_name(new.name or "")))
        if new.portrait is not None:
            found = self.look_at([new.portrait])
            if not any(face.state.user_id == user.user_id for face in found.values()):
                raise InvalidInput(f"The face {new.portrait} is none of {facts.name!r}.")
        is_renamed = known is None or (known.name, known.role) != (facts.name, facts.role)
        if is_renamed:
            other = self.find(facts.name, facts.role)
            if other is not None and other.user_id != user.user_id:
                raise StaleWrite(f"{facts.name!r} is somebody else already; merge the two instead.")
        self.draft.describe(user, facts)
        if is_renamed:
            return self.done(Kind.RENAME)
        only = known is not None and replace(known, portrait=facts.portrait) == facts
        return self.done(Kind.PORTRAIT if only else Kind.DESCRIBE)

    def tag(self, drawn: NewTag, facts: PersonFacts, *, override: bool) -> Done:
        """A drawn face is whoever has this name and role, or somebody new. Raises TwiceInPhoto,
        unless `override`."""
        ledger = self._ledger
        user = self.find(facts.name, facts.role)
        number = insert_tag(
            ledger.connection,
            ledger.collection,
            drawn,
            tag_id=str(uuid.uuid4()),
            now_ms=ledger.now_ms,
        )
        user_id = UserId(f"person-{uuid.uuid4()}") if user is None else user.user_id
        if user is None:
            self.draft.make(user_id, facts)
        self.draft.retag([number], None, user_id)
        return self.done(Kind.TAG, override=override)

    def untag(self, tag_ids: Sequence[str]) -> Done:
        """Drawn faces are nobody's, and go."""
        ledger = self._ledger
        found = tags_by_id(ledger.connection, ledger.collection.number, distinct(tag_ids))
        self._skipped += len(set(tag_ids)) - len(found)
        for owner in distinct([one for one in found.values() if one is not None]):
            mine = [number for number, user_id in found.items() if user_id == owner]
            self.draft.retag(mine, owner, None)
        return self.done(Kind.UNTAG)

    def done(self, kind: Kind, *, override: bool = False) -> Done:
        """Write what was drafted, and keep it. Raises TwiceInPhoto, unless `override`."""
        change = self.draft.change()
        if change.is_nothing:
            return Done(None, 0, (), self._skipped)
        return self._keep(kind, change, self.draft.present, override=override)

    def undo(self) -> Done:
        """Take back this actor's last event that holds; NOTHING without one. Raises StaleWrite."""
        ledger = self._ledger
        row = events.latest_done(ledger.connection, ledger.collection.number, self._actor)
        if row is None:
            return NOTHING
        change = events.change_of(ledger.sealer, row)
        events.mark(ledger.connection, row.event_no, undone_at=ledger.now_ms, is_redoable=True)
        if change.reverts is not None:
            events.mark(ledger.connection, change.reverts, undone_at=None)
        return self._again(row, change.inverse(), Way.UNDONE)

    def redo(self) -> Done:
        """Do again what this actor undid last; NOTHING without it. Raises StaleWrite."""
        ledger = self._ledger
        row = events.next_undone(ledger.connection, ledger.collection.number, self._actor)
        if row is None:
            return NOTHING
        change = events.change_of(ledger.sealer, row)
        events.mark(ledger.connection, row.event_no, undone_at=None)
        if change.reverts is not None:
            events.mark(ledger.connection, change.reverts, undone_at=ledger.now_ms)
        return self._again(row, change, Way.REDONE)

    def revert(self, event_id: int) -> Done:
        """Take an event back as far as everything still is as it left it; the rest counts as
        skipped. Raises StaleWrite for an event that does not hold any more."""
        ledger = self._ledger
        row = events.event_row(ledger.connection, ledger.collection.number, event_id)
        if row.undone_at is not None:
            raise StaleWrite(f"Event {event_id} does not hold any more; it was taken back before.")
        fitted = fit(ledger, events.change_of(ledger.sealer, row).inverse(), in_part=True)
        self._skipped += fitted.skipped + fitted.moved_on
        if fitted.change.is_nothing:
            return Done(None, 0, (), self._skipped)
        events.mark(ledger.connection, event_id, undone_at=ledger.now_ms)
        change = replace(fitted.change, reverts=event_id)
        return self._keep(Kind.REVERT, change, fitted.present, override=True)

    def _keep(self, kind: Kind, change: Change, present: Faces, *, override: bool) -> Done:
        ledger = self._ledger
        doubles = doubled(ledger, change, present)
        if not override:
            refuse_twice(ledger, change, present, doubles)
        change = replace(
            change,
            doubles=tuple(sorted({*change.doubles, *doubles.faces})),
            tag_doubles=tuple(sorted({*change.tag_doubles, *doubles.tags})),
        )
        ledger.write(change, present)
        event_id = events.add_event(
            ledger.connection,
            ledger.collection,
            ledger.sealer,
            change,
            kind=kind,
            actor=self._actor,
            now_ms=ledger.now_ms,
        )
        return _told(event_id, kind, change, Way.DONE, skipped=self._skipped)

    def _again(self, row: Row[Any], change: Change, way: Way) -> Done:
        fitted = fit(self._ledger, change, in_part=False)
        self._ledger.write(fitted.change, fitted.present)
        return _told(row.event_no, Kind(row.kind), fitted.change, way, skipped=fitted.skipped)

    def _name_new(self, found: Faces, facts: PersonFacts) -> UserId:
        user_id = UserId(f"person-{uuid.uuid4()}")
        self.draft.make(user_id, facts)
        self.draft.give(found, user_id)
        return user_id

    def _refusing(self, group_no: int) -> list[int]:
        return self._ledger.refusing(self._ledger.group_now(group_no))

    def _without_conflicts(self, found: Faces, user: UserNow) -> Faces:
        rejected = set(self._ledger.rejected(user.number, list(found)))
        after = {number: FaceState(user.user_id) for number in found}
        left_out = rejected | twice(self._ledger, after, found, {}).keys()
        self._skipped += len(left_out)
        return {number: face for number, face in found.items() if number not in left_out}

    def _refuse_one_photo(self, found: Faces) -> None:
        photos: dict[str, FaceNow] = {}
        in_films = set(self._ledger.in_films(list(found)))
        for face in (one for number, one in found.items() if number not in in_films):
            other = photos.setdefault(face.image_id, face)
            if other is not face:
                raise TwiceInPhoto(
                    "Two of these faces are in one photo, so they are two people; split them off "
                    "one by one.",
                    face_ids=(face.face_id, other.face_id),
                )

    def _called(self, user: UserNow) -> str:
        return user.user_id if user.person.facts is None else user.person.facts.name


def _told(event_id: int, kind: Kind, change: Change, way: Way, *, skipped: int) -> Done:
    return Done(event_id, change.face_count, change.user_ids, skipped, kind, way, change)


def _owners(found: Faces) -> list[UserId]:
    return distinct([f.state.user_id for f in found.values() if f.state.user_id is not None])
