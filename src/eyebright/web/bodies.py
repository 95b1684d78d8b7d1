"""Reading a request's body without ever holding more of it than its limit."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import anyio
import anyio.to_thread
from starlette.types import Receive

from eyebright.web.errors import Refused

SILENCE_SECONDS = 60.0
"""How long a client may stay silent in the middle of a body."""
MOST_DISCARDED = 64 * 1024 * 1024
_WRITTEN_AT_ONCE = 1024 * 1024


class ClientGone(Exception):
    """The client hung up, or fell silent, before its request was whole."""


class Body:
    """One request's body, on its way in."""

    def __init__(self, headers: Mapping[str, str], receive: Receive) -> None:
        self._announced = headers.get("content-length", "")
        self._receive = receive
        self._more = True

    async def read(self, *, most: int) -> bytes:
        """All of it. Raises Refused (413) for a longer one, ClientGone if it never ends."""
        return b"".join([chunk async for chunk in self._chunks(most)])

    async def to_file(self, directory: Path, *, most: int) -> Path:
        """All of it as a new file, mode 0600, for its receiver to remove. Raises as `read`, and
        Refused (507) when there is no room; then no file is left."""
        handle, name = await anyio.to_thread.run_sync(_new_file, directory)
        try:
            pending = bytearray()
            async for chunk in self._chunks(most):
                pending += chunk
                if len(pending) >= _WRITTEN_AT_ONCE:
                    await anyio.to_thread.run_sync(_write, handle, bytes(pending))
                    pending.clear()
            await anyio.to_thread.run_sync(_write, handle, bytes(pending))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
        return Path(name)

    async def discard(self) -> None:
        """Read on and keep nothing, so that a client that is still sending comes to read its
        answer; after MOST_DISCARDED bytes it is cut off."""
        length = 0
        while self._more and length <= MOST_DISCARDED:
            length += len(await self._next())

    async def _chunks(self, most: int) -> AsyncIterator[bytes]:
        length = 0
        if self._announced.isdigit() and int(self._announced[:20]) > most:
            raise _too_large(most)
        while self._more:
            chunk = await self._next()
            length += len(chunk)
            if length > most:
                raise _too_large(most)
            yield chunk

    async def _next(self) -> bytes:
        with anyio.move_on_after(SILENCE_SECONDS):
            message = await self._receive()
            if message["type"] == "http.request":
                self._more = message.get("more_body", False)
                content: bytes = message.get("body", b"")
                return content
        raise ClientGone


def _new_file(directory: Path) -> tuple[int, str]:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.mkstemp(dir=directory, prefix="upload-")


def _write(handle: int, content: bytes) -> None:
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(handle, view) :]
    except OSError as error:
        message = f"The upload cannot be kept: {error.strerror}."
        raise Refused(507, "no_room", message) from error


def _too_large(most: int) -> Refused:
    return Refused(413, "too_large", f"The body is longer than {most} bytes.")
