from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from eyebright.analysis.faces.space import UNSETTLED, EmbeddingSpace
from eyebright.errors import (
    CollectionExists,
    CollectionNotFound,
    EmbeddingSpaceMismatch,
    InvalidCursor,
    InvalidInput,
    InvalidTag,
)
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, ImageId, UserId
from eyebright.people.values import Resource
from eyebright.testing.clock import FixedClock
from eyebright.testing.rooms import SPACE, Rooms, new_face, open_rooms, unit_vector


def test_a_new_collection_is_empty_and_pinned_to_its_space(rooms: Rooms, scope: Scope) -> None:
    made = rooms.collections.create(scope, CollectionId("staff"), space=SPACE)
    assert rooms.collections.get(scope, CollectionId("staff")) == made
    assert (made.space, made.face_count, made.user_count) == (SPACE, 0, 0)


def test_a_collection_knows_when_it_was_made(rooms: Rooms, scope: Scope) -> None:
    clock = FixedClock()
    other = open_rooms(rooms.home, clock=clock)
    made = other.collections.create(scope, CollectionId("staff"), space=SPACE)
    assert made.created_at == clock.now()
    other.database.close()


def test_an_id_is_given_once(rooms: Rooms, scope: Scope, staff: CollectionId) -> None:
    with pytest.raises(CollectionExists, match=r"^The collection id: staff already exists$"):
        rooms.collections.create(scope, staff, space=SPACE)
    keys = list((rooms.home / "keys" / scope.account_id).glob("*.key"))
    assert len(keys) == 2  # the account's and the first collection's; the second's was shredded


def test_ids_are_case_sensitive(rooms: Rooms, scope: Scope, staff: CollectionId) -> None:
    rooms.collections.create(scope, CollectionId("Staff"), space=SPACE)
    with pytest.raises(CollectionNotFound, match=r"^The collection id: STAFF does not exist$"):
        rooms.collections.get(scope, CollectionId("STAFF"))


@pytest.mark.parametrize("name", ["", "a b", "a/b", "!1", "ä", "x" * 256, "a\n"])
def test_an_id_of_other_characters_is_refused(rooms: Rooms, scope: Scope, name: str) -> None:
    with pytest.raises(InvalidInput, match="1-255"):
        rooms.collections.create(scope, CollectionId(name), space=SPACE)


def test_a_collection_is_not_made_with_a_reserved_tag(rooms: Rooms, scope: Scope) -> None:
    with pytest.raises(InvalidTag):
        rooms.collections.create(scope, CollectionId("c"), space=SPACE, tags={"aws:x": "1"})
    assert not rooms.collections.list(scope, limit=10).items


def test_collections_are_listed_as_they_were_made_in_pages(rooms: Rooms, scope: Scope) -> None:
    names = ["b", "a.1", "C", "a", "z-", "_"]
    for name in names:
        rooms.collections.create(scope, CollectionId(name), space=SPACE)
    seen: list[str] = []
    page = rooms.collections.list(scope, limit=4)
    seen += [one.collection_id for one in page.items]
    page = rooms.collections.list(scope, limit=4, after=page.next)
    seen += [one.collection_id for one in page.items]
    assert page.next is None
    assert seen == names


def test_a_full_last_page_has_no_next(rooms: Rooms, scope: Scope, staff: CollectionId) -> None:
    assert rooms.collections.list(scope, limit=1).next is None


@pytest.mark.parametrize("after", [("a",), (1, 2), ()])
def test_a_foreign_position_is_refused(
    rooms: Rooms, scope: Scope, after: tuple[int | str, ...]
) -> None:
    with pytest.raises(InvalidCursor):
        rooms.collections.list(scope, limit=1, after=after)


def test_a_page_has_room_for_something(rooms: Rooms, scope: Scope) -> None:
    with pytest.raises(InvalidInput, match="at least one"):
        rooms.collections.list(scope, limit=0)


def test_a_deleted_collection_is_gone_and_its_id_free(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    rooms.tags.tag(scope, Resource("collection", staff), {"colour": "red"})
    rooms.users.create(scope, staff, UserId("bob"))
    rooms.faces.enrol(
        scope,
        staff,
        image_id=ImageId("image"),
        external_image_id=None,
        new_faces=[new_face(unit_vector(1))],
    )
    rooms.collections.delete(scope, staff)
    with pytest.raises(CollectionNotFound):
        rooms.collections.get(scope, staff)
    with pytest.raises(CollectionNotFound):
        rooms.collections.delete(scope, staff)
    other = EmbeddingSpace("other/1", 8, "0" * 64)
    again = rooms.collections.create(scope, staff, space=other)
    assert (again.face_count, again.user_count, again.space) == (0, 0, other)
    assert rooms.tags.list(scope, Resource("collection", staff)) == {}


def test_a_large_collection_goes_in_batches(
    rooms: Rooms, scope: Scope, staff: CollectionId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eyebright.governance.deletion.BATCH_ROWS", 3)
    faces = [new_face(unit_vector(seed), left=50.0 * seed) for seed in range(10)]
    rooms.faces.enrol(
        scope, staff, image_id=ImageId("image"), external_image_id=None, new_faces=faces
    )
    for number in range(7):
        rooms.users.create(scope, staff, UserId(f"user-{number}"))
    rooms.collections.delete(scope, staff)
    assert counts(rooms.home) == {"faces": 0, "face_vectors": 0, "users": 0, "collections": 0}


def test_a_deletion_that_was_interrupted_is_finished_at_the_next_start(
    rooms: Rooms, scope: Scope, staff: CollectionId, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms.faces.enrol(
        scope,
        staff,
        image_id=ImageId("image"),
        external_image_id=None,
        new_faces=[new_face(unit_vector(1))],
    )
    with monkeypatch.context() as patch:
        patch.setattr("eyebright.people.collections.finish_deletions", lambda *_: None)
        rooms.collections.delete(scope, staff)
    assert counts(rooms.home)["faces"] == 1
    assert not rooms.collections.list(scope, limit=10).items
    rooms.collections.create(scope, staff, space=SPACE)
    again = open_rooms(rooms.home)
    again.forgetting.finish()
    assert counts(rooms.home) == {"faces": 0, "face_vectors": 0, "users": 0, "collections": 1}
    assert again.collections.get(scope, staff).face_count == 0
    again.database.close()


def counts(home: Path) -> dict[str, int]:
    connection = sqlite3.connect(home / "eyebright.db")
    tables = ("faces", "face_vectors", "users", "collections")
    found = {
        table: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        for table in tables
    }
    connection.close()
    return found


def test_a_collection_that_nobody_knew_the_space_of_is_of_the_first_that_is_said(
    rooms: Rooms, scope: Scope
) -> None:
    name, other = CollectionId("drawn"), EmbeddingSpace("other/1", 8, "7" * 64)
    assert rooms.collections.open(scope, name, space=UNSETTLED).space == UNSETTLED
    assert rooms.collections.settle(scope, name, space=UNSETTLED).space == UNSETTLED
    with pytest.raises(EmbeddingSpaceMismatch):
        rooms.faces.enrol(
            scope,
            name,
            image_id=ImageId("a"),
            external_image_id=None,
            new_faces=[new_face(unit_vector(1))],
        )
    assert rooms.collections.open(scope, name, space=SPACE).space == SPACE
    assert rooms.collections.settle(scope, name, space=other).space == SPACE
    assert rooms.collections.open(scope, CollectionId("new"), space=other).space == other
    with pytest.raises(CollectionNotFound):
        rooms.collections.settle(scope, CollectionId("none"), space=SPACE)
