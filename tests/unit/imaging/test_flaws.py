"""Flaws are measured on pictures that were given them."""

from __future__ import annotations

import numpy as np
import pytest

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.flaws import noise, overexposed


def scene(seed: int = 1) -> ByteArray:
    """(160, 240, 3): a slope with squares on it, some of fine texture."""
    numbers = np.random.default_rng(seed)
    across = np.linspace(40, 180, 240, dtype=np.float32)
    pixels = np.repeat(np.repeat(across[None, :, None], 160, axis=0), 3, axis=2)
    for top, left in numbers.integers(0, 120, (6, 2)):
        pixels[top : top + 30, left : left + 30] = numbers.integers(0, 200, (30, 30, 3))
    return pixels.astype(np.uint8)


@pytest.mark.parametrize("levels", [5.0, 10.0, 20.0])
def test_noise_is_measured_where_there_is_no_texture(levels: float) -> None:
    clean = scene().astype(np.float32)
    one = np.random.default_rng(2).normal(0, levels, clean.shape[:2])[..., None]
    noisy = np.clip(clean + one, 0, 255).astype(np.uint8)
    assert noise(scene()) < 1.0
    assert noise(noisy) == pytest.approx(levels, rel=0.3)


def test_what_is_as_bright_as_can_be_is_counted() -> None:
    assert overexposed(scene()) == 0.0
    half = scene()
    half[:80] = 255
    assert overexposed(half) == 0.5


def test_the_smallest_pictures_have_flaws_too() -> None:
    for size in ((1, 1), (3, 40), (16, 16)):
        pixels = np.full((*size, 3), 128, np.uint8)
        assert noise(pixels) == pytest.approx(0.0, abs=1e-3)
        assert overexposed(pixels) == 0.0
