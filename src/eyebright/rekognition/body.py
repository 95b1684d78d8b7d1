"""Reading a request's body without ever holding more of it than the limit."""

from __future__ import annotations

from collections.abc import Sequence

import anyio
from starlette.types import Receive

from eyebright.awsjson.errors import RequestTooLarge

SILENCE_SECONDS = 60.0
"""How long a client may stay silent in the middle of a body."""
PATIENCE_SECONDS = 300.0
"""How long a whole body may take: the largest at 55 kB per second."""


class ClientGone(Exception):
    """The client hung up, or fell silent, before its request was whole."""


async def read_body(
    headers: Sequence[tuple[bytes, bytes]], receive: Receive, *, most: int
) -> bytes:
    """The whole body. Raises RequestTooLarge once it is, or says it will be, longer than `most`
    bytes, and ClientGone if it never ends."""
    if _announced(headers) > most:
        raise _too_large(most)
    chunks: list[bytes] = []
    length, more = 0, True
    with anyio.move_on_after(PATIENCE_SECONDS):
        while more:
            chunk, more = await _next_chunk(receive)
            length += len(chunk)
            if length > most:
                raise _too_large(most)
            chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)
    raise ClientGone


def is_large(headers: Sequence[tuple[bytes, bytes]], *, least: int) -> bool:
    """Whether a body has, or may have, `least` bytes; one in chunks does not say its length."""
    chunked = any(name == b"transfer-encoding" for name, _ in headers)
    return chunked or _announced(headers) >= least


async def discard_body(receive: Receive, *, most: int) -> None:
    """Read on and keep nothing, so that a client that is still sending comes to read its answer;
    after `most` bytes it is cut off."""
    length, more = 0, True
    while more and length <= most:
        chunk, more = await _next_chunk(receive)
        length += len(chunk)


async def _next_chunk(receive: Receive) -> tuple[bytes, bool]:
    with anyio.move_on_after(SILENCE_SECONDS):
        message = await receive()
        if message["type"] == "http.request":
            return message.get("body", b""), message.get("more_body", False)
    raise ClientGone


def _announced(headers: Sequence[tuple[bytes, bytes]]) -> int:
    """The Content-Length, 0 if there is none that is a number; the server below checks it."""
    for name, value in headers:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0


def _too_large(most: int) -> RequestTooLarge:
    return RequestTooLarge(f"The request body is longer than {most} bytes.")
