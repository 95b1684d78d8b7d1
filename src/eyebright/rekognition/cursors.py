"""Paging tokens: where a list goes on, signed, so that a client can hold them but not make them.

A token is bound to the account, the region, the operation and the request's other members, and
lives for a day. The position inside is readable to whoever decodes it; it holds only what the
client was shown, ids and row numbers of its own account.
"""

from __future__ import annotations

import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import orjson

from eyebright.clock import Clock
from eyebright.errors import InvalidCursor
from eyebright.people.values import Position
from eyebright.rekognition.call import Call

LIFETIME_SECONDS = 86_400
LONGEST_TOKEN = 255
"""Characters; PaginationToken in the service model."""

_MAC_BYTES = 16
_HEAD = struct.Struct(f">{_MAC_BYTES}sI")
_PAGING_MEMBERS = frozenset({"NextToken", "MaxResults"})


class Cursors:
    """Makes and reads tokens. secret: at least 16 bytes, the same over restarts."""

    def __init__(self, secret: bytes, *, clock: Clock) -> None:
        if len(secret) < 16:
            raise ValueError("The secret of paging tokens needs at least 16 bytes.")
        self._key = hmac.digest(secret, b"eyebright paging tokens 1", "sha256")
        self._clock = clock

    def write(self, call: Call, position: Position | None) -> str | None:
        """The NextToken of a page that ended at `position`; None after the last page."""
        if position is None:
            return None
        made_at = int(self._clock.now().timestamp())
        content = orjson.dumps(position)
        mac = self._mac(call, made_at, content)
        token = urlsafe_b64encode(_HEAD.pack(mac, made_at) + content).decode("ascii")
        if len(token) > LONGEST_TOKEN:
            raise ValueError(f"The position {position!r} does not fit into a paging token.")
        return token

    def read(self, call: Call) -> Position | None:
        """Where the page that `call` asks for begins; None for the first one.

        An absent and an empty NextToken mean the first page: both are sent by real clients.
        Raises InvalidCursor for a token that is not ours, of another request, or too old.
        """
        token = call.input.get("NextToken")
        if not token:
            return None
        mac, made_at, content = _unpack(token)
        if not hmac.compare_digest(mac, self._mac(call, made_at, content)):
            raise InvalidCursor("This paging token was not made for this request.")
        if self._clock.now().timestamp() - made_at > LIFETIME_SECONDS:
            raise InvalidCursor("This paging token is older than 24 hours; start at page one.")
        return tuple(orjson.loads(content))

    def _mac(self, call: Call, made_at: int, content: bytes) -> bytes:
        binding = orjson.dumps(
            [
                call.scope.account_id,
                call.scope.region,
                call.operation,
                _without_paging(call.input),
                made_at,
            ],
            option=orjson.OPT_SORT_KEYS,
        )
        return hmac.digest(self._key, binding + b"\0" + content, "sha256")[:_MAC_BYTES]


def _without_paging(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in _PAGING_MEMBERS}


def _unpack(token: str) -> tuple[bytes, int, bytes]:
    try:
        raw = urlsafe_b64decode(token.encode("ascii"))
        mac, made_at = _HEAD.unpack_from(raw)
    except (ValueError, struct.error) as error:
        raise InvalidCursor("This is no paging token of this server.") from error
    return mac, made_at, raw[_HEAD.size :]
