from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from eyebright.errors import AccountNotFound, CollectionNotFound, StorageError, UserNotFound
from eyebright.governance.accounts import Scope
from eyebright.ids import AccountId, CollectionId, FaceId, ImageId, UserId
from eyebright.people.forget import Proof, Trace, search_for_traces
from eyebright.testing.rooms import SPACE, Rooms, new_face, unit_vector

BOB = UserId("bob")


def fill(rooms: Rooms, scope: Scope, collection_id: CollectionId, count: int) -> list[FaceId]:
    kept = rooms.faces.enrol(
        scope,
        collection_id,
        image_id=ImageId("image"),
        external_image_id=None,
        new_faces=[new_face(unit_vector(seed), left=50.0 * seed) for seed in range(count)],
    )
    return [face.face_id for face in kept]


def remaining(rooms: Rooms, scope: Scope, collection_id: CollectionId) -> set[FaceId]:
    return {face.face_id for face in rooms.faces.list(scope, collection_id, limit=4096).items}


def test_forgotten_faces_leave_no_trace_and_the_others_stay(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    ids = fill(rooms, scope, staff, 200)
    rooms.users.create(scope, staff, BOB)
    rooms.users.associate(scope, staff, BOB, ids[:50], min_percent=0)
    proof = rooms.forgetting.faces(scope, staff, [*ids[::3], FaceId("unknown")])
    assert proof == Proof(faces=67, needles=201, traces=())
    stay = set(ids) - set(ids[::3])
    assert remaining(rooms, scope, staff) == stay
    assert len(rooms.faces.list(scope, staff, limit=100, user_id=BOB).items) == 33
    assert not search_for_traces(rooms.home, [face_id.encode() for face_id in ids[::3]])
    assert len(search_for_traces(rooms.home, [face_id.encode() for face_id in stay])) == len(stay)


def test_many_rounds_of_deleting_leave_no_trace_in_reused_pages(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    """Pages split, merge and are used again; no copy of a row may be left behind in one."""
    gone: list[FaceId] = []
    for turn in range(6):
        ids = [
            rooms.faces.enrol(
                scope,
                staff,
                image_id=ImageId(f"{turn} {number}"),
                external_image_id=None,
                new_faces=[new_face(unit_vector(number))],
            )[0].face_id
            for number in range(40)
        ]
        part = ids[turn % 3 :: 2]
        rooms.faces.delete(scope, staff, part)
        gone += part
    assert not search_for_traces(rooms.home, [face_id.encode() for face_id in gone])


def test_a_large_file_is_compacted_when_asked_to(
    rooms: Rooms, scope: Scope, staff: CollectionId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eyebright.governance.erasure.COMPACT_AT_ONCE_BYTES", 1)
    ids = fill(rooms, scope, staff, 300)
    rooms.faces.delete(scope, staff, ids[:150])
    size = (rooms.home / "eyebright.db").stat().st_size
    assert rooms.forgetting.tidy()
    assert (rooms.home / "eyebright.db").stat().st_size < size
    assert not search_for_traces(rooms.home, [face_id.encode() for face_id in ids[:150]])
    assert remaining(rooms, scope, staff) == set(ids[150:])


def test_a_proof_does_not_take_the_databases_locks_away(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    """Were the files read in this process, another could write into our transaction."""
    with rooms.database.write():
        search_for_traces(rooms.home, [b"needle"])
        program = (
            "import sqlite3, sys\n"
            "try: sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')\n"
            "except sqlite3.OperationalError as error: print(error)"
        )
        path = str(rooms.home / "eyebright.db")
        said = subprocess.run(
            [sys.executable, "-c", program, path], capture_output=True, text=True, check=True
        )
    assert said.stdout == "database is locked\n"


def test_a_file_that_cannot_be_read_proves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be searched"):
        search_for_traces(tmp_path / "nowhere", [b"\0"])


def test_a_forgotten_user_takes_all_faces_along(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    ids = fill(rooms, scope, staff, 6)
    rooms.users.create(scope, staff, BOB)
    rooms.users.associate(scope, staff, BOB, ids[:4], min_percent=0)
    rooms.search.users_by_face(scope, staff, ids[0], max_users=1, min_percent=0)
    proof = rooms.forgetting.user(scope, staff, BOB)
    assert (proof.faces, proof.traces) == (4, ())
    assert remaining(rooms, scope, staff) == set(ids[4:])
    with pytest.raises(UserNotFound):
        rooms.users.get(scope, staff, BOB)
    assert not rooms.search.users_by_face(scope, staff, ids[4], max_users=1, min_percent=0)


def test_a_forgotten_collection_leaves_neither_rows_nor_key(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    fill(rooms, scope, staff, 30)
    proof = rooms.forgetting.collection(scope, staff)
    assert proof == Proof(faces=30, needles=91, traces=())
    with pytest.raises(CollectionNotFound):
        rooms.forgetting.collection(scope, staff)


def test_of_very_many_faces_some_stand_for_all(
    rooms: Rooms, scope: Scope, staff: CollectionId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eyebright.people.forget.MAX_WITNESSES", 10)
    fill(rooms, scope, staff, 40)
    assert rooms.forgetting.collection(scope, staff) == Proof(faces=40, needles=31, traces=())


def test_a_forgotten_account_leaves_nothing_and_others_everything(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    other = rooms.new_scope("other")
    rooms.collections.create(other, staff, space=SPACE)
    fill(rooms, scope, staff, 5)
    theirs = fill(rooms, other, staff, 5)
    proof = rooms.forgetting.account(scope.account_id)
    assert (proof.faces, proof.traces) == (5, ())
    assert proof.needles == 16
    assert not search_for_traces(rooms.home, [scope.account_id.encode()])
    assert remaining(rooms, other, staff) == set(theirs)
    with pytest.raises(AccountNotFound):
        rooms.forgetting.account(AccountId(scope.account_id))


def test_traces_are_found_in_every_file_below(tmp_path: Path) -> None:
    (tmp_path / "deep" / "down").mkdir(parents=True)
    (tmp_path / "deep" / "down" / "log").write_bytes(b"x" * 5000 + b"needle" + b"needle")
    (tmp_path / "other").write_bytes(b"a need of thread")
    (tmp_path / "empty").touch()
    assert search_for_traces(tmp_path, [b"needle", b"thread", b"camel"]) == [
        Trace(tmp_path / "deep" / "down" / "log", 5000, b"needle"),
        Trace(tmp_path / "other", 10, b"thread"),
    ]
