"""How faces enter a collection: checked, told apart from those that are there, sealed, written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.db.tables import face_vectors, faces
from eyebright.errors import EmbeddingSpaceMismatch, InvalidInput
from eyebright.geometry.arrays import FloatArray
from eyebright.geometry.boxes import iou_matrix
from eyebright.governance.sealing import Sealer
from eyebright.ids import FaceId, Ids
from eyebright.people.migration_rows import close_gap, gaps_among, tell_of_new
from eyebright.people.rows import CollectionRow, face_value, select_faces
from eyebright.people.values import Box, Enrolment, Face, NewFace
from eyebright.people.vectors import vector_place

SAME_PLACE_IOU = 0.5
"""Two boxes in one picture that overlap more are one face: a detector that suppresses overlaps
keeps no two such boxes, and a changed detector still puts its box about there."""
UNIT_TOLERANCE = 1e-3
"""How far from 1 a vector's length may be; float32 arithmetic is off by less than 1e-5."""


class Enroller:
    """Enrols into one collection within one write transaction."""

    def __init__(
        self,
        connection: Connection,
        collection: CollectionRow,
        *,
        sealer: Sealer,
        ids: Ids,
        now_ms: int,
    ) -> None:
        self._connection = connection
        self._collection = collection
        self._sealer = sealer
        self._ids = ids
        self._now_ms = now_ms
        self.added = 0

    def enrol(self, enrolment: Enrolment) -> list[Face]:
        """A Face for each new face; the one that is there already, where there is one."""
        for new in enrolment.faces:
            self._collection.space.require(new.space)
            require_unit_vector(new.vector, self._collection.space)
        same = _same_faces(enrolment.faces, self._present(enrolment))
        lacking = self._lacking([known.face_id for known in same if known is not None])
        kept: list[Face] = []
        for new, known in zip(enrolment.faces, same, strict=True):
            if known is not None and known.face_id in lacking:
                self._complete(known, lacking[known.face_id], new)
            kept.append(known or self._insert(enrolment, new))
        return kept

    def _lacking(self, face_ids: Sequence[FaceId]) -> dict[str, int]:
        collection = self._collection
        return gaps_among(self._connection, collection.number, collection.generation, face_ids)

    def _complete(self, known: Face, face_no: int, new: NewFace) -> None:
        """A face that a migration had not found again is seen now."""
        self._insert_vector(known.face_id, face_no, new)
        close_gap(self._connection, face_no, self._collection.generation)
        tell_of_new(self._connection, [face_no], revision=self._collection.revision)

    def _present(self, enrolment: Enrolment) -> list[Face]:
        query = select_faces(self._collection.number).where(
            faces.c.image_id == enrolment.image_id,
            faces.c.external_image_id.is_(None)
            if enrolment.external_image_id is None
            else faces.c.external_image_id == enrolment.external_image_id,
        )
        rows: Sequence[Row[Any]] = self._connection.execute(query.order_by(faces.c.face_no)).all()
        return [face_value(row) for row in rows]

    def _insert(self, enrolment: Enrolment, new: NewFace) -> Face:
        face = Face(
            face_id=self._ids.face(),
            image_id=enrolment.image_id,
            external_image_id=enrolment.external_image_id,
            user_id=None,
            box_xyxy=new.box_xyxy,
            image_size_wh=new.image_size_wh,
            score=new.score,
        )
        face_no = self._connection.scalar(
            faces.insert().returning(faces.c.face_no), self._columns(face)
        )
        self._insert_vector(face.face_id, int(face_no or 0), new)
        self.added += 1
        return face

    def _insert_vector(self, face_id: FaceId, face_no: int, new: NewFace) -> None:
        generation = self._collection.generation
        place = vector_place(face_id, generation)
        sealed = self._sealer.seal_vector(new.vector, bound_to=place)
        self._connection.execute(
            face_vectors.insert(),
            {"face_no": face_no, "generation": generation, "sealed": sealed},
        )

    def _columns(self, face: Face) -> dict[str, Any]:
        left, top, right, bottom = face.box_xyxy
        width, height = face.image_size_wh
        return {
            "collection_no": self._collection.number,
            "face_id": face.face_id,
            "image_id": face.image_id,
            "external_image_id": face.external_image_id,
            "left_px": left,
            "top_px": top,
            "right_px": right,
            "bottom_px": bottom,
            "image_width": width,
            "image_height": height,
            "score": face.score,
            "created_at": self._now_ms,
            "revision": self._collection.revision,
        }


def require_unit_vector(vector: FloatArray, space: EmbeddingSpace) -> None:
    """Raise unless the vector is (space.dimension,), finite and of unit length."""
    if vector.shape != (space.dimension,):
        raise EmbeddingSpaceMismatch(
            f"A vector of shape {vector.shape} is none of {space.name} ({space.dimension}-d)."
        )
    length = float(np.linalg.norm(vector))
    if not abs(length - 1.0) <= UNIT_TOLERANCE:  # also true of NaN
        raise InvalidInput(f"A face vector has length {length:.6g}; it must be 1.")


def _same_faces(new: Sequence[NewFace], present: Sequence[Face]) -> list[Face | None]:
    """For each new face the one of `present` at the same place; each is given away once."""
    found: list[Face | None] = [None] * len(new)
    if not new or not present:
        return found
    overlap = iou_matrix(
        _ratios([(face.box_xyxy, face.image_size_wh) for face in new]),
        _ratios([(face.box_xyxy, face.image_size_wh) for face in present]),
    )
    while overlap.max() > SAME_PLACE_IOU:
        i, j = divmod(int(overlap.argmax()), len(present))
        found[i] = present[j]
        overlap[i, :] = overlap[:, j] = 0.0
    return found


def _ratios(boxes: Sequence[tuple[Box, tuple[int, int]]]) -> FloatArray:
    """Boxes as parts of their pictures, (n, 4): one picture may be decoded at two sizes."""
    return np.asarray(
        [np.asarray(box) / (width, height, width, height) for box, (width, height) in boxes],
        dtype=np.float32,
    )
