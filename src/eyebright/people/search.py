"""Search: which faces of a collection, or which users, are like this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, Connection, Row, select
from sqlalchemy.sql.expression import Select

from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.db.engine import Database
from eyebright.db.tables import faces, users
from eyebright.errors import FaceNotInCollection, KeyDestroyed
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.governance.vault import Vault
from eyebright.ids import CollectionId, FaceId, UserId
from eyebright.people.enrolment import require_unit_vector
from eyebright.people.projections import Projections
from eyebright.people.rows import (
    CollectionRow,
    batches,
    face_value,
    faces_by_id,
    find_collection,
    find_user,
    select_faces,
    user_value,
)
from eyebright.people.similarity import SimilarityScale
from eyebright.people.values import FaceMatch, UserMatch
from eyebright.runtime.laps import lap
from eyebright.vectors.index import VectorIndex

MEMORY_BYTES = 4 << 30
"""What all loaded collections together may take, except that the one searched is always loaded."""
ROUNDING = 1e-6
"""How far a threshold may move on its way from percent to cosine and back."""


class FaceSearch:
    """Searches in the collections of all scopes. Safe to share between threads.

    Sees every write that was acknowledged before the search began, of this or any other process.
    Matches come best first and are at least `min_percent` (0-100) similar.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        scale: SimilarityScale,
        new_index: Callable[[int], VectorIndex],
        memory_bytes: int = MEMORY_BYTES,
    ) -> None:
        self._database = database
        self._scale = scale
        self.projections = Projections(vault, new_index=new_index, memory_bytes=memory_bytes)

    def by_face(
        self,
        scope: Scope,
        collection_id: CollectionId,
        face_id: FaceId,
        *,
        max_faces: int,
        min_percent: float,
    ) -> list[FaceMatch]:
        """Faces like one of the collection, that one left out.

        Raises CollectionNotFound, FaceNotInCollection.
        """
        with self._collection(scope, collection_id) as (connection, collection):
            index = self.projections.of(connection, scope, collection).faces
            number, vector = _stored(connection, collection, face_id, index)
            near = self._near(index, vector, k=max_faces + 1, min_percent=min_percent)
            others = [(other, percent) for other, percent in near if other != number]
            return _face_matches(connection, collection, others[:max_faces])

    def by_vector(
        self,
        scope: Scope,
        collection_id: CollectionId,
        vector: FloatArray,
        *,
        space: EmbeddingSpace,
        max_faces: int,
        min_percent: float,
    ) -> list[FaceMatch]:
        """Faces like this vector, (dimension,) float32 of unit length.

        Raises CollectionNotFound, EmbeddingSpaceMismatch, InvalidInput for no unit vector.
        """
        with self._collection(scope, collection_id) as (connection, collection):
            _require_probe(collection, vector, space)
            index = self.projections.of(connection, scope, collection).faces
            near = self._near(index, vector, k=max_faces, min_percent=min_percent)
            return _face_matches(connection, collection, near)

    def users_by_face(
        self,
        scope: Scope,
        collection_id: CollectionId,
        face_id: FaceId,
        *,
        max_users: int,
        min_percent: float,
    ) -> list[UserMatch]:
        """Users like a face of the collection, the one it belongs to among them.

        Raises CollectionNotFound, FaceNotInCollection.
        """
        with self._collection(scope, collection_id) as (connection, collection):
            projection = self.projections.of(connection, scope, collection, with_users=True)
            _, vector = _stored(connection, collection, face_id, projection.faces)
            near = self._near(projection.users, vector, k=max_users, min_percent=min_percent)
            return _user_matches(connection, collection, near)

    def users_by_user(
        self,
        scope: Scope,
        collection_id: CollectionId,
        user_id: UserId,
        *,
        max_users: int,
        min_percent: float,
    ) -> list[UserMatch]:
        """Users like this one, which is left out; nobody, for a user without faces.

        Raises CollectionNotFound, UserNotFound.
        """
        with self._collection(scope, collection_id) as (connection, collection):
            number = int(find_user(connection, collection.number, user_id).user_no)
            index = self.projections.of(connection, scope, collection, with_users=True).users
            vector = index.get(str(number))
            if vector is None:
                return []
            near = self._near(index, vector, k=max_users + 1, min_percent=min_percent)
            others = [(other, percent) for other, percent in near if other != number]
            return _user_matches(connection, collection, others[:max_users])

    def users_by_vector(
        self,
        scope: Scope,
        collection_id: CollectionId,
        vector: FloatArray,
        *,
        space: EmbeddingSpace,
        max_users: int,
        min_percent: float,
    ) -> list[UserMatch]:
        """Users like this vector. Raises as `by_vector` does."""
        with self._collection(scope, collection_id) as (connection, collection):
            _require_probe(collection, vector, space)
            index = self.projections.of(connection, scope, collection, with_users=True).users
            near = self._near(index, vector, k=max_users, min_percent=min_percent)
            return _user_matches(connection, collection, near)

    @contextmanager
    def _collection(
        self, scope: Scope, collection_id: CollectionId
    ) -> Iterator[tuple[Connection, CollectionRow]]:
        try:
            with self._database.read() as connection:
                yield connection, find_collection(connection, scope, collection_id)
        except KeyDestroyed:
            with self._database.read() as connection:
                find_collection(connection, scope, collection_id)  # deleted while we read it
            raise

    def _near(
        self, index: VectorIndex, vector: FloatArray, *, k: int, min_percent: float
    ) -> list[tuple[int, float]]:
        """Numbers and percents, best first."""
        lowest = self._scale.to_cosine(min_percent) - ROUNDING if min_percent > 0 else -2.0
        with lap("search"):
            near = index.search(vector, k=k, min_score=lowest)
        found = ((int(key), float(self._scale.to_percent(cosine))) for key, cosine in near)
        return [(number, percent) for number, percent in found if percent >= min_percent]


def _require_probe(collection: CollectionRow, vector: FloatArray, space: EmbeddingSpace) -> None:
    collection.space.require(space)
    require_unit_vector(vector, space)


def _stored(
    connection: Connection, collection: CollectionRow, face_id: FaceId, index: VectorIndex
) -> tuple[int, FloatArray]:
    row = faces_by_id(connection, collection.number, [face_id]).get(face_id)
    vector = None if row is None else index.get(str(row.face_no))
    if row is None or vector is None:
        raise FaceNotInCollection("faceId was not found in the collection.")
    return int(row.face_no), vector


def _face_matches(
    connection: Connection, collection: CollectionRow, near: Sequence[tuple[int, float]]
) -> list[FaceMatch]:
    query = select_faces(collection.number)
    return [
        FaceMatch(face_value(row), percent)
        for row, percent in _rows(connection, query, faces.c.face_no, near)
    ]


def _user_matches(
    connection: Connection, collection: CollectionRow, near: Sequence[tuple[int, float]]
) -> list[UserMatch]:
    query = select(users).where(users.c.collection_no == collection.number)
    return [
        UserMatch(user_value(row), percent)
        for row, percent in _rows(connection, query, users.c.user_no, near)
    ]


def _rows(
    connection: Connection,
    query: Select[Any],
    number: Column[int],
    near: Sequence[tuple[int, float]],
) -> Iterator[tuple[Row[Any], float]]:
    """The rows of the numbers, in order. A number that the connection cannot see is left out: an
    index may be a moment ahead of it."""
    found: dict[int, Row[Any]] = {}
    for some in batches([one for one, _ in near]):
        rows = connection.execute(query.where(number.in_(some)))
        found.update((row._mapping[number], row) for row in rows)
    return ((found[one], percent) for one, percent in near if one in found)
