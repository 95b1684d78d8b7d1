"""Collections: their faces, vectors and users, and what is known of celebrities."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)

from eyebright.db.tables.base import NUMBER, metadata

collections = Table(
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
    Column("generation", BigInteger, nullable=False, server_default="0"),
    Column("vectors_at", BigInteger, nullable=False, server_default="0"),
    UniqueConstraint("account_id", "region", "collection_id"),
    Index("collections_in_order", "account_id", "region", "collection_no"),
    sqlite_autoincrement=True,
)
"""revision rises with every change of faces or users, *_departed with every deletion, so that an
index in any process knows what it missed. A condemned collection has lost its id and its key.
generation: which of a face's vectors is of the collection's space. vectors_at: the revision at
which all vectors were last exchanged for those of another generation."""

users = Table(
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
"""revision: the collection's when the user's faces, or what is known of the user, last changed."""

faces = Table(
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
    Index(
        "faces_of_nobody",
        "collection_no",
        "face_no",
        sqlite_where=text("user_no IS NULL"),
        postgresql_where=text("user_no IS NULL"),
    ),
    sqlite_autoincrement=True,
)
"""revision: the collection's when the face's vector was last written."""

face_vectors = Table(
    "face_vectors",
    metadata,
    Column(
        "face_no",
        ForeignKey("faces.face_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("generation", BigInteger, primary_key=True, autoincrement=False, server_default="0"),
    Column("sealed", LargeBinary, nullable=False),
)
"""Apart from `faces`, so that lists of faces do not read over vectors. generation: a face has
vectors of two while its collection moves from one embedding space to another."""

vector_migrations = Table(
    "vector_migrations",
    metadata,
    Column("migration_no", NUMBER, primary_key=True),
    Column(
        "collection_no",
        ForeignKey("collections.collection_no", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    Column("state", String, nullable=False),
    Column("from_name", String, nullable=False),
    Column("from_dimension", Integer, nullable=False),
    Column("from_digest", String, nullable=False),
    Column("from_generation", BigInteger, nullable=False),
    Column("to_name", String, nullable=False),
    Column("to_dimension", Integer, nullable=False),
    Column("to_digest", String, nullable=False),
    Column("to_generation", BigInteger, nullable=False),
    Column("from_proxy", Integer, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("switched_at", BigInteger),
    Column("kept_until", BigInteger),
    Column("worker", String),
    Column("lease_until", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
"""Collections that have vectors of two embedding spaces. state: "running" while the new ones are
beside, "switched" while the old ones are, "ending" while those beside are being erased. from_proxy:
faces that were seen again in a small picture only. worker, lease_until: as in `assets`."""

face_gaps = Table(
    "face_gaps",
    metadata,
    Column(
        "face_no",
        ForeignKey("faces.face_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("generation", BigInteger, primary_key=True, autoincrement=False),
    Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
    Column("reason", String, nullable=False),
    Index("gaps_of_collection", "collection_no", "generation", "face_no"),
)
"""Faces that have no vector of a generation, and why: they keep all that is said of them, but no
search finds them."""

celebrities = Table(
    "celebrities",
    metadata,
    Column(
        "user_no",
        ForeignKey("users.user_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
    Column("account_id", ForeignKey("accounts.account_id"), nullable=False),
    Column("region", String, nullable=False),
    Column("celebrity_id", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("account_id", "region", "celebrity_id"),
    Index("celebrities_in_order", "account_id", "region", "user_no"),
    Index("celebrities_of_gallery", "collection_no", "user_no"),
)
"""What makes a user of a collection a celebrity, and the collection a gallery. sealed: name, URLs
and gender, under the collection's key. Goes with its user."""

tags = Table(
    "tags",
    metadata,
    Column("account_id", ForeignKey("accounts.account_id"), primary_key=True),
    Column("region", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("resource", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)
