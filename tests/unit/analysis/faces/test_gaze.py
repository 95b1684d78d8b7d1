import numpy as np
import pytest

from eyebright.analysis.faces.gaze import eye_direction, eye_in_head
from eyebright.analysis.faces.observation import Pose
from eyebright.geometry.arrays import FloatArray

AHEAD = Pose(roll=0, yaw=0, pitch=0)
RESTING_LIFT = 0.058 * 30


def eyes(
    left_shift: float = 0, right_shift: float = 0, *, lift: float = RESTING_LIFT
) -> tuple[FloatArray, FloatArray]:
    """Two eyes 30 px wide; shifts move the irises to the right, lift moves both up."""
    contours = np.zeros((2, 16, 2), np.float32)
    contours[0, [0, 8]] = [[0, 0], [30, 0]]
    contours[1, [8, 0]] = [[60, 0], [90, 0]]
    irises = np.zeros((2, 5, 2), np.float32)
    irises[0, :] = [15 + left_shift, -lift]
    irises[1, :] = [75 + right_shift, -lift]
    return contours, irises


def test_eyes_at_rest_look_where_the_head_points() -> None:
    contours, irises = eyes()
    gaze = eye_direction(contours, irises, pose=Pose(roll=5, yaw=12, pitch=-3), presence=1.0)
    assert (gaze.yaw, gaze.pitch) == pytest.approx((12, -3), abs=0.01)
    assert gaze.confidence == pytest.approx(1.0)


def test_irises_to_the_right_look_right_and_raised_ones_up() -> None:
    contours, irises = eyes(3, 3, lift=RESTING_LIFT + 2)
    gaze = eye_direction(contours, irises, pose=AHEAD, presence=1.0)
    assert gaze.yaw == pytest.approx(np.degrees(np.arcsin(0.1 / 0.4)), abs=0.01)
    assert gaze.pitch > 5


def test_eyes_that_disagree_are_not_trusted() -> None:
    contours, irises = eyes(5, -5)
    gaze = eye_direction(contours, irises, pose=AHEAD, presence=1.0)
    assert gaze.confidence < 0.2


def test_a_leaning_eye_is_read_along_its_corners() -> None:
    straight = eye_in_head(np.array([0, 0]), np.array([30, 0]), np.array([18, 0]))
    leaning = eye_in_head(np.array([0, 0]), np.array([0, 30]), np.array([0, 18]))
    assert leaning == pytest.approx(straight)


def test_an_eye_without_width_gives_finite_angles() -> None:
    point = np.array([5, 5])
    assert np.isfinite(eye_in_head(point, point, point + 40)).all()
