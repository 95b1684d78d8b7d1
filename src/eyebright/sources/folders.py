"""A folder that plays a bucket, with no way out of it.

A key's parts are walked one by one, each opened relative to the one before and without following
links. So what is opened lies in the folder, whatever is renamed or linked meanwhile: there is no
path to check first and open later.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from pathlib import Path

from eyebright.errors import ImageTooLarge, SourceUnavailable
from eyebright.sources.objects import StoredObject

MAX_KEY_BYTES = 1024
"""S3's limit of a key in UTF-8."""
_PIECE_BYTES = 1 << 20
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Opening a pipe or a device must neither wait for its other end nor make a terminal ours.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY


class FolderBucket:
    """Objects are the regular files below a folder; keys are their paths with forward slashes.

    Links are not followed, neither to files nor to folders, so that nothing in the folder can
    point out of it. There are no versions. The folder itself may be reached through a link.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, bucket: str, key: str, *, version: str | None, max_bytes: int) -> bytes:
        """All bytes of the file. See `Source.read`."""
        file = self._descriptor(key, version)
        try:
            return _read_regular(file, key, max_bytes)
        except OSError as error:
            raise SourceUnavailable(f"Key {key!r} of bucket {bucket!r} broke off.") from error
        finally:
            os.close(file)

    def open(self, bucket: str, key: str, *, version: str | None) -> StoredObject:
        """The file, open for reading. See `Source.open`."""
        file = self._descriptor(key, version)
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            os.close(file)
            raise SourceUnavailable(f"Key {key!r} of bucket {bucket!r} is no regular file.")
        return StoredObject(os.fdopen(file, "rb"), status.st_size)

    def _descriptor(self, key: str, version: str | None) -> int:
        if version is not None:
            raise SourceUnavailable("A folder keeps no versions.")
        parts = key_parts(key)
        try:
            return open_below(self._folder, parts)
        except OSError as error:
            reason = errno.errorcode.get(error.errno or 0, "unknown")
            raise SourceUnavailable(f"Key {key!r}: {reason}.") from error


def open_below(root: Path, parts: Sequence[str] | Sequence[bytes]) -> int:
    """A descriptor of the file at the end of these names, which may yet be no regular one.

    No name on the way may be a link. Raises OSError.
    """
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts[:-1]:
            inner = os.open(part, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        # Some devices act on being opened, so look first; whoever reads looks again at what was
        # opened, in case the name changed hands in between.
        if not stat.S_ISREG(os.stat(parts[-1], dir_fd=folder, follow_symlinks=False).st_mode):
            raise FileNotFoundError(errno.ENOENT, "not a regular file")
        return os.open(parts[-1], _FILE, dir_fd=folder)
    finally:
        os.close(folder)


def key_parts(key: str) -> list[str]:
    """The names on the way to an object. Raises SourceUnavailable for keys that lead elsewhere."""
    try:
        length = len(key.encode())
    except UnicodeEncodeError as error:
        raise SourceUnavailable("The key is not valid Unicode.") from error
    if length > MAX_KEY_BYTES:
        raise SourceUnavailable(f"The key has {length} bytes; the limit is {MAX_KEY_BYTES}.")
    parts = key.split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise SourceUnavailable(f"The key {key!r} is no path within a folder.")
    if "\\" in key or "\0" in key:
        raise SourceUnavailable(f"The key {key!r} has a character that folders do not serve.")
    return parts


def _read_regular(file: int, key: str, max_bytes: int) -> bytes:
    status = os.fstat(file)
    if not stat.S_ISREG(status.st_mode):
        raise SourceUnavailable(f"The key {key!r} is no regular file.")
    pieces: list[bytes] = []
    left = max_bytes + 1  # one more, to notice a file that grows while it is read
    if status.st_size < left:
        while left and (piece := os.read(file, min(left, _PIECE_BYTES))):
            pieces.append(piece)
            left -= len(piece)
        if left:
            return b"".join(pieces)
    raise ImageTooLarge(f"The object {key!r} is over the limit of {max_bytes} bytes.")
