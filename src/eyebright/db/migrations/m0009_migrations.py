"""Vectors of two embedding spaces beside each other, while a collection moves to another one."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    text,
)


def upgrade(connection: Connection) -> None:
    """Number the generations of vectors, and create the tables of migrations."""
    metadata = MetaData()
    metadata.reflect(connection, only=("collections", "faces"))
    for column in ("generation BIGINT", "vectors_at BIGINT"):
        connection.execute(
            text(f"ALTER TABLE collections ADD COLUMN {column} NOT NULL DEFAULT '0'")
        )
    _number_vectors(connection, metadata)
    number = BigInteger().with_variant(Integer, "sqlite")
    Table(
        "vector_migrations",
        metadata,
        Column("migration_no", number, primary_key=True),
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
    Table(
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
    tables = ("vector_migrations", "face_gaps")
    metadata.create_all(connection, tables=[metadata.tables[name] for name in tables])


def _number_vectors(connection: Connection, metadata: MetaData) -> None:
    """SQLite cannot change a primary key, so the table is written anew: 1 GB for a million faces,
    once."""
    connection.execute(text("ALTER TABLE face_vectors RENAME TO face_vectors_before"))
    Table(
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
    ).create(connection)
    connection.execute(
        text(
            "INSERT INTO face_vectors (face_no, generation, sealed) "
            "SELECT face_no, 0, sealed FROM face_vectors_before ORDER BY face_no"
        )
    )
    connection.execute(text("DROP TABLE face_vectors_before"))
