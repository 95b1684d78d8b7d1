"""Keys as files: the master key, and the wrapped keys that must die with what they protect.

Wrapped keys are files of their own and not rows of the database, because a copy of the database
(a backup, a replica, a stolen disk) must be unreadable once its collection is deleted. A row would
be in that copy; these files should not be.
"""

from __future__ import annotations

import base64
import binascii
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from eyebright.errors import ConfigurationError, StorageError
from eyebright.governance.sealing import KEY_BYTES, new_key

MASTER_KEY_FILE = "master.key"
KEY_DIRECTORY = "keys"

_OTHERS = 0o077


def master_key(home: Path, setting: str) -> bytes:
    """The 32 bytes under which everything is: from the setting, else from the home's file.

    The file is made at first start. Raises ConfigurationError for a key that is no key, for a file
    that others may read, and for a home whose master key is gone while its wrapped keys are there.
    """
    if setting:
        return _decoded(setting, "EYEBRIGHT_MASTER_KEY")
    path = home / MASTER_KEY_FILE
    if not path.exists():
        _refuse_orphans(home, path)
        write_once(path, base64.b64encode(new_key()) + b"\n")
    if path.stat().st_mode & _OTHERS:
        raise ConfigurationError(f"{path} can be read by others; run: chmod 600 {path}")
    return _decoded(path.read_text("ascii", errors="replace"), str(path))


def write_once(path: Path, content: bytes) -> bool:
    """Create a file whole and durable, mode 0600; False, and nothing done, if it exists."""
    _make_private(path.parent)
    draft = _draft(path.parent, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    _sync_directory(path.parent)
    return True


def replace_file(path: Path, content: bytes) -> None:
    """Create or replace a file whole and durable, mode 0600."""
    _make_private(path.parent)
    _draft(path.parent, content).replace(path)
    _sync_directory(path.parent)


def _make_private(directory: Path) -> None:
    """Make a folder and its missing parents, each 0700: `mkdir` gives parents the umask's mode."""
    if not directory.is_dir():
        _make_private(directory.parent)
        directory.mkdir(mode=0o700, exist_ok=True)


def shred(path: Path) -> bool:
    """Overwrite a key file where it lies, then remove it; False if there is none.

    What a copying file system or the disk itself keeps of it is out of reach. Two may shred the
    same key at once, and its folder after it.
    """
    try:
        with path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            file.write(os.urandom(size))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StorageError(f"The key {path} cannot be destroyed: {error.strerror}.") from error
    path.unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        _sync_directory(path.parent)
    return True


def _draft(directory: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=directory, prefix=".draft-")  # mode 0600
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _decoded(text: str, origin: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ConfigurationError(f"{origin} is not base64.") from error
    if len(key) != KEY_BYTES:
        raise ConfigurationError(f"{origin} holds {len(key)} bytes; a key has {KEY_BYTES}.")
    return key


def _refuse_orphans(home: Path, path: Path) -> None:
    """Asks for the master key last: whoever starts at the same moment makes it first."""
    if any((home / KEY_DIRECTORY).glob("*/*.key")) and not path.exists():
        raise ConfigurationError(
            f"{path} is missing, and {home / KEY_DIRECTORY} holds keys that only it can open; "
            "put it back, or set EYEBRIGHT_MASTER_KEY."
        )
