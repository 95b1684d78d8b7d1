"""Media libraries: sources, assets, what was found in them, and when faces were asked for."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from eyebright.db.tables.base import NUMBER, metadata

libraries = Table(
    "libraries",
    metadata,
    Column("library_no", NUMBER, primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("region", String, nullable=False),
    Column("name", String, nullable=False),
    Column("collection_id", String, nullable=False),
    Column("key_id", String(32), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("condemned_at", BigInteger),
    Column("faces", String, nullable=False, server_default="always"),
    UniqueConstraint("account_id", "region", "name"),
    sqlite_autoincrement=True,
)
"""A library owns one collection, of the id that stands here. revision rises with every change of
its assets. key_id: the key that seals what stages found and the files kept of it. faces: when they
are looked for, "always" or "asked"."""

library_sources = Table(
    "library_sources",
    metadata,
    Column("source_no", NUMBER, primary_key=True),
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
"""Where assets come from. kind: "folder", "bucket" or "upload". location: a folder, or
BUCKET/PREFIX. message: what went wrong the last time, or empty. queue: address of the queue that
tells of a bucket's changes. token_sha256: of the secret that its webhook is called with."""

assets = Table(
    "assets",
    metadata,
    Column("asset_no", NUMBER, primary_key=True),
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
    Column("faces_asked_at", BigInteger),
    UniqueConstraint("library_no", "content_sha256"),
    Index("assets_to_do", "state", "library_no", "asset_no"),
    Index("assets_newest_to_do", "state", "asset_no"),
    Index("assets_by_revision", "library_no", "revision", "asset_no"),
    Index("assets_in_order", "library_no", "asset_no"),
    sqlite_autoincrement=True,
)
"""One content, wherever it lies. taken_at: when the picture was taken, by its own word. width,
height: pixels, upright; 0 until decoded. picture_hash: 64 bits that near-duplicates nearly share.
quality: 0-1, how good a picture it is. state: "waiting" for stages, "ready", or "failed". revision:
the library's when what is published of the asset last changed. claim_no, lease_until as in
`jobs`. faces_asked_at: since when faces may be looked for in a library that waits to be asked."""

places = Table(
    "places",
    metadata,
    Column("place_no", NUMBER, primary_key=True),
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
"""Where a content was seen. path: the name as the source has it, bytes; shown_path: for people.
version: what changes when the content does. state: "new", "kept", or why there is no asset:
"unsupported", "unreadable"."""

stage_runs = Table(
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
"""The last run of each stage over an asset. version: of the code and the models that ran. state:
"done", "failed", or "lacking" a pack. sealed: what it found, under the library's key."""

asset_vectors = Table(
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
"""What "find similar" compares. space: of the model that made it; only equal ones are compared."""

asset_departures = Table(
    "asset_departures",
    metadata,
    Column("asset_no", BigInteger, primary_key=True, autoincrement=False),
    Column("library_no", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Index("departures_by_revision", "library_no", "revision"),
)
"""Numbers of assets that are gone, so that indexes of other processes let go of them, too."""

recognition_runs = Table(
    "recognition_runs",
    metadata,
    Column("run_no", NUMBER, primary_key=True),
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
"""Somebody asked for the faces of some assets. already: of those that were named, how many had been
looked through before; they are no part of the run."""

recognition_assets = Table(
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
"""What a run is to look through. state: "waiting", "done", "failed" or "cancelled". face_count: of
the faces that were found and kept."""
