"""Where the time of one piece of work went, for whoever asks for it to be measured.

    with measured() as laps:
        work()          # somewhere inside: with lap("decode"): ...
    laps.milliseconds   # {"decode": 4.1, "total": 31.0}

A lap inside a lap counts for the inner one only, so that the parts never exceed the total. Where
nobody measures, a lap costs a look at one variable. Work on other threads is not seen.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Laps:
    """Of one thread at a time. seconds: by name, each without the laps inside it."""

    seconds: dict[str, float] = field(default_factory=dict)
    total_seconds: float = 0.0
    inner: list[float] = field(default_factory=list)

    @property
    def milliseconds(self) -> Mapping[str, float]:
        """By name, in the order of their beginnings, and "total" last."""
        parts = {name: round(1000 * seconds, 3) for name, seconds in self.seconds.items()}
        return {**parts, "total": round(1000 * self.total_seconds, 3)}


_LAPS: ContextVar[Laps | None] = ContextVar("laps", default=None)


@contextmanager
def measured() -> Iterator[Laps]:
    """Measure what happens in this block, on this thread."""
    laps = Laps()
    token = _LAPS.set(laps)
    started = time.perf_counter()
    try:
        yield laps
    finally:
        laps.total_seconds = time.perf_counter() - started
        _LAPS.reset(token)


@contextmanager
def lap(name: str) -> Iterator[None]:
    """The time of this block goes to `name`, if somebody measures."""
    laps = _LAPS.get()
    if laps is None:
        yield
        return
    laps.seconds.setdefault(name, 0.0)
    laps.inner.append(0.0)
    started = time.perf_counter()
    try:
        yield
    finally:
        took = time.perf_counter() - started
        laps.seconds[name] += took - laps.inner.pop()
        if laps.inner:
            laps.inner[-1] += took
