"""A library as a new user makes it: index a folder, look around, search, follow, remove; the real
commands, the real server, the real models."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.journeys.conftest import Server

pytestmark = [pytest.mark.pack, pytest.mark.slow]

RunCli = Callable[..., subprocess.CompletedProcess[str]]
SECONDS = 300


@pytest.fixture
def pictures(photos: tuple[Path, ...], tmp_path: Path) -> Path:
    folder = tmp_path / "Pictures"
    folder.mkdir()
    for photo in photos[:4]:
        shutil.copy(photo, folder)
    (folder / "notes.txt").write_text("milk, bread")
    return folder


def test_a_folder_is_indexed_searched_followed_and_let_go(
    idle_server: Server, packs: Path, pictures: Path, photos: tuple[Path, ...], run_cli: RunCli
) -> None:
    home = idle_server.home
    (home / "packs").symlink_to(packs)

    def library(*arguments: object) -> Any:
        done = run_cli(home, "library", *arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    report = library("index", pictures)
    assert (report["analysed"], report["library"]["failed"]) == (4, 0)
    assert report["faces"] > 4
    assert report["sources"][0]["unsupported"] == 1
    assert library("search", "person")["total"] == 4
    shown = library("show", pictures / photos[0].name)
    assert "Person" in {label["name"] for label in shown["found"]["labels"]["labels"]}
    assert all(face["face_id"] for face in shown["found"]["faces"]["faces"][:1])
    assert run_cli(home, "library", "show", shown["asset"][:8]).returncode == 0

    library("add", pictures)
    idle_server.start()
    shutil.copy(photos[4], pictures / "later.jpg")
    wait_for(lambda: ready(library) == 5)
    (pictures / "later.jpg").rename(pictures / "renamed.jpg")
    wait_for(lambda: "renamed.jpg" in {Path(one["path"]).name for one in library("list")})
    (pictures / "renamed.jpg").unlink()
    wait_for(lambda: ready(library) == 4)
    assert idle_server.stop() == 0

    receipt = library("remove", pictures / photos[0].name)
    assert (receipt["assets"], receipt["faces"] > 0) == (1, True)
    assert library("search", "person")["total"] == 3
    library("index", pictures)
    assert library("stats")["assets"] == 3, "what was removed stays out"


def ready(library: Callable[..., Any]) -> int:
    return int(library("stats")["ready"])


def wait_for(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.2)
