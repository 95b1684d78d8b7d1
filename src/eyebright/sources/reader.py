"""One way to read an object, whoever keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from eyebright.errors import ConfigurationError, SourceUnavailable, VideoTooLarge
from eyebright.sources.folders import FolderBucket
from eyebright.sources.objects import StoredObject
from eyebright.sources.s3 import S3Endpoint

UNAVAILABLE = (
    "Unable to get object metadata from S3. Check object key, region and/or access permissions."
)
"""What clients of Rekognition know, whatever kept us from the object. It tells a caller nothing
of what lies around the object; the cause is chained for the log."""


class Source(Protocol):
    """Keeps objects under keys."""

    def read(self, bucket: str, key: str, *, version: str | None, max_bytes: int) -> bytes:
        """All bytes of an object.

        Raises SourceUnavailable when it cannot be read and ImageTooLarge, before reading it,
        when it has more than `max_bytes`.
        """
        ...

    def open(self, bucket: str, key: str, *, version: str | None) -> StoredObject:
        """The object as a seekable file. Raises SourceUnavailable, from its reads too."""
        ...


class Sources:
    """Buckets by name: folders first, then the endpoint if there is one.

    folders: bucket name -> the folder that plays it.
    """

    def __init__(self, folders: Mapping[str, Path], *, endpoint: Source | None = None) -> None:
        self.folders = MappingProxyType(dict(folders))
        self._folders = {name: FolderBucket(path) for name, path in folders.items()}
        self._endpoint = endpoint

    @classmethod
    def open(cls, folders: Mapping[str, Path], *, s3_endpoint: str, region: str) -> Sources:
        """Sources as the settings say; an empty endpoint is none."""
        endpoint = S3Endpoint(s3_endpoint, region=region) if s3_endpoint else None
        return cls(folders, endpoint=endpoint)

    def read(self, bucket: str, key: str, *, version: str | None = None, max_bytes: int) -> bytes:
        """All bytes of an object.

        Raises SourceUnavailable, with one message for all that keeps us from an object, and
        ImageTooLarge when the object has more than `max_bytes` (15 MiB for images).
        """
        source = self._source(bucket, version)
        try:
            return source.read(bucket, key, version=version, max_bytes=max_bytes)
        except SourceUnavailable as error:
            raise SourceUnavailable(UNAVAILABLE) from error

    def open_object(
        self, bucket: str, key: str, *, version: str | None = None, max_bytes: int
    ) -> StoredObject:
        """An object as a seekable file that the caller closes; what is read of it is kept nowhere.

        Raises SourceUnavailable as `read` does, and VideoTooLarge for one of more than `max_bytes`.
        """
        source = self._source(bucket, version)
        try:
            opened = source.open(bucket, key, version=version)
        except SourceUnavailable as error:
            raise SourceUnavailable(UNAVAILABLE) from error
        if opened.size > max_bytes:
            opened.file.close()
            raise VideoTooLarge(
                f"Video size in bytes: {opened.size} is more than the maximum limit of: "
                f"{max_bytes} bytes."
            )
        return opened

    def _source(self, bucket: str, version: str | None) -> Source:
        if bucket in self._folders and version is not None:
            raise SourceUnavailable(
                f"Bucket {bucket!r} is a folder and keeps no versions; leave the version out."
            )
        source: Source | None = self._folders.get(bucket, self._endpoint)
        if source is None:
            raise SourceUnavailable(UNAVAILABLE)
        return source


def folder_from_option(option: str) -> tuple[str, Path]:
    """`NAME=DIR` as written on a command line.

    Raises ConfigurationError when it is not of that form or the folder is not there.
    """
    name, equals, folder = option.partition("=")
    if not (name and equals and folder):
        raise ConfigurationError(f"The bucket {option!r} is not of the form NAME=DIR.")
    path = Path(folder).expanduser().absolute()
    if not path.is_dir():
        raise ConfigurationError(f"The folder {str(path)!r} of bucket {name!r} is not there.")
    return name, path
