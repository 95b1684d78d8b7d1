"""Two accounts, and two regions of one account, that use the same names for everything."""

from __future__ import annotations

import pytest

from eyebright.errors import CollectionNotFound, FaceNotInCollection, ResourceNotFound, UserNotFound
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, ImageId, Region, UserId
from eyebright.people.values import Refusal, Resource
from eyebright.testing.rooms import SPACE, Rooms, new_face, unit_vector

STAFF, BOB = CollectionId("staff"), UserId("bob")


@pytest.fixture(params=["another account", "another region"])
def pair(request: pytest.FixtureRequest, rooms: Rooms, scope: Scope) -> tuple[Scope, Scope]:
    if request.param == "another account":
        return scope, rooms.new_scope("another")
    return scope, Scope(scope.account_id, Region("eu-west-1"))


def fill(rooms: Rooms, scope: Scope, *, seed: int) -> FaceId:
    rooms.collections.create(scope, STAFF, space=SPACE, tags={"seed": str(seed)})
    (face,) = rooms.faces.enrol(
        scope,
        STAFF,
        image_id=ImageId("image"),
        external_image_id=None,
        new_faces=[new_face(unit_vector(seed))],
    )
    rooms.users.create(scope, STAFF, BOB)
    rooms.users.associate(scope, STAFF, BOB, [face.face_id], min_percent=0)
    return face.face_id


def test_the_same_names_are_different_things(rooms: Rooms, pair: tuple[Scope, Scope]) -> None:
    mine, theirs = pair
    my_face, their_face = fill(rooms, mine, seed=1), fill(rooms, theirs, seed=2)
    for scope, own, seed in ((mine, my_face, 1), (theirs, their_face, 2)):
        assert [face.face_id for face in rooms.faces.list(scope, STAFF, limit=9).items] == [own]
        collection = rooms.collections.get(scope, STAFF)
        assert (collection.face_count, collection.user_count) == (1, 1)
        assert len(rooms.collections.list(scope, limit=9).items) == 1
        assert len(rooms.users.list(scope, STAFF, limit=9).items) == 1
        assert rooms.tags.list(scope, Resource("collection", STAFF)) == {"seed": str(seed)}
        found = rooms.search.by_vector(
            scope, STAFF, unit_vector(1), space=SPACE, max_faces=9, min_percent=0
        )
        assert [match.face.face_id for match in found] == [own]


def test_anothers_faces_cannot_be_seen_used_or_deleted(
    rooms: Rooms, pair: tuple[Scope, Scope]
) -> None:
    mine, theirs = pair
    fill(rooms, mine, seed=1)
    foreign = fill(rooms, theirs, seed=2)
    assert not rooms.faces.list(mine, STAFF, limit=9, face_ids=[foreign]).items
    refused = rooms.faces.delete(mine, STAFF, [foreign]).unsuccessful
    assert [one.reason for one in refused] == [Refusal.FACE_NOT_FOUND]
    refused = rooms.users.associate(mine, STAFF, BOB, [foreign], min_percent=0).unsuccessful
    assert [(one.reason, one.user_id) for one in refused] == [(Refusal.FACE_NOT_FOUND, None)]
    refused = rooms.users.disassociate(mine, STAFF, BOB, [foreign]).unsuccessful
    assert [(one.reason, one.user_id) for one in refused] == [(Refusal.FACE_NOT_FOUND, None)]
    with pytest.raises(FaceNotInCollection):
        rooms.search.by_face(mine, STAFF, foreign, max_faces=1, min_percent=0)
    with pytest.raises(FaceNotInCollection):
        rooms.search.users_by_face(mine, STAFF, foreign, max_users=1, min_percent=0)
    assert rooms.collections.get(theirs, STAFF).face_count == 1


def test_anothers_collection_does_not_exist(rooms: Rooms, pair: tuple[Scope, Scope]) -> None:
    mine, theirs = pair
    foreign = fill(rooms, theirs, seed=2)
    attempts = [
        lambda: rooms.collections.get(mine, STAFF),
        lambda: rooms.collections.delete(mine, STAFF),
        lambda: rooms.faces.list(mine, STAFF, limit=1),
        lambda: rooms.faces.delete(mine, STAFF, [foreign]),
        lambda: rooms.users.create(mine, STAFF, UserId("eve")),
        lambda: rooms.users.list(mine, STAFF, limit=1),
        lambda: rooms.users.delete(mine, STAFF, BOB),
        lambda: rooms.search.by_face(mine, STAFF, foreign, max_faces=1, min_percent=0),
        lambda: rooms.search.users_by_user(mine, STAFF, BOB, max_users=1, min_percent=0),
    ]
    for attempt in attempts:
        with pytest.raises(CollectionNotFound):
            attempt()
    with pytest.raises(ResourceNotFound):
        rooms.tags.list(mine, Resource("collection", STAFF))
    assert rooms.collections.get(theirs, STAFF).user_count == 1


def test_a_page_position_of_another_scope_shows_nothing_of_it(
    rooms: Rooms, pair: tuple[Scope, Scope]
) -> None:
    mine, theirs = pair
    fill(rooms, theirs, seed=2)
    fill(rooms, mine, seed=1)
    assert not rooms.faces.list(theirs, STAFF, limit=1, after=(1,)).items
    with pytest.raises(UserNotFound):
        rooms.users.get(theirs, STAFF, UserId("eve"))


def test_deleting_mine_leaves_theirs(rooms: Rooms, pair: tuple[Scope, Scope]) -> None:
    mine, theirs = pair
    fill(rooms, mine, seed=1)
    their_face = fill(rooms, theirs, seed=2)
    rooms.collections.delete(mine, STAFF)
    found = rooms.search.by_vector(
        theirs, STAFF, unit_vector(2), space=SPACE, max_faces=9, min_percent=80
    )
    assert [match.face.face_id for match in found] == [their_face]
