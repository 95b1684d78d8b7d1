"""Brightness, sharpness and contrast move as they should."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from eyebright.analysis.properties.quality import Grain, contrast
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.crops import resize
from eyebright.testing.properties import METER_RULES


def scene(seed: int = 0, *, size_px: int = 512) -> ByteArray:
    """Many overlapping discs of many greys, drawn finely and shrunk: edges at every scale."""
    rng = np.random.default_rng(seed)
    side = 2 * size_px
    rows, columns = np.mgrid[:side, :side]
    luma = np.full((side, side), 128, np.uint8)
    for _ in range(60):
        x, y = rng.uniform(0, side, 2)
        radius = side * 0.2 * rng.uniform() ** 2 + 4
        luma[(rows - y) ** 2 + (columns - x) ** 2 < radius**2] = rng.integers(10, 246)
    return resize(luma, (size_px, size_px))


def blurred(luma: ByteArray, sigma_px: float) -> ByteArray:
    reach = int(4 * sigma_px) + 1
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma_px) ** 2)
    kernel /= kernel.sum()
    padded = np.pad(luma.astype(float), reach, mode="reflect")
    for axis in (0, 1):
        padded = np.apply_along_axis(np.convolve, axis, padded, kernel, mode="valid")
    return np.asarray(np.rint(padded), np.uint8)


def sharpness(luma: ByteArray) -> float:
    return Grain(luma, METER_RULES.quality).whole.sharpness


@pytest.fixture(scope="module")
def luma() -> ByteArray:
    return scene(size_px=256)


def test_each_blur_lowers_sharpness(luma: ByteArray) -> None:
    found = [sharpness(luma)] + [sharpness(blurred(luma, sigma)) for sigma in (0.7, 1.5, 3, 6)]
    assert all(sharper > softer for sharper, softer in pairwise(found))
    assert found[0] > 0.7
    assert found[-1] < 0.1


def test_sharpness_does_not_depend_on_size() -> None:
    large = scene()
    half = resize(large, (256, 256))
    assert sharpness(large) == pytest.approx(sharpness(half), abs=0.1)


def test_sharpness_does_not_depend_on_contrast(luma: ByteArray) -> None:
    faint = (64 + luma // 2).astype(np.uint8)
    assert sharpness(faint) == pytest.approx(sharpness(luma), abs=0.1)


def test_darkening_lowers_brightness_and_contrast(luma: ByteArray) -> None:
    found = [
        Grain((luma * factor).astype(np.uint8), METER_RULES.quality).whole
        for factor in (1.0, 0.7, 0.4, 0.1)
    ]
    assert all(one.brightness > other.brightness for one, other in pairwise(found))
    assert all((one.contrast or 0) > (other.contrast or 0) for one, other in pairwise(found))


def test_a_flat_picture_is_neither_sharp_nor_rich_in_contrast() -> None:
    flat = Grain(np.full((90, 90), 51, np.uint8), METER_RULES.quality).whole
    assert flat.brightness == pytest.approx(0.2)
    assert flat.contrast == 0.0
    assert flat.sharpness < 0.01


def test_turning_a_picture_changes_nothing(luma: ByteArray) -> None:
    upright = Grain(luma, METER_RULES.quality).whole
    turned = Grain(np.ascontiguousarray(np.rot90(luma)), METER_RULES.quality).whole
    assert turned.sharpness == pytest.approx(upright.sharpness, abs=1e-4)
    assert (turned.brightness, turned.contrast) == (upright.brightness, upright.contrast)


def test_black_and_white_has_all_the_contrast_there_is() -> None:
    board = np.tile(np.array([[0, 255]], np.uint8), (50, 25))
    assert contrast(board, tails=0.01) == 1.0
    glint = np.full((100, 100), 60, np.uint8)
    glint[0, :50] = 255
    assert contrast(glint, tails=0.01) == 0.0


def test_a_sharp_thing_before_a_soft_ground_is_sharper_than_it(luma: ByteArray) -> None:
    mixed = blurred(luma, 3)
    mixed[64:192, 64:192] = luma[64:192, 64:192]
    inside = np.zeros(mixed.shape, np.uint8)
    inside[64:192, 64:192] = 255
    grain = Grain(mixed, METER_RULES.quality)
    assert grain.part(inside).sharpness > 0.7
    assert grain.part(255 - inside).sharpness < 0.35


def test_a_part_without_edges_is_as_sharp_as_the_picture(luma: ByteArray) -> None:
    sky = np.concatenate([np.full((100, 256), 200, np.uint8), luma])
    above = np.zeros(sky.shape, np.uint8)
    above[:90] = 255
    grain = Grain(sky, METER_RULES.quality)
    assert grain.part(above).sharpness == pytest.approx(grain.whole.sharpness, abs=0.02)
    assert grain.part(above).brightness == pytest.approx(200 / 255, abs=1e-4)
