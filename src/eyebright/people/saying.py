"""What was decided, as a plain sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from eyebright.ids import UserId
from eyebright.people.changes import Change, PersonChange
from eyebright.people.done import Done, Way
from eyebright.people.events import Kind
from eyebright.people.facts import PersonFacts

NOTHING_SAID = "Nothing changed"
_ASIDE = {
    Kind.IGNORE: "ignored",
    Kind.NOT_A_FACE: "put aside as no face",
    Kind.UNDECIDED: "put aside as undecided",
    Kind.REOPEN: "to be looked at again",
}


def said_of(done: Done, names: Mapping[UserId, str]) -> str:
    """ "42 faces are Anna now", and what was left out. names: of people who are there."""
    if done.kind is None:
        return _with_skipped(NOTHING_SAID, done.skipped)
    if done.way is Way.UNDONE:
        text = f"Undone: {said(done.kind, done.change.inverse(), names, now=False)}"
    elif done.way is Way.REDONE:
        text = f"Done again: {said(done.kind, done.change, names, now=False)}"
    else:
        text = said(done.kind, done.change, names)
    return _with_skipped(text, done.skipped)


def said(kind: Kind, change: Change, names: Mapping[UserId, str], *, now: bool = True) -> str:
    """An event as a sentence without a full stop. now: it is so from now on."""
    told = names_in(change, names)
    if kind is Kind.REVERT:
        return f"Taken back: {_reverted(change, told)}"
    if kind is Kind.MERGE:
        return _merged(change, told)
    if kind in (Kind.RENAME, Kind.DESCRIBE, Kind.PORTRAIT):
        return _described(kind, change, told)
    if kind is Kind.REJECT:
        who = _list([told.get(one.user_id, one.user_id) for one in change.rejections])
        return f"{_faces(change, verb=True)} not {who}"
    if kind in _ASIDE:
        return f"{_faces(change, verb=True)} {_ASIDE[kind]}"
    if kind is Kind.SPLIT:
        return f"{_faces(change, verb=True)} somebody else, whom nobody has named yet"
    return _given(change, told, now=now)


def faces_said(count: int) -> str:
    return f"{count:,} face{'' if count == 1 else 's'}"


def names_in(change: Change, names: Mapping[UserId, str]) -> dict[UserId, str]:
    """What the people of a change are called, those who went or came by it included."""
    told = dict(names)
    for person in change.people:
        for state in (person.before, person.after):
            if state is not None and state.facts is not None:
                told[person.user_id] = state.facts.name
    return told


def _given(change: Change, names: Mapping[UserId, str], *, now: bool) -> str:
    gained, lost = _moves(change)
    who = _list([names.get(user_id, user_id) for user_id in gained])
    if not who:
        from_whom = _list([names.get(user_id, user_id) for user_id in lost])
        return f"{_faces(change, verb=True)} {f'no longer {from_whom}' if from_whom else 'nobody'}"
    return f"{_faces(change, verb=True)} {who}{' now' if now else ''}"


def _moves(change: Change) -> tuple[list[UserId], list[UserId]]:
    """Who got faces or drawn tags, and who lost some, those with most first."""
    gained: Counter[UserId] = Counter()
    lost: Counter[UserId] = Counter()
    for faces in change.faces:
        if faces.before.user_id != faces.after.user_id:
            gained.update({faces.after.user_id: len(faces.numbers)} if faces.after.user_id else {})
            lost.update({faces.before.user_id: len(faces.numbers)} if faces.before.user_id else {})
    for tags in change.tags:
        gained.update({tags.after: len(tags.numbers)} if tags.after else {})
        lost.update({tags.before: len(tags.numbers)} if tags.before else {})
    return [one for one, _ in gained.most_common()], [one for one, _ in lost.most_common()]


def _merged(change: Change, names: Mapping[UserId, str]) -> str:
    gone = [one.user_id for one in change.people if one.after is None]
    kept = [user_id for user_id in change.user_ids if user_id not in gone]
    faces = sum(len(one.numbers) for one in change.faces)
    who, into = (_list([names.get(one, one) for one in some]) for some in (gone, kept[:1]))
    count = f": {faces_said(faces)} moved" if faces else ""
    return f"{who} and {into} are one person{count}"


def _described(kind: Kind, change: Change, names: Mapping[UserId, str]) -> str:
    for person in change.people:
        before, after = _facts(person)
        if after is None:
            continue
        if before is None:
            return f"{person.user_id} is called {_called(after)}"
        if (before.name, before.role) != (after.name, after.role):
            return f"{_called(before)} is called {_called(after)}"
        if kind is Kind.PORTRAIT:
            return f"{after.name} has another portrait"
        return f"{after.name}: {_list(_told_anew(before, after))} changed"
    return f"{_list([names.get(one, one) for one in change.user_ids])}: changed"


def _facts(person: PersonChange) -> tuple[PersonFacts | None, PersonFacts | None]:
    return (
        None if person.before is None else person.before.facts,
        None if person.after is None else person.after.facts,
    )


def _told_anew(before: PersonFacts, after: PersonFacts) -> list[str]:
    labels = {
        "aliases": before.aliases != after.aliases,
        "notes": before.notes != after.notes,
        "year of birth": before.birth_year != after.birth_year,
        "classification": before.classification is not after.classification,
        "roles in projects": dict(before.project_roles) != dict(after.project_roles),
        "portrait": before.portrait != after.portrait,
        "consent": before.consent != after.consent,
    }
    return [label for label, changed in labels.items() if changed]


def _reverted(change: Change, names: Mapping[UserId, str]) -> str:
    if not change.faces and not change.tags:
        if change.people:
            return _described(Kind.DESCRIBE, change, names)
        return f"what was said of {_count(change)}"
    gained, lost = _moves(change)
    if gained:
        who = _list([names.get(one, one) for one in gained])
        return f"{_count(change)} back with {who}"
    who = _list([names.get(one, one) for one in lost])
    return f"{_count(change)} no longer {who}" if who else f"what was said of {_count(change)}"


def _faces(change: Change, *, verb: bool = False) -> str:
    be = " is" if change.face_count == 1 else " are"
    return f"{_count(change)}{be if verb else ''}"


def _count(change: Change) -> str:
    return faces_said(change.face_count)


def _called(facts: PersonFacts) -> str:
    return f"{facts.name} ({facts.role})" if facts.role else facts.name


def _list(names: list[str]) -> str:
    """ "Anna, Ben and 3 others"."""
    some = list(dict.fromkeys(names))
    if len(some) > 3:
        return f"{', '.join(some[:2])} and {len(some) - 2} others"
    return " and ".join(filter(None, [", ".join(some[:-1]), *some[-1:]]))


def _with_skipped(text: str, skipped: int) -> str:
    if not skipped:
        return text
    was = "was" if skipped == 1 else "were"
    return f"{text}; {skipped:,} {was} left out"
