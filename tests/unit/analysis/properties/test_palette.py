"""Dominant colours of pictures whose colours are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eyebright.analysis.properties.palette import dominant_colours, histogram
from eyebright.analysis.properties.values import DominantColour
from eyebright.geometry.arrays import ByteArray
from eyebright.testing.properties import METER_RULES

RULES = METER_RULES.palette


def flat(*rgb: int, size_wh: tuple[int, int] = (40, 30)) -> ByteArray:
    pixels = np.empty((size_wh[1], size_wh[0], 3), np.uint8)
    pixels[:] = rgb
    return pixels


def noisy(seed: int) -> ByteArray:
    """Four patches of near colours, with noise."""
    rng = np.random.default_rng(seed)
    means = rng.integers(20, 236, (2, 2, 3)).repeat(40, axis=0).repeat(50, axis=1)
    return np.clip(means + rng.normal(0, 9, means.shape), 0, 255).astype(np.uint8)


def colours(pixels: ByteArray, *, most: int = 10) -> tuple[DominantColour, ...]:
    return dominant_colours(histogram(pixels), RULES, max_colours=most)


def test_a_flat_red_picture_is_all_red() -> None:
    assert colours(flat(255, 0, 0)) == (DominantColour((255, 0, 0), "red", "red", 1.0),)


def test_shares_are_those_of_the_areas() -> None:
    pixels = flat(0, 0, 255)
    pixels[:, :10] = (255, 255, 0)
    blue, yellow = colours(pixels)
    assert (blue.css_name, yellow.css_name) == ("blue", "yellow")
    assert (blue.share, yellow.share) == (0.75, 0.25)


def test_shades_of_one_surface_are_one_colour() -> None:
    pixels = flat(60, 120, 60, size_wh=(90, 60))
    shades = np.linspace(-6, 6, 90).astype(int)[np.newaxis, :, np.newaxis]
    assert [found.simplified for found in colours((pixels + shades).astype(np.uint8))] == ["green"]


@pytest.mark.parametrize("seed", range(8))
def test_shares_fall_and_sum_to_one_at_most_and_names_are_distinct(seed: int) -> None:
    found = colours(noisy(seed), most=20)
    shares = [colour.share for colour in found]
    assert shares == sorted(shares, reverse=True)
    assert 0.9 < sum(shares) <= 1.0
    assert len({colour.css_name for colour in found}) == len(found) > 0
    assert all(0 <= level <= 255 for colour in found for level in colour.rgb)


def test_the_order_of_pixels_changes_nothing() -> None:
    pixels = noisy(3)
    shuffled = np.random.default_rng(0).permutation(pixels.reshape(-1, 3)).reshape(pixels.shape)
    assert colours(shuffled) == colours(pixels) == colours(np.rot90(pixels))


def test_fewer_colours_are_the_first_of_more() -> None:
    pixels = noisy(5)
    assert colours(pixels, most=2) == colours(pixels, most=20)[:2]
    assert colours(pixels, most=0) == ()


def test_small_shares_are_left_out() -> None:
    pixels = flat(255, 255, 255, size_wh=(100, 100))
    pixels[:10, :10] = (255, 0, 0)
    assert [found.css_name for found in colours(pixels)] == ["white"]
    generous = replace(RULES, least_share=0.005)
    found = dominant_colours(histogram(pixels), generous, max_colours=10)
    assert [colour.css_name for colour in found] == ["white", "red"]


def test_pixels_count_as_much_as_they_weigh() -> None:
    pixels = flat(0, 128, 0)
    pixels[:, :20] = (255, 0, 0)
    weights = np.full((30, 40), 51, np.uint8)
    weights[:, :20] = 204
    red, green = dominant_colours(histogram(pixels, weights), RULES, max_colours=10)
    assert (red.css_name, green.css_name) == ("red", "green")
    assert (red.share, green.share) == pytest.approx((0.8, 0.2), abs=1e-5)


def test_pixels_without_weight_have_no_colours() -> None:
    nothing = histogram(flat(1, 2, 3), np.zeros((30, 40), np.uint8))
    assert dominant_colours(nothing, RULES, max_colours=10) == ()
