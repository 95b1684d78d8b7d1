"""What a worker does beside its jobs."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from eyebright.app.door import open_sources
from eyebright.app.rooms import open_eyebright
from eyebright.app.video import build_worker
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, ImageId, Region
from eyebright.people.forget import search_for_traces
from eyebright.settings import Settings
from eyebright.testing.rooms import SPACE, new_face, unit_vector
from eyebright.testing.sight import fake_sight

STAFF = CollectionId("staff")


def test_a_worker_compacts_a_large_database_that_owes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eyebright.governance.erasure.COMPACT_AT_ONCE_BYTES", 1)
    with open_eyebright(Settings(home=tmp_path / "home"), sight=fake_sight()) as rooms:
        scope = Scope(rooms.accounts.create("first").account_id, Region("us-east-1"))
        rooms.collections.create(scope, STAFF, space=SPACE)
        faces = rooms.faces.enrol(
            scope,
            STAFF,
            image_id=ImageId("image"),
            external_image_id=None,
            new_faces=[new_face(unit_vector(seed)) for seed in range(300)],
        )
        rooms.faces.delete(scope, STAFF, [face.face_id for face in faces[:150]])
        assert rooms.database.path is not None
        size = rooms.database.path.stat().st_size
        deadline = time.monotonic() + 120
        with build_worker(rooms, open_sources(rooms, {}), threads=0, chores_seconds=0.05):
            while rooms.database.path.stat().st_size >= size:
                assert time.monotonic() < deadline
                time.sleep(0.02)
        gone = [face.face_id.encode() for face in faces[:150]]
        assert not search_for_traces(tmp_path / "home", gone)
