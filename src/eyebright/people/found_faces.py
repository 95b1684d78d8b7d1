"""What became of the faces of some pictures: who is named, who may be somebody, who is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from eyebright.db.engine import Database
from eyebright.db.tables import face_states, faces
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, ImageId
from eyebright.people.bands import Band, band_floors
from eyebright.people.projection import Projection
from eyebright.people.rows import CollectionRow, batches, find_collection
from eyebright.people.search import FaceSearch
from eyebright.people.similarity import SimilarityScale
from eyebright.people.verdicts import PUT_ASIDE


@dataclass(frozen=True, slots=True)
class Found:
    """Faces. suggested: likely or maybe somebody. aside: ignored, no face, or left undecided."""

    named: int = 0
    suggested: int = 0
    unknown: int = 0
    aside: int = 0


class FoundFaces:
    """Safe to share between threads."""

    def __init__(self, database: Database, *, search: FaceSearch, scale: SimilarityScale) -> None:
        self._database = database
        self._search = search
        self._scale = scale

    def of(self, scope: Scope, collection_id: CollectionId, images: Sequence[ImageId]) -> Found:
        """Of some hundreds of pictures, as it is now. Raises CollectionNotFound."""
        with self._database.read() as connection:
            collection = find_collection(connection, scope, collection_id)
            rows = _faces_of(connection, collection, images)
            aside = [row for row in rows if row.user_no is None and row.verdict in PUT_ASIDE]
            rest = [row for row in rows if row.user_no is None and row.verdict not in PUT_ASIDE]
            suggested = 0
            if rest:
                projection = self._search.projections.of(
                    connection, scope, collection, with_users=True
                )
                suggested = self._suggested(projection, [row.face_no for row in rest])
        named = len(rows) - len(aside) - len(rest)
        return Found(named, suggested, len(rest) - suggested, len(aside))

    def _suggested(self, projection: Projection, numbers: Sequence[int]) -> int:
        """How many of these faces may be somebody."""
        found = (projection.faces.get(str(number)) for number in numbers)
        vectors = [vector for vector in found if vector is not None]
        if not vectors or not len(projection.users):
            return 0
        least = band_floors(self._scale, len(projection.users))[Band.MAYBE]
        near = projection.users.search_many(
            np.stack(vectors), k=1, min_score=self._scale.to_cosine(least)
        )
        return sum(bool(one) for one in near)


def _faces_of(
    connection: Connection, collection: CollectionRow, images: Sequence[ImageId]
) -> list[Any]:
    query = (
        select(faces.c.face_no, faces.c.user_no, face_states.c.verdict)
        .outerjoin(face_states, face_states.c.face_no == faces.c.face_no)
        .where(faces.c.collection_no == collection.number)
    )
    return [
        row
        for some in batches(images)
        for row in connection.execute(query.where(faces.c.image_id.in_(some)))
    ]
