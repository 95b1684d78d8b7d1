from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.errors import (
    CollectionNotFound,
    EmbeddingSpaceMismatch,
    FaceNotInCollection,
    InvalidInput,
    UserNotFound,
)
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, ImageId, UserId
from eyebright.people.projection import Projection
from eyebright.people.rows import find_collection
from eyebright.people.values import FaceMatch, User, UserMatch, UserStatus
from eyebright.testing.rooms import SPACE, Rooms, new_face, open_rooms, unit_vector

BOB, EVE = UserId("bob"), UserId("eve")


def enrol(rooms: Rooms, scope: Scope, staff: CollectionId, *vectors: FloatArray) -> list[FaceId]:
    kept = []
    for vector in vectors:
        (face,) = rooms.faces.enrol(
            scope,
            staff,
            image_id=ImageId(vector.tobytes().hex()[:36]),
            external_image_id=None,
            new_faces=[new_face(vector)],
        )
        kept.append(face.face_id)
    return kept


def near(vector: FloatArray, cosine: float, *, seed: int = 99) -> FloatArray:
    """A unit vector at this cosine from `vector`."""
    other = unit_vector(seed).astype(np.float64)
    other -= (other @ vector) * vector
    mixed = cosine * vector + np.sqrt(1 - cosine**2) * other / np.linalg.norm(other)
    unit: FloatArray = mixed.astype(np.float32)
    return unit


def find(
    rooms: Rooms,
    scope: Scope,
    staff: CollectionId,
    vector: FloatArray,
    *,
    max_faces: int = 10,
    min_percent: float = 80.0,
) -> list[FaceMatch]:
    return rooms.search.by_vector(
        scope, staff, vector, space=SPACE, max_faces=max_faces, min_percent=min_percent
    )


def ids(matches: list[FaceMatch]) -> list[FaceId]:
    return [match.face.face_id for match in matches]


def users(matches: list[UserMatch]) -> list[UserId]:
    return [match.user.user_id for match in matches]


def test_a_write_is_found_at_once(rooms: Rooms, scope: Scope, staff: CollectionId) -> None:
    for seed in range(5):
        (face_id,) = enrol(rooms, scope, staff, unit_vector(seed))
        (match,) = find(rooms, scope, staff, unit_vector(seed))
        assert match.face == rooms.faces.list(scope, staff, limit=1, face_ids=[face_id]).items[0]
        assert match.percent == pytest.approx(100, abs=1e-4)


def test_matches_come_best_first_and_above_the_threshold(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    probe = unit_vector(1)
    low, high, mid = enrol(rooms, scope, staff, *(near(probe, c) for c in (0.79, 0.99, 0.85)))
    found = find(rooms, scope, staff, probe)
    assert ids(found) == [high, mid]
    assert [match.percent for match in found] == pytest.approx([99, 85], abs=1e-3)
    assert ids(find(rooms, scope, staff, probe, max_faces=1)) == [high]
    assert set(ids(find(rooms, scope, staff, probe, min_percent=0))) == {low, high, mid}


def test_a_threshold_of_nought_returns_everything(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    (opposite,) = enrol(rooms, scope, staff, -unit_vector(1))
    assert ids(find(rooms, scope, staff, unit_vector(1), min_percent=0)) == [opposite]
    assert not find(rooms, scope, staff, unit_vector(1), min_percent=0.1)


def test_a_match_exactly_at_the_threshold_is_returned(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    (face_id,) = enrol(rooms, scope, staff, near(unit_vector(1), 0.9))
    (match,) = find(rooms, scope, staff, unit_vector(1))
    again = find(rooms, scope, staff, unit_vector(1), min_percent=match.percent)
    assert ids(again) == [face_id]


def test_a_face_does_not_find_itself(rooms: Rooms, scope: Scope, staff: CollectionId) -> None:
    probe = unit_vector(1)
    one, two, _ = enrol(rooms, scope, staff, probe, near(probe, 0.9), unit_vector(2))
    found = rooms.search.by_face(scope, staff, one, max_faces=1, min_percent=80)
    assert ids(found) == [two]


def test_a_face_that_is_not_there_is_told(rooms: Rooms, scope: Scope, staff: CollectionId) -> None:
    for search in (
        lambda: rooms.search.by_face(scope, staff, FaceId("x"), max_faces=1, min_percent=80),
        lambda: rooms.search.users_by_face(scope, staff, FaceId("x"), max_users=1, min_percent=80),
    ):
        with pytest.raises(
            FaceNotInCollection, match=r"^faceId was not found in the collection\.$"
        ):
            search()


def test_an_empty_collection_has_no_matches(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    assert find(rooms, scope, staff, unit_vector(1), min_percent=0) == []


def test_deleted_faces_are_not_found_and_not_in_memory(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    gone, stays = enrol(rooms, scope, staff, unit_vector(1), unit_vector(2))
    with rooms.database.read() as connection:
        collection = find_collection(connection, scope, staff)
        in_memory = rooms.search.projections.of(connection, scope, collection)
    assert len(in_memory.faces) == 2
    rooms.faces.delete(scope, staff, [gone])
    assert len(in_memory.faces) == 1  # before any search
    assert not find(rooms, scope, staff, unit_vector(1))
    assert ids(find(rooms, scope, staff, unit_vector(2))) == [stays]


def test_what_another_process_does_is_seen_by_the_next_search(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    server = open_rooms(rooms.home)
    one, two = enrol(rooms, scope, staff, unit_vector(1), unit_vector(2))
    assert ids(find(server, scope, staff, unit_vector(1))) == [one]
    (three,) = enrol(rooms, scope, staff, unit_vector(3))
    assert ids(find(server, scope, staff, unit_vector(3))) == [three]
    rooms.faces.delete(scope, staff, [one])
    (four,) = enrol(rooms, scope, staff, unit_vector(4))
    assert not find(server, scope, staff, unit_vector(1))
    assert ids(find(server, scope, staff, unit_vector(4))) == [four]
    server.faces.delete(scope, staff, [two])
    rooms.faces.delete(scope, staff, [three])
    assert ids(find(server, scope, staff, unit_vector(1), min_percent=0)) == [four]
    assert ids(find(rooms, scope, staff, unit_vector(1), min_percent=0)) == [four]
    server.database.close()


def test_a_collection_that_another_process_deleted_leaves_memory(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    server = open_rooms(rooms.home)
    other = CollectionId("other")
    rooms.collections.create(scope, other, space=SPACE)
    for collection_id in (staff, other):
        enrol(rooms, scope, collection_id, unit_vector(1))
        find(server, scope, collection_id, unit_vector(1))
    rooms.collections.delete(scope, staff)
    assert len(find(server, scope, other, unit_vector(1))) == 1
    assert len(server.search.projections.loaded) == 1
    with pytest.raises(CollectionNotFound):
        find(server, scope, staff, unit_vector(1))
    server.database.close()


def test_a_collection_deleted_here_leaves_memory_at_once(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    enrol(rooms, scope, staff, unit_vector(1))
    find(rooms, scope, staff, unit_vector(1))
    rooms.collections.delete(scope, staff)
    assert rooms.search.projections.loaded == ()


def test_a_collection_made_again_knows_nothing_of_the_old_one(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    enrol(rooms, scope, staff, unit_vector(1))
    find(rooms, scope, staff, unit_vector(1))
    rooms.collections.delete(scope, staff)
    rooms.collections.create(scope, staff, space=SPACE)
    assert find(rooms, scope, staff, unit_vector(1), min_percent=0) == []


def test_vectors_of_another_space_are_refused(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    other = EmbeddingSpace(SPACE.name, SPACE.dimension, "6" * 64)
    for search in (
        lambda: rooms.search.by_vector(
            scope, staff, unit_vector(1), space=other, max_faces=1, min_percent=80
        ),
        lambda: rooms.search.users_by_vector(
            scope, staff, unit_vector(1), space=other, max_users=1, min_percent=80
        ),
    ):
        with pytest.raises(EmbeddingSpaceMismatch, match="cannot be compared"):
            search()


def test_a_probe_that_is_no_unit_vector_is_refused(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    with pytest.raises(InvalidInput):
        find(rooms, scope, staff, np.full(16, np.nan, np.float32))


def test_users_are_found_by_the_mean_of_their_faces(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    base, other = unit_vector(1), near(unit_vector(1), 0.6)
    one, two, third = enrol(rooms, scope, staff, base, other, unit_vector(3))
    for name in (BOB, EVE, UserId("nobody")):
        rooms.users.create(scope, staff, name)
    rooms.users.associate(scope, staff, BOB, [one, two], min_percent=0)
    rooms.users.associate(scope, staff, EVE, [third], min_percent=0)
    mean = (base + other) / np.linalg.norm(base + other)
    found = rooms.search.users_by_vector(
        scope, staff, mean, space=SPACE, max_users=10, min_percent=80
    )
    assert [match.user for match in found] == [User(BOB, UserStatus.ACTIVE)]
    assert found[0].percent == pytest.approx(100, abs=1e-3)
    by_face = rooms.search.users_by_face(scope, staff, one, max_users=10, min_percent=80)
    assert users(by_face) == [BOB]
    assert by_face[0].percent == pytest.approx(100 * float(mean @ base), abs=1e-3)


def test_a_user_does_not_find_itself(rooms: Rooms, scope: Scope, staff: CollectionId) -> None:
    one, two = enrol(rooms, scope, staff, unit_vector(1), near(unit_vector(1), 0.9))
    rooms.users.create(scope, staff, BOB)
    rooms.users.create(scope, staff, EVE)
    rooms.users.associate(scope, staff, BOB, [one], min_percent=0)

    def like(user_id: UserId) -> list[UserId]:
        return users(rooms.search.users_by_user(scope, staff, user_id, max_users=1, min_percent=80))

    assert like(BOB) == []
    assert like(EVE) == []  # has no face, so nobody is like her
    rooms.users.associate(scope, staff, EVE, [two], min_percent=0)
    assert (like(BOB), like(EVE)) == ([EVE], [BOB])
    with pytest.raises(UserNotFound):
        like(UserId("nobody"))


def test_changes_of_users_are_seen_by_every_process(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    server = open_rooms(rooms.home)
    one, two = enrol(rooms, scope, staff, unit_vector(1), unit_vector(2))
    rooms.users.create(scope, staff, BOB)

    def found(seed: int) -> list[tuple[list[UserId], list[UserId]]]:
        answers = [
            users(
                process.search.users_by_vector(
                    scope, staff, unit_vector(seed), space=SPACE, max_users=9, min_percent=95
                )
            )
            for process in (rooms, server)
        ]
        return [(answers[0], answers[1])]

    assert found(1) == [([], [])]
    rooms.users.associate(scope, staff, BOB, [one], min_percent=0)
    assert found(1) == [([BOB], [BOB])]
    server.users.disassociate(scope, staff, BOB, [one])
    assert found(1) == [([], [])]
    rooms.users.associate(scope, staff, BOB, [two], min_percent=0)
    assert (found(1), found(2)) == ([([], [])], [([BOB], [BOB])])
    rooms.users.delete(scope, staff, BOB)
    assert found(2) == [([], [])]
    server.database.close()


def test_searches_while_faces_come_and_go_never_fail(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    stays = enrol(rooms, scope, staff, unit_vector(0))[0]
    done = threading.Event()

    def search() -> int:
        times = 0
        while not done.is_set():
            assert stays in ids(find(rooms, scope, staff, unit_vector(0), min_percent=0))
            times += 1
        return times

    with ThreadPoolExecutor(3) as threads:
        searching = [threads.submit(search) for _ in range(3)]
        try:
            for seed in range(1, 20):
                (face_id,) = enrol(rooms, scope, staff, unit_vector(seed))
                assert face_id in ids(find(rooms, scope, staff, unit_vector(seed)))
                if seed % 2:
                    rooms.faces.delete(scope, staff, [face_id])
                    assert face_id not in ids(find(rooms, scope, staff, unit_vector(seed)))
        finally:
            done.set()
        assert all(search.result() > 0 for search in searching)


def test_a_collection_deleted_under_a_search_is_not_found(
    rooms: Rooms, scope: Scope, staff: CollectionId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key goes before the rows do; a search in between must not look like a broken server."""
    enrol(rooms, scope, staff, unit_vector(1))
    server = open_rooms(rooms.home)
    load = server.search.projections.of
    monkeypatch.setattr(rooms.database, "scrub", lambda: True)  # it would wait for our reading

    def delete_first(*what: Any, **how: Any) -> Projection:
        deletion = threading.Thread(target=rooms.collections.delete, args=(scope, staff))
        deletion.start()
        deletion.join()
        return load(*what, **how)

    monkeypatch.setattr(server.search.projections, "of", delete_first)
    with pytest.raises(CollectionNotFound):
        find(server, scope, staff, unit_vector(1))
    server.database.close()
