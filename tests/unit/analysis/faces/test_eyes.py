import numpy as np
import pytest

from eyebright.analysis.faces.eyes import CORNERS, decode, eye_squares, mirrored
from eyebright.geometry.arrays import FloatArray
from eyebright.geometry.transforms import transform_points


def mesh_with_eyes() -> FloatArray:
    mesh = np.zeros((1, 468, 3), np.float32)
    corners = {33: (100, 50), 133: (130, 52), 362: (160, 52), 263: (190, 50)}
    for index, place in corners.items():
        mesh[0, index, :2] = place
    return mesh


def test_the_square_levels_the_corners_of_each_eye() -> None:
    mesh = mesh_with_eyes()
    matrices = eye_squares(mesh)
    assert matrices.shape == (1, 2, 2, 3)
    for matrix, (left, right) in zip(matrices[0], CORNERS, strict=True):
        ends = transform_points(matrix, mesh[0, [left, right], :2])
        assert ends[0, 1] == pytest.approx(32, abs=0.01)
        assert ends[1, 0] - ends[0, 0] == pytest.approx(64 / 2.3, abs=0.01)


def test_both_eyes_come_back_to_their_place_though_one_was_seen_in_the_mirror() -> None:
    mesh = mesh_with_eyes()
    matrices = eye_squares(mesh)
    iris = np.array([[[115, 49]], [[176, 48]]], np.float32)
    seen = np.stack([transform_points(matrices[0, side], iris[side]) for side in (0, 1)])
    seen[1, :, 0] = 63 - seen[1, :, 0]
    outputs = {
        "eye": np.zeros((2, 71, 3)),
        "iris": np.concatenate([np.repeat(seen, 5, axis=1), np.zeros((2, 5, 1))], axis=2),
    }
    eyes = decode(outputs, matrices)
    np.testing.assert_allclose(eyes.irises[0, :, 0], iris[:, 0], atol=1e-3)
    assert eyes.contours.shape == (1, 2, 16, 2)


def test_the_mirror_turns_left_into_right() -> None:
    crop = np.arange(12, dtype=np.uint8).reshape(1, 4, 3)
    assert mirrored(crop)[0, 0].tolist() == crop[0, 3].tolist()


def test_no_faces_have_no_eyes() -> None:
    squares = eye_squares(np.empty((0, 468, 3), np.float32))
    outputs = {"eye": np.empty((0, 71, 3)), "iris": np.empty((0, 5, 3))}
    assert decode(outputs, squares).irises.shape == (0, 2, 5, 2)
