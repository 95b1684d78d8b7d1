"""An archive, indexed while somebody waits: its sources are looked through and, at the same time,
what was found is worked on. All that is done is in the database at once, so that a run that is
killed goes on where it stopped; other processes may work on the same library meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import or_, select

from eyebright.db.engine import Database
from eyebright.db.tables import assets
from eyebright.errors import EyebrightError
from eyebright.library.claims import Claims
from eyebright.library.dead_claims import release_dead
from eyebright.library.libraries import Libraries
from eyebright.library.scan_report import ScanReport, Watchers
from eyebright.library.totals import library_totals
from eyebright.library.values import AssetState, Library, Progress

LOOK_SECONDS = 0.25
"""Between looks how far it is."""
COSTLY = 5
"""A look may take a fifth of the time; large libraries are looked at less often."""
WINDOW_SECONDS = 20.0
"""What the pace is measured over."""


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far it is. listed: files looked at in sources. done, faces: of this run. waiting: assets
    that are still to do. usd: what the service would have charged for this run."""

    listed: int
    is_listing: bool
    done: int
    waiting: int
    failed: int
    faces: int
    per_second: float
    seconds_left: float | None
    usd: Decimal


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a run did. later: assets whose failed stages are tried again after a pause, by the
    server or the next run. stopped: it was told to end. errors: of sources that could not be
    looked through."""

    scans: tuple[ScanReport, ...]
    progress: IndexProgress
    library: Progress
    later: int
    seconds: float
    stopped: bool
    errors: tuple[str, ...] = ()


@dataclass(slots=True)
class _Listing:
    """The scan beside the work."""

    reports: list[ScanReport] = field(default_factory=list)
    current: ScanReport | None = None
    errors: list[str] = field(default_factory=list)
    thread: threading.Thread | None = None

    @property
    def is_on(self) -> bool:
        return self.thread is not None and self.thread.is_alive()

    @property
    def files(self) -> int:
        done = sum(report.files for report in self.reports)
        return done if self.reports else (self.current.files if self.current else 0)


Scan = Callable[[Watchers], Sequence[ScanReport]]


class IndexRun:
    """One run over one library."""

    def __init__(
        self,
        database: Database,
        library: Library,
        *,
        libraries: Libraries,
        claims: Claims,
        workers: AbstractContextManager[object],
        wake: Callable[[], object] = lambda: None,
        tell: Callable[[IndexProgress], object] = lambda _progress: None,
    ) -> None:
        """workers: what works on assets while its block lasts. tell: called a few times a
        second."""
        self._database = database
        self._library = library
        self._libraries = libraries
        self._claims = claims
        self._workers = workers
        self._wake = wake
        self._tell = tell
        self._stop = threading.Event()
        self._listing = _Listing()
        self._began = time.monotonic()
        self._pace: deque[tuple[float, int]] = deque([(self._began, 0)])

    def run(self, scan: Scan) -> IndexReport:
        """Until everything is done that can be done now, or Ctrl-C. scan: looks through sources."""
        release_dead(self._database, self._library, now_ms=self._claims.now_ms())
        self._start, self._usd = self._libraries.progress(self._library), self._price()
        thread = threading.Thread(target=self._list, args=(scan,), name="scan")
        self._listing.thread = thread
        stopped = False
        with self._workers:
            thread.start()
            try:
                self._wait()
            except KeyboardInterrupt:
                stopped = True
            finally:
                self._stop.set()
                thread.join()
        progress = self._look()
        self._tell(progress)
        return IndexReport(
            scans=tuple(self._listing.reports),
            progress=progress,
            library=self._libraries.progress(self._library),
            later=progress.waiting,
            seconds=time.monotonic() - self._began,
            stopped=stopped,
            errors=tuple(self._listing.errors),
        )

    def _list(self, scan: Scan) -> None:
        def tell(report: ScanReport) -> None:
            self._listing.current = report
            self._wake()

        try:
            self._listing.reports += scan(Watchers(tell=tell, stop=self._stop.is_set))
        except EyebrightError as error:
            self._listing.errors.append(error.message)

    def _wait(self) -> None:
        while True:
            listing = self._listing.is_on
            began = time.monotonic()
            open_now = self._open()
            self._tell(self._look())
            if not listing and not open_now:
                return
            took = time.monotonic() - began
            if self._stop.wait(max(LOOK_SECONDS, COSTLY * took)):
                return

    def _open(self) -> bool:
        """Whether anything can be worked on now, or is worked on by whomever."""
        now = self._claims.now_ms()
        query = (
            select(assets.c.asset_no)
            .where(
                assets.c.library_no == self._library.number,
                assets.c.state == AssetState.WAITING.value,
                or_(assets.c.not_before <= now, assets.c.lease_until > now),
            )
            .limit(1)
        )
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def _look(self) -> IndexProgress:
        now = self._libraries.progress(self._library)
        done = max(now.ready + now.failed - self._start.ready - self._start.failed, 0)
        rate = self._rate(done)
        return IndexProgress(
            listed=self._listing.files,
            is_listing=self._listing.is_on,
            done=done,
            waiting=now.waiting,
            failed=now.failed,
            faces=max(now.faces - self._start.faces, 0),
            per_second=rate,
            seconds_left=None if not rate or self._listing.is_on else now.waiting / rate,
            usd=max(self._price() - self._usd, Decimal(0)),
        )

    def _rate(self, done: int) -> float:
        """Over the last seconds while it goes on."""
        now = time.monotonic()
        self._pace.append((now, done))
        while len(self._pace) > 2 and now - self._pace[1][0] > WINDOW_SECONDS:
            self._pace.popleft()
        (since, had), (_, has) = self._pace[0], self._pace[-1]
        return (has - had) / max(now - since, 1e-3)

    def _price(self) -> Decimal:
        return library_totals(self._database, self._library).usd
