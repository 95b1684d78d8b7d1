"""Scans of real folders: everything that happens to files between two looks."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from eyebright.errors import AssetNotFound, SourceUnavailable, StorageError
from eyebright.library.asset_names import AssetNames
from eyebright.library.contents import Content, Restless, Unusable, look_at_one
from eyebright.library.inbox import Inbox, PlaceState, Seen
from eyebright.library.scan_report import ScanReport, Watchers
from eyebright.library.values import LibrarySource
from eyebright.sources.listing import Entry, FolderListing, Listing, Readable, Skipped
from eyebright.testing.heif import heif
from eyebright.testing.scans import ScanDesk, make_older, open_scan_desk, write_picture


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    return tmp_path / "photos"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ScanDesk]:
    opened = open_scan_desk(tmp_path / "home")
    yield opened
    opened.database.close()


@pytest.fixture
def source(desk: ScanDesk, photos: Path) -> LibrarySource:
    return desk.folder(photos)


def scan(desk: ScanDesk, source: LibrarySource) -> ScanReport:
    return desk.scans.run(desk.library, desk.again(source))


def digest(content: bytes) -> str:
    return hashlib.sha256(b"\xff\xd8\xff" + content).hexdigest()


def test_files_are_read_once_and_then_only_looked_at(
    desk: ScanDesk, source: LibrarySource, photos: Path
) -> None:
    write_picture(photos / "a.jpg", b"a")
    write_picture(photos / "in" / "b", b"b")
    first = scan(desk, source)
    assert (first.files, first.added, first.bytes_read) == (2, 2, 8)
    assert desk.state() == {b"a.jpg": digest(b"a"), b"in/b": digest(b"b")}
    second = scan(desk, source)
    assert (second.files, second.unchanged, second.bytes_read) == (2, 2, 0)


def test_changed_vanished_and_doubled_files_are_understood(
    desk: ScanDesk, source: LibrarySource, photos: Path
) -> None:
    for name in ("a", "b", "c"):
        write_picture(photos / f"{name}.jpg", name.encode())
    scan(desk, source)
    write_picture(photos / "a.jpg", b"other", seconds_old=30)
    (photos / "b.jpg").unlink()
    write_picture(photos / "copy.jpg", b"c")
    report = scan(desk, source)
    assert (report.changed, report.vanished, report.known, report.added) == (1, 1, 1, 0)
    assert desk.state() == {
        b"a.jpg": digest(b"other"),
        b"c.jpg": digest(b"c"),
        b"copy.jpg": digest(b"c"),
    }
    assert len(desk.asset_ids()) == 2


def test_a_renamed_file_keeps_its_asset_and_is_not_read(
    desk: ScanDesk, source: LibrarySource, photos: Path
) -> None:
    write_picture(photos / "trip" / "a.jpg", b"a")
    scan(desk, source)
    before = desk.asset_ids()
    (photos / "trip").rename(photos / "Rome")
    report = scan(desk, source)
    assert (report.renamed, report.bytes_read, report.added) == (1, 0, 0)
    assert desk.state() == {b"Rome/a.jpg": digest(b"a")}
    assert desk.asset_ids() == before


def test_what_moves_between_sources_keeps_its_asset(desk: ScanDesk, photos: Path) -> None:
    one, two = desk.folder(photos / "one"), desk.folder(photos / "two")
    path = write_picture(photos / "one" / "a.jpg", b"a")
    (photos / "two").mkdir()
    desk.scans.run_all(desk.library, [one, two])
    before = desk.asset_ids()
    path.rename(photos / "two" / "a.jpg")
    desk.scans.run_all(desk.library, [one, two])
    assert desk.asset_ids() == before
    assert desk.state() == {b"a.jpg": digest(b"a")}


def test_what_is_no_picture_is_recorded_with_its_reason_and_not_opened_again(
    desk: ScanDesk, source: LibrarySource, photos: Path
) -> None:
    for name, content in (("empty.jpg", b""), ("notes.txt", b"x"), ("odd", b"hello")):
        (photos / name).write_bytes(content)
        make_older(photos / name, 60)
    report = scan(desk, source)
    assert (report.unsupported, report.added) == (3, 0)
    assert set(desk.state().values()) == {"unsupported"}
    again = scan(desk, source)
    assert (again.unsupported, again.unchanged) == (0, 3)


def test_what_could_not_be_used_by_an_older_program_is_looked_at_again(
    desk: ScanDesk, source: LibrarySource, photos: Path
) -> None:
    path = photos / "a.heic"
    path.write_bytes(heif())
    make_older(path, 60)
    entry = FolderListing(photos).entry(b"a.heic")
    assert isinstance(entry, Entry)
    desk.inbox.unusable(
        desk.library,
        source,
        entry.path,
        shown_path="a.heic",
        size=entry.size,
        version=entry.version,
        state=PlaceState.UNSUPPORTED,
        message="HEIF pictures cannot be read; save them as JPEG",
    )
    first, second = scan(desk, source), scan(desk, source)
    assert (first.added, first.unchanged) == (1, 0)
    assert (second.added, second.unchanged) == (0, 1)
    assert desk.state() == {b"a.heic": hashlib.sha256(heif()).hexdigest()}


def test_names_in_any_encoding_and_links_in_circles_do_no_harm(
    desk: ScanDesk, source: LibrarySource, photos: Path
) -> None:
    name = b"caf\xe9\xff.jpg"
    write_picture(Path(os.fsdecode(os.fsencode(photos) + b"/" + name)), b"a")
    (photos / "circle").symlink_to(photos)
    report = scan(desk, source)
    assert (report.added, report.skipped) == (1, 1)
    assert desk.state() == {name: digest(b"a")}


def test_a_scan_that_is_stopped_sweeps_nothing_and_the_next_goes_on(
    desk: ScanDesk, source: LibrarySource, photos: Path
) -> None:
    for number in range(30):
        write_picture(photos / f"{number}.jpg", b"%d" % number)
    scan(desk, source)
    (photos / "0.jpg").unlink()
    write_picture(photos / "new.jpg", b"new")
    report = desk.scans.run(desk.library, source, watchers=Watchers(stop=lambda: True))
    assert not report.is_whole
    assert len(desk.state()) == 30
    assert scan(desk, source).vanished == 1
    assert b"new.jpg" in desk.state()


def test_a_killed_scan_goes_on_where_it_stopped(
    desk: ScanDesk, source: LibrarySource, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        write_picture(photos / f"{number}.jpg", b"%d" % number)
    monkeypatch.setattr("eyebright.library.scan_run.BATCH", 8)
    arrive = Inbox.arrive_many
    calls = iter(range(100))

    def dying(inbox: Inbox, *given: object, **how: object) -> object:
        if next(calls) == 1:
            raise KeyboardInterrupt
        return arrive(inbox, *given, **how)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Inbox, "arrive_many", dying)
        with pytest.raises(KeyboardInterrupt):
            scan(desk, source)
    done = len(desk.state())
    assert 0 < done < 20
    report = scan(desk, source)
    assert report.unchanged == done
    assert report.added == 20 - done


def test_a_source_that_is_away_loses_nothing_and_says_so(
    desk: ScanDesk, source: LibrarySource, photos: Path
) -> None:
    write_picture(photos / "a.jpg", b"a")
    scan(desk, source)
    photos.rename(photos.with_name("elsewhere"))
    with pytest.raises(SourceUnavailable, match="Nothing of it was removed"):
        scan(desk, source)
    assert desk.again(source).message
    assert len(desk.state()) == 1
    photos.mkdir()
    make_older(photos, 3600)  # the mount point of a disk that is not mounted
    report = scan(desk, source)
    assert "mounted" in report.message
    assert len(desk.state()) == 1
    photos.rmdir()
    photos.with_name("elsewhere").rename(photos)
    (photos / "a.jpg").unlink()
    assert scan(desk, source).vanished == 1, "a folder that was emptied is empty"
    assert desk.again(source).message == ""


def test_a_directory_that_cannot_be_looked_into_keeps_what_was_known(
    desk: ScanDesk, source: LibrarySource, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_picture(photos / "in" / "deep" / "a.jpg", b"a")
    write_picture(photos / "b.jpg", b"b")
    scan(desk, source)
    (photos / "b.jpg").unlink()
    look = os.open

    def refusing(path: object, *given: int, **how: int) -> int:
        if os.fsencode(os.fspath(path)).endswith(b"/in"):  # type: ignore[call-overload]
            raise PermissionError(13, "Permission denied")
        return look(path, *given, **how)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("eyebright.sources.listing.os.open", refusing)
        report = scan(desk, source)
    assert (report.vanished, report.unreadable) == (1, 1)
    assert set(desk.state()) == {b"in/deep/a.jpg"}
    assert "in" in desk.again(source).message


def test_a_file_that_grows_is_waited_for_and_then_left_to_the_next_scan(
    desk: ScanDesk, source: LibrarySource, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = photos / "upload.jpg"
    path.write_bytes(b"\xff\xd8\xff")
    look = FolderListing.entry

    def growing(listing: FolderListing, at: bytes) -> Entry | Skipped | None:
        with path.open("ab") as file:
            file.write(b"x")
        return look(listing, at)

    with monkeypatch.context() as patch:
        patch.setattr(FolderListing, "entry", growing)
        report = scan(desk, source)
    assert (report.restless, report.added) == (1, 0)
    assert desk.state() == {}
    assert scan(desk, source).added == 1, "it has settled"


class Rewriting(FolderListing):
    """Files change while they are read."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.root = root
        self.times = 1

    def open(self, entry: Entry) -> Readable:
        opened = super().open(entry)
        if self.times:
            self.times -= 1
            write_picture(self.root / os.fsdecode(entry.path), b"second", seconds_old=50)
        return opened


class RewritingListings:
    def __init__(self) -> None:
        self.kept: dict[str, Listing] = {}

    def of(self, _kind: str, location: str) -> Listing:
        return self.kept.setdefault(location, Rewriting(Path(location)))


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path, photos: Path) -> None:
    desk = open_scan_desk(tmp_path / "home", listings=RewritingListings())
    source = desk.folder(photos)
    write_picture(photos / "a.jpg", b"first")
    report = scan(desk, source)
    assert report.added == 1
    assert desk.state() == {b"a.jpg": digest(b"second")}
    desk.database.close()


def test_what_was_read_the_moment_it_was_written_is_not_trusted(photos: Path) -> None:
    write_picture(photos / "a.jpg", b"a", seconds_old=0)
    listing = FolderListing(photos)
    entry = listing.entry(b"a.jpg")
    assert isinstance(entry, Entry)
    at = entry.modified_ns
    now = look_at_one(listing, entry, now_ns=lambda: at + 1_000_000)
    later = look_at_one(listing, entry, now_ns=lambda: at + 10**9)
    assert now.version != entry.version
    assert later.version == entry.version
    assert isinstance(now.found, Content)
    (photos / "a.jpg").unlink()
    assert isinstance(look_at_one(listing, entry).found, Restless)


def test_a_disk_that_fails_to_read_is_a_reason_and_is_tried_again(
    desk: ScanDesk, source: LibrarySource, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_picture(photos / "a.jpg", b"a")

    def failing(_listing: FolderListing, _entry: Entry) -> Readable:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(FolderListing, "open", failing)
        report = scan(desk, source)
        looked = look_at_one(FolderListing(photos), Entry(b"a.jpg", 1, "1"))
    assert isinstance(looked.found, Unusable)
    assert [one.reason for one in report.troubles] == ["Input/output error"]
    assert desk.state() == {b"a.jpg": "unreadable"}
    assert scan(desk, source).added == 1


def test_a_full_disk_is_said_and_nothing_is_lost(
    desk: ScanDesk, source: LibrarySource, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_picture(photos / "a.jpg", b"a")
    scan(desk, source)
    write_picture(photos / "b.jpg", b"b")
    (photos / "a.jpg").unlink()

    def full(_inbox: Inbox, *_given: object, **_how: object) -> list[Seen]:
        raise StorageError("The disk is full; nothing was written.")

    with monkeypatch.context() as patch:
        patch.setattr(Inbox, "arrive_many", full)
        with pytest.raises(StorageError, match="disk is full"):
            scan(desk, source)
    assert set(desk.state()) == {b"a.jpg"}
    assert "disk is full" in desk.again(source).message
    scan(desk, source)
    assert set(desk.state()) == {b"b.jpg"}


def test_two_scans_at_once_double_nothing(tmp_path: Path, photos: Path) -> None:
    for number in range(60):
        write_picture(photos / f"{number}.jpg", b"%d" % (number // 2))
    desks = [open_scan_desk(tmp_path / "home") for _ in range(2)]
    sources = [desk.folder(photos) for desk in desks]
    threads = [
        threading.Thread(target=desk.scans.run, args=(desk.library, source))
        for desk, source in zip(desks, sources, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(desks[0].state()) == 60
    assert len(desks[0].asset_ids()) == 30
    for desk in desks:
        desk.database.close()


def test_some_paths_are_looked_at_alone(
    desk: ScanDesk, source: LibrarySource, photos: Path
) -> None:
    for name in ("a.jpg", "b.jpg", "in/c.jpg", "in/deep/d.jpg"):
        write_picture(photos / name, name.encode())
    scan(desk, source)
    (photos / "b.jpg").unlink()
    (photos / "in").rename(photos / "out")
    write_picture(photos / "e.jpg", b"e")
    write_picture(photos / "unsaid.jpg", b"u")
    before = desk.asset_ids()
    report = desk.scans.look(desk.library, source, [b"b.jpg", b"in", b"out", b"e.jpg", b".x"])
    assert (report.vanished, report.renamed, report.added) == (3, 2, 1)
    assert set(desk.state()) == {b"a.jpg", b"e.jpg", b"out/c.jpg", b"out/deep/d.jpg"}
    assert len(before - desk.asset_ids()) == 1, "only b.jpg is gone"


def test_departures_can_wait(desk: ScanDesk, source: LibrarySource, photos: Path) -> None:
    write_picture(photos / "a.jpg", b"a")
    scan(desk, source)
    (photos / "a.jpg").unlink()
    desk.scans.look(desk.library, source, [b"a.jpg"], departures=False)
    assert set(desk.state()) == {b"a.jpg"}


def test_what_a_person_removed_stays_out_until_it_is_asked_for(
    desk: ScanDesk, source: LibrarySource, photos: Path
) -> None:
    write_picture(photos / "a.jpg", b"a")
    scan(desk, source)
    desk.removal.remove_many(desk.library, list(desk.asset_ids()))  # type: ignore[arg-type]
    again = scan(desk, source)
    assert (again.unchanged, again.kept_out) == (1, 1)
    assert desk.asset_ids() == set()
    make_older(photos / "a.jpg", 5)
    assert scan(desk, source).kept_out == 1
    desk.scans.look(desk.library, source, [b"a.jpg"], again=True)
    assert desk.state() == {b"a.jpg": digest(b"a")}


def test_who_asks_for_a_file_that_cannot_be_used_is_told_why(
    desk: ScanDesk, source: LibrarySource, photos: Path
) -> None:
    (photos / "a.nef").write_bytes(b"II*\0")
    scan(desk, source)
    names = AssetNames(desk.database, desk.libraries, desk.library)
    with pytest.raises(AssetNotFound, match=r"a.nef: camera raw files cannot be read"):
        names.one(str(photos / "a.nef"))
    with pytest.raises(AssetNotFound, match=r"nothing of .*b.nef\.$"):
        names.one(str(photos / "b.nef"))
