from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.analysis.faces.observation import (
    Detections,
    FaceDescription,
    Pose,
    Quality,
)
from eyebright.analysis.faces.selection import QualityFilter, RefusalReason, refusals

STRICTER = (QualityFilter.NONE, QualityFilter.LOW, QualityFilter.MEDIUM, QualityFilter.HIGH)


def description(
    *, yaw: float = 0, pitch: float = 0, brightness: float = 0.5, sharpness: float = 0.9
) -> FaceDescription:
    return FaceDescription(
        pose=Pose(roll=0, yaw=yaw, pitch=pitch),
        quality=Quality(brightness=brightness, sharpness=sharpness),
        landmarks={},
        age=None,
        gender=None,
        answers={},
        emotions=(),
        eye_direction=None,
    )


def reasons(
    face: FaceDescription,
    level: QualityFilter,
    *,
    score: float = 0.99,
    side_px: float = 120,
) -> set[RefusalReason]:
    box = np.array([[0, 0, side_px, side_px * 1.3]], np.float32)
    detections = Detections(box, np.array([score], np.float32), np.zeros((1, 5, 2), np.float32))
    [against] = refusals(detections, [face], level=level)
    return set(against)


@given(
    yaw=st.floats(-90, 90),
    pitch=st.floats(-90, 90),
    brightness=st.floats(0, 1),
    sharpness=st.floats(0, 1),
    score=st.floats(0, 1, width=32),
    side_px=st.floats(1, 500, width=32),
)
def test_a_stricter_level_refuses_for_at_least_the_same_reasons(
    yaw: float, pitch: float, brightness: float, sharpness: float, score: float, side_px: float
) -> None:
    face = description(yaw=yaw, pitch=pitch, brightness=brightness, sharpness=sharpness)
    found = [reasons(face, level, score=score, side_px=side_px) for level in STRICTER]
    for mild, strict in pairwise(found):
        assert mild <= strict


def test_nothing_is_refused_without_a_filter() -> None:
    hopeless = description(yaw=90, brightness=0, sharpness=0)
    assert reasons(hopeless, QualityFilter.NONE, score=0.01, side_px=3) == set()


@pytest.mark.parametrize("level", [*STRICTER, QualityFilter.AUTO])
def test_a_good_face_passes_every_level(level: QualityFilter) -> None:
    assert reasons(description(), level) == set()


@pytest.mark.parametrize(
    ("face", "reason"),
    [
        (description(yaw=-85), RefusalReason.EXTREME_POSE),
        (description(pitch=80), RefusalReason.EXTREME_POSE),
        (description(brightness=0.01), RefusalReason.LOW_BRIGHTNESS),
        (description(sharpness=0.001), RefusalReason.LOW_SHARPNESS),
    ],
)
def test_each_fault_has_its_reason(face: FaceDescription, reason: RefusalReason) -> None:
    assert reason in reasons(face, QualityFilter.AUTO)


def test_size_and_score_have_their_reasons() -> None:
    face = description()
    assert RefusalReason.SMALL_BOUNDING_BOX in reasons(face, QualityFilter.LOW, side_px=12)
    assert reasons(face, QualityFilter.MEDIUM, score=0.4) == {RefusalReason.LOW_CONFIDENCE}


def test_a_face_that_is_poor_in_several_ways_is_refused_as_such() -> None:
    poor = description(yaw=50, sharpness=0.09)
    assert reasons(poor, QualityFilter.MEDIUM, side_px=32) == {RefusalReason.LOW_FACE_QUALITY}


def test_a_leaning_head_is_no_extreme_pose() -> None:
    lying = replace(description(), pose=Pose(roll=120, yaw=0, pitch=0))
    assert reasons(lying, QualityFilter.HIGH) == set()


def test_an_empty_picture_has_no_refusals() -> None:
    nobody = Detections(
        np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty((0, 5, 2), np.float32)
    )
    assert refusals(nobody, [], level=QualityFilter.HIGH) == []
