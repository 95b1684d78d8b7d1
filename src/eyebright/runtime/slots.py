"""How many pictures are analysed at once: slots, given in the order they were asked for."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from eyebright.runtime.laps import lap


class FairSlots:
    """A counting semaphore whose waiters are served first come, first served.

    `threading.Semaphore` lets a newcomer overtake those who wait; under load one request could
    wait for ever. A thread that holds a slot must not ask for a second one.
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise ValueError(f"{count} slots: at least one is needed.")
        self.count = count
        self._free = count
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Wait for a slot, keep it for the length of the `with` block."""
        self._take()
        try:
            yield
        finally:
            self._give_back()

    @property
    def waiting(self) -> int:
        """How many callers wait at this moment."""
        return len(self._waiting)

    def _take(self) -> None:
        with self._guard:
            if self._free:
                self._free -= 1
                return
            turn = threading.Event()
            self._waiting.append(turn)
        try:
            with lap("wait"):
                turn.wait()
        except BaseException:  # an interrupted waiter leaves the queue, or passes its turn on
            self._withdraw(turn)
            raise

    def _withdraw(self, turn: threading.Event) -> None:
        with self._guard:
            if not turn.is_set():
                self._waiting.remove(turn)
                return
        self._give_back()

    def _give_back(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
