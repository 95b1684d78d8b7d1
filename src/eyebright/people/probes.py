"""Which face of a picture a search or a comparison starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eyebright.analysis.faces.observation import Detections, FaceAttribute, FaceDescription
from eyebright.analysis.faces.selection import QualityFilter, RefusalReason, refusals
from eyebright.analysis.faces.vision import FaceVision
from eyebright.errors import NoFaceInImage
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.image import Image

MAX_FACES_LOOKED_AT = 100
"""Of a picture, the largest."""


@dataclass(frozen=True, slots=True, eq=False)
class LookedAt:
    """The faces of a picture, described, and which of them the quality filter refuses.

    reasons: one tuple a face; empty for a face that may be used.
    """

    detections: Detections
    descriptions: Sequence[FaceDescription]
    reasons: Sequence[tuple[RefusalReason, ...]]

    @property
    def usable(self) -> list[int]:
        """Positions of the faces that the filter lets pass, largest first."""
        return [position for position, reasons in enumerate(self.reasons) if not reasons]


def look(
    vision: FaceVision,
    image: Image,
    *,
    quality_filter: QualityFilter,
    wanted: frozenset[FaceAttribute] = frozenset(),
) -> LookedAt:
    """Find and describe the largest faces of a picture and judge each by the filter."""
    detections = vision.detect(image).largest(MAX_FACES_LOOKED_AT)
    descriptions = vision.describe(image, detections, wanted=wanted)
    return LookedAt(
        detections, descriptions, refusals(detections, descriptions, level=quality_filter)
    )


def largest_face(
    vision: FaceVision, image: Image, *, quality_filter: QualityFilter
) -> tuple[Detections, FloatArray]:
    """The largest usable face of a picture, as one detection, and its vector (dimension,).

    Raises NoFaceInImage if the picture has none. Faces are described only if a filter asks.
    """
    if quality_filter is QualityFilter.NONE:
        detections = vision.detect(image)
        usable = list(range(len(detections)))
    else:
        seen = look(vision, image, quality_filter=quality_filter)
        detections, usable = seen.detections, seen.usable
    require_face(usable)
    chosen = detections.take(usable[:1])
    return chosen, vision.embed(image, chosen)[0]


def require_face(usable: Sequence[int]) -> None:
    """Raise NoFaceInImage unless there is a usable face."""
    if not usable:
        raise NoFaceInImage(
            "There is no usable face in the image; at least one is needed. "
            "Use a larger or sharper picture, or a weaker quality filter."
        )
