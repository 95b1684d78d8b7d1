"""Watched folders, with the real watcher: what people and programs do to their files."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

import pytest

from eyebright.library.inbox import Inbox
from eyebright.library.values import LibrarySource
from eyebright.library.watching import Watching, WatchRules
from eyebright.sources.watching import Changes, FolderWatcher
from eyebright.testing.scans import ScanDesk, open_scan_desk, write_picture

RULES = WatchRules(refresh=0.05, grace=0.3, unsettled=0.2, again=0.2, listing=0.2)
SECONDS = 120.0


def new_watcher() -> FolderWatcher:
    return FolderWatcher(check_seconds=0.05)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ScanDesk]:
    opened = open_scan_desk(tmp_path / "home")
    yield opened
    opened.database.close()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    return tmp_path / "photos"


@pytest.fixture
def source(desk: ScanDesk, photos: Path) -> LibrarySource:
    write_picture(photos / "old.jpg", b"old")
    return desk.folder(photos, watched=True)


@pytest.fixture
def watching(desk: ScanDesk, source: LibrarySource) -> Iterator[Watching]:
    """A watched folder that was looked through already."""
    with Watching(
        desk.database, desk.libraries, desk.scans, new_watcher=new_watcher, rules=RULES
    ) as running:
        wait_for(lambda: b"old.jpg" in desk.state())
        yield running


def wait_for(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def digest(content: bytes) -> str:
    return hashlib.sha256(b"\xff\xd8\xff" + content).hexdigest()


def test_what_comes_changes_and_goes_is_followed(
    desk: ScanDesk, watching: Watching, photos: Path
) -> None:
    write_picture(photos / "new.jpg", b"new", seconds_old=0)
    wait_for(lambda: desk.state().get(b"new.jpg") == digest(b"new"))
    write_picture(photos / "new.jpg", b"changed", seconds_old=0)
    wait_for(lambda: desk.state().get(b"new.jpg") == digest(b"changed"))
    (photos / "new.jpg").unlink()
    wait_for(lambda: set(desk.state()) == {b"old.jpg"})


def test_what_is_renamed_keeps_its_asset(desk: ScanDesk, watching: Watching, photos: Path) -> None:
    write_picture(photos / "in" / "a.jpg", b"a")
    wait_for(lambda: b"in/a.jpg" in desk.state())
    before = desk.asset_ids()
    (photos / "in").rename(photos / "out")
    (photos / "old.jpg").rename(photos / "older.jpg")
    wait_for(lambda: set(desk.state()) == {b"out/a.jpg", b"older.jpg"})
    assert desk.asset_ids() == before


def test_files_of_directories_that_were_just_made_are_found(
    desk: ScanDesk, watching: Watching, photos: Path, tmp_path: Path
) -> None:
    for number in range(20):
        write_picture(tmp_path / "card" / f"{number % 3}" / f"{number}.jpg", b"%d" % number)
    (tmp_path / "card").rename(photos / "card")
    for number in range(20):
        write_picture(photos / "made" / f"{number}" / "a.jpg", b"made %d" % number, seconds_old=0)
    wait_for(lambda: len(desk.state()) == 41)


def test_a_name_in_another_encoding_is_found(
    desk: ScanDesk, watching: Watching, photos: Path
) -> None:
    name = b"caf\xe9.jpg"
    write_picture(Path(os.fsdecode(os.fsencode(photos) + b"/" + name)), b"a")
    wait_for(lambda: name in desk.state())
    write_picture(photos / "later.jpg", b"later")
    wait_for(lambda: b"later.jpg" in desk.state())


def test_sources_are_taken_up_and_dropped_while_it_runs(
    desk: ScanDesk, watching: Watching, tmp_path: Path, photos: Path
) -> None:
    other = tmp_path / "other"
    write_picture(other / "a.jpg", b"a")
    source = desk.folder(other, watched=True)
    wait_for(lambda: b"a.jpg" in desk.state())
    write_picture(other / "b.jpg", b"b")
    wait_for(lambda: b"b.jpg" in desk.state())
    desk.libraries.remove_source(desk.library, source.source_id)
    wait_for(lambda: set(desk.state()) == {b"old.jpg"})
    write_picture(other / "c.jpg", b"c")
    write_picture(photos / "d.jpg", b"d")
    wait_for(lambda: b"d.jpg" in desk.state())
    assert b"c.jpg" not in desk.state()


def test_a_folder_that_is_away_says_so_and_is_taken_up_again(
    desk: ScanDesk, watching: Watching, photos: Path, source: LibrarySource
) -> None:
    photos.rename(photos.with_name("away"))
    wait_for(lambda: "cannot be looked into" in desk.again(source).message)
    assert set(desk.state()) == {b"old.jpg"}
    write_picture(photos.with_name("away") / "new.jpg", b"new")
    photos.with_name("away").rename(photos)
    wait_for(lambda: b"new.jpg" in desk.state())
    wait_for(lambda: desk.again(source).message == "")


def test_a_database_that_fails_for_a_moment_loses_nothing(
    desk: ScanDesk, watching: Watching, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from eyebright.errors import StorageError

    tried = threading.Event()

    def full(_inbox: Inbox, *_given: object, **_how: object) -> object:
        tried.set()
        raise StorageError("The disk is full; nothing was written.")

    with monkeypatch.context() as patch:
        patch.setattr(Inbox, "arrive_many", full)
        write_picture(photos / "a.jpg", b"a")
        assert tried.wait(SECONDS)
        assert b"a.jpg" not in desk.state()
    wait_for(lambda: b"a.jpg" in desk.state())


class Deaf:
    """A watcher that cannot watch."""

    def __init__(self) -> None:
        self.folders: Collection[Path] = ()

    @property
    def problems(self) -> Mapping[Path, str]:
        return dict.fromkeys(self.folders, "Too many folders are watched")

    def watch(self, folders: Collection[Path]) -> None:
        self.folders = folders

    def changes(self) -> Mapping[Path, Changes]:
        time.sleep(0.05)
        return {}

    def close(self) -> None:
        pass


def test_a_folder_that_cannot_be_watched_is_looked_through_now_and_then(
    desk: ScanDesk, source: LibrarySource, photos: Path
) -> None:
    with Watching(
        desk.database, desk.libraries, desk.scans, new_watcher=Deaf, rules=RULES
    ) as running:
        wait_for(lambda: "every" in desk.again(source).message)
        write_picture(photos / "a.jpg", b"a")
        wait_for(lambda: b"a.jpg" in desk.state())
        assert running.look_through(source)
