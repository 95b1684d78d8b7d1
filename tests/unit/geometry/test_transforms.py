from __future__ import annotations

import numpy as np
import pytest

from eyebright.geometry import transforms
from eyebright.geometry.arrays import DoubleArray


def umeyama(source: DoubleArray, target: DoubleArray) -> DoubleArray:
    """The general solution by singular values, as an oracle for the closed form."""
    a, b = source - source.mean(axis=0), target - target.mean(axis=0)
    left, values, right = np.linalg.svd(b.T @ a)
    signs = np.array([1.0, np.sign(np.linalg.det(left) * np.linalg.det(right))])
    linear = (left * signs) @ right * ((values * signs).sum() / (a**2).sum())
    return np.column_stack([linear, target.mean(axis=0) - linear @ source.mean(axis=0)])


@pytest.mark.parametrize("seed", range(8))
def test_the_fit_agrees_with_umeyama_on_noisy_points(seed: int) -> None:
    random = np.random.default_rng(seed)
    source, target = random.normal(50, 30, (5, 2)), random.normal(80, 20, (5, 2))
    fitted = transforms.fit_similarity(source.astype(np.float32), target.astype(np.float32))
    assert np.allclose(fitted, umeyama(source, target), atol=1e-4)


def test_the_fit_recovers_a_known_transform() -> None:
    known = transforms.similarity(scale=1.7, degrees=35, centre_xy=(10, 20), to_xy=(3, -4))
    source = np.asarray([[0, 0], [10, 0], [5, 8], [2, 30]], np.float32)
    target = transforms.transform_points(known, source)
    assert np.allclose(transforms.fit_similarity(source, target), known, atol=1e-5)


def test_the_fit_never_mirrors() -> None:
    source = np.asarray([[0, 0], [10, 0], [0, 10]], np.float32)
    mirrored = source * np.asarray([-1, 1], np.float32)
    assert np.linalg.det(transforms.fit_similarity(source, mirrored)[:, :2]) >= 0


def test_points_that_coincide_give_a_translation() -> None:
    source = np.full((5, 2), 7, np.float32)
    fitted = transforms.fit_similarity(source, source + np.float32(3))
    assert np.allclose(fitted, [[1, 0, 3], [0, 1, 3]])


def test_points_without_a_turn_in_common_give_a_translation() -> None:
    source = np.asarray([[1, 0], [-1, 0], [0, 1], [0, -1]], np.float32)
    mirrored = source * np.asarray([1, -1], np.float32)
    assert np.allclose(transforms.fit_similarity(source, mirrored), [[1, 0, 0], [0, 1, 0]])


def test_the_scale_is_read_back() -> None:
    matrix = transforms.similarity(scale=2.5, degrees=-120, centre_xy=(1, 1), to_xy=(0, 0))
    assert transforms.scale_of(matrix) == pytest.approx(2.5)


def test_positive_degrees_turn_clockwise_on_screen() -> None:
    matrix = transforms.similarity(scale=1, degrees=90, centre_xy=(0, 0), to_xy=(0, 0))
    right = np.asarray([[1, 0]], np.float32)
    assert np.allclose(transforms.transform_points(matrix, right), [[0, 1]], atol=1e-6)


def test_a_transform_and_its_inverse_cancel() -> None:
    matrix = transforms.similarity(scale=0.4, degrees=77, centre_xy=(5, 6), to_xy=(70, 80))
    points = np.asarray([[1, 2], [3, 4]], np.float32)
    there = transforms.transform_points(matrix, points)
    assert np.allclose(transforms.transform_points(transforms.invert(matrix), there), points)
