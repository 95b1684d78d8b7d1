"""Objects that this server writes itself, into the buckets that it reads from."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, cast

from eyebright.errors import DeliveryFailed, SourceUnavailable
from eyebright.sources.folders import key_parts

SECONDS = 5
"""For one object; the stream that it is of is not looked at meanwhile."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class _Client(Protocol):
    def put_object(self, **given: Any) -> Any: ...


class Uploads:
    """Buckets by name: folders first, then the S3-compatible endpoint if there is one.

    boto3 is imported and its client made with the first object for the endpoint.
    """

    def __init__(self, folders: Mapping[str, Path], *, endpoint: str, region: str) -> None:
        self._folders = dict(folders)
        self._endpoint = endpoint
        self._region = region
        self._lock = threading.Lock()
        self._client: _Client | None = None

    def put(
        self, bucket: str, key: str, data: bytes, *, media_type: str, kms_key: str | None = None
    ) -> None:
        """Write a new object. kms_key: to be encrypted under, which a folder cannot.

        Raises DeliveryFailed, which names the reason.
        """
        try:
            if bucket in self._folders:
                self._write(bucket, key, data, kms_key)
            elif self._endpoint:
                self._send(bucket, key, data, media_type, kms_key)
            else:
                raise DeliveryFailed(
                    f"Nothing keeps bucket {bucket}: say --bucket {bucket}=DIR, "
                    "or set EYEBRIGHT_S3_ENDPOINT."
                )
        except (SourceUnavailable, OSError) as error:
            raise DeliveryFailed(f"{bucket}/{key} cannot be written: {error}") from error

    def _write(self, bucket: str, key: str, data: bytes, kms_key: str | None) -> None:
        """Parts are walked one by one, without following links, as `folders.py` reads them."""
        if kms_key is not None:
            raise DeliveryFailed(f"Bucket {bucket} is a folder, which does not encrypt: {key}.")
        *folders, name = key_parts(key)
        place = os.open(self._folders[bucket], os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in folders:
                with suppress(FileExistsError):
                    os.mkdir(part, mode=0o700, dir_fd=place)
                inner = os.open(part, _FOLDER, dir_fd=place)
                os.close(place)
                place = inner
            with os.fdopen(os.open(name, _NEW_FILE, 0o600, dir_fd=place), "wb") as file:
                file.write(data)
        finally:
            os.close(place)

    def _send(
        self, bucket: str, key: str, data: bytes, media_type: str, kms_key: str | None
    ) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        sealed = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}
        try:
            self._opened_client().put_object(
                Bucket=bucket, Key=key, Body=data, ContentType=media_type, **sealed
            )
        except (BotoCoreError, ClientError) as error:
            raise DeliveryFailed(f"{bucket}/{key} of {self._endpoint}: {error}") from error

    def _opened_client(self) -> _Client:
        with self._lock:
            if self._client is None:
                self._client = _connect(self._endpoint, self._region)
            return self._client


def _connect(endpoint: str, region: str) -> _Client:
    import boto3.session
    from botocore.config import Config

    config = Config(
        connect_timeout=SECONDS,
        read_timeout=SECONDS,
        retries={"mode": "standard", "total_max_attempts": 1},
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
    )
    session = boto3.session.Session(region_name=region)
    return cast(_Client, session.client("s3", endpoint_url=endpoint, config=config))
