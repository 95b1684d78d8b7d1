"""What was said of faces that are nobody's: a verdict, and who they are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from eyebright.db.tables import face_rejections, face_states, faces, users
from eyebright.ids import FaceId, UserId
from eyebright.people.grouping import OPEN
from eyebright.people.rows import batches
from eyebright.people.verdicts import PUT_ASIDE


@dataclass(frozen=True, slots=True)
class SaidOfFace:
    """verdict: one of `verdicts.VERDICTS`. not_these: who it was said not to be."""

    verdict: str = OPEN
    not_these: frozenset[UserId] = frozenset()

    def may_be(self, user_id: UserId) -> bool:
        """Whether it makes sense to ask if the face is this person."""
        return self.verdict not in PUT_ASIDE and user_id not in self.not_these


def said_of(
    connection: Connection, collection_no: int, face_ids: Sequence[FaceId]
) -> dict[FaceId, SaidOfFace]:
    """Of the faces that are in the collection."""
    verdicts: dict[FaceId, str] = {}
    rejected: dict[FaceId, set[UserId]] = {}
    for some in batches(face_ids):
        mine = (faces.c.collection_no == collection_no) & faces.c.face_id.in_(some)
        query = (
            select(faces.c.face_id, face_states.c.verdict)
            .outerjoin(face_states, face_states.c.face_no == faces.c.face_no)
            .where(mine)
        )
        for face_id, verdict in connection.execute(query):
            verdicts[FaceId(face_id)] = verdict or OPEN
        told = (
            select(faces.c.face_id, users.c.user_id)
            .join(face_rejections, face_rejections.c.face_no == faces.c.face_no)
            .join(users, users.c.user_no == face_rejections.c.user_no)
            .where(mine)
        )
        for face_id, user_id in connection.execute(told):
            rejected.setdefault(FaceId(face_id), set()).add(UserId(user_id))
    return {
        face_id: SaidOfFace(verdict, frozenset(rejected.get(face_id, ())))
        for face_id, verdict in verdicts.items()
    }
