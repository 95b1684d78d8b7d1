"""Whether a change still fits what is there: what is gone is left out and counted, what moved on is
refused, or left out as well when a part is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from eyebright.errors import StaleWrite
from eyebright.ids import UserId
from eyebright.people.changes import (
    Change,
    FacesChange,
    FaceState,
    PersonChange,
    PersonState,
    RejectionsChange,
    TagsChange,
    runs,
)
from eyebright.people.doubles import tags_twice, twice
from eyebright.people.ledger import FaceNow, Ledger, UserNow
from eyebright.people.persons import find_by_name
from eyebright.people.reopening import WITHOUT_GROUP


@dataclass(frozen=True, slots=True)
class Fitted:
    """The change that can be written. present: its faces as they are. skipped: faces and drawn tags
    that are gone. moved_on: faces, tags and people that somebody changed since."""

    change: Change
    present: Mapping[int, FaceNow]
    skipped: int
    moved_on: int


def fit(ledger: Ledger, change: Change, *, in_part: bool) -> Fitted:
    """in_part: leave out what moved on, instead of raising StaleWrite."""
    fitting = _Fitting(ledger, change)
    fitted = fitting.fitted()
    if fitted.moved_on and not in_part:
        raise StaleWrite(
            f"{', '.join(fitting.reasons)} since. Nothing was changed; revert it in the history to "
            "take back the rest."
        )
    return fitted


class _Fitting:
    """One change, held against the rows."""

    def __init__(self, ledger: Ledger, change: Change) -> None:
        self._ledger = ledger
        self._change = change
        self._present = ledger.faces(change.face_numbers)
        self._users = ledger.users(change.user_ids)
        self._tags = ledger.tags([n for one in change.tags for n in one.numbers])
        self._groups: dict[int, int] = {}
        self.reasons: list[str] = []
        self._moved = 0

    def fitted(self) -> Fitted:
        people = [person for person in self._change.people if self._person_fits(person)]
        there = self._users.keys() | {p.user_id for p in people if p.before is None}
        states = self._states(there)
        twice_drawn = tags_twice(self._ledger, states, self._change.tags_after)
        twice_drawn -= {*self._change.tag_doubles}
        tags = tuple(self._fitting_tags(one, there, twice_drawn) for one in self._change.tags)
        faces = runs((n, self._present[n].state, after) for n, after in states.items())
        people = [one for one in people if self._may_go(one, faces, tags)]
        change = replace(
            self._change,
            faces=faces,
            people=tuple(people),
            rejections=(*self._rejections(there), *self._said_since(people)),
            refusals=tuple(
                replace(one, numbers=self._here(one.numbers)) for one in self._change.refusals
            ),
            tags=tuple(one for one in tags if one.numbers),
        )
        asked = [n for one in self._change.tags for n in one.numbers]
        gone = len(self._change.face_numbers) - len(self._present) + len(asked) - len(self._tags)
        return Fitted(change, self._present, gone, self._moved)

    def _person_fits(self, person: PersonChange) -> bool:
        now = self._users.get(person.user_id)
        if (now is None) != (person.before is None):
            return self._left_out("a person came or went")
        if now and person.before and now.person.facts != person.before.facts:
            return self._left_out("a person was changed")
        if person.after is not None and self._is_somebody_elses(person.user_id, person.after):
            return self._left_out("a name went to somebody else")
        return True

    def _is_somebody_elses(self, user_id: UserId, after: PersonState) -> bool:
        if after.facts is None:
            return False
        other = find_by_name(
            self._ledger.connection,
            self._ledger.sealer,
            self._ledger.collection.number,
            after.facts.name,
            after.facts.role,
        )
        if other is None or other.user_id == user_id:
            return False
        return not any(  # who gives the name up within the same change is nobody else
            one.user_id == other.user_id
            and (one.after is None or one.after.facts is None or one.after.facts != after.facts)
            for one in self._change.people
        )

    def _states(self, there: set[UserId]) -> dict[int, FaceState]:
        states: dict[int, FaceState] = {}
        for run in self._change.faces:
            for number in run.numbers:
                now = self._present.get(number)
                if now is None:
                    continue
                after = self._after(run, now.state)
                if after is None or (after.user_id is not None and after.user_id not in there):
                    self._left_out("a face was decided otherwise")
                else:
                    states[number] = after
        self._refuse_doubles(states)
        self._leave_taken_groups(states)
        return states

    def _after(self, run: FacesChange, now: FaceState) -> FaceState | None:
        """What the face is to be, or None if it is no longer what it was."""
        before, after = run.before, run.after
        if (now.user_id, now.verdict) != (before.user_id, before.verdict):
            return None
        group_no = now.group_no
        if before.group_no != after.group_no:
            if now.group_no != self._now(before.group_no):
                return None
            group_no = self._now(after.group_no)
        if after.user_id is not None or after.verdict in WITHOUT_GROUP:
            group_no = None  # the machine may have found it one meanwhile
        return FaceState(after.user_id, after.verdict, group_no)

    def _now(self, group_no: int | None) -> int | None:
        if group_no is None:
            return None
        if group_no not in self._groups:
            self._groups[group_no] = self._ledger.group_now(group_no)
        return self._groups[group_no]

    def _refuse_doubles(self, states: dict[int, FaceState]) -> None:
        allowed = set(self._change.doubles)
        for number in twice(self._ledger, states, self._present, self._change.tags_after):
            if number not in allowed:
                del states[number]
                self._left_out("a photo shows the person already")

    def _leave_taken_groups(self, states: dict[int, FaceState]) -> None:
        """A group that got another face of the same photo meanwhile cannot have this one back."""
        joined = {state.group_no for state in states.values() if state.group_no is not None}
        taken = self._ledger.groups_with_faces(sorted(joined)) if joined else set()
        if not taken:
            return
        joining = {
            (self._present[number].image_id, state.group_no): number
            for number, state in states.items()
            if state.group_no in taken and state.group_no != self._present[number].state.group_no
        }
        for image, number, _, group_no in self._ledger.faces_in({image for image, _ in joining}):
            mine = joining.get((image, group_no))
            if mine is not None and mine != number and number not in states:
                states[mine] = replace(states[mine], group_no=None)

    def _rejections(self, there: set[UserId]) -> list[RejectionsChange]:
        return [
            replace(one, numbers=numbers)
            for one in self._change.rejections
            if one.user_id in there and (numbers := self._here(one.numbers))
        ]

    def _said_since(self, people: Sequence[PersonChange]) -> list[RejectionsChange]:
        """Who goes takes along what was said later that faces are not; it comes back with who comes
        back."""
        found = []
        for person in people:
            if person.after is not None:
                continue
            known = {
                number
                for one in self._change.rejections
                if one.user_id == person.user_id
                for number in one.numbers
            }
            since = set(self._ledger.rejected(self._users[person.user_id].number)) - known
            if since:
                numbers = tuple(sorted(since))
                found.append(RejectionsChange(numbers, person.user_id, is_added=False))
        return found

    def _here(self, numbers: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(number for number in numbers if number in self._present)

    def _fitting_tags(
        self, one: TagsChange, there: set[UserId], twice_drawn: set[int]
    ) -> TagsChange:
        kept = []
        for number in one.numbers:
            if number not in self._tags:
                continue
            if number in twice_drawn:
                self._left_out("a photo shows the person already")
            elif self._tags[number] == one.before and (one.after is None or one.after in there):
                kept.append(number)
            else:
                self._left_out("a drawn face was decided otherwise")
        return replace(one, numbers=tuple(kept))

    def _may_go(
        self, person: PersonChange, faces: tuple[FacesChange, ...], tags: tuple[TagsChange, ...]
    ) -> bool:
        """Who would go must have no face left."""
        if person.after is not None:
            return True
        now: UserNow = self._users[person.user_id]
        if now.is_celebrity:
            return self._left_out("a person became a celebrity")
        left = now.face_count + len(self._ledger.tags_of_user(now.number))
        for run in faces:
            left += len(run.numbers) * (run.after.user_id == person.user_id)
            left -= len(run.numbers) * (run.before.user_id == person.user_id)
        for tag in tags:
            left += len(tag.numbers) * (tag.after == person.user_id)
            left -= len(tag.numbers) * (tag.before == person.user_id)
        return left == 0 or self._left_out("a person got other faces")

    def _left_out(self, reason: str) -> bool:
        self._moved += 1
        if reason not in self.reasons:
            self.reasons.append(reason)
        return False
