"""A folder bucket serves its files and nothing else."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from eyebright.errors import ImageTooLarge, SourceUnavailable
from eyebright.sources.folders import FolderBucket

SECRET = b"not yours"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bucket with one file in a folder, and a secret beside it."""
    bucket = tmp_path / "bucket"
    (bucket / "people").mkdir(parents=True)
    (bucket / "people" / "ada.jpg").write_bytes(b"ada")
    (bucket / "top.jpg").write_bytes(b"top")
    (tmp_path / "secret").write_bytes(SECRET)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "secret").write_bytes(SECRET)
    return bucket


def read(folder: Path, key: str, *, version: str | None = None, max_bytes: int = 1000) -> bytes:
    return FolderBucket(folder).read("photos", key, version=version, max_bytes=max_bytes)


def test_files_are_read_by_their_path(folder: Path) -> None:
    assert read(folder, "top.jpg") == b"top"
    assert read(folder, "people/ada.jpg") == b"ada"


def test_names_may_be_unusual(folder: Path) -> None:
    for name in ("ça va ☺.jpg", " leading", "a..b", "...", "-rf", "%2e%2e", "a:b", "$HOME", "~"):
        (folder / name).write_bytes(name.encode())
        assert read(folder, name) == name.encode()


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/",
        ".",
        "..",
        "../secret",
        "people/../../secret",
        "people/../top.jpg",
        "./top.jpg",
        "people//ada.jpg",
        "/people/ada.jpg",
        "people/ada.jpg/",
        "people/",
        "people",
        "nobody.jpg",
        "top.jpg/inner",
        "TOP.JPG",
        "..\\secret",
        "people\\ada.jpg",
        "top.jpg\0",
        "top.jpg\0.png",
        "\ud800",
        "x" * 300,
        "x" * 1025,
        "x/" * 513,
        "a/" * 511 + "a",
    ],
)
def test_keys_that_are_no_file_of_the_folder_are_refused(folder: Path, key: str) -> None:
    with pytest.raises(SourceUnavailable):
        read(folder, key)


def test_an_absolute_path_is_refused(folder: Path) -> None:
    with pytest.raises(SourceUnavailable):
        read(folder, str(folder.parent / "secret"))
    with pytest.raises(SourceUnavailable):
        read(folder, str(folder / "top.jpg"))


def test_links_are_not_followed_wherever_they_point(folder: Path) -> None:
    (folder / "file-out").symlink_to("../secret")
    (folder / "folder-out").symlink_to("../other")
    (folder / "people" / "up").symlink_to("..")
    (folder / "file-in").symlink_to("top.jpg")
    (folder / "absolute").symlink_to("/")
    (folder / "loop").symlink_to("loop")
    for key in (
        "file-out",
        "folder-out/secret",
        "people/up/top.jpg",
        "people/up/up/secret",
        "file-in",
        "absolute/etc/passwd",
        "loop",
    ):
        with pytest.raises(SourceUnavailable):
            read(folder, key)


def test_the_folder_itself_may_be_a_link(folder: Path) -> None:
    link = folder.parent / "link"
    link.symlink_to(folder)
    assert read(link, "people/ada.jpg") == b"ada"


def test_pipes_sockets_and_devices_are_never_waited_for(folder: Path, tmp_path: Path) -> None:
    os.mkfifo(folder / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(folder / "socket.jpg"))
        for key in ("pipe.jpg", "socket.jpg"):
            with pytest.raises(SourceUnavailable):
                read(folder, key)
    with pytest.raises(SourceUnavailable):
        read(Path("/dev"), "null")


def test_an_unreadable_or_missing_folder_is_unavailable(folder: Path) -> None:
    with pytest.raises(SourceUnavailable):
        read(folder / "gone", "top.jpg")
    with pytest.raises(SourceUnavailable):
        read(folder / "top.jpg", "x")


def test_the_size_limit_is_inclusive_and_checked_before_reading(folder: Path) -> None:
    assert read(folder, "top.jpg", max_bytes=3) == b"top"
    with pytest.raises(ImageTooLarge, match="limit of 2 bytes"):
        read(folder, "top.jpg", max_bytes=2)
    with (folder / "sparse").open("wb") as file:
        file.truncate(1 << 40)  # reading this would never end
    with pytest.raises(ImageTooLarge):
        read(folder, "sparse", max_bytes=15 << 20)
    (folder / "empty").write_bytes(b"")
    assert read(folder, "empty", max_bytes=0) == b""


def test_a_file_that_grows_while_read_is_still_limited(folder: Path) -> None:
    # /proc files state a size of zero and yet have bytes
    with pytest.raises(ImageTooLarge):
        read(Path("/proc/self"), "status", max_bytes=10)


def test_versions_are_refused_with_the_reason(folder: Path) -> None:
    with pytest.raises(SourceUnavailable, match="keeps no versions"):
        read(folder, "top.jpg", version="3")


def test_no_swap_of_folders_and_links_leads_out(folder: Path) -> None:
    """A folder that becomes a link between two steps of the walk is the classic way out."""
    inner, away, link = folder / "inner", folder / "away", folder / "link"
    inner.mkdir()
    (inner / "secret").write_bytes(b"mine")
    link.symlink_to("../other")
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            inner.rename(away)
            link.rename(inner)
            inner.rename(link)
            away.rename(inner)

    swapper = threading.Thread(target=swap)
    swapper.start()
    seen: set[bytes] = set()
    try:
        for _ in range(3000):
            try:
                seen.add(read(folder, "inner/secret"))
            except SourceUnavailable:
                seen.add(b"refused")
    finally:
        stop.set()
        swapper.join()
    assert SECRET not in seen
    assert seen <= {b"mine", b"refused"}


def test_no_descriptor_is_left_open(folder: Path) -> None:
    def opened() -> list[str]:  # below here: a server of another test has files of its own
        targets = []
        for link in Path("/proc/self/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                targets.append(str(link.readlink()))
        return [target for target in targets if target.startswith(str(folder.parent.resolve()))]

    with (folder / "top.jpg").open("rb"):
        assert opened(), "an open file is seen"
    for key in ("top.jpg", "people/ada.jpg", "people", "gone", "people/gone", "../x", "top.jpg/x"):
        for limit in (1, 100):
            try:
                read(folder, key, max_bytes=limit)
            except (SourceUnavailable, ImageTooLarge):
                continue
    assert opened() == []
