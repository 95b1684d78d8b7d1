import numpy as np
import pytest

from eyebright.analysis.faces.pose import RIGID_POINTS
from eyebright.analysis.faces.shape import eye_numbers, frontal_shape, shape_numbers
from eyebright.geometry.arrays import FloatArray

HEAD = np.random.default_rng(3).normal(size=(468, 3)).astype(np.float32)
FRONTAL = HEAD[list(RIGID_POINTS)]


def about(degrees: float) -> FloatArray:
    angle = np.radians(degrees)
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]], np.float32)


def test_turning_moving_and_enlarging_a_head_does_not_change_its_shape() -> None:
    straight = frontal_shape(HEAD, FRONTAL)
    turned = frontal_shape((30 * HEAD @ about(25).T + [5, 9, 1]).astype(np.float32), FRONTAL)
    np.testing.assert_allclose(turned, straight, atol=1e-4)


def test_an_opened_mouth_shows_in_its_numbers() -> None:
    shape = np.zeros((468, 3))
    shape[[33, 263], 0] = [-1, 1]
    shape[[61, 291], 0] = [-0.5, 0.5]
    closed = shape_numbers(shape)
    shape[[14, 178, 402], 1] = 0.4
    opened = shape_numbers(shape)
    assert closed.shape == (9,)
    assert opened[3] == pytest.approx(0.2)
    assert opened[8] > closed[8]


def eye(*, gap: float, mirrored: bool) -> FloatArray:
    angles = np.linspace(0, 2 * np.pi, 17)[:-1]
    outline = np.column_stack([-15 * np.cos(angles), gap / 2 * np.sin(angles)])
    return (outline * ([-1, 1] if mirrored else [1, 1]) + [100, 50]).astype(np.float32)


def test_open_eyes_have_a_larger_opening_than_closed_ones() -> None:
    irises = np.full((2, 5, 2), (100, 50), np.float32)

    def numbers(gap: float) -> FloatArray:
        return eye_numbers(
            np.stack([eye(gap=gap, mirrored=False), eye(gap=gap, mirrored=True)]), irises
        )

    wide, shut = numbers(10), numbers(1)
    assert wide.shape == (38,)
    assert wide[34] == pytest.approx(3 * 10 / 30, rel=0.01)
    assert shut[34] < wide[34]


def test_both_eyes_are_read_alike_though_one_is_mirrored() -> None:
    irises = np.full((2, 5, 2), (100, 50), np.float32)
    found = eye_numbers(np.stack([eye(gap=8, mirrored=False), eye(gap=8, mirrored=True)]), irises)
    assert found[32] == pytest.approx(found[33])
