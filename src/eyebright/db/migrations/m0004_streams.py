"""Stream processors: live streams that are looked at, and what for."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)


def upgrade(connection: Connection) -> None:
    """Create the table."""
    metadata = MetaData()
    metadata.reflect(connection, only=("accounts",))
    processors = Table(
        "stream_processors",
        metadata,
        Column("processor_no", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
        Column("region", String, nullable=False),
        Column("name", String, nullable=False),
        Column("state", String, nullable=False),
        Column("message", String, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("updated_at", BigInteger, nullable=False),
        Column("claim_no", Integer, nullable=False),
        Column("worker", String),
        Column("lease_until", BigInteger, nullable=False),
        Column("sealed_plan", LargeBinary, nullable=False),
        Column("sealed_session", LargeBinary),
        UniqueConstraint("account_id", "region", "name"),
        Index("streams_to_run", "state", "lease_until"),
        sqlite_autoincrement=True,
    )
    processors.create(connection)
