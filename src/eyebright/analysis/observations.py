"""One picture and what was seen in it so far: each model is asked once, whoever asks first."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from eyebright.analysis.faces.observation import Detections, FaceAttribute, FaceDescription
from eyebright.analysis.faces.vision import FaceVision
from eyebright.analysis.labels.values import ClassScores, ObjectDetections
from eyebright.analysis.labels.vision import ClassVision, ObjectVision
from eyebright.imaging.image import Image

PERSON_ATTRIBUTES = frozenset(
    {
        FaceAttribute.AGE_RANGE,
        FaceAttribute.GENDER,
        FaceAttribute.SMILE,
        FaceAttribute.EYEGLASSES,
        FaceAttribute.SUNGLASSES,
        FaceAttribute.BEARD,
        FaceAttribute.MUSTACHE,
        FaceAttribute.EMOTIONS,
    }
)
"""What labels and moderation want to know of a face."""
MAX_DESCRIBED_FACES = 20
"""The largest; in a crowd, who wears glasses in the last row is not what the picture shows."""


class Observations:
    """Made for one picture by `Sight.observe`, used by one thread, thrown away with the answer.

    Each property takes a slot of the runtime while its model runs; a caller that holds a slot must
    not ask for one that was not seen before.
    """

    def __init__(
        self,
        image: Image,
        *,
        face_vision: FaceVision,
        object_vision: Callable[[], ObjectVision],
        class_vision: Callable[[], ClassVision],
    ) -> None:
        self.image = image
        self._face_vision = face_vision
        self._object_vision = object_vision
        self._class_vision = class_vision

    @cached_property
    def faces(self) -> Detections:
        """All faces, largest first."""
        return self._face_vision.detect(self.image)

    @cached_property
    def described_faces(self) -> list[FaceDescription]:
        """PERSON_ATTRIBUTES of the largest faces, in the order of `faces`."""
        largest = self.faces.largest(MAX_DESCRIBED_FACES)
        return self._face_vision.describe(self.image, largest, wanted=PERSON_ATTRIBUTES)

    @cached_property
    def objects(self) -> ObjectDetections:
        """All things with boxes, best first."""
        return self._object_vision().detect(self.image)

    @cached_property
    def classes(self) -> ClassScores:
        """What the picture as a whole shows."""
        return self._class_vision().classify(self.image)
