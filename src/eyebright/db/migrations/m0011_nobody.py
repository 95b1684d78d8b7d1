"""An index of the faces that are nobody's: a large library finds them without reading all."""

from __future__ import annotations

from sqlalchemy import Connection, text


def upgrade(connection: Connection) -> None:
    """Create it."""
    connection.execute(
        text("CREATE INDEX faces_of_nobody ON faces (collection_no, face_no) WHERE user_no IS NULL")
    )
