"""The bytes of an asset, from wherever it still lies."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy import select

from eyebright.db.engine import Database
from eyebright.db.tables import library_sources, places
from eyebright.errors import EyebrightError, ImageTooLarge, SourceUnavailable
from eyebright.library.blobs import BlobKind, Blobs
from eyebright.library.values import Asset, Library, SourceKind
from eyebright.sources.folders import open_below
from eyebright.sources.objects import StoredObject
from eyebright.sources.reader import Sources

MAX_PICTURE_BYTES = 256 * 2**20
MAX_FILM_BYTES = 100 * 2**30


class Originals:
    """Safe to share between threads."""

    def __init__(self, database: Database, sources: Sources, blobs: Blobs) -> None:
        self._database = database
        self._sources = sources
        self._blobs = blobs

    def read(self, library: Library, asset: Asset) -> bytes:
        """All bytes: of the first place that still has this very content. Raises
        SourceUnavailable, which names the places."""
        tried: list[str] = []
        for kind, location, path in self._places(asset):
            try:
                content = self._read(library, asset, kind, location, path)
            except EyebrightError as error:
                tried.append(f"{_shown(location, path)}: {error.message}")
                continue
            if hashlib.sha256(content).hexdigest() == asset.content_sha256:
                return content
            tried.append(f"{_shown(location, path)}: its content changed since it was found")
        raise _nowhere(tried)

    def open(self, library: Library, asset: Asset) -> StoredObject:
        """A film, to be read from the first place that has a file of its size; whoever asked closes
        it. Raises SourceUnavailable, which names the places."""
        tried: list[str] = []
        for kind, location, path in self._places(asset):
            try:
                opened = self._open(library, asset, kind, location, path)
            except EyebrightError as error:
                tried.append(f"{_shown(location, path)}: {error.message}")
                continue
            if opened.size == asset.byte_count:
                return opened
            opened.file.close()
            tried.append(f"{_shown(location, path)}: its content changed since it was found")
        raise _nowhere(tried)

    def _places(self, asset: Asset) -> Iterator[tuple[SourceKind, str, bytes]]:
        query = (
            select(library_sources.c.kind, library_sources.c.location, places.c.path)
            .join(library_sources, library_sources.c.source_no == places.c.source_no)
            .where(places.c.asset_no == asset.number)
            .order_by(places.c.place_no)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        for kind, location, path in rows:
            yield SourceKind(kind), location, path

    def _read(
        self, library: Library, asset: Asset, kind: SourceKind, location: str, path: bytes
    ) -> bytes:
        if kind is SourceKind.UPLOAD:
            return self._upload(library, asset)
        if kind is SourceKind.FOLDER:
            return _read_whole(_file_of(location, path))
        bucket, key = _key(location, path)
        return self._sources.read(bucket, key, max_bytes=MAX_PICTURE_BYTES)

    def _open(
        self, library: Library, asset: Asset, kind: SourceKind, location: str, path: bytes
    ) -> StoredObject:
        if kind is SourceKind.UPLOAD:
            content = self._upload(library, asset)
            return StoredObject(cast(BinaryIO, io.BytesIO(content)), len(content))
        if kind is SourceKind.FOLDER:
            return _file_of(location, path)
        bucket, key = _key(location, path)
        return self._sources.open_object(bucket, key, max_bytes=MAX_FILM_BYTES)

    def _upload(self, library: Library, asset: Asset) -> bytes:
        content = self._blobs.get(library, asset.asset_id, BlobKind.UPLOAD)
        if content is None:
            raise SourceUnavailable("The upload is gone.")
        return content


def _file_of(location: str, path: bytes) -> StoredObject:
    """A regular file below a folder; the names may be of any encoding, links are not followed."""
    try:
        descriptor = open_below(Path(location), path.split(b"/"))
    except OSError as error:
        raise SourceUnavailable(f"it cannot be opened ({error.strerror})") from error
    file = os.fdopen(descriptor, "rb")
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        file.close()
        raise SourceUnavailable("it is no regular file")
    return StoredObject(file, status.st_size)


def _read_whole(opened: StoredObject) -> bytes:
    with opened.file as file:
        try:
            content = file.read(MAX_PICTURE_BYTES + 1)  # it may grow while it is read
        except OSError as error:
            raise SourceUnavailable(f"it broke off ({error.strerror})") from error
    if len(content) > MAX_PICTURE_BYTES:
        raise ImageTooLarge(
            f"It has over {MAX_PICTURE_BYTES} bytes, which is the limit of a picture."
        )
    return content


def _key(location: str, path: bytes) -> tuple[str, str]:
    """Bucket and key of a path below BUCKET/PREFIX."""
    bucket, _, prefix = location.partition("/")
    return bucket, prefix + path.decode("utf-8", "surrogateescape")


def _shown(location: str, path: bytes) -> str:
    return f"{location}/{path.decode('utf-8', 'replace')}"


def _nowhere(tried: Sequence[str]) -> SourceUnavailable:
    if not tried:
        return SourceUnavailable("It lies nowhere any more.")
    return SourceUnavailable("It cannot be read. " + "; ".join(tried))
