"""How a long step tells how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called often, from the thread that works. `total_bytes` is 0 when it is not known."""

    def __call__(self, step: str, done_bytes: int, total_bytes: int) -> None: ...


def silent(step: str, done_bytes: int, total_bytes: int) -> None:
    """The progress that nobody looks at."""
