"""Where a list goes on: a text that pages hold and cannot make, bound to account and list."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TypeAlias

import orjson

from eyebright.errors import InvalidCursor
from eyebright.governance.accounts import Scope

Position: TypeAlias = tuple[int | str, ...]
_MAC_BYTES = 16
_LONGEST = 512


class PageCursors:
    """Makes and reads `next` and `after`. secret: at least 16 bytes, the same over restarts."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 16:
            raise ValueError("The secret of cursors needs at least 16 bytes.")
        self._key = hmac.digest(secret, b"page cursors 1", "sha256")

    def write(self, scope: Scope, listed: str, position: Position | None) -> str | None:
        """The text for a position in the list of this name; None after the last page."""
        if position is None:
            return None
        content = orjson.dumps(position)
        return urlsafe_b64encode(self._mac(scope, listed, content) + content).decode("ascii")

    def read(self, scope: Scope, listed: str, text: str) -> Position | None:
        """The position; None for an empty text, which is the first page. Raises InvalidCursor."""
        if not text:
            return None
        try:
            raw = urlsafe_b64decode(text[:_LONGEST].encode("ascii"))
        except ValueError as error:
            raise _foreign() from error
        mac, content = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(scope, listed, content)):
            raise _foreign()
        return tuple(orjson.loads(content))

    def number(self, scope: Scope, listed: str, text: str) -> int | None:
        """As `read`, of a list whose positions are single numbers."""
        position = self.read(scope, listed, text)
        return None if position is None else int(position[0])

    def _mac(self, scope: Scope, listed: str, content: bytes) -> bytes:
        binding = orjson.dumps([scope.account_id, scope.region, listed])
        return hmac.digest(self._key, binding + b"\0" + content, "sha256")[:_MAC_BYTES]


def _foreign() -> InvalidCursor:
    return InvalidCursor("`after` is not what this list said; begin at the first page.")
