"""New bytes of a picture put in place of its files, and the library told: both or neither.

The files change last before the commit, while the library is locked: a watcher that sees them waits
for it, and finds what it sees known. If the commit fails, the files are put back. A process that is
killed between the two leaves a record from which the next run tells the library; a scan that comes
before it finds another picture there, in which the names stand to be imported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack, suppress

from sqlalchemy import select

from eyebright.db.engine import Database
from eyebright.db.tables import assets
from eyebright.errors import EyebrightError
from eyebright.library.exchange_files import Opened, frame_of
from eyebright.library.originals import MAX_PICTURE_BYTES
from eyebright.library.picture_files import drafted, read_file, write_file
from eyebright.library.pictured import Gallery, Pictured
from eyebright.library.same_picture import NewBytes, begin_same_picture, keep_same_picture
from eyebright.library.undo_log import UndoLog
from eyebright.library.values import AssetId, Library


class Embedding:
    """Replaces the files of one library's assets."""

    def __init__(self, database: Database, library: Library, *, keep_times: bool) -> None:
        self._database = database
        self._library = library
        self._keep_times = keep_times

    def replace(
        self,
        picture: Pictured,
        opened: Sequence[Opened],
        content: bytes,
        *,
        already: Sequence[tuple[int, str]] = (),
    ) -> None:
        """already: numbers and versions of places that have the content. Raises OSError and
        EyebrightError; then the files are as they were."""
        put: list[Opened] = []
        try:
            self._replace(picture, opened, content, already=already, put=put)
        except BaseException:
            if put and not self._is_told(picture, content):
                for one in put:
                    _put_back(one)
            raise

    def _replace(
        self,
        picture: Pictured,
        opened: Sequence[Opened],
        content: bytes,
        *,
        already: Sequence[tuple[int, str]],
        put: list[Opened],
    ) -> None:
        """put: grows by the files that were replaced."""
        with ExitStack() as drafts:
            ready = [
                drafts.enter_context(
                    drafted(
                        one.place.root,
                        one.place.path,
                        content,
                        before=one.file,
                        keep_times=self._keep_times,
                    )
                )
                for one in opened
            ]
            versions = [
                *already,
                *((one.place.number, d.version) for one, d in zip(opened, ready, strict=True)),
            ]
            with self._database.write() as connection:
                begin_same_picture(connection, self._library, picture.asset)
                new = NewBytes(digest(content), len(content), versions)
                keep_same_picture(connection, self._library, picture.asset, new)
                for one, draft in zip(opened, ready, strict=True):
                    put.append(one)
                    draft.put_in_place()

    def _is_told(self, picture: Pictured, content: bytes) -> bool:
        query = select(assets.c.content_sha256).where(assets.c.asset_no == picture.asset.number)
        with self._database.read() as connection:
            return connection.scalar(query) == digest(content)


def finish_embedding(database: Database, gallery: Gallery, library: Library, log: UndoLog) -> None:
    """Tell the library of what a killed process had put in place. What cannot be finished is left
    to the next scan."""
    embedded = [change for change in log.changes() if change.asset_id]
    if not embedded:
        return
    last = embedded[-1]
    picture = next(gallery.pictures(library, [AssetId(last.asset_id)]), None)
    if picture is None or picture.asset.content_sha256 != last.before_sha256:
        return
    already: list[tuple[int, str]] = []
    others: list[Opened] = []
    content = b""
    for place in picture.files:
        with suppress(OSError, EyebrightError):
            file = read_file(place.root, place.path, most=MAX_PICTURE_BYTES)
            if file is not None and digest(file.content) == last.after_sha256:
                already.append((place.number, file.version))
                content = file.content
            elif file is not None and digest(file.content) == last.before_sha256:
                others.append(Opened(place, file, frame_of(file.content, picture.size_wh)))
    if already and len(already) + len(others) == len(picture.files):
        with suppress(OSError, EyebrightError):
            embedding = Embedding(database, library, keep_times=False)
            embedding.replace(picture, others, content, already=already)


def digest(content: bytes) -> str:
    """As the library knows content: SHA-256, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def _put_back(opened: Opened) -> None:
    place = opened.place
    with suppress(OSError, EyebrightError):
        now = read_file(place.root, place.path, most=MAX_PICTURE_BYTES)
        if now is not None and now.content != opened.file.content:
            write_file(place.root, place.path, opened.file.content, before=now)
