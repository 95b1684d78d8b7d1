"""Persons: users with a name and a role, found again by both."""

from __future__ import annotations

from pathlib import Path

import pytest

from eyebright.errors import InvalidInput, StaleWrite, UserNotFound
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, ImageId, UserId
from eyebright.people.forget import search_for_traces
from eyebright.people.persons import Persons
from eyebright.testing.rooms import SPACE, Rooms, new_face, open_rooms, unit_vector

SHELF = CollectionId("library")


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


def enrol(rooms: Rooms, scope: Scope, count: int, *, image: str = "i") -> list[FaceId]:
    kept = rooms.faces.enrol(
        scope,
        SHELF,
        image_id=ImageId(image),
        external_image_id=None,
        new_faces=[new_face(unit_vector(n), left=60.0 * n) for n in range(count)],
    )
    return [face.face_id for face in kept]


def test_who_has_the_same_name_and_role_is_the_same_person(
    rooms: Rooms, scope: Scope, persons: Persons
) -> None:
    one, two, three = enrol(rooms, scope, 3)
    ada = persons.name_faces(scope, SHELF, [one], name="Ada  Lovelace", role="Guest")
    again = persons.name_faces(scope, SHELF, [two], name="ada lovelace", role="guest")
    other = persons.name_faces(scope, SHELF, [three], name="Ada Lovelace", role="Crew")
    assert (again.user_id, again.face_count, again.name) == (ada.user_id, 2, "Ada Lovelace")
    assert other.user_id != ada.user_id
    assert [person.face_count for person in persons.all(scope, SHELF)] == [2, 1]


def test_a_face_that_gets_another_name_is_no_longer_who_it_was(
    rooms: Rooms, scope: Scope, persons: Persons
) -> None:
    one, two = enrol(rooms, scope, 2)
    persons.name_faces(scope, SHELF, [one, two], name="Ada")
    persons.name_faces(scope, SHELF, [two], name="Ben")
    who = persons.of_faces(scope, SHELF, [one, two])
    assert {face: person.name for face, person in who.items()} == {one: "Ada", two: "Ben"}


def test_a_person_without_faces_goes_name_and_all(
    rooms: Rooms, scope: Scope, persons: Persons
) -> None:
    (one,) = enrol(rooms, scope, 1)
    ada = persons.name_faces(scope, SHELF, [one], name="Ada")
    persons.unname_faces(scope, SHELF, [one])
    assert persons.of_faces(scope, SHELF, [one]) == {}
    with pytest.raises(UserNotFound):
        persons.get(scope, SHELF, ada.user_id)


def test_more_faces_than_a_user_of_the_service_may_have(
    rooms: Rooms, scope: Scope, persons: Persons
) -> None:
    ids = enrol(rooms, scope, 150)
    assert persons.name_faces(scope, SHELF, ids, name="Ada").face_count == 150


def test_a_stale_tab_renames_nobody(rooms: Rooms, scope: Scope, persons: Persons) -> None:
    one, two = enrol(rooms, scope, 2)
    ada = persons.name_faces(scope, SHELF, [one], name="Ada")
    ben = persons.name_faces(scope, SHELF, [two], name="Ben")
    renamed = persons.rename(
        scope, SHELF, ada.user_id, name="Ada L.", role="Guest", version=ada.version
    )
    assert (renamed.name, renamed.role, renamed.version) == ("Ada L.", "Guest", ada.version + 1)
    with pytest.raises(StaleWrite, match="look again"):
        persons.rename(scope, SHELF, ada.user_id, name="Eve", role="", version=ada.version)
    with pytest.raises(StaleWrite, match="merge"):
        persons.rename(scope, SHELF, ben.user_id, name="ada l.", role="guest", version=ben.version)
    assert persons.get(scope, SHELF, ada.user_id).name == "Ada L."


def test_a_user_without_a_name_is_called_by_its_id_and_can_get_one(
    rooms: Rooms, scope: Scope, persons: Persons
) -> None:
    rooms.users.create(scope, SHELF, UserId("ada.l"))
    assert persons.get(scope, SHELF, UserId("ada.l")).name == "ada.l"
    named = persons.rename(scope, SHELF, UserId("ada.l"), name="Ada", role="", version=0)
    assert (named.name, named.version) == ("Ada", 1)


@pytest.mark.parametrize("name", ["", "  ", "x" * 257, "Ada\u202eeoJ", "A\x00", "A\nB\u200b"])
def test_what_cannot_be_seen_is_no_name(
    rooms: Rooms, scope: Scope, persons: Persons, name: str
) -> None:
    (one,) = enrol(rooms, scope, 1)
    with pytest.raises(InvalidInput):
        persons.name_faces(scope, SHELF, [one], name=name)
    assert persons.all(scope, SHELF) == []


def test_a_name_can_be_read_in_no_file_and_a_former_one_is_gone(
    rooms: Rooms, scope: Scope, persons: Persons
) -> None:
    (one,) = enrol(rooms, scope, 1)
    ada = persons.name_faces(scope, SHELF, [one], name="Augusta Ada King")
    persons.rename(scope, SHELF, ada.user_id, name="Countess", role="", version=ada.version)
    assert search_for_traces(rooms.home, [b"Augusta", b"augusta", b"Countess"]) == []


def test_a_forgotten_person_leaves_no_sealed_name(
    rooms: Rooms, scope: Scope, persons: Persons
) -> None:
    (one,) = enrol(rooms, scope, 1)
    ada = persons.name_faces(scope, SHELF, [one], name="Ada")
    proof = rooms.forgetting.user(scope, SHELF, ada.user_id)
    assert proof.needles == 5  # the face's id, both ends of its vector and of the name
    assert proof.traces == ()


def test_names_of_one_account_are_not_those_of_another(
    rooms: Rooms, scope: Scope, persons: Persons
) -> None:
    stranger = rooms.new_scope("stranger")
    rooms.collections.create(stranger, SHELF, space=SPACE)
    (one,) = enrol(rooms, scope, 1)
    persons.name_faces(scope, SHELF, [one], name="Ada")
    assert persons.all(stranger, SHELF) == []
    assert persons.of_faces(stranger, SHELF, [one]) == {}
