from __future__ import annotations

import numpy as np
import pytest

from eyebright.geometry.arrays import FloatArray
from eyebright.library.projection import DIMENSION, compact

FIRST = [0.02598586, 0.07835288, -0.0640526, 0.01681604]


def features(count: int, *, seed: int, dimension: int = 1280) -> FloatArray:
    """(count, dimension) unit vectors without negative numbers, as the classifier's are; some are
    much alike, most are not."""
    numbers = np.random.default_rng(seed)
    kinds = numbers.gamma(0.4, size=(12, dimension))
    mixed = kinds[numbers.integers(0, 12, count)] * numbers.gamma(2.0, size=(count, dimension))
    unit: FloatArray = (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)
    return unit


def test_cosines_survive() -> None:
    long = features(400, seed=1)
    short = np.stack([compact(one) for one in long])
    upper = np.triu_indices(len(long), k=1)
    before, after = (long @ long.T)[upper], (short @ short.T)[upper]
    errors = np.abs(before - after) / ((1 - before**2) / np.sqrt(DIMENSION))
    assert float(errors.mean()) < 1.0  # of a normal distribution 0.8
    assert float(np.quantile(errors, 0.99)) < 3.0


def test_the_nearest_stay_the_nearest() -> None:
    long = features(400, seed=2)
    short = np.stack([compact(one) for one in long])
    near, found = (np.argsort(-(one @ one.T), axis=1)[:, 1:11] for one in (long, short))
    kept = [len(set(a) & set(b)) / 10 for a, b in zip(near.tolist(), found.tolist(), strict=True)]
    assert float(np.mean(kept)) > 0.5


def test_vectors_are_short_and_of_unit_length() -> None:
    for dimension in (8, 256, 640, 1280):
        short = compact(features(1, seed=3, dimension=dimension)[0])
        assert short.shape == (DIMENSION,)
        assert short.dtype == np.float32
        assert float(np.linalg.norm(short)) == pytest.approx(1.0, abs=1e-5)


def test_nothing_stays_nothing() -> None:
    assert not compact(np.zeros(1280, np.float32)).any()


def test_the_directions_are_the_same_for_ever() -> None:
    """Vectors that are kept were made with them; a change needs a new VERSION."""
    short = compact(features(1, seed=4)[0])
    assert short[:4].tolist() == pytest.approx(FIRST, abs=1e-4)
