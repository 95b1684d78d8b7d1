"""What happens, told as it happens: server-sent events of one account.

Each stream asks the database once a second: whichever process works, its pages hear of it. A
stream ends with its session, and with the server.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import anyio
import anyio.to_thread
import orjson

from eyebright.errors import EyebrightError, NotAuthenticated
from eyebright.ids import AccountId
from eyebright.web.errors import Refused

POLL_SECONDS: Final = 1.0
HEARTBEAT_SECONDS: Final = 15.0
MOST_PER_ACCOUNT: Final = 8
_STEP_SECONDS: Final = 0.2
HEARTBEAT: Final = b": here\n\n"


@dataclass(frozen=True, slots=True)
class Event:
    """name: "indexing", "asset" or "job". said: a value of `shapes`."""

    name: str
    said: object


@dataclass(slots=True)
class Listeners:
    """How many streams each account has open in this process."""

    open: Counter[AccountId] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def require_room(self, account_id: AccountId) -> None:
        """Raise Refused (429) for one stream too many."""
        if self.open[account_id] >= MOST_PER_ACCOUNT:
            raise Refused(
                429,
                "too_many_streams",
                f"{MOST_PER_ACCOUNT} pages of this account listen already; close one.",
                headers=[("Retry-After", "30")],
            )

    def add(self, account_id: AccountId, count: int) -> None:
        with self.lock:
            self.open[account_id] += count
            if not self.open[account_id]:
                del self.open[account_id]


async def stream(
    look: Callable[[], Iterator[Event]],
    *,
    account_id: AccountId,
    listeners: Listeners,
    stopping: Callable[[], bool],
) -> AsyncIterator[bytes]:
    """look: what is new since it was called last; raises NotAuthenticated when the session is
    over. Other errors of ours are waited out."""
    listeners.add(account_id, 1)
    quiet = 0.0
    try:
        yield b"retry: 3000\n\n"
        while not stopping():
            events = await anyio.to_thread.run_sync(_looked, look)
            if events is None:
                return
            for event in events:
                yield _text(event)
            quiet = 0.0 if events else quiet + POLL_SECONDS
            if quiet >= HEARTBEAT_SECONDS:
                yield HEARTBEAT
                quiet = 0.0
            await _pause(stopping)
    finally:
        listeners.add(account_id, -1)


def _looked(look: Callable[[], Iterator[Event]]) -> list[Event] | None:
    """None when the stream is to end."""
    try:
        return list(look())
    except NotAuthenticated:
        return None
    except EyebrightError:  # a database that is busy or gone for the moment
        return []


async def _pause(stopping: Callable[[], bool]) -> None:
    left = POLL_SECONDS
    while left > 0 and not stopping():
        await anyio.sleep(_STEP_SECONDS)
        left -= _STEP_SECONDS


def _text(event: Event) -> bytes:
    return b"event: " + event.name.encode() + b"\ndata: " + orjson.dumps(event.said) + b"\n\n"
