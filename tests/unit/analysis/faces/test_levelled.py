import numpy as np
import pytest

from eyebright.analysis.faces.levelled import (
    levelled_chips,
    levelled_squares,
    unit_interval,
    upright_degrees,
)
from eyebright.analysis.faces.observation import Detections
from eyebright.geometry.arrays import FloatArray
from eyebright.geometry.transforms import transform_points

UPRIGHT = np.array([[30, 40], [70, 40], [50, 60], [35, 80], [65, 80]], np.float32)


def turned(points: FloatArray, degrees: float) -> FloatArray:
    angle = np.radians(degrees)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray((points - 50) @ rotation.T + 50, np.float32)


def one_face(points: FloatArray) -> Detections:
    box = np.array([[20, 20, 80, 90]], np.float32)
    return Detections(box, np.ones(1, np.float32), points[None])


@pytest.mark.parametrize("degrees", [-170, -90, -20, 0, 35, 120])
def test_the_lean_of_a_turned_face_is_the_turn(degrees: float) -> None:
    lean = upright_degrees(turned(UPRIGHT, degrees)[None])
    assert lean[0] == pytest.approx(degrees, abs=0.01)


def test_a_profile_whose_eyes_coincide_stays_upright() -> None:
    profile = np.array([[60, 40], [60, 41], [75, 60], [60, 80], [61, 80]], np.float32)
    assert abs(upright_degrees(profile[None])[0]) < 5


def test_the_square_puts_the_eyes_of_a_leaning_face_on_one_level() -> None:
    points = turned(UPRIGHT, 40)
    matrix = levelled_squares(one_face(points), margin=1.5, size_px=192)[0]
    eyes = transform_points(matrix, points[:2])
    assert eyes[0, 1] == pytest.approx(eyes[1, 1], abs=0.01)
    assert eyes[0, 0] < eyes[1, 0]


def test_the_square_is_as_large_as_the_margin_says() -> None:
    matrix = levelled_squares(one_face(UPRIGHT), margin=1.5, size_px=210)[0]
    corners = transform_points(matrix, np.array([[50, 20], [50, 90]], np.float32))
    assert corners[1, 1] - corners[0, 1] == pytest.approx(140)


def test_no_faces_give_no_chips() -> None:
    nobody = Detections(
        np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty((0, 5, 2), np.float32)
    )
    chips = levelled_chips(np.zeros((50, 50, 3), np.uint8), nobody, margin=1.0, size_px=32)
    assert chips.shape == (0, 32, 32, 3)


def test_a_box_without_area_does_no_harm() -> None:
    flat = Detections(
        np.array([[10, 10, 10, 10]], np.float32), np.ones(1, np.float32), UPRIGHT[None]
    )
    assert np.isfinite(levelled_squares(flat, margin=1.5, size_px=64)).all()


def test_the_logistic_takes_any_number() -> None:
    assert unit_interval(0.0) == 0.5
    assert unit_interval(1e9) == pytest.approx(1.0)
    assert unit_interval(-1e9) == pytest.approx(0.0)
