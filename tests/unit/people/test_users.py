from __future__ import annotations

import numpy as np
import pytest

from eyebright.errors import (
    CollectionNotFound,
    InvalidInput,
    QuotaExceeded,
    UserExists,
    UserNotFound,
)
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, ImageId, UserId
from eyebright.people.users import MAX_FACES_PER_USER
from eyebright.people.values import Refusal, RefusedFace, User, UserStatus
from eyebright.testing.rooms import Rooms, new_face, unit_vector

BOB, EVE = UserId("bob"), UserId("eve")


def enrol(rooms: Rooms, scope: Scope, staff: CollectionId, *seeds: int) -> list[FaceId]:
    faces = [new_face(unit_vector(seed), left=50.0 * at) for at, seed in enumerate(seeds)]
    kept = rooms.faces.enrol(
        scope,
        staff,
        image_id=ImageId(f"image {seeds}"),
        external_image_id=None,
        new_faces=faces,
    )
    return [face.face_id for face in kept]


@pytest.fixture
def bob(rooms: Rooms, scope: Scope, staff: CollectionId) -> UserId:
    rooms.users.create(scope, staff, BOB)
    return BOB


def test_a_new_user_has_no_faces(
    rooms: Rooms, scope: Scope, staff: CollectionId, bob: UserId
) -> None:
    assert rooms.users.get(scope, staff, bob) == User(bob, UserStatus.CREATED)
    assert rooms.collections.get(scope, staff).user_count == 1


def test_a_user_is_made_once(rooms: Rooms, scope: Scope, staff: CollectionId, bob: UserId) -> None:
    with pytest.raises(UserExists):
        rooms.users.create(scope, staff, bob)
    assert rooms.collections.get(scope, staff).user_count == 1


@pytest.mark.parametrize("name", ["", "a b", "x" * 129, "é"])
def test_a_user_id_of_other_characters_is_refused(
    rooms: Rooms, scope: Scope, staff: CollectionId, name: str
) -> None:
    with pytest.raises(InvalidInput, match="1-128"):
        rooms.users.create(scope, staff, UserId(name))


def test_users_are_listed_in_pages_as_they_were_made(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    names = [UserId(name) for name in ("zoe", "bob", "a:1", "eve", "Bob")]
    for name in names:
        rooms.users.create(scope, staff, name)
    first = rooms.users.list(scope, staff, limit=2)
    rooms.users.delete(scope, staff, names[1])
    second = rooms.users.list(scope, staff, limit=2, after=first.next)
    third = rooms.users.list(scope, staff, limit=2, after=second.next)
    assert third.next is None
    seen = [user.user_id for page in (first, second, third) for user in page.items]
    assert seen == names


def test_a_full_collection_takes_no_more_users(
    rooms: Rooms, scope: Scope, staff: CollectionId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eyebright.people.users.MAX_USERS_PER_COLLECTION", 1)
    rooms.users.create(scope, staff, BOB)
    with pytest.raises(QuotaExceeded):
        rooms.users.create(scope, staff, EVE)


def test_a_user_is_active_with_the_first_face(
    rooms: Rooms, scope: Scope, staff: CollectionId, bob: UserId
) -> None:
    one, two = enrol(rooms, scope, staff, 1, 2)
    association = rooms.users.associate(scope, staff, bob, [one, two], min_percent=100)
    assert association.changed == (one, two)  # a user without faces takes all
    assert association.unsuccessful == ()
    assert association.status is UserStatus.ACTIVE
    assert rooms.users.get(scope, staff, bob).status is UserStatus.ACTIVE


def test_a_face_asked_for_again_is_in_neither_list(
    rooms: Rooms, scope: Scope, staff: CollectionId, bob: UserId
) -> None:
    (one,) = enrol(rooms, scope, staff, 1)
    rooms.users.associate(scope, staff, bob, [one, one], min_percent=0)
    again = rooms.users.associate(scope, staff, bob, [one], min_percent=100)
    assert (again.changed, again.unsuccessful) == ((), ())
    assert again.status is UserStatus.ACTIVE


def test_faces_that_cannot_be_given_are_told_with_the_reason(
    rooms: Rooms, scope: Scope, staff: CollectionId, bob: UserId
) -> None:
    rooms.users.create(scope, staff, EVE)
    like, unlike, eves, fine = enrol(rooms, scope, staff, 1, 2, 3, 1)
    rooms.users.associate(scope, staff, bob, [like], min_percent=0)
    rooms.users.associate(scope, staff, EVE, [eves], min_percent=0)
    unknown = FaceId("unknown")
    association = rooms.users.associate(
        scope, staff, bob, [unlike, unknown, fine, eves], min_percent=75
    )
    assert association.changed == (fine,)
    percent = 100 * max(0.0, float(unit_vector(1) @ unit_vector(2)))
    low, missing, another = association.unsuccessful
    assert (low.face_id, low.reason) == (unlike, Refusal.LOW_MATCH_CONFIDENCE)
    assert low.percent == pytest.approx(percent, abs=1e-3)
    assert missing == RefusedFace(unknown, Refusal.FACE_NOT_FOUND)
    assert another == RefusedFace(eves, Refusal.ASSOCIATED_TO_A_DIFFERENT_USER, user_id=EVE)


def test_a_new_face_is_compared_with_the_mean_of_the_users_faces(
    rooms: Rooms, scope: Scope, staff: CollectionId, bob: UserId
) -> None:
    base, other = unit_vector(1), unit_vector(2)
    between = base + other
    between /= np.linalg.norm(between)
    faces = [new_face(vector, left=50.0 * at) for at, vector in enumerate((base, other, between))]
    kept = rooms.faces.enrol(
        scope, staff, image_id=ImageId("i"), external_image_id=None, new_faces=faces
    )
    ids = [face.face_id for face in kept]
    rooms.users.associate(scope, staff, bob, ids[:2], min_percent=0)
    assert rooms.users.associate(scope, staff, bob, ids[2:], min_percent=99.9).changed == (ids[2],)


def test_a_user_holds_a_hundred_faces_and_no_more(
    rooms: Rooms, scope: Scope, staff: CollectionId, bob: UserId
) -> None:
    ids = enrol(rooms, scope, staff, *range(MAX_FACES_PER_USER + 1))
    rooms.users.associate(scope, staff, bob, ids[:99], min_percent=0)
    with pytest.raises(QuotaExceeded, match="101 faces"):
        rooms.users.associate(scope, staff, bob, ids[99:], min_percent=0)
    assert len(rooms.faces.list(scope, staff, limit=200, user_id=bob).items) == 99
    assert rooms.users.associate(scope, staff, bob, ids[:100], min_percent=0).changed == (ids[99],)


def test_faces_are_taken_from_a_user(
    rooms: Rooms, scope: Scope, staff: CollectionId, bob: UserId
) -> None:
    rooms.users.create(scope, staff, EVE)
    one, two, free, eves = enrol(rooms, scope, staff, 1, 2, 3, 4)
    rooms.users.associate(scope, staff, bob, [one, two], min_percent=0)
    rooms.users.associate(scope, staff, EVE, [eves], min_percent=0)
    unknown = FaceId("unknown")
    taken = rooms.users.disassociate(scope, staff, bob, [two, free, eves, unknown, two])
    assert taken.changed == (two,)
    assert taken.status is UserStatus.ACTIVE
    assert taken.unsuccessful == (
        RefusedFace(eves, Refusal.ASSOCIATED_TO_A_DIFFERENT_USER, user_id=EVE),
        RefusedFace(unknown, Refusal.FACE_NOT_FOUND),
    )
    last = rooms.users.disassociate(scope, staff, bob, [one])
    assert last.status is UserStatus.CREATED
    assert rooms.users.get(scope, staff, bob).status is UserStatus.CREATED


def test_a_deleted_users_faces_stay_and_belong_to_nobody(
    rooms: Rooms, scope: Scope, staff: CollectionId, bob: UserId
) -> None:
    (one,) = enrol(rooms, scope, staff, 1)
    rooms.users.associate(scope, staff, bob, [one], min_percent=0)
    rooms.users.delete(scope, staff, bob)
    (face,) = rooms.faces.list(scope, staff, limit=10).items
    assert (face.face_id, face.user_id) == (one, None)
    counts = rooms.collections.get(scope, staff)
    assert (counts.face_count, counts.user_count) == (1, 0)
    rooms.users.create(scope, staff, bob)
    assert rooms.users.get(scope, staff, bob).status is UserStatus.CREATED


def test_an_unknown_user_or_collection_is_told(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    with pytest.raises(UserNotFound):
        rooms.users.delete(scope, staff, BOB)
    with pytest.raises(UserNotFound):
        rooms.users.associate(scope, staff, BOB, [FaceId("x")], min_percent=0)
    with pytest.raises(UserNotFound):
        rooms.users.disassociate(scope, staff, BOB, [FaceId("x")])
    nowhere = CollectionId("nowhere")
    with pytest.raises(CollectionNotFound):
        rooms.users.create(scope, nowhere, BOB)
    with pytest.raises(CollectionNotFound):
        rooms.users.list(scope, nowhere, limit=1)
    with pytest.raises(CollectionNotFound):
        rooms.users.get(scope, nowhere, BOB)
