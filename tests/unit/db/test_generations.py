from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from eyebright.db.engine import Database
from eyebright.db.migrations import STEPS, bring_up_to_date
from eyebright.errors import StorageError


def test_vectors_of_before_are_of_generation_0_and_still_go_with_their_faces(
    tmp_path: Path,
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'eyebright.db'}")
    with database.write() as connection:
        bring_up_to_date(connection, steps=STEPS[:8])
        for statement in (
            "INSERT INTO accounts VALUES ('123456789012', 'first', 0, 0, NULL)",
            (
                "INSERT INTO collections (collection_no, account_id, region, collection_id, key_id,"
                " space_name, space_dimension, space_digest, created_at, face_count, user_count,"
                " revision, faces_departed, users_departed)"
                " VALUES (1, '123456789012', 'r', 'c', 'k', 'faces/1', 4, 'd', 0, 1, 0, 1, 0, 0)"
            ),
            (
                "INSERT INTO faces (face_no, collection_no, face_id, image_id, left_px, top_px,"
                " right_px, bottom_px, image_width, image_height, score, created_at, revision)"
                " VALUES (7, 1, 'face', 'image', 0, 0, 1, 1, 9, 9, 0.9, 0, 1)"
            ),
            "INSERT INTO face_vectors (face_no, sealed) VALUES (7, x'abcd')",
        ):
            connection.execute(text(statement))
    database.migrate()
    with database.write() as connection:
        rows = connection.execute(
            text("SELECT face_no, generation, sealed FROM face_vectors")
        ).all()
        assert [tuple(row) for row in rows] == [(7, 0, b"\xab\xcd")]
        used = connection.execute(text("SELECT generation, vectors_at FROM collections")).one()
        assert tuple(used) == (0, 0)
        connection.execute(text("DELETE FROM faces"))
        assert connection.scalar(text("SELECT count(*) FROM face_vectors")) == 0
        names = connection.scalars(text("SELECT name FROM sqlite_master")).all()
    assert "face_vectors_before" not in names
    with pytest.raises(StorageError), database.write() as connection:  # there is no such face
        connection.execute(text("INSERT INTO face_vectors VALUES (99, 0, x'00')"))
