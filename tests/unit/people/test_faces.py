from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.errors import (
    CollectionNotFound,
    EmbeddingSpaceMismatch,
    InvalidCursor,
    InvalidInput,
    QuotaExceeded,
    UserNotFound,
)
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, ImageId, UserId
from eyebright.people.values import Box, Enrolment, Face, NewFace, Refusal, RefusedFace
from eyebright.testing.rooms import SPACE, Rooms, new_face, open_rooms, unit_vector

IMAGE = ImageId("image")


def enrol(
    rooms: Rooms,
    scope: Scope,
    collection_id: CollectionId,
    faces: Sequence[NewFace],
    *,
    image: ImageId = IMAGE,
    external: str | None = None,
) -> list[Face]:
    return rooms.faces.enrol(
        scope, collection_id, image_id=image, external_image_id=external, new_faces=faces
    )


def row_of_faces(count: int, *, start: int = 0) -> list[NewFace]:
    """Faces of different people beside each other."""
    return [new_face(unit_vector(start + seed), left=50.0 * seed) for seed in range(count)]


def halved(box: Box) -> Box:
    """The box in the picture at half its size, seen a little differently."""
    left, top, right, bottom = box
    return left / 2 + 0.6, top / 2, right / 2 + 0.6, bottom / 2 + 0.6


def test_faces_are_kept_in_the_order_given(rooms: Rooms, scope: Scope, staff: CollectionId) -> None:
    new = row_of_faces(3)
    kept = enrol(rooms, scope, staff, new, external="photo:1")
    assert [face.box_xyxy for face in kept] == [face.box_xyxy for face in new]
    assert {face.external_image_id for face in kept} == {"photo:1"}
    assert {face.image_size_wh for face in kept} == {(640, 480)}
    assert list(rooms.faces.list(scope, staff, limit=10).items) == kept
    assert rooms.collections.get(scope, staff).face_count == 3


def test_the_same_image_again_gives_the_same_faces(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    first = enrol(rooms, scope, staff, row_of_faces(3))
    assert enrol(rooms, scope, staff, row_of_faces(3)) == first
    assert rooms.collections.get(scope, staff).face_count == 3


def test_faces_are_known_by_their_place_and_not_by_their_rank(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    first = enrol(rooms, scope, staff, row_of_faces(4)[1:3])
    later = enrol(rooms, scope, staff, row_of_faces(4)[::-1])
    assert [later[2], later[1]] == first
    assert rooms.collections.get(scope, staff).face_count == 4


def test_a_picture_decoded_smaller_has_the_same_faces(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    first = enrol(rooms, scope, staff, row_of_faces(2))
    half = [
        replace(face, box_xyxy=halved(face.box_xyxy), image_size_wh=(320, 240))
        for face in row_of_faces(2)
    ]
    assert enrol(rooms, scope, staff, half) == first


def test_another_external_id_or_image_or_collection_gives_new_faces(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    other = CollectionId("visitors")
    rooms.collections.create(scope, other, space=SPACE)
    new = row_of_faces(1)
    kept = [
        *enrol(rooms, scope, staff, new),
        *enrol(rooms, scope, staff, new, external="a"),
        *enrol(rooms, scope, staff, new, external="b"),
        *enrol(rooms, scope, staff, new, image=ImageId("another")),
        *enrol(rooms, scope, other, new),
    ]
    assert len({face.face_id for face in kept}) == 5


def test_a_deleted_face_comes_back_as_another(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    (first,) = enrol(rooms, scope, staff, row_of_faces(1))
    rooms.faces.delete(scope, staff, [first.face_id])
    (second,) = enrol(rooms, scope, staff, row_of_faces(1))
    assert second.face_id != first.face_id


def test_two_requests_at_once_keep_each_face_once(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    answers: list[list[Face]] = []

    def request() -> None:
        process = open_rooms(rooms.home)  # a connection pool of its own, as another process has
        answers.append(enrol(process, scope, staff, row_of_faces(3)))
        process.database.close()

    threads = [threading.Thread(target=request) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    assert all(answer == answers[0] for answer in answers)
    assert rooms.collections.get(scope, staff).face_count == 3


def test_no_faces_are_no_error(rooms: Rooms, scope: Scope, staff: CollectionId) -> None:
    assert enrol(rooms, scope, staff, []) == []


def test_many_images_are_kept_in_one_step_or_not_at_all(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    good = [
        Enrolment(ImageId(f"image {number}"), None, tuple(row_of_faces(2, start=number)))
        for number in range(5)
    ]
    kept = rooms.faces.enrol_many(scope, staff, good)
    assert [len(faces) for faces in kept] == [2] * 5
    broken = Enrolment(ImageId("broken"), None, (new_face(unit_vector(1) * 2),))
    with pytest.raises(InvalidInput):
        rooms.faces.enrol_many(scope, staff, [Enrolment(ImageId("new"), None, ()), broken])
    assert rooms.collections.get(scope, staff).face_count == 10


@pytest.mark.parametrize(
    "vector",
    [
        unit_vector(1) * 1.01,
        np.zeros(16, np.float32),
        np.full(16, np.nan, np.float32),
        np.full(16, np.inf, np.float32),
    ],
)
def test_a_vector_that_is_not_of_unit_length_is_refused(
    rooms: Rooms, scope: Scope, staff: CollectionId, vector: np.ndarray
) -> None:
    with pytest.raises(InvalidInput, match="must be 1"):
        enrol(rooms, scope, staff, [new_face(unit_vector(2)), new_face(vector, left=90)])
    assert rooms.collections.get(scope, staff).face_count == 0


def test_vectors_of_another_space_are_refused(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    other = EmbeddingSpace("fake/2", SPACE.dimension, "6" * 64)
    with pytest.raises(EmbeddingSpaceMismatch):
        enrol(rooms, scope, staff, [new_face(unit_vector(1), space=other)])
    with pytest.raises(EmbeddingSpaceMismatch):
        enrol(rooms, scope, staff, [new_face(unit_vector(1, dimension=8))])


def test_an_external_id_of_other_characters_is_refused(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    with pytest.raises(InvalidInput, match="external image id"):
        enrol(rooms, scope, staff, row_of_faces(1), external="a/b")


def test_a_full_collection_takes_no_more(
    rooms: Rooms, scope: Scope, staff: CollectionId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eyebright.people.faces.MAX_FACES_PER_COLLECTION", 3)
    enrol(rooms, scope, staff, row_of_faces(2))
    with pytest.raises(QuotaExceeded, match="at most 3"):
        enrol(rooms, scope, staff, row_of_faces(4))
    assert len(enrol(rooms, scope, staff, row_of_faces(3))) == 3


def test_pages_are_stable_while_faces_come_and_go(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    kept = enrol(rooms, scope, staff, row_of_faces(6))
    first = rooms.faces.list(scope, staff, limit=3)
    rooms.faces.delete(scope, staff, [kept[0].face_id, kept[2].face_id, kept[4].face_id])
    (late,) = enrol(rooms, scope, staff, row_of_faces(1), image=ImageId("late"))
    second = rooms.faces.list(scope, staff, limit=3, after=first.next)
    assert list(first.items) == kept[:3]
    assert list(second.items) == [kept[3], kept[5], late]
    assert second.next is None


def test_faces_are_filtered_by_user_and_by_id(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    kept = enrol(rooms, scope, staff, row_of_faces(4))
    rooms.users.create(scope, staff, UserId("bob"))
    bobs = [kept[1].face_id, kept[3].face_id]
    rooms.users.associate(scope, staff, UserId("bob"), bobs[:1], min_percent=0)
    rooms.users.associate(scope, staff, UserId("bob"), bobs[1:], min_percent=0)
    by_user = rooms.faces.list(scope, staff, limit=10, user_id=UserId("bob")).items
    assert [face.face_id for face in by_user] == bobs
    assert {face.user_id for face in by_user} == {"bob"}
    asked = [kept[3].face_id, FaceId("unknown"), kept[0].face_id, kept[0].face_id]
    by_id = rooms.faces.list(scope, staff, limit=10, face_ids=asked).items
    assert [face.face_id for face in by_id] == [kept[0].face_id, kept[3].face_id]
    both = rooms.faces.list(scope, staff, limit=10, face_ids=asked, user_id=UserId("bob")).items
    assert [face.face_id for face in both] == [kept[3].face_id]
    assert not rooms.faces.list(scope, staff, limit=10, face_ids=[]).items


def test_the_longest_filter_that_clients_may_send_works(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    (face,) = enrol(rooms, scope, staff, row_of_faces(1))
    asked = [FaceId(f"unknown {number}") for number in range(4095)] + [face.face_id]
    assert rooms.faces.list(scope, staff, limit=4096, face_ids=asked).items == (face,)
    deletion = rooms.faces.delete(scope, staff, asked)
    assert (len(deletion.deleted), len(deletion.unsuccessful)) == (1, 4095)


def test_an_unknown_user_or_position_or_collection_is_told(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    with pytest.raises(UserNotFound):
        rooms.faces.list(scope, staff, limit=1, user_id=UserId("nobody"))
    with pytest.raises(InvalidCursor):
        rooms.faces.list(scope, staff, limit=1, after=("x",))
    nowhere = CollectionId("nowhere")
    with pytest.raises(CollectionNotFound):
        rooms.faces.list(scope, nowhere, limit=1)
    with pytest.raises(CollectionNotFound):
        rooms.faces.delete(scope, nowhere, [])
    with pytest.raises(CollectionNotFound):
        enrol(rooms, scope, nowhere, [])


def test_deleting_tells_of_each_face_once(rooms: Rooms, scope: Scope, staff: CollectionId) -> None:
    free, taken = enrol(rooms, scope, staff, row_of_faces(2))
    rooms.users.create(scope, staff, UserId("bob"))
    rooms.users.associate(scope, staff, UserId("bob"), [taken.face_id], min_percent=0)
    unknown = FaceId("unknown")
    deletion = rooms.faces.delete(
        scope, staff, [unknown, taken.face_id, free.face_id, free.face_id, unknown]
    )
    assert deletion.deleted == (free.face_id,)
    assert deletion.unsuccessful == (
        RefusedFace(unknown, Refusal.FACE_NOT_FOUND),
        RefusedFace(taken.face_id, Refusal.ASSOCIATED_TO_AN_EXISTING_USER, user_id=UserId("bob")),
    )
    assert rooms.collections.get(scope, staff).face_count == 1
