"""Celebrities: what is known of some users of some collections beyond their faces."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)


def upgrade(connection: Connection) -> None:
    """Create the table."""
    metadata = MetaData()
    metadata.reflect(connection, only=("accounts", "collections", "users"))
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
    celebrities.create(connection)
