"""A real watcher over real folders."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import watchfiles

from eyebright.sources import watching
from eyebright.sources.watching import Changes, FolderWatcher

SECONDS = 120


@pytest.fixture
def watcher() -> Iterator[FolderWatcher]:
    made = FolderWatcher(storm=50, check_seconds=0.05)
    yield made
    made.close()


def until(watcher: FolderWatcher, folder: Path, done: Callable[[Changes], bool]) -> Changes:
    """All changes of a folder until they are enough."""
    deadline = time.monotonic() + SECONDS
    total = Changes()
    while not done(total):
        assert time.monotonic() < deadline, total
        total = total.plus(watcher.changes().get(folder, Changes()))
    return total


def test_what_came_changed_moved_or_went_is_named(watcher: FolderWatcher, tmp_path: Path) -> None:
    (tmp_path / "old.jpg").write_bytes(b"x")
    (tmp_path / "gone.jpg").write_bytes(b"x")
    watcher.watch([tmp_path])
    (tmp_path / "new.jpg").write_bytes(b"x")
    (tmp_path / "old.jpg").rename(tmp_path / "other.jpg")
    (tmp_path / "gone.jpg").unlink()
    (tmp_path / ".hidden").write_bytes(b"x")
    wanted = {b"new.jpg", b"old.jpg", b"other.jpg", b"gone.jpg"}
    found = until(watcher, tmp_path, lambda one: one.paths >= wanted)
    assert found == Changes(frozenset(wanted))


def test_a_new_directory_is_named_and_watched(watcher: FolderWatcher, tmp_path: Path) -> None:
    watcher.watch([tmp_path])
    (tmp_path / "new" / "deep").mkdir(parents=True)
    until(watcher, tmp_path, lambda one: b"new" in one.paths)
    (tmp_path / "new" / "deep" / "a.jpg").write_bytes(b"x")
    until(watcher, tmp_path, lambda one: b"new/deep/a.jpg" in one.paths)


@pytest.mark.parametrize(("files", "is_storm"), [(50, False), (51, True)])
def test_a_storm_says_to_look_through(
    watcher: FolderWatcher,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: int,
    is_storm: bool,
) -> None:
    told = {(watchfiles.Change.added, str(tmp_path / f"{number}")) for number in range(files)}

    def at_once(*_folders: Path, **_how: Any) -> Iterator[object]:
        yield set()
        yield told

    monkeypatch.setattr(watching, "watch", at_once)
    watcher.watch([tmp_path])
    found = until(watcher, tmp_path, lambda one: one.look_through or bool(one.paths))
    assert (found.look_through, len(found.paths)) == (is_storm, 0 if is_storm else files)


def test_a_name_that_cannot_be_said_is_not_lost(watcher: FolderWatcher, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    watcher.watch([one, two])
    os.close(os.open(os.fsencode(one) + b"/caf\xe9.jpg", os.O_CREAT | os.O_WRONLY))
    until(watcher, one, lambda found: found.look_through)
    (two / "a.jpg").touch()
    assert not until(watcher, two, lambda found: b"a.jpg" in found.paths).look_through


def test_folders_are_added_while_others_are_watched(watcher: FolderWatcher, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    watcher.watch([one])
    (one / "before.jpg").touch()
    watcher.watch([one, two])
    (one / "a.jpg").touch()
    (two / "b.jpg").touch()
    until(watcher, two, lambda found: b"b.jpg" in found.paths)
    watcher.watch([one])
    (two / "c.jpg").touch()
    (one / "d.jpg").touch()
    until(watcher, one, lambda found: b"d.jpg" in found.paths)


def test_a_folder_that_goes_and_comes_back_is_looked_through(
    watcher: FolderWatcher, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    watcher.watch([disk])
    assert not watcher.problems
    disk.rename(tmp_path / "away")
    until(watcher, disk, lambda found: found.look_through)
    deadline = time.monotonic() + SECONDS
    while disk not in watcher.problems:
        watcher.changes()
        assert time.monotonic() < deadline
    (tmp_path / "away").rename(disk)
    until(watcher, disk, lambda found: found.look_through)
    assert not watcher.problems
    (disk / "a.jpg").touch()
    until(watcher, disk, lambda found: b"a.jpg" in found.paths)


def test_a_folder_that_cannot_be_watched_does_not_stop_the_others(
    watcher: FolderWatcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()

    def limited(*folders: Path, **how: Any) -> Iterator[object]:
        if one in folders:
            raise OSError(28, "OS file watch limit reached")
        yield from watchfiles.watch(*folders, **how)

    monkeypatch.setattr(watching, "watch", limited)
    watcher.watch([one, two])
    assert "limit" in watcher.problems[one]
    (two / "a.jpg").touch()
    until(watcher, two, lambda found: b"a.jpg" in found.paths)
