"""Faces that are looked for when somebody asks, and the runs in which they were asked for."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    text,
)


def upgrade(connection: Connection) -> None:
    """Say of each library when faces are looked for, of each asset since when it is asked about,
    and create the tables of runs."""
    metadata = MetaData()
    metadata.reflect(connection, only=("libraries", "assets"))
    connection.execute(
        text("ALTER TABLE libraries ADD COLUMN faces VARCHAR NOT NULL DEFAULT 'always'")
    )
    connection.execute(text("ALTER TABLE assets ADD COLUMN faces_asked_at BIGINT"))
    number = BigInteger().with_variant(Integer, "sqlite")
    Table(
        "recognition_runs",
        metadata,
        Column("run_no", number, primary_key=True),
        Column("run_id", String(36), nullable=False, unique=True),
        Column(
            "library_no",
            ForeignKey("libraries.library_no", ondelete="CASCADE"),
            nullable=False,
        ),
        Column("already", Integer, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("cancelled_at", BigInteger),
        Index("recognition_in_order", "library_no", "run_no"),
        sqlite_autoincrement=True,
    )
    Table(
        "recognition_assets",
        metadata,
        Column(
            "run_no",
            ForeignKey("recognition_runs.run_no", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        Column(
            "asset_no",
            ForeignKey("assets.asset_no", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        Column("state", String, nullable=False),
        Column("face_count", Integer, nullable=False),
        Column("ended_at", BigInteger),
        Index("recognition_of_asset", "asset_no"),
        Index("recognition_by_state", "run_no", "state", "face_count"),
        Index("recognition_by_end", "run_no", "ended_at", "face_count"),
    )
    tables = ("recognition_runs", "recognition_assets")
    metadata.create_all(connection, tables=[metadata.tables[name] for name in tables])
