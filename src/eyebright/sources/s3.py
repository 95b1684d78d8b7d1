"""Objects of an S3-compatible endpoint, through boto3."""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import NoReturn, NotRequired, Protocol, TypedDict, cast

from eyebright.errors import ConfigurationError, ImageTooLarge, SourceUnavailable
from eyebright.sources.objects import StoredObject, open_ranges

CONNECT_SECONDS = 3
READ_SECONDS = 20
"""Of silence."""
OBJECT_SECONDS = 60
"""For a whole object, however steadily it trickles."""
ATTEMPTS = 2
_CONNECTIONS = 16
_PIECE_BYTES = 1 << 16


class _Body(Protocol):
    def read(self, amt: int) -> bytes: ...

    def close(self) -> None: ...


class _Answer(TypedDict):
    ContentLength: NotRequired[int]
    Body: _Body


class _Head(TypedDict):
    ContentLength: int
    ETag: NotRequired[str]


class _Client(Protocol):
    def get_object(self, **wanted: str) -> _Answer: ...

    def head_object(self, **wanted: str) -> _Head: ...


class S3Endpoint:
    """Reads objects with the credentials of AWS's standard chain (environment, profile, role).

    boto3 is imported and the client made on first use: both take long, and most servers have no
    endpoint. Path-style addresses are used, which every compatible store understands.
    """

    def __init__(self, endpoint: str, *, region: str) -> None:
        if not endpoint.startswith(("http://", "https://")):
            raise ConfigurationError(
                f"The S3 endpoint {endpoint!r} does not begin with http:// or https://."
            )
        self._endpoint = endpoint
        self._region = region
        self._lock = threading.Lock()
        self._client: _Client | None = None

    def read(self, bucket: str, key: str, *, version: str | None, max_bytes: int) -> bytes:
        """All bytes of the object. See `Source.read`."""
        from botocore.exceptions import BotoCoreError, ClientError

        wanted = {"Bucket": bucket, "Key": key} | ({"VersionId": version} if version else {})
        try:
            answer = self._opened_client().get_object(**wanted)
            body = answer["Body"]
            try:
                # the length comes ahead of the body: what is too large is never fetched
                if answer.get("ContentLength", 0) <= max_bytes:
                    return _read_all(body, answer.get("ContentLength"), max_bytes)
            finally:
                body.close()
        except (BotoCoreError, ClientError, OSError, ValueError) as error:
            raise SourceUnavailable(f"{bucket}/{key} of {self._endpoint}: {error}") from error
        raise _too_large(max_bytes)

    def open(self, bucket: str, key: str, *, version: str | None) -> StoredObject:
        """The object, fetched in pieces as it is read; always the same state of it, or an error.
        See `Source.open`."""
        from botocore.exceptions import BotoCoreError, ClientError

        wanted = {"Bucket": bucket, "Key": key} | ({"VersionId": version} if version else {})

        def fetch(first: int, last: int, *, same: str = "") -> bytes:
            condition = {"IfMatch": same} if same else {}
            try:
                answer = self._opened_client().get_object(
                    **wanted, **condition, Range=f"bytes={first}-{last}"
                )
                try:
                    return _read_all(answer["Body"], answer.get("ContentLength"), last - first + 1)
                finally:
                    answer["Body"].close()
            except (BotoCoreError, ClientError, OSError, ValueError) as error:
                raise SourceUnavailable(f"{bucket}/{key} of {self._endpoint}: {error}") from error

        try:
            head = self._opened_client().head_object(**wanted)
        except (BotoCoreError, ClientError, OSError, ValueError) as error:
            raise SourceUnavailable(f"{bucket}/{key} of {self._endpoint}: {error}") from error
        return open_ranges(head["ContentLength"], partial(fetch, same=head.get("ETag", "")))

    def _opened_client(self) -> _Client:
        with self._lock:
            if self._client is None:
                self._client = cast(_Client, connect_s3(self._endpoint, self._region))
            return self._client


def connect_s3(endpoint: str, region: str) -> object:
    """A boto3 client with the credentials of AWS's standard chain."""
    import boto3.session
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=_CONNECTIONS,
        s3={"addressing_style": "path"},
        response_checksum_validation="when_required",  # few compatible stores send checksums
    )
    session = boto3.session.Session(region_name=region)
    client = session.client("s3", endpoint_url=endpoint, config=config)
    client.meta.events.register("before-call.s3.HeadBucket", _follow_no_redirect)
    return cast(object, client)


def _follow_no_redirect(**_: object) -> NoReturn:
    """Sent somewhere else, botocore asks for the bucket's region, and asks on without an end when
    that is redirected too. There is one endpoint here, so the first answer stands."""
    raise ConnectionError("the endpoint redirects to another region")


def _read_all(body: _Body, length: int | None, max_bytes: int) -> bytes:
    """The body; OSError when it is not as long as announced or takes too long.

    Raises ImageTooLarge when its length was not announced and passes `max_bytes`.
    """
    deadline = time.monotonic() + OBJECT_SECONDS
    pieces: list[bytes] = []
    have = 0
    while piece := body.read(_PIECE_BYTES):
        pieces.append(piece)
        have += len(piece)
        if have > max_bytes:
            raise _too_large(max_bytes)
        if time.monotonic() > deadline:
            raise TimeoutError(f"{have} bytes of {length} came in {OBJECT_SECONDS} seconds")
    if length is not None and have != length:
        raise ConnectionError(f"{have} bytes of {length} came")
    return b"".join(pieces)


def _too_large(max_bytes: int) -> ImageTooLarge:
    return ImageTooLarge(f"The object is over the limit of {max_bytes} bytes.")
