"""A process is killed with -9 in the middle of its writes; what it acknowledged must be there."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId
from eyebright.testing.rooms import SPACE, Rooms, open_rooms, unit_vector

STAFF = CollectionId("staff")

PROGRAM = """
import itertools, sys
from pathlib import Path
from eyebright.governance.accounts import Scope
from eyebright.ids import AccountId, CollectionId, ImageId, UserId
from eyebright.testing.rooms import REGION, SPACE, new_face, open_rooms, unit_vector

home, account, name = Path(sys.argv[1]), AccountId(sys.argv[2]), sys.argv[3]
rooms, scope, staff = open_rooms(home), Scope(account, REGION), CollectionId("staff")

def say(*words):
    print(*words, flush=True)

for number in itertools.count():
    (face,) = rooms.faces.enrol(
        scope, staff, image_id=ImageId(f"{name} {number}"), external_image_id=None,
        new_faces=[new_face(unit_vector(number))])
    say("face", face.face_id, number)
    user = UserId(f"{name}-{number}")
    rooms.users.create(scope, staff, user)
    say("user", user)
    if number % 3 == 0:
        rooms.users.associate(scope, staff, user, [face.face_id], min_percent=0)
        say("associated", face.face_id, user)
    if number % 3 == 1:
        say("deleting", face.face_id)
        rooms.faces.delete(scope, staff, [face.face_id])
        say("deleted", face.face_id)
    if number % 7 == 0:
        rooms.collections.create(scope, CollectionId(user), space=SPACE)
        say("collection", user)
    if number % 14 == 0:
        say("going", user)
        rooms.collections.delete(scope, CollectionId(user))
        say("gone", user)
"""


def run_and_kill(home: Path, scope: Scope, name: str, *, after_lines: int) -> list[list[str]]:
    """What the program acknowledged before it was killed, one list of words per line."""
    command = [sys.executable, "-c", PROGRAM, str(home), scope.account_id, name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(after_lines)]
        threading.Timer(random.uniform(0, 0.02), process.kill).start()  # anywhere in what follows
        lines += process.stdout.read().splitlines(keepends=True)
    assert process.returncode == -signal.SIGKILL
    return [line.split() for line in lines if line.endswith("\n")]


@pytest.mark.parametrize("turn", range(2))
def test_nothing_acknowledged_is_lost(tmp_path: Path, turn: int) -> None:
    home = tmp_path / "home"
    first = open_rooms(home)
    scope = first.new_scope("someone")
    first.collections.create(scope, STAFF, space=SPACE)
    first.database.close()
    said = [
        words for name in ("a", "b") for words in run_and_kill(home, scope, name, after_lines=25)
    ]
    assert len(said) >= 50
    rooms = open_rooms(home)
    rooms.forgetting.finish()
    check_faces(rooms, scope, said)
    check_collections(rooms, scope, said)
    rooms.database.close()


def check_faces(rooms: Rooms, scope: Scope, said: list[list[str]]) -> None:
    present = {face.face_id: face for face in rooms.faces.list(scope, STAFF, limit=4096).items}
    users = {user.user_id for user in rooms.users.list(scope, STAFF, limit=4096).items}
    deleting = {words[1] for words in said if words[0] == "deleting"}
    for word, *rest in (words[1:] for words in said if words[0] == "face"):
        if word not in deleting:
            assert FaceId(word) in present
            found = rooms.search.by_vector(
                scope, STAFF, unit_vector(int(rest[0])), space=SPACE, max_faces=9, min_percent=99
            )
            assert FaceId(word) in {match.face.face_id for match in found}
    assert users >= {words[1] for words in said if words[0] == "user"}
    assert not present.keys() & {words[1] for words in said if words[0] == "deleted"}
    for _, face_id, user_id in (words for words in said if words[0] == "associated"):
        assert present[FaceId(face_id)].user_id == user_id
    collection = rooms.collections.get(scope, STAFF)
    assert (collection.face_count, collection.user_count) == (len(present), len(users))


def check_collections(rooms: Rooms, scope: Scope, said: list[list[str]]) -> None:
    names = {str(one.collection_id) for one in rooms.collections.list(scope, limit=4096).items}
    made, going, gone = (
        {words[1] for words in said if words[0] == kind} for kind in ("collection", "going", "gone")
    )
    assert names >= made - going
    assert not names & gone
