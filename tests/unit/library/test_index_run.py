"""Runs over an archive: what ends them, and what the next one takes up."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from eyebright.api.library import LocalLibrary
from eyebright.api.local import open_local
from eyebright.db.tables import assets
from eyebright.errors import StorageError
from eyebright.library.dead_claims import release_dead
from eyebright.library.inbox import Inbox
from eyebright.library.index_run import IndexProgress
from eyebright.settings import Settings
from eyebright.testing.library import picture_bytes
from eyebright.testing.scans import make_older
from eyebright.testing.sight import fake_sight

FAR = 10**15


@pytest.fixture
def library(tmp_path: Path) -> Iterator[LocalLibrary]:
    with open_local(Settings(home=tmp_path / "home"), sight=fake_sight()) as eyebright:
        yield eyebright.library()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(6):
        path = folder / f"{number}.jpg"
        path.write_bytes(picture_bytes(path.name, "Ada"))
        make_older(path, 60)
    return folder


def hold(library: LocalLibrary, worker: str) -> None:
    """Have a worker hold all that waits."""
    with library.rooms.database.write() as connection:
        connection.execute(update(assets).values(worker=worker, claim_no=1, lease_until=FAR))


def test_what_a_killed_process_held_is_free_at_once(library: LocalLibrary, photos: Path) -> None:
    library.media.scans.run_all(library.library, [library.add(photos)])
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for worker, is_dead in (
        (f"{socket.gethostname()}:{ended.pid}:0", True),
        (f"{socket.gethostname()}:{os.getpid()}:0", False),
        (f"elsewhere:{ended.pid}:0", False),
        ("odd", False),
    ):
        hold(library, worker)
        database = library.rooms.database
        assert release_dead(database, library.library, now_ms=1) == (6 if is_dead else 0), worker
        with database.read() as connection:
            leases = set(connection.scalars(select(assets.c.lease_until)))
        assert leases == {0 if is_dead else FAR}


def test_a_full_disk_ends_the_run_with_a_reason_and_loses_nothing(
    library: LocalLibrary, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_inbox: Inbox, *_given: object, **_how: object) -> object:
        raise StorageError("The disk is full; nothing was written.")

    with monkeypatch.context() as patch:
        patch.setattr(Inbox, "arrive_many", full)
        report = library.index(photos)
    assert report.errors == ("The disk is full; nothing was written.",)
    assert library.index(photos).progress.done == 6


def test_ctrl_c_ends_a_run_well(library: LocalLibrary, photos: Path) -> None:
    def interrupt(_progress: IndexProgress) -> None:
        if not interrupted:
            interrupted.append(True)
            raise KeyboardInterrupt

    interrupted: list[bool] = []
    report = library.index(photos, tell=interrupt)
    assert report.stopped
    again = library.index(photos)
    assert not again.stopped
    assert library.stats().progress.ready == 6


def test_two_runs_at_once_share_the_work(tmp_path: Path, photos: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    with open_local(settings, sight=fake_sight()) as eyebright:
        libraries = [eyebright.library() for _ in range(2)]
        threads = [threading.Thread(target=one.index, args=(photos,)) for one in libraries]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        progress = libraries[0].stats().progress
        assert (progress.total, progress.ready, progress.faces) == (6, 6, 6)
