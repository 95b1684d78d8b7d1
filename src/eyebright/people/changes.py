"""A change of what is known about people, exactly: before and after of everything it touches.

Faces are told by the database's own numbers, which are never used twice, and by the thousand with
the same before and after. No vector is in a change.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from eyebright.ids import UserId
from eyebright.people.facts import PersonFacts
from eyebright.people.grouping import OPEN


@dataclass(frozen=True, slots=True)
class FaceState:
    """Whose a face is, what was decided of it, and which group of unknown faces it is in."""

    user_id: UserId | None = None
    verdict: str = OPEN
    group_no: int | None = None


@dataclass(frozen=True, slots=True)
class FacesChange:
    """Faces that were all the same and are all the same afterwards."""

    numbers: tuple[int, ...]
    before: FaceState
    after: FaceState


@dataclass(frozen=True, slots=True)
class RejectionsChange:
    """That these faces are not this user was said (is_added), or is no longer said."""

    numbers: tuple[int, ...]
    user_id: UserId
    is_added: bool


@dataclass(frozen=True, slots=True)
class RefusalsChange:
    """The same of a group of unknown faces."""

    numbers: tuple[int, ...]
    group_no: int
    is_added: bool


@dataclass(frozen=True, slots=True)
class PersonState:
    """A user who is there. facts: None for one without a name, whose version is 0."""

    facts: PersonFacts | None
    version: int = 0


@dataclass(frozen=True, slots=True)
class PersonChange:
    """before None: the user was made; after None: the user went."""

    user_id: UserId
    before: PersonState | None
    after: PersonState | None


@dataclass(frozen=True, slots=True)
class TagsChange:
    """Drawn boxes, and whose they are."""

    numbers: tuple[int, ...]
    before: UserId | None
    after: UserId | None


@dataclass(frozen=True, slots=True)
class Change:
    """doubles, tag_doubles: faces and drawn tags for which it was said that one person is twice in
    a photo. reverts: the event that this one takes back."""

    faces: tuple[FacesChange, ...] = ()
    rejections: tuple[RejectionsChange, ...] = ()
    refusals: tuple[RefusalsChange, ...] = ()
    people: tuple[PersonChange, ...] = ()
    tags: tuple[TagsChange, ...] = ()
    doubles: tuple[int, ...] = ()
    tag_doubles: tuple[int, ...] = ()
    reverts: int | None = None

    @property
    def face_count(self) -> int:
        """Faces and drawn tags whose person, verdict or group changes or that were rejected."""
        touched = {number for numbers in self._decided() for number in numbers}
        return len(touched) + sum(len(one.numbers) for one in self.tags)

    @property
    def is_nothing(self) -> bool:
        return not (self.faces or self.rejections or self.refusals or self.people or self.tags)

    @property
    def face_numbers(self) -> list[int]:
        parts = [*self._decided(), *(one.numbers for one in self.refusals)]
        return sorted({number for numbers in parts for number in numbers})

    @property
    def faces_after(self) -> dict[int, FaceState]:
        """What each face is to be."""
        return {number: run.after for run in self.faces for number in run.numbers}

    @property
    def tags_after(self) -> dict[int, UserId | None]:
        """Whose each drawn tag is to be."""
        return {number: one.after for one in self.tags for number in one.numbers}

    @property
    def user_ids(self) -> tuple[UserId, ...]:
        """Everybody who is told of, in a fixed order."""
        told: list[UserId | None] = [one.user_id for one in self.people]
        told += [one.user_id for one in self.rejections]
        for faces in self.faces:
            told += [faces.before.user_id, faces.after.user_id]
        for tags in self.tags:
            told += [tags.before, tags.after]
        return tuple(sorted({user_id for user_id in told if user_id is not None}))

    def _decided(self) -> list[tuple[int, ...]]:
        return [one.numbers for one in self.faces] + [one.numbers for one in self.rejections]

    def inverse(self) -> Change:
        """What takes this change back."""
        return replace(
            self,
            faces=tuple(FacesChange(f.numbers, f.after, f.before) for f in self.faces),
            rejections=tuple(replace(r, is_added=not r.is_added) for r in self.rejections),
            refusals=tuple(replace(r, is_added=not r.is_added) for r in self.refusals),
            people=tuple(PersonChange(p.user_id, p.after, p.before) for p in self.people),
            tags=tuple(TagsChange(t.numbers, t.after, t.before) for t in self.tags),
        )

    def to_bytes(self) -> bytes:
        """JSON, in which face numbers are told by their differences."""
        content: dict[str, Any] = {
            "faces": [[_apart(f.numbers), _state(f.before), _state(f.after)] for f in self.faces],
            "rejections": [[_apart(r.numbers), r.user_id, r.is_added] for r in self.rejections],
            "refusals": [[_apart(r.numbers), r.group_no, r.is_added] for r in self.refusals],
            "people": [[p.user_id, _person(p.before), _person(p.after)] for p in self.people],
            "tags": [[_apart(t.numbers), t.before, t.after] for t in self.tags],
            "doubles": _apart(self.doubles),
            "tag_doubles": _apart(self.tag_doubles),
            "reverts": self.reverts,
        }
        said = {name: value for name, value in content.items() if value}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()

    @staticmethod
    def from_bytes(written: bytes) -> Change:
        """What `to_bytes` wrote."""
        said = json.loads(written)
        return Change(
            faces=tuple(
                FacesChange(_numbers(n), FaceState(*before), FaceState(*after))
                for n, before, after in said.get("faces", ())
            ),
            rejections=tuple(
                RejectionsChange(_numbers(n), UserId(user), added)
                for n, user, added in said.get("rejections", ())
            ),
            refusals=tuple(
                RefusalsChange(_numbers(n), group, added)
                for n, group, added in said.get("refusals", ())
            ),
            people=tuple(
                PersonChange(UserId(user), _read_person(before), _read_person(after))
                for user, before, after in said.get("people", ())
            ),
            tags=tuple(TagsChange(_numbers(n), *who) for n, *who in said.get("tags", ())),
            doubles=_numbers(said.get("doubles", ())),
            tag_doubles=_numbers(said.get("tag_doubles", ())),
            reverts=said.get("reverts"),
        )


def runs(changed: Iterable[tuple[int, FaceState, FaceState]]) -> tuple[FacesChange, ...]:
    """Faces that change alike put together; those that do not change are left out."""
    alike: dict[tuple[FaceState, FaceState], list[int]] = {}
    for number, before, after in changed:
        if before != after:
            alike.setdefault((before, after), []).append(number)
    return tuple(
        FacesChange(tuple(sorted(numbers)), before, after)
        for (before, after), numbers in alike.items()
    )


def _apart(numbers: Sequence[int]) -> list[int]:
    ordered = sorted(numbers)
    return [b - a for a, b in zip([0, *ordered], ordered, strict=False)]


def _numbers(apart: Sequence[int]) -> tuple[int, ...]:
    numbers, last = [], 0
    for step in apart:
        last += step
        numbers.append(last)
    return tuple(numbers)


def _state(state: FaceState) -> list[object]:
    return [state.user_id, state.verdict, state.group_no]


def _person(state: PersonState | None) -> list[object] | None:
    if state is None:
        return None
    return [None if state.facts is None else state.facts.to_json(), state.version]


def _read_person(written: list[Any] | None) -> PersonState | None:
    if written is None:
        return None
    facts, version = written
    return PersonState(None if facts is None else PersonFacts.from_json(facts), version)
