"""Jobs, what they found, and messages that must go out."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)


def upgrade(connection: Connection) -> None:
    """Create the tables."""
    metadata = MetaData()
    metadata.reflect(connection, only=("accounts",))
    number = BigInteger().with_variant(Integer, "sqlite")
    Table(
        "jobs",
        metadata,
        Column("job_no", number, primary_key=True),
        Column("job_id", String(64), nullable=False, unique=True),
        Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
        Column("region", String, nullable=False),
        Column("kind", String, nullable=False),
        Column("state", String, nullable=False),
        Column("message", String, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("ended_at", BigInteger, index=True),
        Column("not_before", BigInteger, nullable=False),
        Column("deadline_at", BigInteger),
        Column("attempts", Integer, nullable=False),
        Column("claim_no", Integer, nullable=False),
        Column("worker", String),
        Column("lease_until", BigInteger, nullable=False),
        Column("cancel_asked", Boolean, nullable=False),
        Column("result_count", Integer, nullable=False),
        Column("sealed_request", LargeBinary, nullable=False),
        Column("sealed_checkpoint", LargeBinary),
        Column("sealed_summary", LargeBinary),
        Index("jobs_to_do", "state", "kind", "job_no"),
        Index("jobs_of_account", "account_id", "region", "state"),
        sqlite_autoincrement=True,
    )

    Table(
        "job_results",
        metadata,
        Column(
            "job_no",
            ForeignKey("jobs.job_no", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        Column("ordinal", Integer, primary_key=True, autoincrement=False),
        Column("at_ms", BigInteger, nullable=False),
        Column("rank", Integer),
        Column("sealed", LargeBinary, nullable=False),
        Index("results_by_rank", "job_no", "rank"),
    )

    Table(
        "notices",
        metadata,
        Column("notice_no", number, primary_key=True),
        Column("account_id", ForeignKey("accounts.account_id"), nullable=False, index=True),
        Column("next_at", BigInteger, nullable=False, index=True),
        Column("attempts", Integer, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    metadata.create_all(connection)
