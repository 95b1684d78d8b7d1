"""Where the eyes look: head pose plus the place of the iris between the corners of the eye.

There is no labelled gaze among our data, so nothing here is measured; the two constants are
anatomy, the resting offset is the mean of the training faces. Small or squinting eyes give noise
of about 7 degrees; the two eyes' disagreement tells, and lowers the confidence.
"""

from __future__ import annotations

import numpy as np

from eyebright.analysis.faces.observation import EyeDirection, Pose
from eyebright.geometry.arrays import FloatArray

_RADIUS_OVER_WIDTH = 0.4
"""Radius of the eyeball, 12 mm, over the distance of the corners of the eye, 30 mm."""
_RESTING_DROP = -0.058
"""The iris of an eye that looks straight on lies this much of the width above its corners."""
_DISAGREEMENT_DEGREES = 30.0
"""Eyes that differ by this much leave a confidence of 1/e."""
_OUTER, _INNER = 0, 8


def eye_direction(
    contours: FloatArray, irises: FloatArray, *, pose: Pose, presence: float
) -> EyeDirection:
    """The gaze of one face against the camera's axis, in degrees, signs as in `Pose`.

    contours: (2, 16, 2) and irises: (2, 5, 2), left eye first, pixels (see `eyes.Eyes`).
    presence: 0-1, how sure the mesh is of a face.
    """
    left = eye_in_head(contours[0, _OUTER], contours[0, _INNER], irises[0, 0])
    right = eye_in_head(contours[1, _INNER], contours[1, _OUTER], irises[1, 0])
    yaw, pitch = (left + right) / 2
    disagreement = float(np.hypot(*(left - right)))
    agreement = float(np.exp(-((disagreement / _DISAGREEMENT_DEGREES) ** 2)))
    return EyeDirection(
        yaw=float(np.clip(pose.yaw + yaw, -90.0, 90.0)),
        pitch=float(np.clip(pose.pitch + pitch, -90.0, 90.0)),
        confidence=presence * agreement,
    )


def eye_in_head(left_corner: FloatArray, right_corner: FloatArray, iris: FloatArray) -> FloatArray:
    """Yaw and pitch of one eye in its socket, (2,) degrees, from three points (2,) in pixels."""
    across = (right_corner - left_corner).astype(float)
    width = max(float(np.hypot(*across)), 1e-3)
    along = across / width
    offset = (iris - (left_corner + right_corner) / 2) / width
    sideways = float(offset @ along)
    drop = float(offset @ np.array([-along[1], along[0]])) - _RESTING_DROP
    sines = np.clip(np.array([sideways, -drop]) / _RADIUS_OVER_WIDTH, -1.0, 1.0)
    degrees: FloatArray = np.degrees(np.arcsin(sines)).astype(np.float32)
    return degrees
