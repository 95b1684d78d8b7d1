"""Changes of very many assets, brought to the search index by a thread of its own."""

from __future__ import annotations

import logging
import queue
import threading
from collections import Counter

from eyebright.errors import EyebrightError
from eyebright.jobs.workers import Background
from eyebright.library.removal import Publisher
from eyebright.library.values import Library

_LOG = logging.getLogger(__name__)


class PublishingAside(Background):
    """Use as a `with` block, or `start` and `stop`. Where it was not started nothing is lost: every
    search brings the index level with the rows before it answers."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._waiting: queue.SimpleQueue[Library | None] = queue.SimpleQueue()
        self._owed: Counter[int] = Counter()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="publishing")

    def ask(self, library: Library) -> None:
        """Many assets of this library changed."""
        if self._thread.is_alive():
            with self._lock:
                self._owed[library.number] += 1
            self._waiting.put(library)

    def is_behind(self, library: Library) -> bool:
        """Whether many assets of this library are still to be published."""
        with self._lock:
            return self._owed[library.number] > 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Waits for what is on; what waits is left to the next search."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()

    def _run(self) -> None:
        while (library := self._waiting.get()) is not None:
            try:
                self._publisher.publish(library, ())
            except EyebrightError as error:
                _LOG.warning("Publishing is left to the next search: %s", error.message)
            finally:
                with self._lock:
                    self._owed[library.number] -= 1
