"""What callers may call things. The door checks the same by the service model; the CLI and the
Python API come here."""

from __future__ import annotations

import re

from eyebright.errors import InvalidInput
from eyebright.ids import CollectionId, UserId

_COLLECTION = re.compile(r"[a-zA-Z0-9_.\-]{1,255}")
_USER = re.compile(r"[a-zA-Z0-9_.\-:]{1,128}")
_EXTERNAL_IMAGE = re.compile(r"[a-zA-Z0-9_.\-:]{1,255}")


def require_collection_id(collection_id: CollectionId) -> None:
    """Raise InvalidInput unless it is 1-255 letters, digits and `_.-`."""
    _require(_COLLECTION, collection_id, "A collection id is 1-255 of a-z A-Z 0-9 _ . -")


def require_user_id(user_id: UserId) -> None:
    """Raise InvalidInput unless it is 1-128 letters, digits and `_.-:`."""
    _require(_USER, user_id, "A user id is 1-128 of a-z A-Z 0-9 _ . - :")


def require_external_image_id(external_image_id: str | None) -> None:
    """Raise InvalidInput unless it is absent or 1-255 letters, digits and `_.-:`."""
    if external_image_id is not None:
        _require(
            _EXTERNAL_IMAGE,
            external_image_id,
            "An external image id is 1-255 of a-z A-Z 0-9 _ . - :",
        )


def _require(pattern: re.Pattern[str], text: str, rule: str) -> None:
    if not pattern.fullmatch(text):
        raise InvalidInput(f"{rule}; {text[:300]!r} is not.")
