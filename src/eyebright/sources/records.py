"""Where records of live streams go: data streams of a Kinesis-compatible endpoint, or files and
addresses that stand for them."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import unquote, urlsplit

from eyebright.errors import ConfigurationError, DeliveryFailed
from eyebright.sources.delivery import connect, post

SECONDS = 5
"""For one delivery; the stream is not looked at meanwhile."""


class _Client(Protocol):
    def put_record(self, *, StreamName: str, Data: bytes, PartitionKey: str) -> Any: ...  # noqa: N803


class Records:
    """Puts records, one JSON text each. places: data stream ARN -> file:// or http(s):// address.

    A file gets one record a line; an address gets each by POST. boto3 is imported and its client
    made with the first record for the endpoint.
    """

    def __init__(self, *, endpoint: str, region: str, places: Mapping[str, str]) -> None:
        """Raises ConfigurationError for addresses of other kinds."""
        for address in (*places.values(), *([endpoint] if endpoint else [])):
            kinds = ("http://", "https://") if address == endpoint else _KINDS
            if not address.startswith(kinds):
                raise ConfigurationError(
                    f"The address {address!r} does not begin with {' or '.join(kinds)}."
                )
        self._endpoint = endpoint
        self._region = region
        self._places = dict(places)
        self._lock = threading.Lock()
        self._client: _Client | None = None

    def put(self, stream_arn: str, text: str, *, key: str) -> None:
        """key: records of one key stay in order. Raises DeliveryFailed, which names the reason."""
        place = self._places.get(stream_arn)
        if place is not None and place.startswith("file://"):
            _append(file_of(place), text)
        elif place is not None:
            post(place, text, seconds=SECONDS)
        elif self._endpoint:
            self._put(stream_arn, text, key)
        else:
            raise DeliveryFailed(
                f"Nothing takes records for {stream_arn}: "
                "set EYEBRIGHT_KINESIS_ENDPOINT, or name it in EYEBRIGHT_STREAMS."
            )

    def _put(self, stream_arn: str, text: str, key: str) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        name = stream_arn.rpartition(":stream/")[2]
        try:
            self._opened_client().put_record(StreamName=name, Data=text.encode(), PartitionKey=key)
        except (BotoCoreError, ClientError, OSError) as error:
            raise DeliveryFailed(f"{stream_arn} at {self._endpoint}: {error}") from error

    def _opened_client(self) -> _Client:
        with self._lock:
            if self._client is None:
                client = connect("kinesis", self._endpoint, region=self._region, seconds=SECONDS)
                self._client = cast(_Client, client)
            return self._client


_KINDS = ("http://", "https://", "file:///")


def file_of(address: str) -> Path:
    """The path of a file:// address."""
    return Path(unquote(urlsplit(address).path))


def _append(path: Path, text: str) -> None:
    """One write of one line: lines of several processes do not mix. A disk that fills up may take
    half a line; that line is ended before the next one is written."""
    line = text.encode() + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(handle).st_size
            torn = size and os.pread(handle, 1, size - 1) != b"\n"
            line = b"\n" + line if torn else line
            written = os.write(handle, line)
        finally:
            os.close(handle)
    except OSError as error:
        raise DeliveryFailed(f"{path}: {error.strerror}.") from error
    if written < len(line):
        raise DeliveryFailed(f"{path}: the disk is full.")
