"""From a picture to faces in a collection: look, judge, choose, embed, enrol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eyebright.analysis.faces.observation import Detections, FaceAttribute, FaceDescription
from eyebright.analysis.faces.selection import QualityFilter, RefusalReason
from eyebright.analysis.faces.vision import FaceVision
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, image_id
from eyebright.imaging.image import Image
from eyebright.people.collections import Collections
from eyebright.people.faces import Faces
from eyebright.people.probes import MAX_FACES_LOOKED_AT, look
from eyebright.people.values import Face, NewFace


@dataclass(frozen=True, slots=True, eq=False)
class IndexedImage:
    """What became of each face of a picture; positions are those in `detections`."""

    detections: Detections
    descriptions: Sequence[FaceDescription]
    indexed: tuple[tuple[int, Face], ...]
    refused: tuple[tuple[int, tuple[RefusalReason, ...]], ...]


class Indexing:
    """Enrols the faces of pictures."""

    def __init__(self, vision: FaceVision, *, collections: Collections, faces: Faces) -> None:
        self._vision = vision
        self._collections = collections
        self._faces = faces

    def index(
        self,
        scope: Scope,
        collection_id: CollectionId,
        *,
        image: Image,
        external_image_id: str | None = None,
        max_faces: int = MAX_FACES_LOOKED_AT,
        quality_filter: QualityFilter = QualityFilter.AUTO,
        wanted: frozenset[FaceAttribute] = frozenset(),
    ) -> IndexedImage:
        """Enrol the largest `max_faces` faces that pass the filter.

        The same picture with the same external id gives the faces it gave before. Raises
        CollectionNotFound before any work, EmbeddingSpaceMismatch if the collection was made
        with another pack, QuotaExceeded if it is full.
        """
        collection = self._collections.settle(scope, collection_id, space=self._vision.space)
        collection.space.require(self._vision.space)
        seen = look(self._vision, image, quality_filter=quality_filter, wanted=wanted)
        usable = seen.usable
        chosen = usable[:max_faces]
        stored = self._faces.enrol(
            scope,
            collection_id,
            image_id=image_id(image.content_sha256),
            external_image_id=external_image_id,
            new_faces=self._embedded(image, seen.detections.take(chosen)),
        )
        refused = {position: refusal for position, refusal in enumerate(seen.reasons) if refusal}
        refused |= dict.fromkeys(usable[max_faces:], (RefusalReason.EXCEEDS_MAX_FACES,))
        return IndexedImage(
            seen.detections,
            seen.descriptions,
            indexed=tuple(zip(chosen, stored, strict=True)),
            refused=tuple(sorted(refused.items())),
        )

    def _embedded(self, image: Image, chosen: Detections) -> list[NewFace]:
        vectors = self._vision.embed(image, chosen)
        return [
            NewFace(
                vector=vector,
                box_xyxy=(float(box[0]), float(box[1]), float(box[2]), float(box[3])),
                image_size_wh=image.size_wh,
                score=float(score),
                space=self._vision.space,
            )
            for vector, box, score in zip(vectors, chosen.boxes_xyxy, chosen.scores, strict=True)
        ]
