"""The database: opening it, reading a snapshot of it, writing to it in one step.

SQLite is set up for what this product promises. WAL: readers never wait for the writer.
synchronous=FULL: a write that was acknowledged survives a power cut, not only a killed process.
secure_delete=ON with `scrub`: deleted rows are overwritten in the file and gone from the log;
with `compact`, copies that SQLite left of them when it moved rows are gone too.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool

from eyebright.db.failures import busy, storage_error
from eyebright.db.migrations import bring_up_to_date
from eyebright.errors import ConfigurationError, StorageError

BUSY_SECONDS = 30.0
"""How long a writer waits for another process's writer before it gives up."""
IDLE_CONNECTIONS = 32
"""Connections kept open. More are opened when more threads ask, and closed after use."""
LOG_KEPT_BYTES = 64 << 20
"""What the write-ahead log is cut back to after it grew in a bulk load."""
COMPACTED_IN_MEMORY_BYTES = 256 << 20
"""Larger files are compacted by way of a temporary file, which the system unlinks at once."""

_WRITES = "eyebright_writes"


class Database:
    """One database. Safe to share between threads; any number of processes may have it open.

    A `read` or `write` inside another of the same thread joins it, so that rooms can be composed
    into one transaction. Raises StorageError for everything the engine cannot do.
    """

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self._url = _parse(url)
        self._busy_seconds = busy_seconds
        self._engine = self._create_engine()
        self._writer = threading.Lock()
        self._scrub_owed = threading.Event()
        self._here = _ThreadState()
        self._watcher: PoolProxiedConnection | None = None
        self._watcher_lock = threading.Lock()

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database; None for a server."""
        name = self._url.database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None

    @property
    def is_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    def migrate(self) -> None:
        """Create the file and its tables, or bring them up to date. Two processes may race.

        Raises StorageError for a database that a newer Eyebright has written.
        """
        if self.path is not None:
            _create_private_file(self.path)
        with self.write() as connection:
            bring_up_to_date(connection)
        # a process killed between a deletion and its scrub left this to us
        self.scrub(patience_seconds=0.5)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one moment of the database, however long it is held."""
        if self._here.connection is not None:
            yield self._here.connection
            return
        with (
            _translated(),
            self._engine.connect() as connection,
            connection.begin(),
            self._here.holding(connection, writes=False),
        ):
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection whose changes all happen, durably, when the block ends; or none do."""
        if self._here.connection is not None:
            if not self._here.writes:
                raise StorageError("A write was begun inside a read; begin with the write.")
            yield self._here.connection
            return
        with self._only_writer(), _translated(), self._engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin(), self._here.holding(connection, writes=True) as held:
                yield connection
        for action in held:
            action()
        if self._scrub_owed.is_set():
            self.scrub(patience_seconds=0.0)

    def after_commit(self, action: Callable[[], object]) -> None:
        """Run `action` once this thread's outermost write is durable; not at all if it fails."""
        if not self._here.writes:
            raise StorageError("after_commit belongs inside a write.")
        self._here.actions.append(action)

    def scrub(self, *, patience_seconds: float = 5.0) -> bool:
        """Move the log into the file and cut it to nothing, so that deleted bytes are gone.

        False if a long reader in the way outlasted our patience; the next scrub makes up for it.
        On a server, where the log is the server's own, there is nothing to do.
        """
        if self.path is None:
            return True
        self._scrub_owed.set()
        deadline = time.monotonic() + patience_seconds
        while not self._checkpoint():
            if time.monotonic() > deadline:
                return False
        self._scrub_owed.clear()
        return True

    def compact(self) -> None:
        """Write the file anew without anything that was deleted, then scrub.

        Writers wait meanwhile. Needs the file's size again on disk. A server does this by itself.
        """
        if self.path is None:
            return
        in_memory = self.path.stat().st_size <= COMPACTED_IN_MEMORY_BYTES
        with self._only_writer(), _translated_raw(self._engine):
            raw = self._engine.raw_connection()
            try:
                cursor = raw.cursor()
                cursor.execute(f"PRAGMA temp_store={'MEMORY' if in_memory else 'FILE'}")
                cursor.execute("VACUUM")
                cursor.close()
            finally:
                raw.invalidate()  # not to be used again with another temp_store
        self.scrub()

    def change_mark(self) -> int | None:
        """A number that is another one once anybody has committed anything; microseconds to ask.

        None where the engine cannot tell: then ask the tables.
        """
        if not self.is_sqlite:
            return None
        with self._watcher_lock, _translated_raw(self._engine):
            if self._watcher is None:
                # of its own, because it is told only of the commits of other connections
                self._watcher = self._engine.raw_connection()
                self._watcher.detach()
            cursor = self._watcher.cursor()
            cursor.execute("PRAGMA data_version")
            (mark,) = cursor.fetchone() or (0,)
            cursor.close()
            return int(mark)

    def close(self) -> None:
        """Close idle connections. The object may be used again."""
        with self._watcher_lock:
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None
        self._engine.dispose()

    def _checkpoint(self) -> bool:
        with self._only_writer(), _translated_raw(self._engine):
            raw = self._engine.raw_connection()
            try:
                return _cut_log(raw.cursor(), self._busy_seconds)
            finally:
                raw.close()

    @contextmanager
    def _only_writer(self) -> Iterator[None]:
        """Queue the threads of this process fairly; SQLite's own waiting is by chance."""
        if not self._writer.acquire(timeout=self._busy_seconds):
            raise StorageError(
                f"The database was busy writing for {self._busy_seconds:g} seconds; try again."
            )
        try:
            yield
        finally:
            self._writer.release()

    def _create_engine(self) -> Engine:
        if not self.is_sqlite:
            return create_engine(self._url)
        if self.path is None:
            raise ConfigurationError("The database needs a file; use sqlite:///PATH.")
        engine = create_engine(
            self._url,
            poolclass=QueuePool,
            pool_size=IDLE_CONNECTIONS,
            max_overflow=-1,
            connect_args={"check_same_thread": False, "timeout": self._busy_seconds},
        )
        event.listen(engine, "connect", self._set_up)
        event.listen(engine, "begin", _begin)
        return engine

    def _set_up(self, raw: Any, _entry: ConnectionPoolEntry) -> None:
        raw.isolation_level = None  # we say BEGIN ourselves, see _begin
        for pragma in (
            "synchronous=FULL",
            "secure_delete=ON",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            f"journal_size_limit={LOG_KEPT_BYTES}",
        ):
            raw.execute(f"PRAGMA {pragma}").close()
        self._enter_wal(raw)

    def _enter_wal(self, raw: Any) -> None:
        """Switch to WAL. SQLite does not wait for its lock here, so two first starts may clash."""
        deadline = time.monotonic() + self._busy_seconds
        while True:
            try:
                raw.execute("PRAGMA journal_mode=WAL").close()
                return
            except self._engine.dialect.loaded_dbapi.OperationalError as error:
                if not busy(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)


class _ThreadState(threading.local):
    """The transaction a thread is in, if any."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.writes = False
        self.actions: list[Callable[[], object]] = []

    @contextmanager
    def holding(
        self, connection: Connection, *, writes: bool
    ) -> Iterator[list[Callable[[], object]]]:
        self.connection, self.writes, self.actions = connection, writes, []
        try:
            yield self.actions
        finally:
            self.connection, self.writes, self.actions = None, False, []


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise ConfigurationError(
            f"{url!r} is no database URL; use sqlite:///PATH or postgresql+psycopg://..."
        ) from error


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise storage_error(error.orig or error) from error


@contextmanager
def _translated_raw(engine: Engine) -> Iterator[None]:
    try:
        yield
    except engine.dialect.loaded_dbapi.Error as error:
        raise storage_error(error) from error


def _cut_log(cursor: DBAPICursor, usual_busy_seconds: float) -> bool:
    """One attempt, which holds writers up for a moment only; False if a reader was in the way."""
    cursor.execute("PRAGMA busy_timeout=100")
    try:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        blocked, _, _ = cursor.fetchone() or (1, 0, 0)
        return not blocked
    finally:
        cursor.execute(f"PRAGMA busy_timeout={int(usual_busy_seconds * 1000)}")
        cursor.close()


def _create_private_file(path: Path) -> None:
    """The file is made by us, readable by its owner only; SQLite gives its log the same mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except PermissionError:
        return  # an existing file we may only read: SQLite says so when it matters
    except OSError as error:
        raise StorageError(f"{path} cannot be created: {error.strerror}.") from error
