"""Bodies are read up to a limit and no further."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from starlette.types import Message

from eyebright.awsjson.errors import RequestTooLarge
from eyebright.rekognition import body
from eyebright.rekognition.body import ClientGone, discard_body, is_large, read_body


def sending(chunks: Iterator[bytes], *, more: bool = True) -> Callable[[], Awaitable[Message]]:
    async def receive() -> Message:
        chunk = next(chunks, None)
        if chunk is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunk, "more_body": more and chunk != b"end"}

    return receive


def test_chunks_are_joined() -> None:
    receive = sending(iter([b"a", b"", b"b", b"end"]))
    assert asyncio.run(read_body([], receive, most=5)) == b"abend"


def test_a_body_of_exactly_the_limit_is_read() -> None:
    assert asyncio.run(read_body([], sending(iter([b"ab", b"end"])), most=5)) == b"abend"
    with pytest.raises(RequestTooLarge):
        asyncio.run(read_body([], sending(iter([b"abc", b"end"])), most=5))


def test_an_announced_length_is_believed_before_a_byte_is_read() -> None:
    async def never() -> Message:
        raise AssertionError

    for length in (b"6", b"9" * 5000):
        with pytest.raises(RequestTooLarge, match="longer than 5 bytes"):
            asyncio.run(read_body([(b"content-length", length)], never, most=5))


def test_a_client_that_hangs_up_is_gone() -> None:
    with pytest.raises(ClientGone):
        asyncio.run(read_body([], sending(iter([b"a"])), most=5))


@pytest.mark.parametrize("limit", ["SILENCE_SECONDS", "PATIENCE_SECONDS"])
def test_a_client_that_falls_silent_is_gone(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(body, limit, 0.01)

    async def silence() -> Message:
        await asyncio.sleep(60)
        raise AssertionError

    with pytest.raises(ClientGone):
        asyncio.run(read_body([], silence, most=5))


def test_what_is_discarded_is_bounded() -> None:
    read: list[int] = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield b"abcde"

    asyncio.run(discard_body(sending(endless()), most=50))
    assert len(read) == 11


def test_a_body_is_large_if_it_says_so_or_says_nothing() -> None:
    assert is_large([(b"content-length", b"10")], least=10)
    assert not is_large([(b"content-length", b"9")], least=10)
    assert is_large([(b"transfer-encoding", b"chunked")], least=10)
    assert not is_large([], least=10)
