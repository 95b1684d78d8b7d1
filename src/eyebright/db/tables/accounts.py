"""Accounts, their keys, what they asked for, and counters that all processes watch."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    LargeBinary,
    String,
    Table,
)

from eyebright.db.tables.base import NUMBER, metadata

revisions = Table(
    "revisions",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""Counters that tell other processes that something changed: "accounts" (their keys), "departures"
(of collections), "removals" (of anything) and "compacted" (the removals a compaction has seen)."""

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", String(12), primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("condemned_at", BigInteger),
)
"""generation rises when keys are rotated, which ends sessions issued before. condemned_at: the
account is deleted and what is left of it is being removed."""

access_keys = Table(
    "access_keys",
    metadata,
    Column("access_key_no", NUMBER, primary_key=True),
    Column("access_key_id", String(20), nullable=False, unique=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

request_tokens = Table(
    "request_tokens",
    metadata,
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
    Column("region", String, primary_key=True),
    Column("operation", String, primary_key=True),
    Column("token", String, primary_key=True),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("sealed_outcome", LargeBinary, nullable=False),
)
"""What was answered to a ClientRequestToken, and the digest of what was asked."""

usage = Table(
    "usage",
    metadata,
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
    Column("region", String, primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("operation", String, primary_key=True),
    Column("calls", BigInteger, nullable=False),
    Column("failures", BigInteger, nullable=False),
    Column("units", BigInteger, nullable=False),
)
"""Calls of each operation on each day (YYYY-MM-DD, UTC). units: images, or seconds of video."""
