"""Uploads: content that a person sends, and that lies nowhere but in the library itself."""

from __future__ import annotations

import hashlib
import shutil
import threading
from pathlib import Path

from sqlalchemy import func, select

from eyebright.db.engine import Database
from eyebright.db.tables import places
from eyebright.errors import InvalidInput, QuotaExceeded, StorageError
from eyebright.imaging.formats import picture_format
from eyebright.library.blobs import BlobKind, Blobs
from eyebright.library.inbox import Arrival, Inbox
from eyebright.library.libraries import Libraries
from eyebright.library.values import Library, LibrarySource, Media
from eyebright.sources.kinds import HEAD_BYTES, RAW_REASON, kind_of, reason_by_name

MAX_UPLOAD_BYTES = 512 * 2**20
"""It is sealed as one piece, in memory."""
MAX_UPLOADS_BYTES = 200 * 2**30
"""What a library's uploads may take together."""
MOST_AT_ONCE = 2
"""Uploads in memory at the same moment; each takes up to three times its size."""
LEAST_FREE_BYTES = 2**30
"""What uploads leave free on the disk: the database needs room, too."""
MAX_NAME_BYTES = 255


class Uploading:
    """Safe to share between threads and processes."""

    def __init__(
        self,
        database: Database,
        *,
        home: Path,
        libraries: Libraries,
        inbox: Inbox,
        blobs: Blobs,
        most_bytes: int = MAX_UPLOADS_BYTES,
        least_free_bytes: int = LEAST_FREE_BYTES,
    ) -> None:
        self._database = database
        self._home = home
        self._libraries = libraries
        self._inbox = inbox
        self._blobs = blobs
        self._most_bytes = most_bytes
        self._least_free_bytes = least_free_bytes
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)

    def receive(self, library: Library, file: Path, *, name: str) -> Arrival:
        """Take the content of a file in, under the name that it had where it came from; the file
        stays. A person who uploads what was removed before wants it back.

        Raises InvalidInput for what is neither picture nor film or too large, QuotaExceeded when
        the library's uploads have no more room, StorageError when the disk has none.
        """
        size = file.stat().st_size
        if size > MAX_UPLOAD_BYTES:
            raise InvalidInput(f"It has {size} bytes; an upload may have {MAX_UPLOAD_BYTES}.")
        with self._room:
            return self._take(library, file.read_bytes(), name)

    def _take(self, library: Library, content: bytes, name: str) -> Arrival:
        reason = reason_by_name(plain_name(name).encode())
        if reason == RAW_REASON:  # the content would pass for a TIFF
            raise InvalidInput(f"The upload cannot be used: {reason}.")
        media = media_of(content)
        digest = hashlib.sha256(content).hexdigest()
        source = self._libraries.uploads(library)
        shown = plain_name(name)
        with self._database.write():  # an asset is worked on only once its content is there
            arrival = self._inbox.arrive(
                library,
                source,
                # the digest, because many cameras call their pictures the same
                f"{digest[:32]}/{shown}".encode(),
                shown_path=shown,
                size=len(content),
                version=digest,
                content_sha256=digest,
                media=media,
                again=True,
            )
            if arrival.asset_id is not None:
                self._require_room(library, source)
                self._blobs.put(library, arrival.asset_id, BlobKind.UPLOAD, content)
        return arrival

    def _require_room(self, library: Library, source: LibrarySource) -> None:
        with self._database.read() as connection:
            taken = connection.scalar(
                select(func.coalesce(func.sum(places.c.byte_count), 0)).where(
                    places.c.library_no == library.number, places.c.source_no == source.number
                )
            )
        if int(taken or 0) > self._most_bytes:
            raise QuotaExceeded(
                f"The uploads of this library would take {taken} bytes; the limit is "
                f"{self._most_bytes}. Remove some, or add their folder as a source."
            )
        if shutil.disk_usage(self._home).free < self._least_free_bytes:
            raise StorageError(f"The disk of {self._home} is nearly full; nothing was taken in.")


def media_of(content: bytes) -> Media:
    """Raises InvalidInput for what is neither a picture nor a film."""
    if picture_format(content) is not None:
        return Media.IMAGE
    kind = kind_of(content[:HEAD_BYTES])
    if kind.media is None:
        raise InvalidInput(f"The upload cannot be used: {kind.reason}.")
    return Media.VIDEO


def plain_name(name: str) -> str:
    """A file's name for people: no folders, nothing that is not text, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    text = "".join(one if one.isprintable() else "_" for one in last).strip() or "upload"
    while len(text.encode()) > MAX_NAME_BYTES:
        text = text[:-1]
    return text
