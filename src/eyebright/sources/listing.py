"""What lies in a folder or a bucket: every file with its size and what changes when it changes.

A folder is walked without recursion and without following links, one open directory at a time, and
nothing of it is held but the names of directories that are still to be looked into. What cannot be
looked into is told and does not end the walk: whoever sweeps away what vanished must know of it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from eyebright.errors import SourceUnavailable
from eyebright.sources.folders import open_below

SLASH = b"/"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Entry:
    """A file. path: below the source, as the source has it, "/" between names.

    version: another one when the content is; equal for the same file under another name if
    `version_follows_renames` of its listing. modified_ns: since 1970; 0 if not known.
    """

    path: bytes
    size: int
    version: str
    modified_ns: int = 0


class Why(StrEnum):
    """Why something is not listed."""

    HIDDEN = "hidden"
    LINK = "link"
    SPECIAL = "special"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Skipped:
    """path: "" is the source itself. message: for UNREADABLE, what the system said; then nothing
    is known of what lies below."""

    path: bytes
    why: Why
    message: str = ""


class Readable(Protocol):
    """An open file. Reading raises OSError."""

    def read(self, size: int, /) -> bytes: ...

    def close(self) -> None: ...


class Listing(Protocol):
    """A source, looked through."""

    @property
    def version_follows_renames(self) -> bool: ...

    def is_directory(self, path: bytes) -> bool:
        """Whether files may lie below this path."""
        ...

    def entries(self, below: bytes = b"") -> Iterator[Entry | Skipped]:
        """All files, in no order. below: only those under this directory. Raises
        SourceUnavailable when the source itself cannot be looked into."""
        ...

    def entry(self, path: bytes) -> Entry | Skipped | None:
        """One file as it is now; None if it is not there. Raises SourceUnavailable when nobody
        can tell."""
        ...

    def open(self, entry: Entry) -> Readable:
        """The bytes of that very version. Raises FileNotFoundError, Changed or OSError."""
        ...

    def is_still(self, entry: Entry) -> bool:
        """Whether what was just read was that version to the end."""
        ...

    def is_suspiciously_empty(self, since_ns: int) -> bool:
        """Whether nothing in it may mean that it is not there, such as a disk that is not mounted:
        then what was known of it is better kept. since_ns: when it was looked through last."""
        ...


class Changed(OSError):
    """The file is not the one that was listed any more."""


class FolderListing:
    """The regular files below a folder. Names are bytes: they may be in any encoding."""

    version_follows_renames = True

    def __init__(self, root: Path) -> None:
        self._root = root

    def entries(self, below: bytes = b"") -> Iterator[Entry | Skipped]:
        """See `Listing.entries`. A directory that is gone meanwhile is empty."""
        if not below:
            self._check_root()
        waiting = [below]
        while waiting:
            directory = waiting.pop()
            try:
                yield from self._directory(directory, waiting)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                yield Skipped(directory, Why.UNREADABLE, error.strerror or str(error))

    def entry(self, path: bytes) -> Entry | Skipped | None:
        """See `Listing.entry`; a directory is none."""
        names = path.split(SLASH)
        if any(name.startswith(b".") for name in names):
            return Skipped(path, Why.HIDDEN)
        try:
            file = open_below(self._root, names)
        except OSError as error:
            self._check_root()
            gone = error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
            return None if gone else Skipped(path, Why.UNREADABLE, error.strerror or str(error))
        try:
            return _entry(path, os.fstat(file))
        finally:
            os.close(file)

    def open(self, entry: Entry) -> Readable:
        """See `Listing.open`. What happens to it while it is read, `is_still` tells."""
        file = open_below(self._root, entry.path.split(SLASH))
        try:
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode) or version_of(status) != entry.version:
                raise Changed(f"{shown(entry.path)} changed")
        except BaseException:
            os.close(file)
            raise
        return os.fdopen(file, "rb", buffering=0)

    def is_still(self, entry: Entry) -> bool:
        """See `Listing.is_still`."""
        now = self.entry(entry.path)
        return isinstance(now, Entry) and now.version == entry.version

    def is_suspiciously_empty(self, since_ns: int) -> bool:
        """The mount point of a disk that is away was last changed before the disk was read."""
        with suppress(OSError), os.scandir(self._root) as inside:
            return next(inside, None) is None and self._root.stat().st_mtime_ns < since_ns
        return True

    def is_directory(self, path: bytes) -> bool:
        """Whether there is a directory, reached without links or hidden names."""
        at = self._inside(path)
        if any(name.startswith(b".") for name in path.split(SLASH)):
            return False
        return Path(os.fsdecode(at)).is_dir() and os.path.realpath(at) == os.path.normpath(
            os.path.realpath(self._inside(b"")) + SLASH + path
        )

    def _directory(self, path: bytes, waiting: list[bytes]) -> Iterator[Entry | Skipped]:
        folder = os.open(self._inside(path), _FOLDER if path else _FOLDER & ~os.O_NOFOLLOW)
        try:
            with os.scandir(folder) as inside:
                for found in inside:
                    name = os.fsencode(found.name)
                    full = path + SLASH + name if path else name
                    listed = _look(found, full)
                    if isinstance(listed, bytes):
                        waiting.append(listed)
                    elif listed is not None:
                        yield listed
        finally:
            os.close(folder)

    def _inside(self, path: bytes) -> bytes:
        root = os.fsencode(self._root)
        return root + SLASH + path if path else root

    def _check_root(self) -> None:
        try:
            os.close(os.open(self._root, _FOLDER & ~os.O_NOFOLLOW))
        except OSError as error:
            raise SourceUnavailable(
                f"The folder {shown(os.fsencode(self._root))} cannot be looked into: "
                f"{error.strerror}. Nothing of it was removed."
            ) from error


def _look(found: os.DirEntry[str], path: bytes) -> Entry | Skipped | bytes | None:
    """A file, something to skip, the path of a directory, or None for what is gone already."""
    if found.name.startswith("."):
        return Skipped(path, Why.HIDDEN)
    try:
        status = found.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    except OSError as error:
        return Skipped(path, Why.UNREADABLE, error.strerror or str(error))
    if stat.S_ISDIR(status.st_mode):
        return path
    if stat.S_ISREG(status.st_mode):
        return _entry(path, status)
    return Skipped(path, Why.LINK if stat.S_ISLNK(status.st_mode) else Why.SPECIAL)


def _entry(path: bytes, status: os.stat_result) -> Entry:
    return Entry(path, status.st_size, version_of(status), status.st_mtime_ns)


def version_of(status: os.stat_result) -> str:
    """What tells one content of a file from the next, and follows it when it is renamed.

    The time of the last change of the inode is left out: renaming changes it.
    """
    return f"{status.st_mtime_ns}-{status.st_size}-{status.st_ino}"


def shown(path: bytes) -> str:
    """A path for people; what is no UTF-8 becomes replacement characters, control characters
    too."""
    text = path.decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
