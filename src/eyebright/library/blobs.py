"""Files that are kept of assets: small pictures, and uploads, which lie nowhere else. Each sealed
under the library's key and bound to its asset and kind."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from eyebright.errors import StorageError
from eyebright.governance.keys import replace_file
from eyebright.governance.vault import Vault
from eyebright.library.values import AssetId, Library

DIRECTORY = "library"
"""Below the home; a folder for each library's number."""
_DRAFT = ".draft"
_CROPS = "crops"


class BlobKind(StrEnum):
    """PROXY and THUMBNAIL can be made again from the original; an UPLOAD is the original."""

    PROXY = "proxy"
    THUMBNAIL = "thumbnail"
    UPLOAD = "upload"


class Blobs:
    """Safe to share between threads and processes."""

    def __init__(self, home: Path, vault: Vault) -> None:
        self._home = home
        self._vault = vault

    def directory(self, library: Library) -> Path:
        """All that is kept in files of a library, its search index too, lies here."""
        return library_directory(self._home, library.number)

    def put(self, library: Library, asset_id: AssetId, kind: BlobKind, content: bytes) -> None:
        """Keep a file in place of the one that may be there. An upload is durable when this
        returns. Raises StorageError when the disk is full."""
        sealer = self._vault.collection(library.scope.account_id, library.key_id)
        sealed = sealer.seal(content, bound_to=_place(asset_id, kind))
        path = self._path(library, asset_id, kind)
        try:
            if kind is BlobKind.UPLOAD:
                replace_file(path, sealed)
            else:
                write_quickly(path, sealed)
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror}.") from error

    def get(self, library: Library, asset_id: AssetId, kind: BlobKind) -> bytes | None:
        """None if there is none. Raises StorageError for one that was changed."""
        path = self._path(library, asset_id, kind)
        try:
            sealed = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"{path} cannot be read: {error.strerror}.") from error
        sealer = self._vault.collection(library.scope.account_id, library.key_id)
        return sealer.open(sealed, bound_to=_place(asset_id, kind))

    def has(self, library: Library, asset_id: AssetId, kind: BlobKind) -> bool:
        return self._path(library, asset_id, kind).is_file()

    def drop(self, library: Library, asset_id: AssetId) -> None:
        """Remove all files of an asset."""
        for kind in BlobKind:
            path = self._path(library, asset_id, kind)
            try:
                path.unlink(missing_ok=True)
                path.with_name(path.name + _DRAFT).unlink(missing_ok=True)
            except OSError as error:
                raise StorageError(f"{path} cannot be removed: {error.strerror}.") from error
        self.drop_crops(library, asset_id)

    def drop_crops(self, library: Library, asset_id: AssetId) -> None:
        """Remove what was cut out of a film. Raises StorageError."""
        remove_files(self.crops(library, asset_id))

    def crops(self, library: Library, asset_id: AssetId) -> Path:
        """What was cut out of a film lies here (`film_crops`)."""
        return self.all_crops(library) / asset_id

    def all_crops(self, library: Library) -> Path:
        return self.directory(library) / _CROPS

    def _path(self, library: Library, asset_id: AssetId, kind: BlobKind) -> Path:
        return self.directory(library) / asset_id[:2] / f"{asset_id}.{kind.value}"


def library_directory(home: Path, library_no: int) -> Path:
    return home / DIRECTORY / str(library_no)


def remove_files(folder: Path) -> None:
    """Those of a folder, and the folder unless somebody writes into it just now. Raises
    StorageError for what cannot be removed."""
    try:
        for path in folder.iterdir():
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(f"{folder} cannot be removed: {error.strerror}.") from error
    with suppress(OSError):
        folder.rmdir()


def remove_tree(directory: Path) -> None:
    """Raises StorageError for what cannot be removed; what is gone already is no error."""
    try:
        shutil.rmtree(directory)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(f"{directory} cannot be removed: {error.strerror}.") from error


def write_quickly(path: Path, content: bytes) -> None:
    """Whole or not at all, 0600, but not durable: after a power cut it may be made again."""
    draft = path.with_name(path.name + _DRAFT)
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except FileNotFoundError:
        _make_private(path.parent)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    draft.replace(path)


def _make_private(directory: Path) -> None:
    if not directory.is_dir():
        _make_private(directory.parent)
        directory.mkdir(mode=0o700, exist_ok=True)


def _place(asset_id: AssetId, kind: BlobKind) -> bytes:
    return f"blob {asset_id} {kind.value}".encode()
