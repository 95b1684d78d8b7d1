"""The steps that lead from an empty database to today's tables, in order, never changed once
released. A step is a module `mNNNN_name` with `upgrade(connection)`, and must not import
`tables`, which moves on. Start at `STEPS`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, text

from eyebright.db.migrations import (
    m0001_first,
    m0002_celebrities,
    m0003_jobs,
    m0004_streams,
    m0005_job_progress,
    m0006_library,
    m0007_groups,
    m0008_people,
    m0009_migrations,
    m0010_recognition,
    m0011_nobody,
)
from eyebright.errors import StorageError

Step = Callable[[Connection], None]

STEPS: tuple[Step, ...] = (
    m0001_first.upgrade,
    m0002_celebrities.upgrade,
    m0003_jobs.upgrade,
    m0004_streams.upgrade,
    m0005_job_progress.upgrade,
    m0006_library.upgrade,
    m0007_groups.upgrade,
    m0008_people.upgrade,
    m0009_migrations.upgrade,
    m0010_recognition.upgrade,
    m0011_nobody.upgrade,
)
"""STEPS[n] brings version n to version n + 1."""


def bring_up_to_date(connection: Connection, *, steps: Sequence[Step] = STEPS) -> None:
    """Apply the missing steps inside the caller's write transaction.

    Raises StorageError if the database is of a later version than this code knows.
    """
    present = _version(connection)
    if present > len(steps):
        raise StorageError(
            f"The database is of version {present} and this Eyebright knows versions up to "
            f"{len(steps)}; install the newer Eyebright that wrote it."
        )
    for step in steps[present:]:
        step(connection)
    if present < len(steps):
        connection.execute(text("DELETE FROM schema_version"))
        connection.execute(
            text("INSERT INTO schema_version (version) VALUES (:version)"),
            {"version": len(steps)},
        )


def _version(connection: Connection) -> int:
    connection.execute(text("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)"))
    return int(connection.execute(text("SELECT MAX(version) FROM schema_version")).scalar() or 0)
