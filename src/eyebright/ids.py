"""Names of things, as types. Made only through `Ids`, so that tests can make them predictable."""

from __future__ import annotations

import secrets
import uuid
from typing import NewType, Protocol

AccountId = NewType("AccountId", str)
"""Twelve decimal digits, as in an ARN."""
AccessKeyId = NewType("AccessKeyId", str)
"""Twenty characters, begins with AKIA."""
Region = NewType("Region", str)
CollectionId = NewType("CollectionId", str)
UserId = NewType("UserId", str)
FaceId = NewType("FaceId", str)
"""Lower-case UUID, version 4."""
CelebrityId = NewType("CelebrityId", str)
"""Letters and digits; also the id of the user that the celebrity is."""
JobId = NewType("JobId", str)
"""64 hexadecimal digits, lower case."""
ImageId = NewType("ImageId", str)
"""Lower-case UUID, version 5 of the image's bytes: the same image has the same id."""

_IMAGE_NAMESPACE = uuid.UUID("6f0b6c2e-6a0e-5d0c-9d3a-65796562726d")


class Ids(Protocol):
    """Where new random ids come from."""

    def face(self) -> FaceId: ...

    def request(self) -> str: ...

    def job(self) -> JobId: ...

    def uuid(self) -> str: ...


class RandomIds:
    """Ids from the operating system's randomness."""

    def face(self) -> FaceId:
        return FaceId(str(uuid.uuid4()))

    def request(self) -> str:
        return str(uuid.uuid4())

    def job(self) -> JobId:
        return JobId(secrets.token_hex(32))

    def uuid(self) -> str:
        """Lower-case, version 4: of what has no method of its own here."""
        return str(uuid.uuid4())


def image_id(content_sha256: bytes) -> ImageId:
    """The id of an image, from the SHA-256 of its bytes (32 bytes)."""
    return ImageId(str(uuid.uuid5(_IMAGE_NAMESPACE, content_sha256.hex())))
