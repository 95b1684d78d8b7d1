"""From answers at moments to stretches of time: the same name seen without a break."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from eyebright.videojobs.work import Timed

Item = TypeVar("Item")
_MISSED = 1.5
"""Looks that are further apart than this many steps have one between them that saw nothing."""


@dataclass(frozen=True, slots=True)
class Moment(Generic[Item]):
    """key: what must be the same; score: 0-1."""

    at: Timed[Item]
    key: str
    score: float


@dataclass(frozen=True, slots=True)
class Run(Generic[Item]):
    """A key seen at every look from first_ms to last_ms. best: the surest of its moments."""

    first_ms: int
    last_ms: int
    best: Moment[Item]


@dataclass(frozen=True, slots=True)
class Stretch(Generic[Item]):
    """From start_ms to end_ms. best: the surest of its items."""

    key: str
    start_ms: int
    end_ms: int
    best: Item


def runs(moments: Iterable[Moment[Item]], *, longest_gap_ms: float) -> list[Run[Item]]:
    """Join moments of one key that are no further apart than the gap; in order of their starts.

    moments: in order of time; each is forgotten when it is joined.
    """
    open_ones: dict[str, Run[Item]] = {}
    done: list[Run[Item]] = []
    for moment in moments:
        now = moment.at.at_ms
        running = open_ones.get(moment.key)
        if running is None or now - running.last_ms > longest_gap_ms:
            if running is not None:
                done.append(running)
            open_ones[moment.key] = Run(now, now, moment)
        else:
            best = max(running.best, moment, key=lambda one: one.score)
            open_ones[moment.key] = Run(running.first_ms, now, best)
    return sorted((*done, *open_ones.values()), key=lambda one: one.first_ms)


def stretches(
    moments: Iterable[Moment[Item]], *, step_ms: int, length_ms: int | None
) -> list[Stretch[Item]]:
    """Join moments of one key that are no further apart than one and a half steps; in order of
    their starts.

    step_ms: between frames that were looked at. A stretch lasts until the next look would have
    been, but not longer than the video (length_ms).
    """
    return [
        Stretch(one.best.key, one.first_ms, _end(one.last_ms, step_ms, length_ms), one.best.at.item)
        for one in runs(moments, longest_gap_ms=_MISSED * step_ms)
    ]


def _end(last_ms: int, step_ms: int, length_ms: int | None) -> int:
    end = last_ms + step_ms
    return end if length_ms is None else max(last_ms, min(end, length_ms))
