"""Media libraries: sources, places, assets and what stages found in them; persons; usage."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
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
    """Create the tables."""
    metadata = MetaData()
    metadata.reflect(connection, only=("accounts", "collections", "users"))
    number = BigInteger().with_variant(Integer, "sqlite")
    Table(
        "libraries",
        metadata,
        Column("library_no", number, primary_key=True),
        Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
        Column("region", String, nullable=False),
        Column("name", String, nullable=False),
        Column("collection_id", String, nullable=False),
        Column("key_id", String(32), nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("revision", BigInteger, nullable=False),
        Column("condemned_at", BigInteger),
        UniqueConstraint("account_id", "region", "name"),
        sqlite_autoincrement=True,
    )
    Table(
        "library_sources",
        metadata,
        Column("source_no", number, primary_key=True),
        Column("library_no", ForeignKey("libraries.library_no"), nullable=False),
        Column("source_id", String(36), nullable=False, unique=True),
        Column("kind", String, nullable=False),
        Column("location", String, nullable=False),
        Column("is_watched", Boolean, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("scanned_at", BigInteger),
        Column("message", String, nullable=False),
        Column("queue", String),
        Column("token_sha256", String(64)),
        UniqueConstraint("library_no", "kind", "location"),
        sqlite_autoincrement=True,
    )
    Table(
        "assets",
        metadata,
        Column("asset_no", number, primary_key=True),
        Column("library_no", ForeignKey("libraries.library_no"), nullable=False),
        Column("asset_id", String(36), nullable=False, unique=True),
        Column("content_sha256", String(64), nullable=False),
        Column("media", String, nullable=False),
        Column("byte_count", BigInteger, nullable=False),
        Column("width", Integer, nullable=False),
        Column("height", Integer, nullable=False),
        Column("duration_ms", BigInteger),
        Column("taken_at", BigInteger),
        Column("picture_hash", BigInteger),
        Column("quality", Float),
        Column("created_at", BigInteger, nullable=False),
        Column("revision", BigInteger, nullable=False),
        Column("state", String, nullable=False),
        Column("not_before", BigInteger, nullable=False),
        Column("worker", String),
        Column("claim_no", Integer, nullable=False),
        Column("lease_until", BigInteger, nullable=False),
        UniqueConstraint("library_no", "content_sha256"),
        Index("assets_to_do", "state", "library_no", "asset_no"),
        Index("assets_newest_to_do", "state", "asset_no"),
        Index("assets_by_revision", "library_no", "revision", "asset_no"),
        Index("assets_in_order", "library_no", "asset_no"),
        sqlite_autoincrement=True,
    )
    Table(
        "places",
        metadata,
        Column("place_no", number, primary_key=True),
        Column("library_no", ForeignKey("libraries.library_no"), nullable=False),
        Column("source_no", ForeignKey("library_sources.source_no"), nullable=False),
        Column("path", LargeBinary, nullable=False),
        Column("shown_path", String, nullable=False),
        Column("byte_count", BigInteger, nullable=False),
        Column("version", String, nullable=False),
        Column("seen_at", BigInteger, nullable=False),
        Column("asset_no", ForeignKey("assets.asset_no", ondelete="SET NULL"), index=True),
        Column("state", String, nullable=False),
        Column("message", String, nullable=False),
        UniqueConstraint("source_no", "path"),
        Index("places_by_state", "library_no", "state", "place_no"),
        Index("places_by_version", "source_no", "version"),
        sqlite_autoincrement=True,
    )
    Table(
        "stage_runs",
        metadata,
        Column(
            "asset_no",
            ForeignKey("assets.asset_no", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        Column("stage", String, primary_key=True),
        Column("version", String, nullable=False),
        Column("state", String, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("message", String, nullable=False),
        Column("ended_at", BigInteger, nullable=False),
        Column("took_ms", Integer, nullable=False),
        Column("sealed", LargeBinary),
        Index("stage_runs_by_state", "stage", "state"),
    )
    Table(
        "asset_vectors",
        metadata,
        Column(
            "asset_no",
            ForeignKey("assets.asset_no", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        Column("library_no", ForeignKey("libraries.library_no"), nullable=False),
        Column("space", String, nullable=False),
        Column("revision", BigInteger, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        Index("asset_vectors_by_revision", "library_no", "revision", "asset_no"),
    )
    Table(
        "asset_departures",
        metadata,
        Column("asset_no", BigInteger, primary_key=True, autoincrement=False),
        Column("library_no", BigInteger, nullable=False),
        Column("revision", BigInteger, nullable=False),
        Index("departures_by_revision", "library_no", "revision"),
    )
    Table(
        "persons",
        metadata,
        Column(
            "user_no",
            ForeignKey("users.user_no", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
        Column("version", Integer, nullable=False),
        Column("name_digest", LargeBinary, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        Index("persons_of_collection", "collection_no", "user_no"),
        Index("persons_by_name", "collection_no", "name_digest"),
    )
    Table(
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
    tables = (
        "libraries",
        "library_sources",
        "assets",
        "places",
        "stage_runs",
        "asset_vectors",
        "asset_departures",
        "persons",
        "usage",
    )
    metadata.create_all(connection, tables=[metadata.tables[name] for name in tables])
