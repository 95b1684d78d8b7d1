"""Faces with what is said of them, as those who read a collection need them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.sql.expression import Select

from eyebright.db.tables import drawn_tags, face_states, faces, users
from eyebright.ids import ImageId, UserId
from eyebright.people.drawn import DrawnTag, NewTag
from eyebright.people.grouping import OPEN
from eyebright.people.rows import batches, face_value, select_faces, select_faces_of_user
from eyebright.people.values import Face


@dataclass(frozen=True, slots=True)
class FaceRecord:
    """number: the database's own. quality: 0-1; None if the face was not measured. verdict: one of
    `VERDICTS`. group_no: of unknown faces that are taken for one person."""

    number: int
    face: Face
    quality: float | None
    verdict: str
    group_no: int | None


def select_records(collection_no: int) -> Select[Any]:
    """Rows for `face_record`."""
    return _with_states(select_faces(collection_no))


def select_records_of_user(user_no: int) -> Select[Any]:
    """The same of a user's faces."""
    return _with_states(select_faces_of_user(user_no))


def _with_states(query: Select[Any]) -> Select[Any]:
    return query.add_columns(
        face_states.c.quality, face_states.c.verdict, face_states.c.group_no
    ).outerjoin(face_states, face_states.c.face_no == faces.c.face_no)


def face_record(row: Row[Any]) -> FaceRecord:
    return FaceRecord(
        row.face_no, face_value(row), quality_of(row), row.verdict or OPEN, row.group_no
    )


def quality_of(row: Row[Any]) -> float | None:
    return None if row.quality is None or row.quality < 0 else float(row.quality)


def records_of(
    connection: Connection, collection_no: int, numbers: Sequence[int]
) -> dict[int, FaceRecord]:
    """Those of the faces that are there, by number."""
    found: dict[int, FaceRecord] = {}
    query = select_records(collection_no)
    for some in batches(numbers):
        rows = connection.execute(query.where(faces.c.face_no.in_(some)))
        found.update((row.face_no, face_record(row)) for row in rows)
    return found


def record_by_id(connection: Connection, collection_no: int, face_id: str) -> FaceRecord | None:
    row = connection.execute(
        select_records(collection_no).where(faces.c.face_id == face_id)
    ).one_or_none()
    return None if row is None else face_record(row)


def tags_by_number(connection: Connection, numbers: Sequence[int]) -> dict[int, DrawnTag]:
    """Those of the drawn faces that are somebody's, by number."""
    found: dict[int, DrawnTag] = {}
    query = select(drawn_tags, users.c.user_id).join(users, users.c.user_no == drawn_tags.c.user_no)
    for some in batches(numbers):
        for row in connection.execute(query.where(drawn_tags.c.tag_no.in_(some))):
            box = (row.left_px, row.top_px, row.right_px, row.bottom_px)
            size = (row.image_width, row.image_height)
            place = NewTag(ImageId(row.image_id), row.external_image_id, box, size)
            found[row.tag_no] = DrawnTag(row.tag_id, UserId(row.user_id), place)
    return found
