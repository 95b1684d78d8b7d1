"""How good a photo is, for choosing one of several: what a person would look at, part by part.

Each part is 0-1 and can be shown; the whole is their product, so that nothing makes up for closed
eyes or blur. Photos of one scene are to be compared, not a portrait with a landscape.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from eyebright.analysis.properties.values import PictureQuality
from eyebright.library.values import AssetFace

WELL_EXPOSED = (0.25, 0.75)
"""Mean brightness between these costs nothing."""
_DARKEST, _LIGHTEST = 0.02, 0.98
"""Here nothing is left to see."""
_UNSMILING = 0.85
"""What a face counts that certainly does not smile: of two good photos the friendlier is taken."""
_TURNED_DEGREES = 60.0
"""A face turned so far from the camera counts half."""


@dataclass(frozen=True, slots=True)
class Merit:
    """sharpness, exposure: of the picture, or of its faces where it has some. eyes: how surely the
    faces' eyes are open; smile, pose: likewise, 1 for a picture without faces. whole: 0-1."""

    sharpness: float
    exposure: float
    eyes: float
    smile: float
    pose: float

    @property
    def whole(self) -> float:
        return self.sharpness * self.exposure * self.eyes * self.smile * self.pose


def merit_of(quality: PictureQuality, faces: Sequence[AssetFace]) -> Merit:
    """Of a picture with these faces; each counts by the square root of its size, as eyes do."""
    weights = [math.sqrt(max(_area(face), 1.0)) for face in faces]
    if not faces:
        return Merit(quality.sharpness, exposure(quality.brightness), 1.0, 1.0, 1.0)

    def mean(values: Sequence[float]) -> float:
        return sum(w * value for w, value in zip(weights, values, strict=True)) / sum(weights)

    return Merit(
        sharpness=mean([face.sharpness for face in faces]),
        exposure=mean([exposure(face.brightness) for face in faces]),
        eyes=mean([_yes(face, "EYES_OPEN") for face in faces]),
        smile=mean([_UNSMILING + (1 - _UNSMILING) * _yes(face, "SMILE") for face in faces]),
        pose=mean([_frontality(face) for face in faces]),
    )


def exposure(brightness: float) -> float:
    """1 for a mean brightness in the middle, falling to 0 where all is black or white."""
    low, high = WELL_EXPOSED
    if brightness < low:
        return max(0.0, (brightness - _DARKEST) / (low - _DARKEST))
    if brightness > high:
        return max(0.0, (_LIGHTEST - brightness) / (_LIGHTEST - high))
    return 1.0


def _frontality(face: AssetFace) -> float:
    turned = max(abs(face.yaw), abs(face.pitch))
    return 1.0 / (1.0 + (turned / _TURNED_DEGREES) ** 2)


def _yes(face: AssetFace, attribute: str) -> float:
    """How likely the attribute holds, 0-1; one half when nobody said."""
    value, confidence = face.answers.get(attribute, (True, 0.5))
    return confidence if value else 1.0 - confidence


def _area(face: AssetFace) -> float:
    left, top, right, bottom = face.box_xyxy
    return (right - left) * (bottom - top)
