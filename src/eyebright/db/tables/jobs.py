"""Jobs on films, live streams, and notices that are to go out."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from eyebright.db.tables.base import NUMBER, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("job_no", NUMBER, primary_key=True),
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
    Column("position_ms", BigInteger),
    Column("length_ms", BigInteger),
    Index("jobs_to_do", "state", "kind", "job_no"),
    Index("jobs_of_account", "account_id", "region", "state"),
    Index("jobs_in_order", "account_id", "job_no"),
    sqlite_autoincrement=True,
)
"""claim_no rises with every claim; only the newest claim may write. lease_until: when a silent
worker has lost the job. position_ms, length_ms: how far the work is in its video."""

job_results = Table(
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
"""rank: place in another order than that of time, once the job is done; from 0."""

stream_processors = Table(
    "stream_processors",
    metadata,
    Column("processor_no", NUMBER, primary_key=True),
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
"""sealed_plan: what is looked for where. sealed_session: the run that is on, or was the last.
claim_no and lease_until as in `jobs`."""

notices = Table(
    "notices",
    metadata,
    Column("notice_no", NUMBER, primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("next_at", BigInteger, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""Messages that must go out. A row goes when its message is delivered or given up."""
