from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from eyebright.errors import PackInvalid
from eyebright.packs import verify
from eyebright.packs.hashing import sha256_of_bytes, sha256_of_file
from eyebright.packs.manifest import Manifest, PackFile
from eyebright.packs.verify import STAMP_FILE, verify_files, verify_quickly


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    files = []
    for name in ("CARD.md", "a.txt"):
        data = name.encode() * 10
        (tmp_path / name).write_bytes(data)
        files.append(PackFile(name, "text", len(data), sha256_of_bytes(data)))
    return Manifest("p", "1", "P", "t", "0" * 64, tuple(files), None, {})


@contextmanager
def hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the files that are read in full."""
    read: list[str] = []
    real = sha256_of_file

    def recording(path: Path) -> str:
        read.append(path.name)
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(verify, "sha256_of_file", recording)
        yield read


def test_a_second_look_trusts_the_stamp(
    tmp_path: Path, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hashing(monkeypatch) as read:
        verify_quickly(tmp_path, manifest)
        assert read == ["CARD.md", "a.txt"]
        verify_quickly(tmp_path, manifest)
        assert len(read) == 2
        verify_files(tmp_path, manifest)
        assert len(read) == 4


def test_a_change_that_keeps_size_and_time_is_found(tmp_path: Path, manifest: Manifest) -> None:
    verify_quickly(tmp_path, manifest)
    path = tmp_path / "a.txt"
    times = path.stat()
    path.write_bytes(path.read_bytes()[::-1])
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(PackInvalid, match=r"a\.txt is damaged"):
        verify_quickly(tmp_path, manifest)


def test_a_truncated_file_and_a_missing_one_are_named(tmp_path: Path, manifest: Manifest) -> None:
    (tmp_path / "a.txt").write_bytes(b"short")
    with pytest.raises(PackInvalid, match=r"expected 50 bytes.*packs install p --rebuild"):
        verify_quickly(tmp_path, manifest)
    (tmp_path / "a.txt").unlink()
    with pytest.raises(PackInvalid, match=r"a\.txt is missing"):
        verify_quickly(tmp_path, manifest)


def test_a_link_is_no_file_of_the_pack(tmp_path: Path, manifest: Manifest) -> None:
    (tmp_path / "a.txt").rename(tmp_path / "elsewhere")
    (tmp_path / "a.txt").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PackInvalid, match="missing"):
        verify_quickly(tmp_path, manifest)


def test_a_stamp_of_another_manifest_is_worth_nothing(tmp_path: Path, manifest: Manifest) -> None:
    verify_quickly(tmp_path, manifest)
    other = PackFile("a.txt", "text", 50, "1" * 64)
    changed = Manifest("p", "1", "P", "t", "0" * 64, (manifest.files[0], other), None, {})
    with pytest.raises(PackInvalid, match="damaged"):
        verify_quickly(tmp_path, changed)


def test_a_broken_stamp_only_costs_time(tmp_path: Path, manifest: Manifest) -> None:
    (tmp_path / STAMP_FILE).write_text("not json")
    verify_quickly(tmp_path, manifest)
    assert (tmp_path / STAMP_FILE).read_text().startswith("{")


def test_progress_goes_from_nothing_to_everything(tmp_path: Path, manifest: Manifest) -> None:
    heard: list[tuple[str, int, int]] = []
    verify_files(tmp_path, manifest, progress=lambda *line: heard.append(line))
    assert heard[0] == ("verify CARD.md", 0, manifest.size)
    assert heard[-1] == ("verify", manifest.size, manifest.size)
