"""From answers at moments to stretches of time: the same name seen without a break."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from eyebright.videojobs.work import Timed

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Stretch(Generic[Item]):
    """From start_ms to end_ms. best: the surest of its items."""

    key: str
    start_ms: int
    end_ms: int
    best: Item


@dataclass(frozen=True, slots=True)
class Moment(Generic[Item]):
    """key: what must be the same; score: 0-1."""

    at: Timed[Item]
    key: str
    score: float


def stretches(
    moments: Iterable[Moment[Item]], *, step_ms: int, length_ms: int | None
) -> list[Stretch[Item]]:
    """Join moments of one key that are no further apart than one and a half steps; in order of
    their starts.

    step_ms: between frames that were looked at. A stretch lasts until the next look would have
    been, but not longer than the video (length_ms).
    """
    open_ones: dict[str, tuple[int, int, Moment[Item]]] = {}
    done: list[tuple[int, int, Moment[Item]]] = []
    for moment in moments:
        now = moment.at.at_ms
        running = open_ones.get(moment.key)
        if running is None or now - running[1] > 1.5 * step_ms:
            if running is not None:
                done.append(running)
            open_ones[moment.key] = (now, now, moment)
        else:
            start, _, best = running
            open_ones[moment.key] = (start, now, max(best, moment, key=lambda one: one.score))
    done += open_ones.values()
    done.sort(key=lambda one: one[0])
    return [
        Stretch(best.key, start, _end(last, step_ms, length_ms), best.at.item)
        for start, last, best in done
    ]


def _end(last_ms: int, step_ms: int, length_ms: int | None) -> int:
    end = last_ms + step_ms
    return end if length_ms is None else max(last_ms, min(end, length_ms))
