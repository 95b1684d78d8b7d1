"""AWS's landmark names and where they lie on the 468-point mesh.

Left and right are those of the picture, as in AWS: on an upright frontal face eyeLeft is the eye
nearer to the left edge. The mesh numbers its points from the person's point of view mirrored, so
point 33 (the outer corner of the eye at the left of the picture) belongs to AWS's left eye.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from eyebright.geometry.arrays import FloatArray

FIVE_NAMES: tuple[str, ...] = ("eyeLeft", "eyeRight", "mouthLeft", "mouthRight", "nose")
"""AWS's default landmarks in the order in which it lists them."""
_ORDER_IN_DETECTIONS = (0, 1, 3, 4, 2)
"""`Detections.points` has the nose before the mouth."""

EYE_CONTOURS: tuple[tuple[int, ...], tuple[int, ...]] = (
    (33, 133, 159, 145),
    (362, 263, 386, 374),
)
"""Corners and lids of the left and right eye; their mean is where the pupil looks straight on."""
NOSE_TIP = 1
MOUTH_CORNERS = (61, 291)

MESH_POINTS: Mapping[str, tuple[int, ...]] = {
    "leftEyeBrowLeft": (70,),
    "leftEyeBrowRight": (107,),
    "leftEyeBrowUp": (105,),
    "rightEyeBrowLeft": (336,),
    "rightEyeBrowRight": (300,),
    "rightEyeBrowUp": (334,),
    "leftEyeLeft": (33,),
    "leftEyeRight": (133,),
    "leftEyeUp": (159,),
    "leftEyeDown": (145,),
    "rightEyeLeft": (362,),
    "rightEyeRight": (263,),
    "rightEyeUp": (386,),
    "rightEyeDown": (374,),
    "noseLeft": (97, 98),
    "noseRight": (326, 327),
    "mouthUp": (0,),
    "mouthDown": (17,),
    "leftPupil": (),
    "rightPupil": (),
    "upperJawlineLeft": (127,),
    "midJawlineLeft": (58, 172),
    "chinBottom": (152,),
    "midJawlineRight": (288, 397),
    "upperJawlineRight": (356,),
}
"""The other 25 in AWS's order: each is the mean of these mesh points.

Chosen so that, in units of the distance between the pupils, frontal faces agree with AWS's two
published answers that list all 30: nostrils .2 from the middle and .63 below the eyes, upper
jawline at the height of the eyes and 2.2 apart, middle jawline at that of the mouth and 1.8 apart.
"""


def five_points_of_mesh(mesh_points: FloatArray, *, pupils: FloatArray) -> FloatArray:
    """(5, 2) in the order of `Detections.points`, from a mesh (468, 3) and pupils (2, 2)."""
    rest = mesh_points[[NOSE_TIP, *MOUTH_CORNERS], :2]
    return np.concatenate([pupils, rest]).astype(np.float32)


def middles_of_eyes(mesh_points: FloatArray) -> FloatArray:
    """(2, 2): the middle of the left and of the right eye of a mesh (468, 3)."""
    middles = [mesh_points[list(contour), :2].mean(axis=0) for contour in EYE_CONTOURS]
    return np.asarray(middles, np.float32)


def five_landmarks(points: FloatArray) -> Mapping[str, FloatArray]:
    """The default landmarks of one face from its five detected points (5, 2)."""
    return {
        name: points[index] for name, index in zip(FIVE_NAMES, _ORDER_IN_DETECTIONS, strict=True)
    }


def thirty_landmarks(
    points: FloatArray, mesh_points: FloatArray, *, pupils: FloatArray
) -> Mapping[str, FloatArray]:
    """All landmarks of one face, in AWS's order.

    points: (5, 2) detected; mesh_points: (468, 2) or (468, 3); pupils: (2, 2) left, right; all
    in pixels of the picture. The eyes are the pupils, digit for digit, as in AWS's answers.
    """
    named = dict(five_landmarks(points))
    named["eyeLeft"], named["eyeRight"] = pupils[0], pupils[1]
    for name, indices in MESH_POINTS.items():
        if indices:
            named[name] = mesh_points[list(indices), :2].mean(axis=0, dtype=np.float32)
        else:
            named[name] = pupils[0] if name == "leftPupil" else pupils[1]
    return named
