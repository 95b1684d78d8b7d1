"""Faces with what is said of them, as those who read a collection need them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.sql.expression import Select

from eyebright.db.tables import face_states, faces
from eyebright.people.grouping import OPEN
from eyebright.people.rows import face_value, select_faces
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


def record_by_id(connection: Connection, collection_no: int, face_id: str) -> FaceRecord | None:
    row = connection.execute(
        select_records(collection_no).where(faces.c.face_id == face_id)
    ).one_or_none()
    return None if row is None else face_record(row)
