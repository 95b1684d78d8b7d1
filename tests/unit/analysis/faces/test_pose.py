import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.analysis.faces.pose import RIGID_POINTS, pose_of_mesh, stretch_yaw
from eyebright.geometry.arrays import DoubleArray, FloatArray

HEAD = np.random.default_rng(3).normal(size=(468, 3)).astype(np.float32)
FRONTAL = HEAD[list(RIGID_POINTS)]


def rotation(roll: float, yaw: float, pitch: float) -> DoubleArray:
    """Rz Ry Rx in the picture's axes (x right, y down, z away), signs as AWS has them."""
    a, b, c = np.radians([roll, -yaw, -pitch])
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(c), -np.sin(c)], [0, np.sin(c), np.cos(c)]])
    return np.asarray(about_z @ about_y @ about_x)


def head(roll: float = 0, yaw: float = 0, pitch: float = 0) -> FloatArray:
    return (40 * HEAD @ rotation(roll, yaw, pitch).T + [200, 150, 0]).astype(np.float32)


@given(st.floats(-170, 170), st.floats(-25, 25), st.floats(-60, 60))
def test_a_turned_head_is_read_back(roll: float, yaw: float, pitch: float) -> None:
    pose = pose_of_mesh(head(roll, yaw, pitch), FRONTAL)
    assert (pose.roll, pose.yaw, pose.pitch) == pytest.approx((roll, yaw, pitch), abs=0.05)


def test_signs_are_those_of_aws() -> None:
    towards_camera = np.array([0.0, 0.0, -1.0])
    nose_right = rotation(0, 20, 0) @ towards_camera
    nose_up = rotation(0, 0, 20) @ towards_camera
    assert nose_right[0] > 0
    assert nose_up[1] < 0
    right_ear = rotation(20, 0, 0) @ np.array([1.0, 0.0, 0.0])
    assert right_ear[1] > 0


def test_moving_mouth_and_jaw_does_not_move_the_head() -> None:
    talking = head(yaw=10)
    loose = np.setdiff1d(np.arange(468), RIGID_POINTS)
    talking[loose] += 30
    assert pose_of_mesh(talking, FRONTAL).yaw == pytest.approx(10, abs=0.05)


@given(st.floats(-90, 90), st.floats(-90, 90))
def test_the_stretched_yaw_keeps_order_and_stays_in_range(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert -90 <= stretch_yaw(low) <= stretch_yaw(high) <= 90
    assert stretch_yaw(-one) == -stretch_yaw(one)


def test_small_turns_are_not_stretched_and_profiles_are() -> None:
    assert stretch_yaw(20) == 20
    assert 65 < stretch_yaw(50) < 85
