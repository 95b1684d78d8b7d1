from __future__ import annotations

import numpy as np

from eyebright.analysis.equipment.limbs import hands_of, head_of
from eyebright.analysis.equipment.pose import (
    LEFT_EAR,
    LEFT_ELBOW,
    LEFT_EYE,
    LEFT_SHOULDER,
    LEFT_WRIST,
    POINTS,
    RIGHT_EAR,
    RIGHT_ELBOW,
    RIGHT_SHOULDER,
    RIGHT_WRIST,
)
from eyebright.analysis.equipment.values import BodyPart
from eyebright.geometry.arrays import FloatArray

SIZE = (400, 400)


def pose(**places: tuple[float, float]) -> tuple[FloatArray, FloatArray]:
    """Points by name; all named ones are seen with 0.8."""
    names = {
        "left_eye": LEFT_EYE, "left_ear": LEFT_EAR, "right_ear": RIGHT_EAR,
        "left_shoulder": LEFT_SHOULDER, "right_shoulder": RIGHT_SHOULDER,
        "left_elbow": LEFT_ELBOW, "right_elbow": RIGHT_ELBOW,
        "left_wrist": LEFT_WRIST, "right_wrist": RIGHT_WRIST,
    }  # fmt: skip
    points, scores = np.zeros((POINTS, 2), np.float32), np.zeros(POINTS, np.float32)
    for name, place in places.items():
        points[names[name]], scores[names[name]] = place, 0.8
    return points, scores


SHOULDERS = {"left_shoulder": (220.0, 100.0), "right_shoulder": (160.0, 100.0)}


def test_a_hand_lies_beyond_the_wrist_in_the_direction_of_the_forearm() -> None:
    points, scores = pose(left_elbow=(230, 160), left_wrist=(230, 220), **SHOULDERS)
    (hand,) = hands_of(points, scores, size_wh=SIZE, least_score=0.4)
    assert hand.part is BodyPart.LEFT_HAND
    left, top, right, bottom = hand.box_xyxy
    assert (left + right) / 2 == 230
    assert top < 241 < bottom
    assert (top + bottom) / 2 > 220
    assert hand.score == np.float32(0.8)


def test_left_and_right_are_the_points_own_sides() -> None:
    points, scores = pose(
        left_elbow=(230, 160), left_wrist=(230, 220),
        right_elbow=(150, 160), right_wrist=(150, 220), **SHOULDERS,
    )  # fmt: skip
    hands = hands_of(points, scores, size_wh=SIZE, least_score=0.4)
    assert [hand.part for hand in hands] == [BodyPart.LEFT_HAND, BodyPart.RIGHT_HAND]
    assert hands[0].box_xyxy[0] > hands[1].box_xyxy[2]


def test_a_hand_whose_wrist_is_not_seen_or_that_is_outside_is_left_out() -> None:
    points, scores = pose(left_elbow=(230, 160), left_wrist=(230, 220), **SHOULDERS)
    assert hands_of(points, scores, size_wh=SIZE, least_score=0.9) == []
    points, scores = pose(left_elbow=(380, 160), left_wrist=(395, 160), **SHOULDERS)
    assert hands_of(points, scores, size_wh=SIZE, least_score=0.4) == []


def test_a_forearm_that_points_at_the_camera_still_has_a_hand_of_some_size() -> None:
    points, scores = pose(left_elbow=(230, 160), left_wrist=(231, 161), **SHOULDERS)
    (hand,) = hands_of(points, scores, size_wh=SIZE, least_score=0.4)
    assert hand.box_xyxy[2] - hand.box_xyxy[0] > 15


def test_a_head_from_behind_needs_ears_and_shoulders() -> None:
    points, scores = pose(left_ear=(210, 50), right_ear=(170, 50), **SHOULDERS)
    head = head_of(points, scores, size_wh=SIZE, least_score=0.4)
    assert head is not None
    assert head.part is BodyPart.HEAD
    assert head.box_xyxy[0] < 170
    assert head.box_xyxy[2] > 210
    for too_little in (
        pose(left_ear=(210, 50), **SHOULDERS),
        pose(left_ear=(9, 9), right_ear=(3, 9)),
    ):
        assert head_of(*too_little, size_wh=SIZE, least_score=0.4) is None
