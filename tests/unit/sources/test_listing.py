"""Folders with everything in them that folders have."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from eyebright.errors import SourceUnavailable
from eyebright.sources.listing import Changed, Entry, FolderListing, Skipped, Why, shown


def listed(folder: Path, below: bytes = b"") -> tuple[dict[bytes, Entry], dict[bytes, Skipped]]:
    found = list(FolderListing(folder).entries(below))
    return (
        {one.path: one for one in found if isinstance(one, Entry)},
        {one.path: one for one in found if isinstance(one, Skipped)},
    )


def only(folder: Path) -> Entry:
    (entry,) = listed(folder)[0].values()
    return entry


def write(folder: Path, name: bytes, data: bytes = b"x") -> Path:
    path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_names_in_any_encoding_are_listed_as_they_are(tmp_path: Path) -> None:
    names = [
        b"a.jpg",
        "ü/ж.jpg".encode(),
        b"latin\xfc/\xff\xfe.jpg",
        b"new\nline.jpg",
        b"a b/c.jpg",
    ]
    for name in names:
        write(tmp_path, name)
    entries, skipped = listed(tmp_path)
    assert set(entries) == set(names)
    assert not skipped
    for path in names:
        reading = FolderListing(tmp_path).open(entries[path])
        assert reading.read(10) == b"x"
        reading.close()
    assert shown(b"latin\xfc/\n.jpg") == "latin\ufffd/\ufffd.jpg"


def test_links_pipes_and_hidden_files_are_told_and_never_followed(tmp_path: Path) -> None:
    write(tmp_path, b"real/a.jpg")
    (tmp_path / "real" / "loop").symlink_to(tmp_path)
    (tmp_path / "linked.jpg").symlink_to(tmp_path / "real" / "a.jpg")
    (tmp_path / "nowhere").symlink_to(tmp_path / "none")
    os.mkfifo(tmp_path / "pipe.jpg")
    write(tmp_path, b".hidden/b.jpg")
    write(tmp_path, b".c.jpg")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(tmp_path / "socket"))
    entries, skipped = listed(tmp_path)
    assert set(entries) == {b"real/a.jpg"}
    assert {path: one.why for path, one in skipped.items()} == {
        b"real/loop": Why.LINK,
        b"linked.jpg": Why.LINK,
        b"nowhere": Why.LINK,
        b"pipe.jpg": Why.SPECIAL,
        b"socket": Why.SPECIAL,
        b".hidden": Why.HIDDEN,
        b".c.jpg": Why.HIDDEN,
    }
    listing = FolderListing(tmp_path)
    assert listing.entry(b"linked.jpg") is None
    assert listing.entry(b"pipe.jpg") is None
    assert listing.entry(b"real/loop/real/a.jpg") is None
    assert listing.entry(b"real/a.jpg") == entries[b"real/a.jpg"]
    assert not listing.is_directory(b"real/loop")
    assert listing.is_directory(b"real")


def test_a_tree_deeper_than_any_recursion_is_walked_as_far_as_names_go(tmp_path: Path) -> None:
    depth, name = 2500, "d"
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(depth):  # one by one: the whole path is longer than the system takes
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    write(tmp_path, b"/".join([b"d"] * 1500) + b"/a.jpg")
    entries, skipped = listed(tmp_path)
    subprocess.run(["rm", "-rf", str(tmp_path / name)], check=True)  # Python's own way recurses
    assert [path.count(b"/") for path in entries] == [1500]
    (too_deep,) = skipped.values()
    assert too_deep.why is Why.UNREADABLE
    assert "too long" in too_deep.message


def test_a_huge_folder_is_streamed(tmp_path: Path) -> None:
    for number in range(3000):
        os.close(os.open(tmp_path / f"{number}.jpg", os.O_CREAT | os.O_WRONLY))
    found = FolderListing(tmp_path).entries()
    first = next(iter(found))
    assert isinstance(first, Entry)
    kinds = Counter(type(one) for one in found)
    assert kinds == {Entry: 2999}


def test_the_version_follows_renames_and_changes_with_the_content(tmp_path: Path) -> None:
    path = write(tmp_path, b"a.jpg", b"one")
    before = only(tmp_path)
    path.rename(tmp_path / "b.jpg")
    renamed = only(tmp_path)
    assert renamed == Entry(b"b.jpg", before.size, before.version, before.modified_ns)
    (tmp_path / "b.jpg").write_bytes(b"two!")
    assert only(tmp_path).version != before.version
    with pytest.raises(Changed):
        FolderListing(tmp_path).open(renamed)
    with pytest.raises(FileNotFoundError):
        FolderListing(tmp_path).open(before)


def test_a_folder_that_is_away_is_no_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="Nothing of it was removed"):
        listed(tmp_path / "gone")
    with pytest.raises(SourceUnavailable):
        FolderListing(tmp_path / "gone").entry(b"a.jpg")
    mount_point = tmp_path / "disk"
    mount_point.mkdir()
    made = mount_point.stat().st_mtime_ns
    listing = FolderListing(mount_point)
    assert listing.is_suspiciously_empty(made + 1)
    assert not listing.is_suspiciously_empty(made - 1)
    write(mount_point, b"a.jpg")
    assert not listing.is_suspiciously_empty(made + 10**12)


def test_directories_that_may_not_be_read_do_not_end_the_walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused as the system refuses everybody but the superuser."""
    write(tmp_path, b"open/a.jpg")
    write(tmp_path, b"closed/b.jpg")
    opened = os.open

    def refuse_one(path: bytes | Path, flags: int) -> int:
        if os.fsencode(path).endswith(b"/closed"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opened(path, flags)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse_one)
        entries, skipped = listed(tmp_path)
    assert set(entries) == {b"open/a.jpg"}
    assert (skipped[b"closed"].why, skipped[b"closed"].message) == (
        Why.UNREADABLE,
        "Permission denied",
    )


def test_a_part_of_a_folder_is_listed_alone(tmp_path: Path) -> None:
    write(tmp_path, b"a/1.jpg")
    write(tmp_path, b"b/2.jpg")
    assert set(listed(tmp_path, b"b")[0]) == {b"b/2.jpg"}
    assert listed(tmp_path, b"gone") == ({}, {})
