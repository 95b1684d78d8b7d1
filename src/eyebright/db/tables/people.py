"""People: names, groups of unknown faces, what was said of faces, and events."""

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

persons = Table(
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
"""What makes a user of a library's collection a person with a name. sealed: name, role and the
rest, under the collection's key. name_digest: keyed, of name and role, so that the same person is
found without opening all. version rises with every change, so that a stale tab changes nothing."""

face_groups = Table(
    "face_groups",
    metadata,
    Column("group_no", NUMBER, primary_key=True),
    Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
    Column("face_count", Integer, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("sealed_mean", LargeBinary),
    Column("merged_into", BigInteger),
    Index("groups_by_revision", "collection_no", "revision"),
    Index("groups_by_size", "collection_no", "face_count"),
    sqlite_autoincrement=True,
)
"""Faces that are taken for one person whom nobody named. sealed_mean: the mean of their vectors,
under the collection's key; NULL when it must be made anew. revision: the collection's when it
changed. A group that is empty, or was merged into another (merged_into), stays with no faces."""

face_states = Table(
    "face_states",
    metadata,
    Column(
        "face_no",
        ForeignKey("faces.face_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
    Column("group_no", ForeignKey("face_groups.group_no", ondelete="SET NULL"), index=True),
    Column("quality", Float, nullable=False),
    Column("verdict", String, nullable=False),
    Index("face_states_by_verdict", "collection_no", "verdict"),
)
"""Faces of libraries as people see them. group_no: of faces that are nobody's. quality: 0-1.
verdict: "open", "ignored", "not a face" or "undecided"."""

face_rejections = Table(
    "face_rejections",
    metadata,
    Column(
        "face_no",
        ForeignKey("faces.face_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column(
        "user_no",
        ForeignKey("users.user_no", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Index("rejections_of_user", "user_no"),
)
"""This face is not this user, somebody said; remembered as long as both are there."""

group_refusals = Table(
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
"""This face is not who that group is, somebody said by splitting it off."""

people_events = Table(
    "people_events",
    metadata,
    Column("event_no", NUMBER, primary_key=True),
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
"""What was decided about people. sealed: the exact change, under the collection's key; NULL once
somebody whose name is in it was forgotten. undone_at: NULL while it holds.
is_redoable: it was undone, and its actor did nothing else since."""

people_of_events = Table(
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
"""Who is named in the sealed change of an event, so that forgetting finds all of them."""

drawn_tags = Table(
    "drawn_tags",
    metadata,
    Column("tag_no", NUMBER, primary_key=True),
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
"""Boxes that a person drew where no face was seen: no faces, so that no search and no list of
faces has them. user_no: NULL for a tag that was taken back."""
