"""Files of a person's own folders: read, and replaced whole or not at all.

Names are walked one by one without following links, as a scan does, so that nothing outside of the
folder is ever written. A file that is replaced keeps its mode, owner and extended attributes, as
far as the system lets us.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from eyebright.errors import ImageTooLarge
from eyebright.sources.folders import open_below
from eyebright.sources.listing import version_of

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class FileRead:
    """version: what tells one content from the next, as `sources.listing.version_of`."""

    content: bytes
    status: os.stat_result

    @property
    def version(self) -> str:
        return version_of(self.status)


@dataclass(frozen=True, slots=True)
class Draft:
    """The new content under another name, durable already. version: what it will have in its
    place."""

    folder: int
    draft: bytes
    name: bytes
    version: str

    def put_in_place(self) -> None:
        """In one step. Raises OSError."""
        os.replace(self.draft, self.name, src_dir_fd=self.folder, dst_dir_fd=self.folder)
        with suppress(OSError):  # some file systems cannot
            os.fsync(self.folder)


def read_file(root: Path, path: bytes, *, most: int) -> FileRead | None:
    """None if there is no such file. Raises OSError; ImageTooLarge over `most` bytes."""
    try:
        descriptor = open_below(root, path.split(b"/"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        content = file.read(most + 1)
    if len(content) > most:
        raise ImageTooLarge(f"It has over {most} bytes.")
    return FileRead(content, status)


@contextmanager
def drafted(
    root: Path, path: bytes, content: bytes, *, before: FileRead | None, keep_times: bool = False
) -> Iterator[Draft]:
    """Write new content beside a file; nothing is left of it unless it is put in place.

    before: the file as it was read, whose mode and attributes it takes. Raises OSError, also when
    the file is not the one that was read any more.
    """
    folder, name = _open_folder(root, path.split(b"/"))
    draft = b".eyebright-" + secrets.token_hex(8).encode()
    try:
        _require_same(folder, name, before)
        file = os.open(draft, _NEW, 0o666 if before is None else 0o600, dir_fd=folder)
        try:
            _fill(file, content)
            if before is not None:
                _take_over(file, _attributes(folder, name), before.status, times=keep_times)
            os.fsync(file)
            version = version_of(os.fstat(file))
        finally:
            os.close(file)
        yield Draft(folder, draft, name, version)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(draft, dir_fd=folder)
        os.close(folder)


def write_file(
    root: Path, path: bytes, content: bytes, *, before: FileRead | None, keep_times: bool = False
) -> None:
    """`drafted` and put in place at once."""
    with drafted(root, path, content, before=before, keep_times=keep_times) as draft:
        draft.put_in_place()


def remove_file(root: Path, path: bytes) -> None:
    """Raises OSError."""
    folder, name = _open_folder(root, path.split(b"/"))
    try:
        os.unlink(name, dir_fd=folder)
    finally:
        os.close(folder)


def files_of(root: Path, paths: Sequence[bytes]) -> list[bytes]:
    """Those of some paths, all of one folder, that are regular files. Raises OSError."""
    if not paths:
        return []
    folder, _name = _open_folder(root, paths[0].split(b"/"))
    found: list[bytes] = []
    try:
        for path in paths:
            name = path.rpartition(b"/")[2]
            with suppress(FileNotFoundError):
                status = os.stat(name, dir_fd=folder, follow_symlinks=False)
                if stat.S_ISREG(status.st_mode):
                    found.append(path)
    finally:
        os.close(folder)
    return found


def _open_folder(root: Path, parts: Sequence[bytes]) -> tuple[int, bytes]:
    folder = os.open(root, _FOLDER & ~os.O_NOFOLLOW)
    for part in parts[:-1]:
        try:
            inner = os.open(part, _FOLDER, dir_fd=folder)
        finally:
            os.close(folder)
        folder = inner
    return folder, parts[-1]


def _require_same(folder: int, name: bytes, before: FileRead | None) -> None:
    try:
        now = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        if before is None:
            return
        raise
    if before is None or version_of(now) != before.version:
        raise OSError(errno.EBUSY, "it was changed meanwhile")
    if not os.access(name, os.W_OK, dir_fd=folder):
        raise PermissionError(errno.EACCES, "it may not be written to")


def _fill(file: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(file, view) :]


def _attributes(folder: int, name: bytes) -> dict[str, bytes]:
    """The extended attributes of a file, where the system has such."""
    if not hasattr(os, "listxattr"):
        return {}
    found: dict[str, bytes] = {}
    with suppress(OSError):
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
        try:
            for key in os.listxattr(file):
                with suppress(OSError):
                    found[key] = os.getxattr(file, key)
        finally:
            os.close(file)
    return found


def _take_over(
    file: int, attributes: dict[str, bytes], status: os.stat_result, *, times: bool
) -> None:
    with suppress(OSError):
        os.fchown(file, status.st_uid, status.st_gid)
    with suppress(OSError):
        os.fchmod(file, stat.S_IMODE(status.st_mode))
    for key, value in attributes.items():
        with suppress(OSError):
            os.setxattr(file, key, value)
    if times:
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
