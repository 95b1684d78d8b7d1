"""Looking through the sources of a library: what is new, changed, renamed or gone.

Every batch is one transaction, so that a scan that is killed goes on where it stopped: what it told
the inbox is not read again. Only a scan that saw everything sweeps away what it did not see; of a
directory that could not be looked into, everything is kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Protocol

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.errors import EyebrightError, SourceUnavailable, StorageError
from eyebright.library.inbox import Inbox
from eyebright.library.known_places import KnownPlaces
from eyebright.library.libraries import Libraries
from eyebright.library.scan_report import NOBODY, Patience, ScanReport, Watchers
from eyebright.library.scan_run import ScanContext, ScanRun
from eyebright.library.values import Library, LibrarySource
from eyebright.sources.listing import Listing


class Opener(Protocol):
    """Listings of sources (`sources.bucket_listing.Listings`)."""

    def of(self, kind: str, location: str, /) -> Listing: ...


class Scans:
    """Looks through sources. Safe to share between threads and processes: all may be done twice."""

    def __init__(
        self,
        database: Database,
        *,
        libraries: Libraries,
        inbox: Inbox,
        listings: Opener,
        clock: Clock,
        now_ns: Callable[[], int] = time.time_ns,
        patience: Patience | None = None,
    ) -> None:
        """now_ns: the time that files have."""
        self._libraries = libraries
        self._listings = listings
        self._clock = clock
        self._context = ScanContext(
            database,
            inbox=inbox,
            places=KnownPlaces(database),
            clock=clock,
            now_ns=now_ns,
            patience=patience or Patience(),
        )

    def run(
        self,
        library: Library,
        source: LibrarySource,
        *,
        again: bool = False,
        watchers: Watchers = NOBODY,
    ) -> ScanReport:
        """Look through one source, as `run_all` does. Raises SourceUnavailable when it is away."""
        report = self.run_all(library, [source], again=again, watchers=watchers)[0]
        if report.away:
            raise SourceUnavailable(report.away)
        return report

    def run_all(
        self,
        library: Library,
        sources: Sequence[LibrarySource],
        *,
        again: bool = False,
        watchers: Watchers = NOBODY,
    ) -> list[ScanReport]:
        """Look through sources; what vanished is swept away when all were seen, so that what moved
        from one to another keeps what is known of it.

        again: bring back what a person removed. Of a source that is away everything is kept.
        Raises StorageError for a full disk: what was found before is kept, and nothing is swept.
        """
        began = self._clock.now()
        reports = []
        runs = []
        for source in sources:
            report = ScanReport()
            reports.append(report)
            try:
                run = self._new_run(library, source, report, again=again, watchers=watchers)
                run.look_through()
                runs.append(run)
            except SourceUnavailable as error:
                report.is_whole, report.away = False, error.message
                self._libraries.scanned(library, source.source_id, message=error.message)
            except EyebrightError as error:
                with suppress(StorageError):
                    self._libraries.scanned(library, source.source_id, message=error.message)
                raise
        for run in runs:
            run.sweep(began)
            self._libraries.scanned(library, run.source.source_id, message=run.report.message)
        return reports

    def look(
        self,
        library: Library,
        source: LibrarySource,
        paths: Iterable[bytes],
        *,
        again: bool = False,
        departures: bool = True,
        patience: Patience | None = None,
        watchers: Watchers = NOBODY,
    ) -> ScanReport:
        """Look at some paths only, files or directories, whatever became of them. departures: tell
        the inbox of what is not there any more. Raises as `run_all` does."""
        report = ScanReport()
        run = self._new_run(library, source, report, again=again, watchers=watchers)
        if patience is not None:
            run.patience = patience
        run.look_at_paths(sorted(set(paths)), departures=departures)
        return report

    def _new_run(
        self,
        library: Library,
        source: LibrarySource,
        report: ScanReport,
        *,
        again: bool,
        watchers: Watchers,
    ) -> ScanRun:
        listing = self._listings.of(source.kind.value, source.location)
        return ScanRun(
            self._context, library, source, listing, report, again=again, watchers=watchers
        )
