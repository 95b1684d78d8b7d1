"""Whoever looks for faces is killed again and again: in the end each run has counted each of its
photos once, and no face is there twice."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from eyebright.api.library import LocalLibrary
from eyebright.api.local import open_local
from eyebright.library.recognition_runs import RunState
from eyebright.library.values import AssetId
from eyebright.settings import Settings
from eyebright.testing.library import picture_bytes
from eyebright.testing.pictures import PEOPLE
from eyebright.testing.scans import make_older
from eyebright.testing.sight import fake_sight

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("library_indexer.py")
PICTURES, KILLS, SECONDS = 90, 3, 900
SHARED = 30
"""Photos that both runs are about."""


@contextmanager
def opened(home: Path) -> Iterator[LocalLibrary]:
    with open_local(Settings(home=home), sight=fake_sight()) as eyebright:
        yield eyebright.library()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """None to three people in each picture, in turn."""
    folder = tmp_path / "archive"
    folder.mkdir()
    for number in range(PICTURES):
        path = folder / f"{number:03}.jpg"
        path.write_bytes(picture_bytes(path.name, *list(PEOPLE)[: number % 4]))
        make_older(path, 60)
    return folder


def indexer(home: Path, archive: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(SCRIPT), str(home), str(archive)])


def looked(home: Path) -> int:
    """Photos of all runs that were looked through."""
    with opened(home) as library:
        return sum(run.done for run in library.recognising.runs())


def kill_on_the_way(home: Path, archive: Path) -> None:
    before = looked(home)
    process = indexer(home, archive)
    deadline = time.monotonic() + SECONDS
    while looked(home) <= before and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.kill()
    process.wait()


def test_runs_survive_whoever_is_killed(tmp_path: Path, archive: Path) -> None:
    home = tmp_path / "home"
    with opened(home) as library:
        library.recognising.look_for_faces("asked")
        library.index(archive)
        assert library.stats().progress.faces == 0
        by_name = {
            library.show(asset.asset_id).places[0].path: asset.asset_id
            for asset in library.assets(PICTURES)
        }
        ids = [by_name[name] for name in sorted(by_name)]
        half = (PICTURES + SHARED) // 2
        chosen = (ids[:half], ids[-half:])
        runs = [library.recognising.start(*some) for some in chosen]
    for _ in range(KILLS):
        kill_on_the_way(home, archive)
    assert indexer(home, archive).wait(SECONDS) == 0
    with opened(home) as library:
        known = {run.run_id: run for run in library.recognising.runs()}
        for run, some in zip(runs, chosen, strict=True):
            now = known[run.run_id]
            assert (now.state, now.photos, now.done, now.failed) == (RunState.DONE, half, half, 0)
            assert now.faces == people_of(ids, some)
        assert library.stats().progress.faces == people_of(ids, ids)


def people_of(ids: list[AssetId], some: list[AssetId]) -> int:
    """Who is in some of the pictures."""
    return sum(number % 4 for number, one in enumerate(ids) if one in set(some))
