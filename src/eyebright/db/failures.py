"""What the engine's errors mean, in words a person can act on."""

from __future__ import annotations

import sqlite3

from eyebright.errors import StorageError

_MEANINGS: dict[int, str] = {
    sqlite3.SQLITE_BUSY: "The database is locked by another process; try again.",
    sqlite3.SQLITE_LOCKED: "The database is locked by another process; try again.",
    sqlite3.SQLITE_FULL: "The disk is full; nothing was written. Free some space and try again.",
    sqlite3.SQLITE_READONLY: "The database is read-only here; check its file's owner and mode.",
    sqlite3.SQLITE_CANTOPEN: "The database file cannot be opened; check its folder and its mode.",
    sqlite3.SQLITE_CORRUPT: "The database file is damaged; restore it from a backup.",
    sqlite3.SQLITE_NOTADB: "The database file is not a database; was it overwritten?",
    sqlite3.SQLITE_IOERR: "The disk failed to read or write the database; nothing was written.",
    sqlite3.SQLITE_PERM: "The database may not be opened; check the owner and mode of its file.",
    sqlite3.SQLITE_TOOBIG: "A value is too long for the database.",
}


def storage_error(error: BaseException) -> StorageError:
    """The engine's error as ours; keeps the engine's own words for the log."""
    meaning = _MEANINGS.get(_primary_code(error), "The database cannot do this.")
    return StorageError(f"{meaning} ({error})")


def busy(error: BaseException) -> bool:
    """Whether another connection was in the way, so that trying again may help."""
    return _primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _primary_code(error: BaseException) -> int:
    code = getattr(error, "sqlite_errorcode", 0)
    return int(code) & 0xFF  # extended result codes keep the primary one in the low byte
