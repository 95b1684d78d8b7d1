from __future__ import annotations

import pytest

from eyebright.ids import UserId
from eyebright.people.changes import (
    Change,
    FacesChange,
    FaceState,
    PersonChange,
    PersonState,
    RejectionsChange,
    TagsChange,
)
from eyebright.people.done import NOTHING, Done, Way
from eyebright.people.events import Kind
from eyebright.people.facts import Classification, PersonFacts
from eyebright.people.saying import said, said_of

ADA, BEN, CID, EVE = (UserId(one) for one in ("ada", "ben", "cid", "eve"))
NAMES = {ADA: "Ada", BEN: "Ben", CID: "Cid", EVE: "Eve"}


def faces(
    count: int, before: UserId | None = None, after: UserId | None = None, verdict: str = "open"
) -> Change:
    numbers = tuple(range(1, count + 1))
    return Change(faces=(FacesChange(numbers, FaceState(before), FaceState(after, verdict)),))


def person(before: PersonFacts | None, after: PersonFacts | None) -> Change:
    states = [None if facts is None else PersonState(facts, 1) for facts in (before, after)]
    return Change(people=(PersonChange(ADA, *states),))


@pytest.mark.parametrize(
    ("kind", "change", "says"),
    [
        (Kind.NAME, faces(42, None, ADA), "42 faces are Ada now"),
        (Kind.NAME, faces(1, BEN, ADA), "1 face is Ada now"),
        (Kind.CONFIRM, faces(10_000, None, ADA), "10,000 faces are Ada now"),
        (Kind.UNNAME, faces(2, ADA), "2 faces are no longer Ada"),
        (Kind.IGNORE, faces(3, None, None, "ignored"), "3 faces are ignored"),
        (Kind.NOT_A_FACE, faces(1, None, None, "not a face"), "1 face is put aside as no face"),
        (Kind.REOPEN, faces(1, None, None, "x"), "1 face is to be looked at again"),
        (
            Kind.SPLIT,
            faces(2, ADA, None, "x"),
            "2 faces are somebody else, whom nobody has named yet",
        ),
        (
            Kind.REJECT,
            Change(rejections=(RejectionsChange((1, 2), ADA, is_added=True),)),
            "2 faces are not Ada",
        ),
        (Kind.TAG, Change(tags=(TagsChange((1,), None, EVE),)), "1 face is Eve now"),
        (Kind.UNTAG, Change(tags=(TagsChange((1,), EVE, None),)), "1 face is no longer Eve"),
        (
            Kind.MERGE,
            Change(
                faces=faces(3, ADA, BEN).faces,
                people=(PersonChange(ADA, PersonState(PersonFacts("Ada")), None),),
            ),
            "Ada and Ben are one person: 3 faces moved",
        ),
        (
            Kind.RENAME,
            person(PersonFacts("Ada"), PersonFacts("Eve", "Aunt")),
            "Ada is called Eve (Aunt)",
        ),
        (
            Kind.DESCRIBE,
            person(
                PersonFacts("Ada"),
                PersonFacts("Ada", notes="x", classification=Classification.KEY),
            ),
            "Ada: notes and classification changed",
        ),
        (
            Kind.REVERT,
            faces(2, BEN, ADA),
            "Taken back: 2 faces back with Ada",
        ),
        (Kind.REVERT, faces(2, BEN), "Taken back: 2 faces no longer Ben"),
    ],
)
def test_an_event_is_a_sentence(kind: Kind, change: Change, says: str) -> None:
    assert said(kind, change, NAMES) == says


def test_what_was_taken_back_is_told_as_it_was_done() -> None:
    change = faces(2, None, ADA)
    undone = Done(1, 2, (ADA,), 1, Kind.NAME, Way.UNDONE, change.inverse())
    assert said_of(undone, NAMES) == "Undone: 2 faces are Ada; 1 was left out"
    redone = Done(1, 2, (ADA,), 0, Kind.NAME, Way.REDONE, change)
    assert said_of(redone, NAMES) == "Done again: 2 faces are Ada"
    assert said_of(NOTHING, NAMES) == "Nothing changed"


def test_very_many_people_are_counted() -> None:
    many = Change(
        faces=tuple(
            FacesChange((number,), FaceState(), FaceState(who))
            for number, who in enumerate(NAMES, start=1)
        )
    )
    assert said(Kind.NAME, many, NAMES) == "4 faces are Ada, Ben and 2 others now"
    assert said(Kind.NAME, faces(1, None, ADA), {}) == "1 face is ada now"
