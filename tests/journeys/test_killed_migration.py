"""Moving a library to another face pack is killed half-way, again and again: names hold meanwhile,
and in the end all is as if nothing had happened."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from eyebright.api.local import open_local
from eyebright.db.tables import faces
from eyebright.ids import FaceId
from eyebright.people.rows import find_collection
from eyebright.people.vectors import stored_vectors
from eyebright.settings import Settings
from eyebright.testing.library import picture_bytes
from eyebright.testing.pictures import PEOPLE
from eyebright.testing.scans import make_older
from eyebright.testing.sight import fake_sight

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("people_migrator.py")
PICTURES, KILLS, SECONDS = 160, 2, 900
MOST = 90
"""Pictures that a process looks at before it only waits to be killed: a batch and a half."""
NAMES = {"Ada": "Adalgisa", "Ben": "Benedikt"}


@dataclass(frozen=True)
class Outcome:
    """space: the one in use. vectors: face -> its vector in it. people: name -> faces."""

    space: str
    vectors: dict[str, bytes]
    people: dict[str, set[FaceId]]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with pictures of one or two people each, two of whom have names."""
    home, folder = tmp_path_factory.mktemp("indexed"), tmp_path_factory.mktemp("archive")
    everybody = list(PEOPLE)
    shows: dict[str, list[Path]] = {name: [] for name in everybody}
    for number in range(PICTURES):
        path = folder / f"{number}.jpg"
        name = everybody[number % len(everybody)]
        path.write_bytes(picture_bytes(path.name, name))
        make_older(path, 60)
        shows[name].append(path)
    with open_local(Settings(home=home), sight=fake_sight()) as eyebright:
        library = eyebright.library()
        assert library.index(folder).library.ready == PICTURES
        for person, name in NAMES.items():
            library.people.name([str(path) for path in shows[person]], name=name)
    return home


def migrator(home: Path, *most: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(SCRIPT), str(home), *map(str, most)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def outcome(home: Path) -> Outcome:
    with open_local(Settings(home=home), sight=fake_sight()) as eyebright:
        library, rooms = eyebright.library(), eyebright.rooms
        mine = library.library
        with rooms.database.read() as connection:
            collection = find_collection(connection, mine.scope, mine.collection_id)
            sealer = rooms.vault.collection(mine.scope.account_id, collection.key_id)
            stored = stored_vectors(
                connection,
                sealer,
                faces.c.collection_no == collection.number,
                dimension=collection.space.dimension,
            )
        people = {
            one.name: {
                face.face_id for face in eyebright.faces(mine.collection_id, user=one.user_id)
            }
            for one in library.people.everybody()
        }
        vectors = [vector.tobytes() for vector in np.asarray(stored.vectors, np.float32)]
        return Outcome(
            collection.space.name, dict(zip(stored.face_ids, vectors, strict=True)), people
        )


def done(home: Path) -> int:
    """Faces that have a vector of the new space; 0 before the migration has begun."""
    from eyebright.api.upgrade import LocalUpgrade

    with open_local(Settings(home=home), sight=fake_sight()) as eyebright:
        upgrade = LocalUpgrade(eyebright.library())
        migration = upgrade.current
        return 0 if migration is None else upgrade.counts(migration.new).done


def kill_further_on(home: Path, before: int) -> None:
    """Once more is done than was."""
    process = migrator(home, MOST)
    deadline = time.monotonic() + SECONDS
    try:
        while done(home) <= before:
            assert process.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        process.kill()
        process.communicate()


def test_a_killed_migration_is_taken_up_and_ends_like_any_other(
    indexed: Path, tmp_path: Path
) -> None:
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    for home in (undisturbed, killed):
        shutil.copytree(indexed, home)
    before = outcome(indexed)
    assert (before.space, len(before.vectors), len(before.people)) == ("fake/1", PICTURES, 2)

    told, _ = migrator(undisturbed).communicate(timeout=SECONDS)
    assert json.loads(told)["state"] == "switched"

    reached = 0
    for _ in range(KILLS):
        kill_further_on(killed, reached)
        reached, last = done(killed), reached
        assert last < reached < PICTURES, "killed half-way, and nothing is done twice or lost"
        assert outcome(killed) == before, "until the switch all is as it was"
    told, _ = migrator(killed).communicate(timeout=SECONDS)
    assert json.loads(told)["looked_at"] == PICTURES - reached
    ended = outcome(killed)
    assert ended == outcome(undisturbed)
    assert (ended.space, ended.people) == ("fake/2", before.people)
    assert ended.vectors.keys() == before.vectors.keys()
