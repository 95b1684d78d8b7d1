"""Taking one named file out of an archive, into memory.

Nothing is ever unpacked to a path that an archive names, so an archive cannot write anywhere.
"""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from pathlib import Path

from eyebright.errors import PackInvalid
from eyebright.packs.hashing import sha256_of_bytes
from eyebright.packs.recipe import Member

_ZIP = (".whl", ".zip")
_TAR = (".tgz", ".tar.gz", ".tar")


def read_member(archive: Path, member: Member) -> bytes:
    """The member's bytes, of exactly the size and hash that the recipe names.

    Any other kind of file than wheel, zip or tar is its own only member.
    Raises PackInvalid when the archive is broken, lacks the member, or holds another one.
    """
    try:
        if archive.name.endswith(_ZIP):
            data = _from_zip(archive, member)
        elif archive.name.endswith(_TAR):
            data = _from_tar(archive, member)
        else:
            data = _whole_file(archive, member)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise PackInvalid(f"{archive.name} cannot be read: {error}") from error
    found = sha256_of_bytes(data)
    if len(data) != member.size or found != member.sha256:
        raise PackInvalid(
            f"{member.path} in {archive.name} is not the file that was pinned: expected "
            f"{member.size} bytes with SHA-256 {member.sha256}, found {len(data)} with {found}."
        )
    return data


def _from_zip(archive: Path, member: Member) -> bytes:
    with zipfile.ZipFile(archive) as container:
        try:
            with container.open(member.path) as file:
                return file.read(member.size + 1)
        except KeyError as error:
            raise _missing(archive, member) from error


def _from_tar(archive: Path, member: Member) -> bytes:
    with tarfile.open(archive, "r:*") as container:
        for entry in container:
            if entry.name == member.path and entry.isreg():
                file = container.extractfile(entry)
                assert file is not None
                return file.read(member.size + 1)
    raise _missing(archive, member)


def _whole_file(archive: Path, member: Member) -> bytes:
    with archive.open("rb") as file:
        return file.read(member.size + 1)


def _missing(archive: Path, member: Member) -> PackInvalid:
    return PackInvalid(f"{archive.name} holds no file {member.path}.")
