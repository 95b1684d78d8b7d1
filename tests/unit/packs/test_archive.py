from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from eyebright.errors import PackInvalid
from eyebright.packs.archive import read_member
from eyebright.packs.hashing import sha256_of_bytes
from eyebright.packs.recipe import Member

DATA = b"weights" * 100
MEMBER = Member("package/model.bin", len(DATA), sha256_of_bytes(DATA))


def make_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def make_tar(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


def test_a_member_is_read_from_a_wheel_and_from_a_tarball(tmp_path: Path) -> None:
    files = {"package/other": b"x", "package/model.bin": DATA, "../../evil": b"evil"}
    for archive in (make_zip(tmp_path / "a.whl", files), make_tar(tmp_path / "a.tgz", files)):
        assert read_member(archive, MEMBER) == DATA
    assert {path.name for path in tmp_path.iterdir()} == {"a.whl", "a.tgz"}


def test_any_other_file_is_its_own_member(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(DATA)
    assert read_member(tmp_path / "model.onnx", MEMBER) == DATA


@pytest.mark.parametrize("make", [make_zip, make_tar])
@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"package/other": DATA}, r"holds no file package/model\.bin"),
        ({"package/model.bin": DATA[:-1] + b"X"}, "not the file that was pinned"),
        ({"package/model.bin": DATA + b"X"}, "not the file that was pinned"),
        ({"package/model.bin": b""}, "not the file that was pinned"),
    ],
)
def test_another_member_is_refused(
    tmp_path: Path, make: object, files: dict[str, bytes], message: str
) -> None:
    name = "a.whl" if make is make_zip else "a.tgz"
    archive = make(tmp_path / name, files)  # type: ignore[operator]
    with pytest.raises(PackInvalid, match=message):
        read_member(archive, MEMBER)


def test_a_member_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "a.whl", {"package/model.bin": bytes(50_000_000)})
    with pytest.raises(PackInvalid, match="found 701 with"):
        read_member(archive, MEMBER)


def test_a_link_in_a_tarball_is_no_member(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as archive:
        entry = tarfile.TarInfo("package/model.bin")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(entry)
    with pytest.raises(PackInvalid, match="holds no file"):
        read_member(tmp_path / "a.tgz", MEMBER)


@pytest.mark.parametrize("name", ["a.whl", "a.tgz", "absent.bin"])
def test_a_broken_archive_is_a_pack_error(tmp_path: Path, name: str) -> None:
    if name != "absent.bin":
        (tmp_path / name).write_bytes(b"\x1f\x8b broken")
    with pytest.raises(PackInvalid, match="cannot be read"):
        read_member(tmp_path / name, MEMBER)
