"""Groups of faces that nobody has named yet, and what was decided of each face."""

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
)


def upgrade(connection: Connection) -> None:
    """Create the tables."""
    metadata = MetaData()
    metadata.reflect(connection, only=("accounts", "collections", "users", "faces"))
    number = BigInteger().with_variant(Integer, "sqlite")
    Table(
        "face_groups",
        metadata,
        Column("group_no", number, primary_key=True),
        Column("collection_no", ForeignKey("collections.collection_no"), nullable=False),
        Column("face_count", Integer, nullable=False),
        Column("revision", BigInteger, nullable=False),
        Column("sealed_mean", LargeBinary),
        Index("groups_by_revision", "collection_no", "revision"),
        Index("groups_by_size", "collection_no", "face_count"),
        sqlite_autoincrement=True,
    )
    Table(
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
    Table(
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
    tables = ("face_groups", "face_states", "face_rejections")
    metadata.create_all(connection, tables=[metadata.tables[name] for name in tables])
