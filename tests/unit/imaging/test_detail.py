"""Detail, against edges whose width is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.detail import edge_energy, fitted, luma, thinned


def edge(width_px: float, *, height: float = 120.0) -> ByteArray:
    """A vertical edge, blurred by a Gaussian of this width, in the middle of (40, 200)."""
    step = [0.5 * (1 + math.erf((x - 100) / (width_px * math.sqrt(2)))) for x in range(200)]
    return np.tile(np.rint(40 + height * np.array(step)), (40, 1)).astype(np.uint8)


def detail(grey: ByteArray) -> float:
    gradient, curvature = edge_energy(grey)
    return math.sqrt(float(curvature.sum()) / float(gradient.sum()))


@pytest.mark.parametrize("width_px", [1.5, 3.0, 5.0])
def test_curvature_over_gradient_is_one_over_the_width_of_an_edge(width_px: float) -> None:
    # of a Gaussian edge, the smoothing added: the root of the ratio of energies is 1 / (w √2)
    smoothed = math.hypot(width_px, 0.8)
    assert detail(edge(width_px)) == pytest.approx(1 / (smoothed * math.sqrt(2)), rel=0.15)


def test_the_height_of_an_edge_does_not_matter() -> None:
    assert detail(edge(3.0, height=200.0)) == pytest.approx(detail(edge(3.0, height=60.0)), rel=0.1)


def test_a_picture_is_shrunk_to_the_longest_side_and_never_enlarged() -> None:
    pixels = np.zeros((300, 900, 3), np.uint8)
    assert fitted(pixels, 450).shape == (150, 450, 3)
    assert fitted(pixels, 900) is pixels
    assert fitted(np.zeros((1, 900), np.uint8), 90).shape == (1, 90)


@pytest.mark.parametrize("size_wh", [(3, 900), (129, 128), (128, 128), (1, 1), (511, 300)])
def test_a_thinned_picture_has_pixels_of_the_picture_and_no_longer_side(
    size_wh: tuple[int, int],
) -> None:
    pixels = np.arange(size_wh[0] * size_wh[1]).reshape(size_wh[::-1])
    found = thinned(pixels, 128)
    assert 0 < max(found.shape) <= 128
    assert min(found.shape) > 0
    assert len(np.unique(found)) == found.size
    assert thinned(pixels, 900).shape == pixels.shape


def test_luma_weighs_green_most() -> None:
    red, green, blue = luma(np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8))[0]
    assert (int(red), int(green), int(blue)) == (76, 150, 29)
