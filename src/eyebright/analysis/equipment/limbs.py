"""Where hands and a head are, from the points of a pose. Pure.

There is no labelled data for hands here: the proportions are those of an adult's body, and nothing
is measured of the boxes but what eyes saw on pictures (the pack's card says so).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eyebright.analysis.equipment.pose import (
    LEFT_EAR,
    LEFT_ELBOW,
    LEFT_SHOULDER,
    LEFT_WRIST,
    NOSE,
    RIGHT_ELBOW,
    RIGHT_SHOULDER,
    RIGHT_WRIST,
)
from eyebright.analysis.equipment.values import BodyPart, Box
from eyebright.geometry.arrays import FloatArray

_HAND_AHEAD = 0.35
"""The middle of a hand lies so many forearms beyond the wrist."""
_HAND_SIDE = 0.9
"""A hand spread out is this many forearms long and wide."""
_LEAST_SIDE = 0.3
"""Of the shoulders' width: a forearm that points at the camera looks short, its hand does not."""
_HEAD_SIDE = 0.75
"""A head is this many shoulder widths high and wide."""
_LEAST_HEAD_POINTS = 2

_ARMS = {
    BodyPart.LEFT_HAND: (LEFT_ELBOW, LEFT_WRIST),
    BodyPart.RIGHT_HAND: (RIGHT_ELBOW, RIGHT_WRIST),
}


@dataclass(frozen=True, slots=True)
class Limb:
    """score: 0-1, the net's own for the points it rests on."""

    part: BodyPart
    box_xyxy: Box
    score: float


def hands_of(
    points: FloatArray, scores: FloatArray, *, size_wh: tuple[int, int], least_score: float
) -> list[Limb]:
    """Hands whose wrist and elbow are seen and whose middle lies in the picture.

    points: (17, 2) pixels; scores: (17,). Left and right are the person's own.
    """
    across = float(np.linalg.norm(points[LEFT_SHOULDER] - points[RIGHT_SHOULDER]))
    hands = []
    for part, (elbow, wrist) in _ARMS.items():
        score = float(min(scores[wrist], scores[elbow]))
        forearm = points[wrist] - points[elbow]
        middle = points[wrist] + _HAND_AHEAD * forearm
        if score < least_score or not _within(middle, size_wh):
            continue
        side = max(_HAND_SIDE * float(np.linalg.norm(forearm)), _LEAST_SIDE * across)
        hands.append(Limb(part, clipped_square(middle, side, size_wh), score))
    return hands


def head_of(
    points: FloatArray, scores: FloatArray, *, size_wh: tuple[int, int], least_score: float
) -> Limb | None:
    """The head of someone whose face is not seen, from eyes, ears and nose that are."""
    seen = [point for point in range(NOSE, LEFT_SHOULDER) if scores[point] >= least_score]
    shoulders = min(scores[LEFT_SHOULDER], scores[RIGHT_SHOULDER]) >= least_score
    if len(seen) < _LEAST_HEAD_POINTS or not shoulders:
        return None
    middle = points[seen].mean(axis=0)
    if not _within(middle, size_wh):
        return None
    across = float(np.linalg.norm(points[LEFT_SHOULDER] - points[RIGHT_SHOULDER]))
    ears = float(np.linalg.norm(points[LEFT_EAR] - points[LEFT_EAR + 1]))
    side = max(_HEAD_SIDE * across, ears)
    return Limb(BodyPart.HEAD, clipped_square(middle, side, size_wh), float(scores[seen].mean()))


def clipped_square(middle: FloatArray, side: float, size_wh: tuple[int, int]) -> Box:
    """The part of a square that lies in the picture."""
    x, y = (float(value) for value in middle)
    half, (width, height) = side / 2, size_wh
    return (
        max(x - half, 0.0),
        max(y - half, 0.0),
        min(x + half, float(width)),
        min(y + half, float(height)),
    )


def _within(point: FloatArray, size_wh: tuple[int, int]) -> bool:
    return bool(0 <= point[0] < size_wh[0] and 0 <= point[1] < size_wh[1])
