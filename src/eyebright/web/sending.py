"""Answers onto the wire: whole ones, long ones in chunks, and streams of events."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import anyio
import anyio.to_thread
from starlette.types import Receive, Send

from eyebright.web.answers import JSON_TYPE, Answer, Chunks
from eyebright.web.security import HEADERS, TLS_HEADERS


async def send_answer(
    answer: Answer,
    send: Send,
    *,
    receive: Receive,
    head_only: bool,
    secure: bool,
    limiter: anyio.CapacityLimiter,
) -> None:
    """Send it; a client that hangs up ends what was to be sent."""
    start = {"type": "http.response.start", "status": answer.status}
    await send({**start, "headers": _headers(answer, secure=secure)})
    if isinstance(answer.body, bytes) and answer.events is None:
        await send({"type": "http.response.body", "body": b"" if head_only else answer.body})
        return
    try:
        await _send_chunks(answer, send, receive=receive, head_only=head_only, limiter=limiter)
    finally:
        if not isinstance(answer.body, bytes):
            answer.body.close()


async def _send_chunks(
    answer: Answer,
    send: Send,
    *,
    receive: Receive,
    head_only: bool,
    limiter: anyio.CapacityLimiter,
) -> None:
    if head_only:
        await send({"type": "http.response.body", "body": b""})
        return
    chunks = answer.events() if answer.events else _in_thread(answer.body, limiter)
    async with anyio.create_task_group() as tasks:

        async def watch() -> None:
            """Answers of this kind outlive their requests' bodies: what comes is the hanging up."""
            while (await receive())["type"] != "http.disconnect":
                pass
            tasks.cancel_scope.cancel()

        tasks.start_soon(watch)
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        tasks.cancel_scope.cancel()


async def _in_thread(
    chunks: bytes | Chunks, limiter: anyio.CapacityLimiter
) -> AsyncIterator[bytes]:
    remaining: Iterator[bytes] = iter([chunks]) if isinstance(chunks, bytes) else iter(chunks)
    while (
        chunk := await anyio.to_thread.run_sync(next, remaining, None, limiter=limiter)
    ) is not None:
        yield chunk


def _headers(answer: Answer, *, secure: bool) -> list[tuple[bytes, bytes]]:
    said = [*HEADERS, *(TLS_HEADERS if secure else ()), *answer.headers]
    if answer.content_type:
        said.append(("Content-Type", answer.content_type))
    if isinstance(answer.body, bytes) and answer.events is None:
        length = len(answer.body) if answer.length is None else answer.length
        if answer.status != 304:
            said.append(("Content-Length", str(length)))
    elif answer.length is not None:
        said.append(("Content-Length", str(answer.length)))
    if answer.content_type == JSON_TYPE and not _is_said("Cache-Control", answer):
        said.append(("Cache-Control", "no-store"))
    return [(name.lower().encode("latin-1"), _one_line(value)) for name, value in said]


def _is_said(name: str, answer: Answer) -> bool:
    return any(one == name for one, _ in answer.headers)


def _one_line(value: str) -> bytes:
    """A header's value: nothing in it may end its line."""
    if any(one in value for one in "\r\n\0"):
        raise ValueError("A header's value holds a line end.")
    return value.encode("latin-1")
