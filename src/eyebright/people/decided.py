"""Which faces a new model may not take away because it does not see them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, exists, or_, select

from eyebright.db.tables import (
    face_gaps,
    face_rejections,
    face_states,
    faces,
    group_refusals,
)
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId
from eyebright.people.grouping import OPEN
from eyebright.people.rows import batches, find_collection


def decided_faces(
    connection: Connection, scope: Scope, collection_id: CollectionId, face_ids: Sequence[FaceId]
) -> set[FaceId]:
    """Those of which somebody said something: who it is or is not, or that it is to be ignored; and
    those that a migration keeps without a vector. Raises CollectionNotFound."""
    collection = find_collection(connection, scope, collection_id)
    said = (
        exists().where(face_states.c.face_no == faces.c.face_no, face_states.c.verdict != OPEN),
        exists().where(face_rejections.c.face_no == faces.c.face_no),
        exists().where(group_refusals.c.face_no == faces.c.face_no),
        exists().where(face_gaps.c.face_no == faces.c.face_no),
    )
    found: set[FaceId] = set()
    for some in batches(face_ids):
        query = select(faces.c.face_id).where(
            faces.c.collection_no == collection.number,
            faces.c.face_id.in_(some),
            or_(faces.c.user_no.is_not(None), *said),
        )
        found.update(FaceId(face_id) for face_id in connection.scalars(query))
    return found
