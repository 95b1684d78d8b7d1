"""Faces cut out of films, kept so that no film is decoded again after each start.

Each is a small JPEG below the library's folder, sealed under the library's key and bound to its
film, face and moment. They can be made again whenever the film is there, so the oldest go when all
together take too much room, and one that cannot be read is none. They go with their film, with
their face, and with the library.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from eyebright.errors import EyebrightError, StorageError
from eyebright.governance.sealing import Sealer
from eyebright.governance.vault import Vault
from eyebright.ids import FaceId
from eyebright.library.blobs import Blobs, write_quickly
from eyebright.library.values import AssetId, Library

MOST_BYTES = 256 * 2**20
"""Of one library: faces of some 20,000 people in films."""
_LEFT = 0.9
"""Of the room, when the oldest went."""


class FilmCrops:
    """Safe to share between threads and processes."""

    def __init__(self, vault: Vault, blobs: Blobs, *, most_bytes: int = MOST_BYTES) -> None:
        self._vault = vault
        self._blobs = blobs
        self._most_bytes = most_bytes
        self._written: dict[int, int] = {}
        self._lock = threading.Lock()

    def get(
        self, library: Library, asset_id: AssetId, face_id: FaceId, moment: str
    ) -> bytes | None:
        """None if there is none. moment: what the face was cut from, whatever tells it."""
        path = self._path(library, asset_id, face_id)
        try:
            sealed = path.read_bytes()
            found = self._sealer(library).open(sealed, bound_to=_place(asset_id, face_id, moment))
        except (OSError, EyebrightError):  # it is none, or of another moment, or was changed
            return None
        with suppress(OSError):
            os.utime(path)
        return found

    def put(
        self, library: Library, asset_id: AssetId, face_id: FaceId, moment: str, *, content: bytes
    ) -> None:
        """Whoever keeps one has to look afterwards whether the face is still there, and `drop` it
        if it is not: it may have gone meanwhile. On a full disk nothing is kept."""
        place = _place(asset_id, face_id, moment)
        sealed = self._sealer(library).seal(content, bound_to=place)
        with suppress(OSError):
            write_quickly(self._path(library, asset_id, face_id), sealed)
            self._make_room(library, len(sealed))

    def drop(self, library: Library, face_ids: Collection[FaceId]) -> int:
        """Remove those of these faces; how many. Raises StorageError."""
        gone = set(face_ids)
        found = [path for path in self._all(library) if path.name in gone]
        for path in found:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise StorageError(f"{path} cannot be removed: {error.strerror}.") from error
            with suppress(OSError):  # there are others, or a library that stays
                for folder in path.parents[:3]:
                    folder.rmdir()
        return len(found)

    def face_ids(self, library: Library) -> set[FaceId]:
        """Of all that are kept."""
        return {FaceId(path.name) for path in self._all(library)}

    def _make_room(self, library: Library, written: int) -> None:
        """Looks at all of them once in a while only."""
        with self._lock:
            so_far = self._written.get(library.number, self._most_bytes) + written
            self._written[library.number] = so_far
            if so_far < self._most_bytes * (1 - _LEFT):
                return
            self._written[library.number] = 0
        sizes = {path: path.stat() for path in self._all(library)}
        held = sum(status.st_size for status in sizes.values())
        if held <= self._most_bytes:
            return
        for path in sorted(sizes, key=lambda one: sizes[one].st_mtime_ns):
            if held <= self._most_bytes * _LEFT:
                return
            path.unlink(missing_ok=True)
            held -= sizes[path].st_size

    def _all(self, library: Library) -> Iterator[Path]:
        """What goes meanwhile is left out."""
        for film in _inside(self._blobs.all_crops(library)):
            yield from _inside(film)

    def _path(self, library: Library, asset_id: AssetId, face_id: FaceId) -> Path:
        return self._blobs.crops(library, asset_id) / face_id

    def _sealer(self, library: Library) -> Sealer:
        return self._vault.collection(library.scope.account_id, library.key_id)


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _place(asset_id: AssetId, face_id: FaceId, moment: str) -> bytes:
    return f"crop {asset_id} {face_id} {moment}".encode()
