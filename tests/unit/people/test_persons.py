"""Persons: users with a name and a role, found again by both; `decisions` names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from eyebright.errors import InvalidInput, UserNotFound
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, ImageId, UserId
from eyebright.people.decisions import Decisions
from eyebright.people.facts import NewFacts
from eyebright.people.forget import search_for_traces
from eyebright.people.persons import Person, Persons
from eyebright.testing.clock import FixedClock
from eyebright.testing.rooms import SPACE, Rooms, new_face, open_rooms, unit_vector

SHELF = CollectionId("library")
ME = "me"


@pytest.fixture
def rooms(tmp_path: Path) -> Rooms:
    return open_rooms(tmp_path)


@pytest.fixture
def scope(rooms: Rooms) -> Scope:
    scope = rooms.new_scope("archive")
    rooms.collections.create(scope, SHELF, space=SPACE)
    return scope


@pytest.fixture
def persons(rooms: Rooms) -> Persons:
    return Persons(rooms.database, rooms.vault, users=rooms.users)


@pytest.fixture
def act(rooms: Rooms) -> Decisions:
    return Decisions(rooms.database, rooms.vault, clock=FixedClock())


def enrol(rooms: Rooms, scope: Scope, count: int) -> list[FaceId]:
    """One face a photo."""
    ids = []
    for number in range(count):
        ids += rooms.faces.enrol(
            scope,
            SHELF,
            image_id=ImageId(f"photo {number}"),
            external_image_id=None,
            new_faces=[new_face(unit_vector(number))],
        )
    return [face.face_id for face in ids]


def known(persons: Persons, scope: Scope, name: str, role: str = "") -> Person:
    found = persons.find(scope, SHELF, name=name, role=role)
    assert found is not None
    return found


def test_who_has_the_same_name_and_role_is_the_same_person(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    one, two, three = enrol(rooms, scope, 3)
    act.name(scope, SHELF, [one], actor=ME, name="Ada  Lovelace", role="Guest")
    ada = known(persons, scope, "Ada Lovelace", "Guest")
    act.name(scope, SHELF, [two], actor=ME, name="ada lovelace", role="guest")
    act.name(scope, SHELF, [three], actor=ME, name="Ada Lovelace", role="Crew")
    again = known(persons, scope, "ADA LOVELACE", "GUEST")
    assert (again.user_id, again.face_count, again.name) == (ada.user_id, 2, "Ada Lovelace")
    assert known(persons, scope, "Ada Lovelace", "Crew").user_id != ada.user_id
    assert [person.face_count for person in persons.all(scope, SHELF)] == [2, 1]


def test_a_face_that_gets_another_name_is_no_longer_who_it_was(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    one, two = enrol(rooms, scope, 2)
    act.name(scope, SHELF, [one, two], actor=ME, name="Ada")
    act.name(scope, SHELF, [two], actor=ME, name="Ben")
    who = persons.of_faces(scope, SHELF, [one, two])
    assert {face: person.name for face, person in who.items()} == {one: "Ada", two: "Ben"}


def test_a_person_without_faces_goes_name_and_all(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    (one,) = enrol(rooms, scope, 1)
    act.name(scope, SHELF, [one], actor=ME, name="Ada")
    ada = known(persons, scope, "Ada")
    persons.unname_faces(scope, SHELF, [one])
    assert persons.of_faces(scope, SHELF, [one]) == {}
    with pytest.raises(UserNotFound):
        persons.get(scope, SHELF, ada.user_id)


def test_more_faces_than_a_user_of_the_service_may_have(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    ids = enrol(rooms, scope, 150)
    act.name(scope, SHELF, ids, actor=ME, name="Ada")
    assert known(persons, scope, "Ada").face_count == 150


def test_a_user_without_a_name_is_called_by_its_id_and_can_get_one(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    rooms.users.create(scope, SHELF, UserId("ada.l"))
    assert persons.get(scope, SHELF, UserId("ada.l")).name == "ada.l"
    act.change(scope, SHELF, UserId("ada.l"), NewFacts(name="Ada", role=""), actor=ME, version=0)
    named = persons.get(scope, SHELF, UserId("ada.l"))
    assert (named.name, named.version) == ("Ada", 1)


@pytest.mark.parametrize("name", ["", "  ", "x" * 257, "Ada\u202eeoJ", "A\x00", "A\nB\u200b"])
def test_what_cannot_be_seen_is_no_name(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons, name: str
) -> None:
    (one,) = enrol(rooms, scope, 1)
    with pytest.raises(InvalidInput):
        act.name(scope, SHELF, [one], actor=ME, name=name)
    assert persons.all(scope, SHELF) == []


def test_a_name_can_be_read_in_no_file_and_a_former_one_is_gone(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    (one,) = enrol(rooms, scope, 1)
    act.name(scope, SHELF, [one], actor=ME, name="Augusta Ada King")
    ada = known(persons, scope, "Augusta Ada King")
    act.change(
        scope, SHELF, ada.user_id, NewFacts(name="Countess", role=""), actor=ME, version=ada.version
    )
    assert search_for_traces(rooms.home, [b"Augusta", b"augusta", b"Countess"]) == []


def test_a_forgotten_person_leaves_no_sealed_name(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    (one,) = enrol(rooms, scope, 1)
    act.name(scope, SHELF, [one], actor=ME, name="Ada")
    proof = rooms.forgetting.user(scope, SHELF, known(persons, scope, "Ada").user_id)
    assert proof.needles == 7  # the face's id, both ends of its vector, the name and the event
    assert proof.traces == ()


def test_names_of_one_account_are_not_those_of_another(
    rooms: Rooms, scope: Scope, act: Decisions, persons: Persons
) -> None:
    stranger = rooms.new_scope("stranger")
    rooms.collections.create(stranger, SHELF, space=SPACE)
    (one,) = enrol(rooms, scope, 1)
    act.name(scope, SHELF, [one], actor=ME, name="Ada")
    assert persons.all(stranger, SHELF) == []
    assert persons.of_faces(stranger, SHELF, [one]) == {}
