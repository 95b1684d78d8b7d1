"""What is said of a face. Pixels and scores 0-1 only; ratios and percents live at the door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np

from eyebright.geometry.arrays import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """N faces of one picture, largest box first.

    boxes_xyxy: (N, 4) float32, pixels of `Image.pixels`; may reach outside the picture.
    scores: (N,) float32, 0-1, calibrated: of faces given 0.9, nine in ten are faces.
    points: (N, 5, 2) float32, pixels: left eye, right eye, nose, left and right corner of the
        mouth; left and right as one sees them in the picture of an upright face.
    """

    boxes_xyxy: FloatArray
    scores: FloatArray
    points: FloatArray

    def __len__(self) -> int:
        return len(self.scores)

    def take(self, positions: Sequence[int]) -> Detections:
        """The faces at these positions, in the order given."""
        at = np.asarray(positions, dtype=np.intp)
        return Detections(self.boxes_xyxy[at], self.scores[at], self.points[at])

    def largest(self, count: int) -> Detections:
        """The first `count` faces, which are the largest."""
        return self.take(range(min(count, len(self))))


class FaceAttribute(StrEnum):
    """What `describe` can be asked for beyond box, pose, quality and five points."""

    AGE_RANGE = "AGE_RANGE"
    BEARD = "BEARD"
    EMOTIONS = "EMOTIONS"
    EYE_DIRECTION = "EYE_DIRECTION"
    EYEGLASSES = "EYEGLASSES"
    EYES_OPEN = "EYES_OPEN"
    FACE_OCCLUDED = "FACE_OCCLUDED"
    GENDER = "GENDER"
    LANDMARKS = "LANDMARKS"
    MOUTH_OPEN = "MOUTH_OPEN"
    MUSTACHE = "MUSTACHE"
    SMILE = "SMILE"
    SUNGLASSES = "SUNGLASSES"


ALL_ATTRIBUTES: frozenset[FaceAttribute] = frozenset(FaceAttribute)
YES_NO_ATTRIBUTES: tuple[FaceAttribute, ...] = (
    FaceAttribute.SMILE,
    FaceAttribute.EYEGLASSES,
    FaceAttribute.SUNGLASSES,
    FaceAttribute.BEARD,
    FaceAttribute.MUSTACHE,
    FaceAttribute.EYES_OPEN,
    FaceAttribute.MOUTH_OPEN,
    FaceAttribute.FACE_OCCLUDED,
)

Gender = Literal["Female", "Male"]
Emotion = Literal["HAPPY", "SAD", "ANGRY", "CONFUSED", "DISGUSTED", "SURPRISED", "CALM", "FEAR"]


@dataclass(frozen=True, slots=True)
class Pose:
    """Degrees, -180 to 180. Roll: clockwise positive. Yaw: the face's nose to the right of the
    picture positive. Pitch: looking up positive."""

    roll: float
    yaw: float
    pitch: float


@dataclass(frozen=True, slots=True)
class Quality:
    """brightness and sharpness, each 0-1."""

    brightness: float
    sharpness: float


@dataclass(frozen=True, slots=True)
class AgeRange:
    """Whole years, low <= high, both from 0 to 100."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class YesNo:
    """An answer and how sure it is: confidence 0.5-1, that of the value given."""

    value: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class GenderGuess:
    """How the face looks to the model, not who the person is. confidence 0.5-1."""

    value: Gender
    confidence: float


@dataclass(frozen=True, slots=True)
class EyeDirection:
    """Degrees, as in `Pose`; confidence 0-1."""

    yaw: float
    pitch: float
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class FaceDescription:
    """What is said of one face. A member that was not asked for is None (or empty).

    landmarks: name -> (2,) float32 pixels, in AWS's names and order; five, or thirty when
        LANDMARKS was asked for.
    answers: one YesNo for each yes-or-no attribute asked for.
    emotions: (emotion, confidence 0-1), surest first.
    """

    pose: Pose
    quality: Quality
    landmarks: Mapping[str, FloatArray]
    age: AgeRange | None
    gender: GenderGuess | None
    answers: Mapping[FaceAttribute, YesNo]
    emotions: tuple[tuple[Emotion, float], ...]
    eye_direction: EyeDirection | None
