"""To take what was deleted out of the bytes of the files.

`secure_delete` overwrites a deleted row where it lies, and a scrub empties the log. But SQLite
moves rows between pages as its trees grow and shrink, and may leave an older copy of a row in the
unused part of a page, where a later deletion does not reach it. Only writing the file anew
(compacting) removes such copies. That takes some 10 ms per megabyte, so a small file is compacted
after every deletion and a large one when `erase` is called without a limit; until then it is owed.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from eyebright.db.engine import Database
from eyebright.db.tables import revisions
from eyebright.errors import StorageError

COMPACT_AT_ONCE_BYTES = 8 << 20
"""About 5,000 faces: compacting takes less than a tenth of a second."""


def bump(connection: Connection, name: str) -> None:
    """Raise a counter that tells other processes that something changed."""
    connection.execute(
        update(revisions).where(revisions.c.name == name).values(value=revisions.c.value + 1)
    )


def erase_after_commit(database: Database, connection: Connection) -> None:
    """Note in this transaction that something was deleted, and erase once it is committed."""
    bump(connection, "removals")
    database.after_commit(lambda: erase(database, at_most_bytes=COMPACT_AT_ONCE_BYTES))


def erase(database: Database, *, at_most_bytes: int | None = None) -> bool:
    """Scrub, and compact if anything was deleted since the last time; whether nothing is owed.

    at_most_bytes: leave a larger file uncompacted, because writers wait while it is compacted.
    """
    removals, compacted = _counters(database)
    if removals != compacted and _size(database) <= (at_most_bytes or _size(database)):
        try:
            database.compact()
        except StorageError:  # no room, or another process is writing: the deletion itself stands
            database.scrub()
            return False
        with database.write() as connection:
            connection.execute(
                update(revisions).where(revisions.c.name == "compacted").values(value=removals)
            )
        compacted = removals
    return database.scrub() and removals == compacted


def _counters(database: Database) -> tuple[int, int]:
    query = select(revisions.c.name, revisions.c.value)
    with database.read() as connection:
        values = {row.name: row.value for row in connection.execute(query)}
    return values["removals"], values["compacted"]


def _size(database: Database) -> int:
    return 0 if database.path is None else database.path.stat().st_size
