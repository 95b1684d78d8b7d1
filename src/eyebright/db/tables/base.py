"""What all tables share: where they are listed, how rows are numbered, how times are written."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData()

NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column that says INTEGER."""


def milliseconds(moment: datetime) -> int:
    """A moment as the tables keep it."""
    return int(moment.timestamp() * 1000)


def moment_of(milliseconds_utc: int) -> datetime:
    """The moment that the tables keep as this number, UTC."""
    return datetime.fromtimestamp(milliseconds_utc / 1000, UTC)
