"""Accounts, keys, request tokens, collections, users, faces and their vectors, tags."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
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

metadata = MetaData()

NUMBER = BigInteger().with_variant(Integer, "sqlite")

Table(
    "revisions",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

Table(
    "accounts",
    metadata,
    Column("account_id", String(12), primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("condemned_at", BigInteger),
)

Table(
    "access_keys",
    metadata,
    Column("access_key_no", NUMBER, primary_key=True),
    Column("access_key_id", String(20), nullable=False, unique=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

Table(
    "request_tokens",
    metadata,
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
    Column("region", String, primary_key=True),
    Column("operation", String, primary_key=True),
    Column("token", String, primary_key=True),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("sealed_outcome", LargeBinary, nullable=False),
)

Table(
    "collections",
    metadata,
    Column("collection_no", NUMBER, primary_key=True),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("region", String, nullable=False),
    Column("collection_id", String, nullable=False),
    Column("key_id", String(32), nullable=False),
    Column("space_name", String, nullable=False),
    Column("space_dimension", Integer, nullable=False),
    Column("space_digest", String, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("face_count", Integer, nullable=False),
    Column("user_count", Integer, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("faces_departed", BigInteger, nullable=False),
    Column("users_departed", BigInteger, nullable=False),
    Column("condemned_at", BigInteger),
    UniqueConstraint("account_id", "region", "collection_id"),
    Index("collections_in_order", "account_id", "region", "collection_no"),
    sqlite_autoincrement=True,
)

Table(
    "users",
    metadata,
    Column("user_no", NUMBER, primary_key=True),
    Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
    Column("user_id", String, nullable=False),
    Column("face_count", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    UniqueConstraint("collection_no", "user_id"),
    Index("users_by_revision", "collection_no", "revision"),
    sqlite_autoincrement=True,
)

Table(
    "faces",
    metadata,
    Column("face_no", NUMBER, primary_key=True),
    Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
    Column("face_id", String(36), nullable=False),
    Column("image_id", String(36), nullable=False),
    Column("external_image_id", String),
    Column("user_no", ForeignKey("users.user_no"), index=True),
    Column("left_px", Float, nullable=False),
    Column("top_px", Float, nullable=False),
    Column("right_px", Float, nullable=False),
    Column("bottom_px", Float, nullable=False),
    Column("image_width", Integer, nullable=False),
    Column("image_height", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    UniqueConstraint("collection_no", "face_id"),
    Index("faces_in_order", "collection_no", "face_no"),
    Index("faces_by_revision", "collection_no", "revision", "face_no"),
    Index("faces_by_image", "collection_no", "image_id"),
    sqlite_autoincrement=True,
)

Table(
    "face_vectors",
    metadata,
    Column(
        "face_no",
        ForeignKey("faces.face_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("sealed", LargeBinary, nullable=False),
)

Table(
    "tags",
    metadata,
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
    Column("region", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("resource", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)


def upgrade(connection: Connection) -> None:
    """Create them all; the counters start at nought."""
    metadata.create_all(connection)
    connection.execute(
        metadata.tables["revisions"].insert(),
        [
            {"name": name, "value": 0}
            for name in ("accounts", "departures", "removals", "compacted")
        ],
    )
