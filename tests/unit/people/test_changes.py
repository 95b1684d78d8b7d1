"""Changes: written and read again, and taken back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from eyebright.ids import FaceId, UserId
from eyebright.people.changes import (
    Change,
    FacesChange,
    FaceState,
    PersonChange,
    PersonState,
    RefusalsChange,
    RejectionsChange,
    TagsChange,
    runs,
)
from eyebright.people.facts import Classification, PersonFacts

NUMBERS = st.lists(st.integers(1, 2**40), unique=True).map(lambda many: tuple(sorted(many)))
USERS = st.sampled_from(["ada", "ben", "person-é"]).map(UserId)
STATES = st.builds(
    FaceState, st.none() | USERS, st.sampled_from(["open", "ignored"]), st.none() | st.integers(1)
)
FACTS = st.builds(
    PersonFacts,
    name=st.text(),
    role=st.text(),
    aliases=st.lists(st.text()).map(tuple),
    notes=st.text(),
    birth_year=st.none() | st.integers(1000, 2999),
    portrait=st.none() | st.just(FaceId("f")),
    classification=st.sampled_from(Classification),
    project_roles=st.dictionaries(st.text(), st.text()),
)
PEOPLE = st.none() | st.builds(PersonState, st.none() | FACTS, st.integers(0, 9))
CHANGES = st.builds(
    Change,
    faces=st.lists(st.builds(FacesChange, NUMBERS, STATES, STATES)).map(tuple),
    rejections=st.lists(st.builds(RejectionsChange, NUMBERS, USERS, st.booleans())).map(tuple),
    refusals=st.lists(st.builds(RefusalsChange, NUMBERS, st.integers(1, 9), st.booleans())).map(
        tuple
    ),
    people=st.lists(st.builds(PersonChange, USERS, PEOPLE, PEOPLE)).map(tuple),
    tags=st.lists(st.builds(TagsChange, NUMBERS, st.none() | USERS, st.none() | USERS)).map(tuple),
    doubles=NUMBERS,
    reverts=st.none() | st.integers(1, 9),
)


@settings(max_examples=30, deadline=None)
@given(CHANGES)
def test_what_is_written_is_read_again(change: Change) -> None:
    assert Change.from_bytes(change.to_bytes()) == change


@settings(max_examples=30, deadline=None)
@given(CHANGES)
def test_the_inverse_of_the_inverse_is_the_change(change: Change) -> None:
    assert change.inverse().inverse() == change
    assert change.inverse().user_ids == change.user_ids
    assert change.inverse().face_count == change.face_count


def test_ten_thousand_faces_alike_are_one_run_and_few_bytes() -> None:
    ada = FaceState(UserId("ada"))
    (run,) = runs((number, FaceState(group_no=7), ada) for number in range(500, 10_500))
    assert len(run.numbers) == 10_000
    assert len(Change(faces=(run,)).to_bytes()) < 25_000
    assert runs([(1, ada, ada)]) == ()
