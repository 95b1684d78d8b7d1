"""Each promise about stored vectors, attacked by someone who has the files."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from eyebright.errors import KeyDestroyed, StorageError
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, ImageId, UserId
from eyebright.people.forget import search_for_traces
from eyebright.testing.rooms import SPACE, Rooms, new_face, open_rooms, unit_vector

SEEDS = range(20)


@pytest.fixture
def enrolled(rooms: Rooms, scope: Scope, staff: CollectionId) -> list[FaceId]:
    kept = rooms.faces.enrol(
        scope,
        staff,
        image_id=ImageId("image"),
        external_image_id=None,
        new_faces=[new_face(unit_vector(seed), left=50.0 * seed) for seed in SEEDS],
    )
    return [face.face_id for face in kept]


def look(rooms: Rooms, scope: Scope, collection_id: CollectionId) -> int:
    return len(
        rooms.search.by_vector(
            scope, collection_id, unit_vector(1), space=SPACE, max_faces=100, min_percent=0
        )
    )


def test_no_file_ever_holds_a_vector_in_the_open(
    rooms: Rooms, scope: Scope, staff: CollectionId, enrolled: list[FaceId]
) -> None:
    rooms.users.create(scope, staff, UserId("bob"))
    rooms.users.associate(scope, staff, UserId("bob"), enrolled[:5], min_percent=0)
    look(rooms, scope, staff)
    rooms.search.users_by_face(scope, staff, enrolled[0], max_users=5, min_percent=0)
    needles = []
    for seed in SEEDS:
        vector = unit_vector(seed)
        needles += [vector.tobytes()[:16], vector.astype(">f4").tobytes()[:16]]
        needles += [vector.astype("f8").tobytes()[:16], vector.astype("f2").tobytes()[:16]]
    assert search_for_traces(rooms.home, [enrolled[0].encode()])  # the search does find what is
    assert not search_for_traces(rooms.home, needles)
    rooms.database.scrub()
    assert not search_for_traces(rooms.home, needles)


def test_no_file_ever_holds_a_secret_key_in_the_open(rooms: Rooms) -> None:
    credentials = rooms.accounts.create("press office")
    session = rooms.accounts.issue(credentials.account_id, seconds=60)
    assert not search_for_traces(rooms.home, [credentials.secret.encode(), session.secret.encode()])


def test_an_old_copy_of_the_database_is_unreadable_once_the_collection_is_deleted(
    rooms: Rooms, scope: Scope, staff: CollectionId, enrolled: list[FaceId], tmp_path: Path
) -> None:
    rooms.database.scrub()
    backup = tmp_path / "backup.db"
    shutil.copy(rooms.home / "eyebright.db", backup)
    rooms.collections.delete(scope, staff)
    rooms.database.close()
    restored = tmp_path / "restored"
    shutil.copytree(rooms.home, restored)  # with the master key and all keys that are left
    for file in restored.glob("eyebright.db*"):
        file.unlink()
    shutil.copy(backup, restored / "eyebright.db")
    thief = open_rooms(restored)
    assert thief.collections.get(scope, staff).face_count == len(SEEDS)  # the rows are there
    with pytest.raises(KeyDestroyed, match="cannot be read any more"):
        look(thief, scope, staff)
    thief.collections.delete(scope, staff)  # and they can be tidied away
    assert not thief.collections.list(scope, limit=10).items
    thief.database.close()


def test_an_old_copy_is_unreadable_once_the_account_is_deleted(
    rooms: Rooms, scope: Scope, staff: CollectionId, enrolled: list[FaceId], tmp_path: Path
) -> None:
    rooms.database.scrub()
    backup = tmp_path / "backup.db"
    shutil.copy(rooms.home / "eyebright.db", backup)
    (key,) = rooms.accounts.find(scope.account_id).access_key_ids
    rooms.accounts.delete(scope.account_id)
    rooms.database.close()
    for file in rooms.home.glob("eyebright.db*"):
        file.unlink()
    shutil.copy(backup, rooms.home / "eyebright.db")
    thief = open_rooms(rooms.home)
    with pytest.raises(StorageError):
        look(thief, scope, staff)
    with pytest.raises(StorageError):
        thief.accounts.secret_for(key, session_token=None)
    thief.database.close()


def test_a_database_without_its_master_key_is_unreadable(
    rooms: Rooms, scope: Scope, staff: CollectionId, enrolled: list[FaceId]
) -> None:
    (rooms.home / "master.key").write_text("A" * 43 + "=\n")
    thief = open_rooms(rooms.home)
    with pytest.raises(StorageError, match="is the master key the one of this home"):
        look(thief, scope, staff)
    thief.database.close()


def test_vectors_swapped_between_two_faces_are_refused(
    rooms: Rooms, scope: Scope, staff: CollectionId, enrolled: list[FaceId]
) -> None:
    with sqlite3.connect(rooms.home / "eyebright.db") as connection:
        first, second = connection.execute(
            "SELECT face_no, sealed FROM face_vectors ORDER BY face_no LIMIT 2"
        ).fetchall()
        connection.execute(
            "UPDATE face_vectors SET sealed=? WHERE face_no=?", (second[1], first[0])
        )
    connection.close()
    with pytest.raises(StorageError, match="changed or moved"):
        look(rooms, scope, staff)


def test_vectors_moved_to_another_collection_or_account_are_refused(
    rooms: Rooms, scope: Scope, staff: CollectionId, enrolled: list[FaceId]
) -> None:
    mallory = rooms.new_scope("mallory")
    rooms.collections.create(mallory, CollectionId("mine"), space=SPACE)
    with sqlite3.connect(rooms.home / "eyebright.db") as connection:
        connection.execute(
            "UPDATE faces SET collection_no = (SELECT max(collection_no) FROM collections)"
        )
        connection.execute("UPDATE collections SET revision = revision + 1")
    connection.close()
    with pytest.raises(StorageError, match="changed or moved"):
        look(rooms, mallory, CollectionId("mine"))


def test_a_collection_that_claims_anothers_key_is_refused(
    rooms: Rooms, scope: Scope, staff: CollectionId, enrolled: list[FaceId]
) -> None:
    mallory = rooms.new_scope("mallory")
    with sqlite3.connect(rooms.home / "eyebright.db") as connection:
        connection.execute("UPDATE collections SET account_id = ?", (mallory.account_id,))
    connection.close()
    with pytest.raises(StorageError):
        look(rooms, mallory, staff)


def test_a_changed_bit_is_refused(
    rooms: Rooms, scope: Scope, staff: CollectionId, enrolled: list[FaceId]
) -> None:
    with sqlite3.connect(rooms.home / "eyebright.db") as connection:
        number, sealed = connection.execute("SELECT face_no, sealed FROM face_vectors").fetchone()
        broken = bytes([*sealed[:40], sealed[40] ^ 1, *sealed[41:]])
        connection.execute("UPDATE face_vectors SET sealed=? WHERE face_no=?", (broken, number))
    connection.close()
    with pytest.raises(StorageError, match="changed or moved"):
        look(rooms, scope, staff)
