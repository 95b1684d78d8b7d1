"""A change in the making: what faces and people are to be, noted until it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from eyebright.ids import UserId
from eyebright.people.changes import (
    Change,
    FaceState,
    PersonChange,
    PersonState,
    RefusalsChange,
    RejectionsChange,
    TagsChange,
    runs,
)
from eyebright.people.consent import stricter
from eyebright.people.facts import (
    MAX_ALIASES,
    MAX_NOTES_CHARACTERS,
    Classification,
    PersonFacts,
)
from eyebright.people.grouping import OPEN
from eyebright.people.ledger import FaceNow, Ledger, UserNow


class Draft:
    """Notes over the rows as they are."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.present: dict[int, FaceNow] = {}
        self._after: dict[int, FaceState] = {}
        self._rejections: list[RejectionsChange] = []
        self._refusals: list[RefusalsChange] = []
        self._people: dict[UserId, PersonChange] = {}
        self._tags: list[TagsChange] = []

    def look_at(self, faces: Mapping[int, FaceNow]) -> None:
        """These faces are going to be decided."""
        self.present.update(faces)

    def give(self, numbers: Iterable[int], user_id: UserId | None) -> None:
        """Faces become this person's, or nobody's; nothing else that was said of them holds."""
        for number in numbers:
            self._after[number] = FaceState(user_id)

    def decide(self, numbers: Iterable[int], verdict: str, *, keep_group: bool) -> None:
        """What somebody said of faces that are nobody's by that."""
        for number in numbers:
            group_no = self.present[number].state.group_no if keep_group else None
            self._after[number] = FaceState(None, verdict, group_no)

    def reopen(self, numbers: Iterable[int], groups: Mapping[int, int]) -> None:
        """Faces are to be looked at again, in the groups they are in or come back to."""
        for number in numbers:
            group_no = self.present[number].state.group_no
            self._after[number] = FaceState(None, OPEN, groups.get(number, group_no))

    def split_off(self, numbers: Iterable[int], group_no: int) -> None:
        """Faces become those of another unknown person."""
        for number in numbers:
            self._after[number] = FaceState(None, OPEN, group_no)

    def reject(self, numbers: Iterable[int], user: UserNow) -> None:
        """These faces are not this user, as far as that was not said before."""
        asked = sorted(numbers)
        known = set(self._ledger.rejected(user.number, asked))
        new = tuple(number for number in asked if number not in known)
        if new:
            self._rejections.append(RejectionsChange(new, user.user_id, is_added=True))

    def reject_new(self, numbers: Iterable[int], user_id: UserId) -> None:
        """The same of somebody who is only being made."""
        new = tuple(sorted(numbers))
        if new:
            self._rejections.append(RejectionsChange(new, user_id, is_added=True))

    def allow(self, numbers: Iterable[int], user: UserNow) -> None:
        """Take back that any of these faces is not this user."""
        known = tuple(sorted(self._ledger.rejected(user.number, sorted(numbers))))
        if known:
            self._rejections.append(RejectionsChange(known, user.user_id, is_added=False))

    def refuse(self, numbers: Iterable[int], group_no: int) -> None:
        """These faces are not who that group is."""
        known = set(self._ledger.refusing(group_no))
        new = tuple(sorted(number for number in numbers if number not in known))
        if new:
            self._refusals.append(RefusalsChange(new, group_no, is_added=True))

    def make(self, user_id: UserId, facts: PersonFacts) -> None:
        self._people[user_id] = PersonChange(user_id, None, PersonState(facts))

    def describe(self, user: UserNow, facts: PersonFacts) -> None:
        after = PersonState(facts, user.person.version)
        if facts != user.person.facts:
            self._people[user.user_id] = PersonChange(user.user_id, user.person, after)

    def retag(self, numbers: Iterable[int], before: UserId | None, after: UserId | None) -> None:
        """Drawn tags become somebody else's."""
        asked = tuple(sorted(numbers))
        if asked and before != after:
            self._tags.append(TagsChange(asked, before, after))

    def remove(self, user: UserNow) -> None:
        """The user goes, and with the user what was said that faces are not."""
        rejected = tuple(sorted(self._ledger.rejected(user.number)))
        if rejected:
            self._rejections.append(RejectionsChange(rejected, user.user_id, is_added=False))
        self._people[user.user_id] = PersonChange(user.user_id, user.person, None)

    def change(self) -> Change:
        """All that was noted. A person whom it leaves without a face goes, unless the person is a
        key person, a celebrity, or has a drawn tag."""
        faces = runs((n, self.present[n].state, after) for n, after in self._after.items())
        lost: Counter[UserId] = Counter()
        for run in faces:
            for user_id, by in ((run.before.user_id, 1), (run.after.user_id, -1)):
                if user_id is not None:
                    lost[user_id] += by * len(run.numbers)
        for tags in self._tags:
            for user_id in (tags.before, tags.after):
                if user_id is not None:
                    lost[user_id] += 0
        for user in self._ledger.users([one for one in lost if one not in self._people]).values():
            if self._is_left(user, lost[user.user_id]):
                self.remove(user)
        return Change(
            faces=faces,
            rejections=tuple(self._rejections),
            refusals=tuple(self._refusals),
            people=tuple(self._people.values()),
            tags=tuple(self._tags),
        )

    def _is_left(self, user: UserNow, lost: int) -> bool:
        facts = user.person.facts
        if facts is None or facts.classification is Classification.KEY or user.is_celebrity:
            return False
        if user.face_count != lost:
            return False
        tags = set(self._ledger.tags_of_user(user.number))
        for one in self._tags:
            tags -= set(one.numbers) if one.after != user.user_id else set()
            tags |= set(one.numbers) if one.after == user.user_id else set()
        return not tags


def merged_facts(one: PersonState, into: PersonState) -> PersonFacts | None:
    """What is known of two people who turned out to be one: of `into`, and of the other what that
    one lacks; the other's name becomes an alias."""
    if into.facts is None or one.facts is None:
        return into.facts or one.facts
    kept, other = into.facts, one.facts
    names = [*kept.aliases, other.name, *other.aliases]
    return replace(
        kept,
        aliases=tuple(dict.fromkeys(name for name in names if name != kept.name))[:MAX_ALIASES],
        notes="\n".join(filter(None, [kept.notes, other.notes]))[:MAX_NOTES_CHARACTERS],
        birth_year=kept.birth_year or other.birth_year,
        portrait=kept.portrait or other.portrait,
        project_roles={**other.project_roles, **kept.project_roles},
        consent=stricter(kept.consent, other.consent),
    )
