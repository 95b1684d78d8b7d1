"""From a picture to the celebrities in it. Nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eyebright.analysis.faces.observation import Detections, FaceAttribute, FaceDescription
from eyebright.analysis.faces.vision import FaceVision
from eyebright.governance.accounts import Scope
from eyebright.imaging.image import Image
from eyebright.people.biographies import Recognition
from eyebright.people.celebrities import Celebrities

MAX_FACES = 64
"""Of a picture, the largest; AWS's number."""
WANTED = frozenset({FaceAttribute.EMOTIONS, FaceAttribute.SMILE})
"""What is said of each face, known or not, as AWS does."""


@dataclass(frozen=True, slots=True, eq=False)
class RecognisedFaces:
    """The largest faces of a picture; the three are of one length and in one order.

    recognitions: None where no celebrity is like the face.
    """

    detections: Detections
    descriptions: Sequence[FaceDescription]
    recognitions: Sequence[Recognition | None]


def recognise_celebrities(
    vision: FaceVision, image: Image, *, celebrities: Celebrities, scope: Scope
) -> RecognisedFaces:
    """The faces of a picture, each with who it is by the galleries of the scope."""
    detections = vision.detect(image).largest(MAX_FACES)
    descriptions = vision.describe(image, detections, wanted=WANTED)
    if not len(detections) or not celebrities.galleries(scope):
        return RecognisedFaces(detections, descriptions, [None] * len(detections))
    vectors = vision.embed(image, detections)
    found = celebrities.recognise(scope, vectors, space=vision.space)
    return RecognisedFaces(detections, descriptions, found)
