"""How often each account asked for what, by day: for its owner, and for a look at what others would
have charged.

Counts wait in memory for a few seconds and are then added to the database, so that a call does not
wait for a disk. A process that ends writes them; one that is killed outright loses at most those
seconds. Nothing is kept of a call but that it was.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import Connection, Select, select, update

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import accounts, usage
from eyebright.errors import EyebrightError
from eyebright.governance.accounts import Scope
from eyebright.governance.prices import PRICES, PriceList, Unit
from eyebright.ids import AccountId, Region
from eyebright.jobs.values import Job, JobState

FLUSH_SECONDS = 5.0
MOST_DAYS = 3660
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Count:
    """units: pictures, or seconds of video."""

    calls: int = 0
    failures: int = 0
    units: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(
            self.calls + other.calls, self.failures + other.failures, self.units + other.units
        )


@dataclass(frozen=True, slots=True)
class OperationCount:
    """What a day, YYYY-MM-DD in UTC, saw of an operation."""

    day: str
    operation: str
    count: Count


@dataclass(frozen=True, slots=True)
class PricedCount:
    """units: pictures, or minutes of video. usd: what the service would have charged for them."""

    day: str
    operation: str
    count: Count
    units: float
    usd: Decimal


@dataclass(frozen=True, slots=True)
class _Entry:
    account_id: AccountId
    region: Region
    day: str
    operation: str


class Usage:
    """Counts and reads. Safe to share between threads; several processes may count at once."""

    def __init__(
        self, database: Database, *, clock: Clock, flush_seconds: float = FLUSH_SECONDS
    ) -> None:
        self._database = database
        self._clock = clock
        self._flush_seconds = flush_seconds
        self._waiting: dict[_Entry, Count] = {}
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._closed = False

    def count(
        self, scope: Scope, operation: str, *, calls: int = 1, failures: int = 0, units: int = 0
    ) -> None:
        """Add to today's numbers of an operation."""
        day = f"{self._clock.now():%Y-%m-%d}"
        entry = _Entry(scope.account_id, scope.region, day, operation)
        with self._lock:
            added = Count(calls, failures, units)
            self._waiting[entry] = self._waiting.get(entry, Count()) + added
            if self._timer is None and not self._closed:
                self._timer = threading.Timer(self._flush_seconds, self._flush_in_time)
                self._timer.daemon = True
                self._timer.start()

    def job_ended(self, job: Job) -> None:
        """Add the seconds of video that a job has looked through to the operation that asked for
        it; the call itself was counted when it was made. A job that failed or was cancelled adds
        none."""
        if job.state is JobState.SUCCEEDED and job.progress is not None:
            seconds = -(-job.progress.at_ms // 1000)
            scope = Scope(job.account_id, job.region)
            self.count(scope, f"Start{job.kind}", calls=0, units=seconds)

    def flush(self) -> None:
        """Write what waits; what another thread is writing is written too when this returns.

        Not to be called inside a `write`. Raises StorageError, and then it still waits.
        """
        with self._writing:
            self._write_waiting()

    def _write_waiting(self) -> None:
        with self._lock:
            taken, self._waiting = self._waiting, {}
        if not taken:
            return
        try:
            with self._database.write() as connection:
                for entry, count in sorted(taken.items(), key=lambda item: _order(item[0])):
                    _add(connection, entry, count)
        except BaseException:
            with self._lock:
                for entry, count in taken.items():
                    self._waiting[entry] = self._waiting.get(entry, Count()) + count
            raise

    def close(self) -> None:
        """Write what waits, and count no more in the background."""
        with self._lock:
            self._closed = True
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        self.flush()

    def of(self, account_id: AccountId, *, days: int) -> tuple[OperationCount, ...]:
        """The last `days` days with today, newest first, of all regions together. days: 1 to
        3660."""
        if not 1 <= days <= MOST_DAYS:
            raise ValueError(f"{days} days; use 1 to {MOST_DAYS}.")
        self.flush()
        first = f"{self._clock.now() - timedelta(days=days - 1):%Y-%m-%d}"
        found: dict[tuple[str, str], Count] = {}
        with self._database.read() as connection:
            for row in connection.execute(_since(account_id, first)):
                key = (row.day, row.operation)
                count = Count(row.calls, row.failures, row.units)
                found[key] = found.get(key, Count()) + count
        return tuple(OperationCount(day, name, count) for (day, name), count in found.items())

    def _flush_in_time(self) -> None:
        with self._lock:
            self._timer = None
        try:
            self.flush()
        except EyebrightError:  # busy or gone for the moment: the next count tries again
            _LOG.exception("Usage waits for a moment.")


def priced(counts: Sequence[OperationCount]) -> tuple[PricedCount, ...]:
    """The same with list prices. Units of a month fill the tiers of their list in the order of the
    days, all operations of a list together, as on a bill; a month that began before the first day
    counts from that day on."""
    filled: dict[tuple[str, PriceList], float] = {}
    found = []
    for one in reversed(counts):
        listed = PRICES.get(one.operation)
        by_minute = listed is not None and listed.unit is Unit.MINUTE
        units = one.count.units / 60 if by_minute else float(one.count.units)
        usd = Decimal(0)
        if listed is not None:
            month = (one.day[:7], listed)
            usd = listed.cost(units, before=filled.get(month, 0.0))
            filled[month] = filled.get(month, 0.0) + units
        found.append(PricedCount(one.day, one.operation, one.count, units, usd))
    return tuple(reversed(found))


def _order(entry: _Entry) -> tuple[str, str, str, str]:
    """Rows are written in one order by all processes, so that two never wait for each other."""
    return entry.account_id, entry.region, entry.day, entry.operation


def _add(connection: Connection, entry: _Entry, count: Count) -> None:
    mine = (
        usage.c.account_id == entry.account_id,
        usage.c.region == entry.region,
        usage.c.day == entry.day,
        usage.c.operation == entry.operation,
    )
    changed = connection.execute(
        update(usage)
        .where(*mine)
        .values(
            calls=usage.c.calls + count.calls,
            failures=usage.c.failures + count.failures,
            units=usage.c.units + count.units,
        )
    )
    if changed.rowcount == 0 and _is_alive(connection, entry.account_id):
        connection.execute(
            usage.insert().values(
                account_id=entry.account_id,
                region=entry.region,
                day=entry.day,
                operation=entry.operation,
                calls=count.calls,
                failures=count.failures,
                units=count.units,
            )
        )


def _is_alive(connection: Connection, account_id: AccountId) -> bool:
    """An account may have been deleted while its last calls waited to be counted."""
    found = select(accounts.c.account_id).where(
        accounts.c.account_id == account_id, accounts.c.condemned_at.is_(None)
    )
    return connection.scalar(found) is not None


def _since(account_id: AccountId, first_day: str) -> Select[tuple[str, str, int, int, int]]:
    return (
        select(usage.c.day, usage.c.operation, usage.c.calls, usage.c.failures, usage.c.units)
        .where(usage.c.account_id == account_id, usage.c.day >= first_day)
        .order_by(usage.c.day.desc(), usage.c.operation, usage.c.region)
    )
