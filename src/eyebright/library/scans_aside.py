"""Scans that nobody waits for: begun by a page, done on threads of their own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from eyebright.errors import EyebrightError
from eyebright.library.scan_report import Watchers
from eyebright.library.values import Library, LibrarySource

MOST_AT_ONCE = 8
_LOG = logging.getLogger(__name__)


class Scan(Protocol):
    """`library.scanning.Scans.run`."""

    def __call__(
        self, library: Library, source: LibrarySource, /, *, watchers: Watchers
    ) -> object: ...


@dataclass(slots=True)
class _Running:
    thread: threading.Thread


class ScansAside:
    """One scan of a source at a time; `stop` breaks off what is on, and the next scan goes on."""

    def __init__(self, scan: Scan, *, ended: Callable[[], object] = lambda: None) -> None:
        """ended: called after each."""
        self._scan = scan
        self._ended = ended
        self._stopping = threading.Event()
        self._running: dict[int, _Running] = {}
        self._lock = threading.Lock()

    def start(self, library: Library, source: LibrarySource) -> bool:
        """False when it is being looked through already, or too many others are."""
        with self._lock:
            full = len(self._running) >= MOST_AT_ONCE
            if source.number in self._running or full or self._stopping.is_set():
                return False
            thread = threading.Thread(
                target=self._run, args=(library, source), name=f"scan-{source.number}"
            )
            self._running[source.number] = _Running(thread)
            thread.start()  # before anybody can wait for its end
        return True

    def is_on(self, source: LibrarySource) -> bool:
        with self._lock:
            return source.number in self._running

    def stop(self) -> None:
        """Waits for what is on to break off."""
        self._stopping.set()
        with self._lock:
            threads = [running.thread for running in self._running.values()]
        for thread in threads:
            thread.join()

    def _run(self, library: Library, source: LibrarySource) -> None:
        try:
            self._scan(library, source, watchers=Watchers(stop=self._stopping.is_set))
        except EyebrightError as error:  # the source's row says it, too
            _LOG.warning("%s: %s", source.location, error.message)
        finally:
            with self._lock:
                self._running.pop(source.number, None)
            self._ended()
