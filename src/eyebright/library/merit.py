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
_FACES_COUNT = 0.1
"""Where the faces together are so wide, for a picture of width 1, they are what the photo is of.
Smaller ones count less and less: a photo must not gain by being so blurred that a face in the
background is not seen any more."""
_LITTLE_TOO_BRIGHT = 0.02
"""A lamp or a cloud is nobody's trouble."""
_LITTLE_NOISE, _NOISY = 4.0, 10.0
"""Levels of 255: so much is nobody's trouble, so much more counts half. Noise passes for sharpness
otherwise."""


@dataclass(frozen=True, slots=True)
class Merit:
    """sharpness, exposure: of the picture, or of its faces where they count. eyes: how surely the
    faces' eyes are open; smile, pose: likewise, 1 for a picture without faces. clean: of noise and
    of light that was too much. whole: 0-1."""

    sharpness: float
    exposure: float
    eyes: float
    smile: float
    pose: float
    clean: float

    @property
    def whole(self) -> float:
        return self.sharpness * self.exposure * self.eyes * self.smile * self.pose * self.clean


@dataclass(frozen=True, slots=True)
class Flaws:
    """overexposed: the share of values that are as bright as can be. noise: levels of 255."""

    overexposed: float = 0.0
    noise: float = 0.0


NO_FLAWS = Flaws()


def merit_of(
    quality: PictureQuality,
    faces: Sequence[AssetFace],
    *,
    size_wh: tuple[int, int],
    flaws: Flaws = NO_FLAWS,
) -> Merit:
    """Of a picture with these faces; each counts by the square root of its size, as eyes do.

    size_wh: of the picture that the faces' boxes lie in.
    """
    width = math.sqrt(size_wh[0] * size_wh[1])
    weights = [math.sqrt(max(_area(face), 1.0)) / width for face in faces]
    counting = min(1.0, sum(weights) / _FACES_COUNT)

    def of(picture: float, values: Sequence[float]) -> float:
        if not faces:
            return picture
        mean = sum(w * value for w, value in zip(weights, values, strict=True)) / sum(weights)
        return (1.0 - counting) * picture + counting * mean

    return Merit(
        sharpness=of(quality.sharpness, [face.sharpness for face in faces]),
        exposure=of(exposure(quality.brightness), [exposure(face.brightness) for face in faces]),
        eyes=of(1.0, [_yes(face, "EYES_OPEN") for face in faces]),
        smile=of(1.0, [_UNSMILING + (1 - _UNSMILING) * _yes(face, "SMILE") for face in faces]),
        pose=of(1.0, [_frontality(face) for face in faces]),
        clean=_clean(flaws),
    )


def _clean(flaws: Flaws) -> float:
    noisy = max(0.0, flaws.noise - _LITTLE_NOISE) / _NOISY
    too_bright = max(0.0, flaws.overexposed - _LITTLE_TOO_BRIGHT)
    return (1.0 - too_bright) / (1.0 + noisy**2)


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
