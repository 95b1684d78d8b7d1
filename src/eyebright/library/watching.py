"""Watched sources: what changes in a folder reaches the library within a second.

One thread listens to all folders of all libraries; a few others look at what changed, one source
at a time, so that a large folder that is looked through does not hold up the others. What is gone
is believed after a moment only: a file that moved is told as gone first and as come later, and
what is known of it must not be lost between.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from eyebright.db.engine import Database
from eyebright.errors import EyebrightError, NotFound
from eyebright.jobs.workers import Background
from eyebright.library.feeding import watched_sources
from eyebright.library.libraries import Libraries
from eyebright.library.scan_report import Patience, ScanReport, Watchers
from eyebright.library.scanning import Scans
from eyebright.library.values import Library, LibrarySource, SourceKind

if TYPE_CHECKING:
    from eyebright.sources.watching import Changes

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WatchRules:
    """Seconds.

    refresh: between looks which sources there are. grace: until what is gone is believed to be.
    unsettled: until a file that grew is looked at again. again: after a failure. listing: between
    looks through buckets, which tell nothing by themselves, and folders that cannot be watched.
    whole: between looks through everything, for what no watcher told.
    """

    refresh: float = 1.0
    grace: float = 1.5
    unsettled: float = 2.0
    again: float = 15.0
    listing: float = 300.0
    whole: float = 6 * 3600.0
    threads: int = 2


class Watcher(Protocol):
    """What tells of changes (`sources.watching.FolderWatcher`)."""

    @property
    def problems(self) -> Mapping[Path, str]: ...

    def watch(self, folders: Collection[Path], /) -> None: ...

    def changes(self) -> Mapping[Path, Changes]: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class _Watched:
    """A source, and what is to be done about it. due: path -> when to look at it, on the monotonic
    clock. gone: the same for paths that are to be forgotten. scan_at: when to look through all."""

    library: Library
    source: LibrarySource
    scan_at: float = 0.0
    due: dict[bytes, float] = field(default_factory=dict)
    gone: dict[bytes, float] = field(default_factory=dict)
    is_busy: bool = False

    @property
    def folder(self) -> Path | None:
        is_folder = self.source.kind is SourceKind.FOLDER
        return Path(self.source.location) if is_folder else None


class Watching(Background):
    """Use as a `with` block, or `start` and `stop`."""

    def __init__(
        self,
        database: Database,
        libraries: Libraries,
        scans: Scans,
        *,
        new_watcher: Callable[[], Watcher],
        rules: WatchRules | None = None,
    ) -> None:
        """new_watcher: made by the thread that uses it."""
        self._database = database
        self._libraries = libraries
        self._scans = scans
        self._new_watcher = new_watcher
        self._rules = rules or WatchRules()
        self._lock = threading.Lock()
        self._watched: dict[int, _Watched] = {}
        self._problems: dict[Path, str] = {}
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(self._rules.threads, thread_name_prefix="look")
        self._thread = threading.Thread(target=self._run, name="watch")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End; a look through a source is broken off and done again at the next start."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown()

    def look_through(self, source: LibrarySource) -> bool:
        """Look through a source soon; False if it is not watched here."""
        with self._lock:
            watched = self._watched.get(source.number)
            if watched is not None:
                watched.scan_at = 0.0
        return watched is not None

    def _run(self) -> None:
        watcher = self._new_watcher()
        refreshed = -self._rules.refresh
        while not self._stopping.is_set():
            try:
                if time.monotonic() - refreshed >= self._rules.refresh:
                    refreshed = time.monotonic()
                    self._refresh(watcher)
                self._note(watcher.changes())
                self._problems = dict(watcher.problems)
            except EyebrightError:  # a database that is busy or gone for the moment
                _LOG.exception("Watching goes on after an error.")
                self._stopping.wait(self._rules.refresh)
            self._hand_out()
        watcher.close()

    def _refresh(self, watcher: Watcher) -> None:
        """Take up sources that are watched since, drop those that are not any more."""
        found = {
            fed.source.number: (fed.library, fed.source) for fed in watched_sources(self._database)
        }
        with self._lock:
            for number in self._watched.keys() - found.keys():
                del self._watched[number]
            for number, (library, source) in found.items():
                watched = self._watched.setdefault(number, _Watched(library, source))
                watched.library, watched.source = library, source
            folders = {one.folder for one in self._watched.values()} - {None}
        watcher.watch([folder for folder in folders if folder is not None])

    def _note(self, changes: Mapping[Path, Changes]) -> None:
        now = time.monotonic()
        with self._lock:
            for watched in self._watched.values():
                told = None if watched.folder is None else changes.get(watched.folder)
                if told is None:
                    continue
                watched.due.update(dict.fromkeys(told.paths, now))
                if told.look_through:
                    watched.scan_at = min(watched.scan_at, now)

    def _hand_out(self) -> None:
        now = time.monotonic()
        with self._lock:
            for watched in self._watched.values():
                if not watched.is_busy and _is_due(watched, now):
                    watched.is_busy = True
                    self._pool.submit(self._work, watched)

    def _work(self, watched: _Watched) -> None:
        try:
            self._look(watched)
        except NotFound:
            pass  # the source or its library was removed meanwhile
        except EyebrightError as error:
            _LOG.warning("%s: %s", watched.source.location, error.message)
            with self._lock:
                watched.scan_at = time.monotonic() + self._rules.again
        finally:
            watched.is_busy = False

    def _look(self, watched: _Watched) -> None:
        now = time.monotonic()
        watchers = Watchers(stop=self._stopping.is_set)
        with self._lock:
            is_scan = watched.scan_at <= now
            paths = _taken(watched.due, now)
            gone = _taken(watched.gone, now)
            if is_scan:
                watched.scan_at = now + self._until_next(watched)
        if is_scan:
            self._scan(watched, watchers)
        elif paths or gone:
            report = self._scans.look(
                watched.library,
                watched.source,
                paths,
                departures=False,
                patience=Patience(most=self._rules.unsettled / 2),
                watchers=watchers,
            )
            self._note_report(watched, report)
            self._scans.look(watched.library, watched.source, gone, watchers=watchers)

    def _scan(self, watched: _Watched, watchers: Watchers) -> None:
        library, source_id = watched.library, watched.source.source_id
        source = self._libraries.source(library, source_id)
        report = self._scans.run(library, source, watchers=watchers)
        self._note_report(watched, report)
        problem = None if watched.folder is None else self._problems.get(watched.folder)
        if problem and not report.message:
            minutes = self._rules.listing / 60
            message = f"{problem}. It is looked through every {minutes:.0f} minutes instead."
            self._libraries.scanned(library, source_id, message=message)

    def _until_next(self, watched: _Watched) -> float:
        """A bucket with a queue, and a folder that can be watched, tell what changes."""
        is_folder = watched.folder is not None
        is_told = watched.folder not in self._problems if is_folder else watched.source.queue
        return self._rules.whole if is_told else self._rules.listing

    def _note_report(self, watched: _Watched, report: ScanReport) -> None:
        now = time.monotonic()
        with self._lock:
            watched.gone.update(dict.fromkeys(report.gone, now + self._rules.grace))
            watched.due.update(dict.fromkeys(report.unsettled, now + self._rules.unsettled))


def _is_due(watched: _Watched, now: float) -> bool:
    return watched.scan_at <= now or any(
        at <= now for waiting in (watched.due, watched.gone) for at in waiting.values()
    )


def _taken(waiting: dict[bytes, float], now: float) -> list[bytes]:
    taken = [path for path, at in waiting.items() if at <= now]
    for path in taken:
        del waiting[path]
    return taken
