"""Vectors out of their boxes, and the one vector that stands for several faces of a user."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, Connection, and_, select

from eyebright.db.tables import collections, face_vectors, faces
from eyebright.geometry.arrays import FloatArray
from eyebright.governance.sealing import Sealer


@dataclass(frozen=True, slots=True, eq=False)
class StoredVectors:
    """n faces, oldest revision first, and their vectors (n, dimension) float32, unit length."""

    revisions: list[int]
    numbers: list[int]
    face_ids: list[str]
    vectors: FloatArray


def stored_vectors(
    connection: Connection,
    sealer: Sealer,
    where: ColumnElement[bool],
    *,
    dimension: int,
    limit: int | None = None,
) -> StoredVectors:
    """The vectors of the faces that match, of the generation that their collection uses; faces
    without one are left out. Raises StorageError for a box that does not open."""
    in_use = (
        select(collections.c.generation)
        .where(collections.c.collection_no == faces.c.collection_no)
        .correlate(faces)
        .scalar_subquery()  # a join would let the engine begin with the collection
    )
    vectors = face_vectors.c
    query = (
        select(
            faces.c.revision,
            faces.c.face_no,
            faces.c.face_id,
            vectors.generation,
            vectors.sealed,
        )
        .select_from(faces)
        .join(
            face_vectors,
            and_(vectors.face_no == faces.c.face_no, vectors.generation == in_use),
        )
        .where(where)
        .order_by(faces.c.revision, faces.c.face_no)
    )
    rows = connection.execute(query if limit is None else query.limit(limit)).all()
    boxes = ((vector_place(row[2], row[3]), row[4]) for row in rows)
    return StoredVectors(
        revisions=[row[0] for row in rows],
        numbers=[row[1] for row in rows],
        face_ids=[row[2] for row in rows],
        vectors=sealer.open_vectors(boxes, dimension=dimension),
    )


def vector_place(face_id: str, generation: int) -> str:
    """What a face's sealed vector is bound to, so that none is taken for one of another space."""
    return face_id if generation == 0 else f"{face_id} {generation}"


def unit_mean(vectors: FloatArray) -> FloatArray:
    """The direction of the mean of (n, d) unit vectors, n > 0: (d,) float32, unit length.

    Opposite vectors whose mean is nothing have no direction: then the first one stands for them.
    """
    mean = vectors.mean(axis=0, dtype=np.float64)
    length = float(np.linalg.norm(mean))
    if length < np.finfo(np.float32).eps:
        first: FloatArray = vectors[0].copy()
        return first
    direction: FloatArray = (mean / length).astype(np.float32)
    return direction
