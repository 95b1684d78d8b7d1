"""The last export of names, taken back: files that nobody changed since are as they were."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

from eyebright.db.engine import Database
from eyebright.errors import AssetNotFound
from eyebright.imaging.packets import is_same_but_for_packet, with_packet, without_packet
from eyebright.library.embedding import Embedding, finish_embedding
from eyebright.library.exchange import Did, FileReport, guarded
from eyebright.library.exchange_files import Opened, open_all
from eyebright.library.originals import MAX_PICTURE_BYTES
from eyebright.library.picture_files import FileRead, read_file, remove_file, write_file
from eyebright.library.pictured import FilePlace, Gallery
from eyebright.library.undo_log import Change, UndoLog
from eyebright.library.values import AssetId, Library

_NOBODY = "it was changed since; it was left as it is"


class ExportUndo:
    """Takes one library's last export back. Not for several threads at once."""

    def __init__(
        self, database: Database, *, gallery: Gallery, library: Library, log: UndoLog
    ) -> None:
        self._database = database
        self._gallery = gallery
        self._library = library
        self._log = log

    def run(self) -> list[FileReport]:
        """The last change first. What cannot be taken back is told and stays; nothing is left to be
        taken back afterwards."""
        finish_embedding(self._database, self._gallery, self._library, self._log)
        reports: list[FileReport] = []
        embedded: dict[str, list[Change]] = {}
        for change in reversed(list(self._log.changes())):
            if change.asset_id:
                embedded.setdefault(change.asset_id, []).append(change)
            else:
                reports.append(guarded(_shown(change), partial(self._beside, change)))
        for asset_id, changes in embedded.items():
            undo = partial(self._inside, AssetId(asset_id), changes[0])
            reports.append(guarded(_shown(changes[0]), undo))
        self._log.forget()
        return reports

    def _beside(self, change: Change) -> FileReport:
        where = _shown(change)
        now = read_file(Path(change.root), change.path, most=MAX_PICTURE_BYTES)
        if now is None or _digest(now.content) != change.after_sha256:
            return FileReport(where, Did.LEFT, message="" if _is_before(now, change) else _NOBODY)
        if change.before is None:
            remove_file(Path(change.root), change.path)
        else:
            write_file(Path(change.root), change.path, change.before, before=now)
        return FileReport(where, Did.CHANGED)

    def _inside(self, asset_id: AssetId, change: Change) -> FileReport:
        where = _shown(change)
        picture = next(self._gallery.pictures(self._library, [asset_id]), None)
        if picture is None:
            raise AssetNotFound("The library has no such asset any more.")
        if picture.asset.content_sha256 == change.before_sha256:
            return FileReport(where, Did.LEFT)
        if picture.asset.content_sha256 != change.after_sha256:
            return FileReport(where, Did.LEFT, message=_NOBODY)
        opened = list(open_all(picture))
        usable = [one for one in opened if isinstance(one, Opened)]
        if len(usable) < len(opened) or not usable or picture.elsewhere:
            return FileReport(where, Did.LEFT, message=_NOBODY)
        content = _as_before(usable[0].file.content, change)
        Embedding(self._database, self._library, keep_times=False).replace(picture, usable, content)
        return FileReport(where, Did.CHANGED)


def _as_before(content: bytes, change: Change) -> bytes:
    """Byte for byte if it can be; else the same picture with the packet that it had."""
    bare = without_packet(content)
    if change.before is None:
        return bare
    for candidate in (with_packet(content, change.before), with_packet(bare, change.before)):
        if _digest(candidate) == change.before_sha256:
            return candidate
    assert is_same_but_for_packet(content, candidate)
    return candidate


def _is_before(now: FileRead | None, change: Change) -> bool:
    return change.before_sha256 == ("" if now is None else _digest(now.content))


def _shown(change: Change) -> str:
    return FilePlace(0, Path(change.root), change.path).shown()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
