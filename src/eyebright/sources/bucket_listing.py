"""What lies in a bucket of an S3-compatible endpoint, page by page; and listings by their name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, Protocol, cast

from eyebright.errors import InvalidInput, SourceForbidden, SourceUnavailable
from eyebright.sources.folders import key_parts
from eyebright.sources.listing import (
    Changed,
    Entry,
    FolderListing,
    Listing,
    Readable,
    Skipped,
    Why,
)
from eyebright.sources.s3 import connect_s3

PAGE = 1000
"""As many as S3 gives at most."""
_GONE = frozenset({"404", "NoSuchKey", "NotFound"})
_FORBIDDEN = frozenset({"403", "AccessDenied"})
_CHANGED = frozenset({"412", "PreconditionFailed"})


class _Client(Protocol):
    def list_objects_v2(self, **wanted: Any) -> Any: ...

    def head_object(self, **wanted: str) -> Any: ...

    def get_object(self, **wanted: str) -> Any: ...


class BucketListing:
    """The objects below a prefix. prefix: "" or ends with "/". connect: makes the client, when it
    is needed first. page: objects asked for at once."""

    version_follows_renames = False

    def __init__(
        self, bucket: str, prefix: str, *, connect: Callable[[], object], page: int = PAGE
    ) -> None:
        self._page = page
        self._bucket = bucket
        self._prefix = prefix
        self._connect = connect

    def entries(self, below: bytes = b"") -> Iterator[Entry | Skipped]:
        """See `Listing.entries`. Page by page."""
        from botocore.exceptions import BotoCoreError, ClientError

        wanted = {"Bucket": self._bucket, "Prefix": self._prefix + below.decode()}
        while True:
            try:
                page = self._client().list_objects_v2(MaxKeys=self._page, **wanted)
            except (BotoCoreError, ClientError, OSError) as error:
                self._refuse(error)
            for found in page.get("Contents", ()):
                yield self._listed(found["Key"], found["Size"], found.get("ETag", ""))
            token = page.get("NextContinuationToken")
            if not page.get("IsTruncated") or not token:
                return
            wanted["ContinuationToken"] = token

    def entry(self, path: bytes) -> Entry | Skipped | None:
        """See `Listing.entry`: whatever events say, this is what is true."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            key = self._prefix + path.decode()
            head = self._client().head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if _code(error) in _GONE:
                return None
            self._refuse(error)
        except (BotoCoreError, OSError, UnicodeDecodeError) as error:
            self._refuse(error)
        return self._listed(key, head["ContentLength"], head.get("ETag", ""))

    def open(self, entry: Entry) -> Readable:
        """See `Listing.open`."""
        from botocore.exceptions import BotoCoreError, ClientError

        same = {"IfMatch": f'"{tag}"'} if (tag := entry.version.rpartition(":")[0]) else {}
        try:
            answer = self._client().get_object(
                Bucket=self._bucket, Key=self._prefix + entry.path.decode(), **same
            )
        except ClientError as error:
            if _code(error) in _CHANGED:
                raise Changed("The object changed.") from error
            if _code(error) in _GONE:
                raise FileNotFoundError("The object is gone.") from error
            raise OSError(f"the object cannot be read: {error}") from error
        except (BotoCoreError, OSError) as error:
            self._refuse(error)
        return _Body(answer["Body"])

    def is_still(self, entry: Entry) -> bool:  # noqa: ARG002 (of the protocol)
        """An object is given as it was when it was asked for, or not at all."""
        return True

    def is_suspiciously_empty(self, since_ns: int) -> bool:  # noqa: ARG002 (of the protocol)
        return False

    def is_directory(self, path: bytes) -> bool:  # noqa: ARG002 (of the protocol)
        return False

    def _client(self) -> _Client:
        return cast(_Client, self._connect())

    def _listed(self, key: str, size: int, tag: str) -> Entry | Skipped:
        path = key[len(self._prefix) :].encode()
        if any(name.startswith(b".") for name in path.split(b"/")):
            return Skipped(path, Why.HIDDEN)
        if not path or path.endswith(b"/"):  # how consoles make folders
            return Skipped(path, Why.SPECIAL)
        return Entry(path, size, f"{tag.strip(chr(34))}:{size}")

    def _refuse(self, error: BaseException) -> NoReturn:
        where = f"s3://{self._bucket}/{self._prefix}"
        kind = SourceForbidden if _code(error) in _FORBIDDEN else SourceUnavailable
        raise kind(f"{where} cannot be read: {error}. Nothing of it was removed.") from error


class _Body:
    """The body of an answer, with errors as files have them."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def read(self, size: int, /) -> bytes:
        from botocore.exceptions import BotoCoreError
        from urllib3.exceptions import HTTPError

        try:
            return cast(bytes, self._body.read(size))
        except (BotoCoreError, HTTPError) as error:
            raise OSError(f"The object broke off: {error}") from error

    def close(self) -> None:
        self._body.close()


class Listings:
    """Listings by kind and location of a source. folders: bucket name -> folder that plays it."""

    def __init__(self, folders: Mapping[str, Path], *, endpoint: str, region: str) -> None:
        self._folders = dict(folders)
        self._endpoint = endpoint
        self._region = region
        self._lock = threading.Lock()
        self._opened: object | None = None

    def of(self, kind: str, location: str) -> Listing:
        """kind: "folder" (location is absolute) or "bucket" (BUCKET/PREFIX).

        Raises SourceUnavailable for what cannot be looked through.
        """
        if kind == "folder":
            return FolderListing(Path(location))
        if kind != "bucket":
            raise SourceUnavailable(f"A source of kind {kind!r} cannot be looked through.")
        bucket, prefix = bucket_and_prefix(location)
        if bucket in self._folders:
            return FolderListing(self._folders[bucket].joinpath(*_parts(prefix)))
        if not self._endpoint:
            raise SourceUnavailable(
                f"Nothing keeps bucket {bucket}: say --bucket {bucket}=DIR, "
                "or set EYEBRIGHT_S3_ENDPOINT."
            )
        return BucketListing(bucket, prefix, connect=self._client)

    def _client(self) -> object:
        with self._lock:
            if self._opened is None:
                self._opened = connect_s3(self._endpoint, self._region)
            return self._opened


def bucket_and_prefix(location: str) -> tuple[str, str]:
    """BUCKET/PREFIX as the bucket and what all keys begin with: "" or a path that ends with "/".

    An object's key is this prefix and the place's path, one after the other.
    """
    bucket, _, prefix = location.partition("/")
    prefix = prefix.strip("/")
    return bucket, prefix + "/" if prefix else ""


def bucket_location(text: str) -> str:
    """BUCKET/PREFIX, or the same behind s3://, as it is kept: the bucket, or it and a prefix that
    ends with "/". Raises InvalidInput for what names no bucket."""
    bucket, prefix = bucket_and_prefix(text.removeprefix("s3://"))
    if not bucket or "//" in prefix:
        raise InvalidInput(f"{text!r} is no bucket; say s3://BUCKET or s3://BUCKET/PREFIX.")
    return f"{bucket}/{prefix}" if prefix else bucket


def _parts(prefix: str) -> list[str]:
    return key_parts(prefix.rstrip("/")) if prefix else []


def _code(error: Any) -> str:
    """What the service said, if it said anything."""
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))
