"""How fast a library is being indexed, told from how far it is from time to time.

It does not matter which process works: what counts is what the database says.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from eyebright.clock import Clock
from eyebright.library.values import Library, Progress

WINDOW_SECONDS = 30.0
MOST_LIBRARIES = 1000


@dataclass(frozen=True, slots=True)
class Pace:
    """active: assets wait, and one was done in the last half minute. per_second, seconds_left: None
    when nobody knows."""

    active: bool
    per_second: float | None
    seconds_left: int | None


@dataclass(slots=True)
class _Seen:
    """When how many assets were done, oldest first. In seconds."""

    samples: deque[tuple[float, int]] = field(default_factory=deque)


class Paces:
    """Of all libraries that are being looked at."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: OrderedDict[int, _Seen] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, library: Library, progress: Progress) -> Pace:
        """The pace with this progress as the newest sample."""
        now = self._clock.now().timestamp()
        done = progress.total - progress.waiting
        with self._lock:
            samples = self._samples(library.number)
            while samples and (now - samples[0][0] > WINDOW_SECONDS or samples[0][1] > done):
                samples.popleft()
            if not samples or now - samples[-1][0] >= 0.5:
                samples.append((now, done))
            oldest_at, oldest_done = samples[0]
        if not progress.waiting:
            return Pace(active=False, per_second=None, seconds_left=None)
        seconds = now - oldest_at
        if seconds < 1 or done <= oldest_done:
            return Pace(active=seconds < 1, per_second=None, seconds_left=None)
        rate = (done - oldest_done) / seconds
        return Pace(True, round(rate, 2), round(progress.waiting / rate))

    def _samples(self, number: int) -> deque[tuple[float, int]]:
        seen = self._seen.setdefault(number, _Seen())
        self._seen.move_to_end(number)
        while len(self._seen) > MOST_LIBRARIES:
            self._seen.popitem(last=False)
        return seen.samples
