"""Which faces are good enough to be kept or compared, and why the others are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from eyebright.analysis.faces.observation import Detections, FaceDescription, Pose
from eyebright.geometry.boxes import box_sizes_wh


class QualityFilter(StrEnum):
    """How strict: HIGH refuses all that MEDIUM refuses, MEDIUM all that LOW refuses."""

    NONE = "NONE"
    AUTO = "AUTO"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class RefusalReason(StrEnum):
    """Why a face was not used; AWS's words."""

    EXCEEDS_MAX_FACES = "EXCEEDS_MAX_FACES"
    EXTREME_POSE = "EXTREME_POSE"
    LOW_BRIGHTNESS = "LOW_BRIGHTNESS"
    LOW_SHARPNESS = "LOW_SHARPNESS"
    LOW_CONFIDENCE = "LOW_CONFIDENCE"
    SMALL_BOUNDING_BOX = "SMALL_BOUNDING_BOX"
    LOW_FACE_QUALITY = "LOW_FACE_QUALITY"


@dataclass(frozen=True, slots=True)
class QualityBar:
    """The least a face must reach; every member is worse than the next stricter level's.

    score, brightness, sharpness, overall: 0-1. side_px: shorter side of the box, in pixels.
    turn_degrees: the most that yaw or pitch may be away from the camera. Roll is no obstacle:
    faces are levelled before anything looks at them.
    """

    score: float
    brightness: float
    sharpness: float
    side_px: float
    turn_degrees: float
    overall: float


BARS: Mapping[QualityFilter, QualityBar] = {
    QualityFilter.LOW: QualityBar(
        score=0.50, brightness=0.06, sharpness=0.02, side_px=20, turn_degrees=75, overall=0.12
    ),
    QualityFilter.MEDIUM: QualityBar(
        score=0.60, brightness=0.10, sharpness=0.08, side_px=30, turn_degrees=55, overall=0.28
    ),
    QualityFilter.HIGH: QualityBar(
        score=0.80, brightness=0.16, sharpness=0.30, side_px=50, turn_degrees=35, overall=0.55
    ),
}
"""`docs/decisions/0008-attributes.md` says how many faces of which pictures each level refuses."""
_AUTO = QualityFilter.MEDIUM
"""What AUTO means."""
_FULL_SIDE_PX = 112.0
"""A face this large has all the pixels that the embedding nets look at."""


def refusals(
    detections: Detections, descriptions: Sequence[FaceDescription], *, level: QualityFilter
) -> list[tuple[RefusalReason, ...]]:
    """The reasons against each face, in the order of the detections; empty for a good face.

    EXCEEDS_MAX_FACES is no matter of quality: whoever counts the faces adds it.
    """
    if level is QualityFilter.NONE:
        return [() for _ in descriptions]
    bar = BARS[_AUTO if level is QualityFilter.AUTO else level]
    sides = box_sizes_wh(detections.boxes_xyxy).min(axis=1, initial=np.inf)
    return [
        reasons_against(description, score=float(score), side_px=float(side), bar=bar)
        for description, score, side in zip(descriptions, detections.scores, sides, strict=True)
    ]


def reasons_against(
    description: FaceDescription, *, score: float, side_px: float, bar: QualityBar
) -> tuple[RefusalReason, ...]:
    """Everything in which one face stays under the bar.

    LOW_FACE_QUALITY is for faces that pass each test but are poor in several ways at once.
    """
    quality = description.quality
    fails = {
        RefusalReason.EXTREME_POSE: turn_degrees(description.pose) > bar.turn_degrees,
        RefusalReason.LOW_BRIGHTNESS: quality.brightness < bar.brightness,
        RefusalReason.LOW_SHARPNESS: quality.sharpness < bar.sharpness,
        RefusalReason.LOW_CONFIDENCE: score < bar.score,
        RefusalReason.SMALL_BOUNDING_BOX: side_px < bar.side_px,
        RefusalReason.LOW_FACE_QUALITY: overall_quality(description, side_px=side_px) < bar.overall,
    }
    return tuple(reason for reason, failed in fails.items() if failed)


def turn_degrees(pose: Pose) -> float:
    """How far the face looks past the camera, sideways or up and down, whichever is more."""
    return max(abs(pose.yaw), abs(pose.pitch))


def overall_quality(description: FaceDescription, *, side_px: float) -> float:
    """One number 0-1: the geometric mean of sharpness, size and frontality."""
    return quality_of(
        description.quality.sharpness, side_px=side_px, turned=turn_degrees(description.pose)
    )


def quality_of(sharpness: float, *, side_px: float, turned: float) -> float:
    """The same from the numbers. sharpness: 0-1. turned: degrees, as `turn_degrees`."""
    frontality = float(np.cos(np.radians(min(turned, 90.0))))
    size = min(side_px / _FULL_SIDE_PX, 1.0)
    return float(np.cbrt(sharpness * size * frontality))
