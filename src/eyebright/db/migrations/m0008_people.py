"""Decisions about people as events that can be undone; what groups were told they are not; boxes
that a person drew."""

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
    text,
)


def upgrade(connection: Connection) -> None:
    """Create the tables, and remember into which group a group was merged."""
    metadata = MetaData()
    metadata.reflect(connection, only=("collections", "users", "faces", "face_groups"))
    number = BigInteger().with_variant(Integer, "sqlite")
    connection.execute(text("ALTER TABLE face_groups ADD COLUMN merged_into BIGINT"))
    Table(
        "group_refusals",
        metadata,
        Column(
            "face_no",
            ForeignKey("faces.face_no", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        Column(
            "group_no",
            ForeignKey("face_groups.group_no", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        Index("refusals_of_group", "group_no"),
    )
    Table(
        "people_events",
        metadata,
        Column("event_no", number, primary_key=True),
        Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("actor", String, nullable=False),
        Column("kind", String, nullable=False),
        Column("face_count", Integer, nullable=False),
        Column("undone_at", BigInteger),
        Column("is_redoable", Boolean, nullable=False),
        Column("sealed", LargeBinary),
        Index("events_in_order", "collection_no", "event_no"),
        Index("events_of_actor", "collection_no", "actor", "event_no"),
        sqlite_autoincrement=True,
    )
    Table(
        "people_of_events",
        metadata,
        Column(
            "event_no",
            ForeignKey("people_events.event_no", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        Column("user_id", String, primary_key=True),
        Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
        Index("events_of_person", "collection_no", "user_id"),
    )
    Table(
        "drawn_tags",
        metadata,
        Column("tag_no", number, primary_key=True),
        Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
        Column("tag_id", String(36), nullable=False),
        Column("image_id", String(36), nullable=False),
        Column("external_image_id", String),
        Column("user_no", ForeignKey("users.user_no", ondelete="SET NULL"), index=True),
        Column("left_px", Float, nullable=False),
        Column("top_px", Float, nullable=False),
        Column("right_px", Float, nullable=False),
        Column("bottom_px", Float, nullable=False),
        Column("image_width", Integer, nullable=False),
        Column("image_height", Integer, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        UniqueConstraint("collection_no", "tag_id"),
        Index("tags_of_image", "collection_no", "image_id"),
        sqlite_autoincrement=True,
    )
    tables = ("group_refusals", "people_events", "people_of_events", "drawn_tags")
    metadata.create_all(connection, tables=[metadata.tables[name] for name in tables])
