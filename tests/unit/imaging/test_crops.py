"""Chips show what they should, without skipping pixels."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from eyebright.geometry.arrays import AnyArray, ByteArray, DoubleArray
from eyebright.imaging.crops import (
    chips,
    letterbox,
    rectify,
    resize,
    resize_quickly,
    warp,
    within_side,
)


def waves(width: int = 400, height: int = 300) -> ByteArray:
    """Smooth, and different everywhere."""
    x = np.arange(width)
    y = np.arange(height)[:, np.newaxis]
    channels = (
        np.sin(x / 29) + np.cos(y / 31),
        np.sin((x + y) / 37) + np.cos(y / 23),
        np.sin((x - y) / 41) + np.cos(x / 43),
    )
    return np.dstack([(channel + 2) * 63 for channel in channels]).astype(np.uint8)


def similarity(scale: float, degrees: float, centre: tuple[float, float], size: int) -> DoubleArray:
    """Takes `centre` of a picture to the middle of a chip."""
    turn = np.deg2rad(degrees)
    linear = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.column_stack([linear, (size - 1) / 2 - linear @ np.array(centre)])


def differences(one: ByteArray, other: AnyArray) -> DoubleArray:
    return np.abs(one.astype(np.float64) - other)


@pytest.mark.parametrize("degrees", [0, 30, 90, 180, -77])
@pytest.mark.parametrize("scale", [0.5, 0.8, 1.0, 3.0])
@pytest.mark.parametrize("border", ["black", "replicate"])
def test_a_warp_equals_that_of_the_whole_picture(scale: float, degrees: float, border: str) -> None:
    flag = {"black": cv2.BORDER_CONSTANT, "replicate": cv2.BORDER_REPLICATE}[border]
    for centre in ((200.0, 150.0), (10.0, 290.0), (399.0, 0.0)):
        matrix = similarity(scale, degrees, centre, 64)
        expected = cv2.warpAffine(waves(), matrix, (64, 64), borderMode=flag)
        chip = warp(waves(), matrix, (64, 64), border="black" if border == "black" else "replicate")
        # OpenCV rounds coordinates to 1/32 pixel, differently after the region's shift
        assert differences(chip, expected).mean() < 0.5


@pytest.mark.parametrize("scale", [0.05, 0.1, 0.24, 0.49])
@pytest.mark.parametrize("degrees", [0, 45, 200])
def test_a_shrinking_warp_is_the_average_of_what_it_covers(scale: float, degrees: float) -> None:
    picture = waves(1000, 800)
    matrix = similarity(scale, degrees, (503.0, 398.0), 48)
    chip = warp(picture, matrix, (48, 48))
    smooth = cv2.GaussianBlur(picture, (0, 0), 0.5 / scale)
    expected = cv2.warpAffine(smooth, matrix, (48, 48))
    covered = cv2.warpAffine(np.full_like(picture, 255), matrix, (48, 48))[..., 0] == 255
    covered = cv2.erode(covered.astype(np.uint8), np.ones((5, 5))) > 0
    assert covered.sum() > 50
    assert differences(chip, expected)[covered].mean() < 2.5


def test_fine_stripes_become_grey_and_not_moire() -> None:
    stripes = np.zeros((1000, 1000, 3), np.uint8)
    stripes[:, ::2] = 255
    chip = warp(stripes, similarity(0.1, 0, (500.0, 500.0), 50), (50, 50))
    assert differences(chip, np.full_like(chip, 128)).max() < 20


def test_a_chip_may_lie_outside_the_picture() -> None:
    for centre in ((-500.0, 150.0), (5000.0, -5000.0), (200.0, 301.0 + 200)):
        for scale in (0.1, 1.0):
            matrix = similarity(scale, 20, centre, 32)
            assert warp(waves(), matrix, (32, 32), border="replicate").any()
            if scale == 1.0:
                assert not warp(waves(), matrix, (32, 32), border="black").any()


def test_chips_are_warps_in_one_array() -> None:
    matrices = np.stack([similarity(s, 10, (150.0, 150.0), 40) for s in (0.2, 1.0, 2.0)])
    together = chips(waves(), matrices, (40, 44), border="replicate")
    assert together.shape == (3, 44, 40, 3)
    for chip, matrix in zip(together, matrices, strict=True):
        assert np.array_equal(chip, warp(waves(), matrix, (40, 44), border="replicate"))
    assert chips(waves(), np.zeros((0, 2, 3)), (40, 44)).shape == (0, 44, 40, 3)


def test_resizing_to_the_same_size_changes_nothing() -> None:
    assert np.array_equal(resize(waves(), (400, 300)), waves())


def test_shrinking_averages_and_enlarging_keeps_the_range() -> None:
    checks = np.zeros((80, 80, 3), np.uint8)
    checks[::2, ::2] = checks[1::2, 1::2] = 200
    assert (resize(checks, (20, 20)) == 100).all()
    larger = resize(waves(40, 30), (400, 300))
    assert larger.shape == (300, 400, 3)
    assert larger.min() >= waves(40, 30).min()
    assert larger.max() <= waves(40, 30).max()


@pytest.mark.parametrize(("width", "height"), [(100, 50), (50, 100), (400, 1), (1, 300), (64, 64)])
def test_a_letterbox_keeps_the_shape_and_says_its_scale(width: int, height: int) -> None:
    picture = np.full((height, width, 3), 9, np.uint8)
    canvas, scale = letterbox(picture, (64, 64), fill=77)
    assert canvas.shape == (64, 64, 3)
    assert scale == pytest.approx(64 / max(width, height))
    inner = canvas[: max(1, round(height * scale)), : max(1, round(width * scale))]
    assert (inner == 9).all()
    assert (canvas == 9).sum() == inner.size


@pytest.mark.parametrize("size_wh", [(256, 192), (100, 75), (400, 300), (640, 480), (37, 300)])
def test_the_quick_way_to_resize_shows_nearly_the_same(size_wh: tuple[int, int]) -> None:
    picture = waves()
    quick, careful = resize_quickly(picture, size_wh), resize(picture, size_wh)
    assert quick.shape == careful.shape
    assert np.abs(quick.astype(int) - careful.astype(int)).mean() < 2


def test_the_quick_way_does_not_skip_pixels_of_a_fine_pattern() -> None:
    checks = np.indices((480, 640)).sum(axis=0) % 2 * 255
    grey = resize_quickly(np.dstack([checks] * 3).astype(np.uint8), (256, 192))
    assert grey.min() > 100
    assert grey.max() < 155


@pytest.mark.parametrize("quarters", range(4))
def test_a_quad_is_made_flat_the_right_way_up(quarters: int) -> None:
    picture = waves()
    box = np.array([[40, 60], [200, 60], [200, 140], [40, 140]], np.float32)
    quad = np.roll(box, -quarters, axis=0)
    size_wh = (160, 80) if quarters % 2 == 0 else (80, 160)
    expected = np.rot90(picture[60:140, 40:200], quarters)
    assert np.abs(rectify(picture, quad, size_wh).astype(int) - expected).max() <= 1


def test_a_large_quad_is_averaged_and_not_sampled() -> None:
    stripes = np.zeros((256, 256, 3), np.uint8)
    stripes[::2] = 200
    quad = np.array([[0, 0], [256, 0], [256, 256], [0, 256]], np.float32)
    flat = rectify(stripes, quad, (32, 32))
    assert np.abs(flat.astype(int) - 100).max() <= 2


def test_a_quad_may_reach_outside_or_have_no_area() -> None:
    outside = np.array([[-900, -900], [-800, -900], [-800, -850], [-900, -850]], np.float32)
    assert rectify(waves(), outside, (20, 10)).shape == (10, 20, 3)
    assert rectify(waves(), np.zeros((4, 2), np.float32), (20, 10)).shape == (10, 20, 3)


@pytest.mark.parametrize(
    ("size_wh", "seen_wh"),
    [((640, 480), (640, 480)), ((1000, 500), (1000, 500)), ((4000, 3000), (1000, 750))],
)
def test_only_a_picture_larger_than_the_side_is_shrunk(
    size_wh: tuple[int, int], seen_wh: tuple[int, int]
) -> None:
    pixels = np.zeros((size_wh[1], size_wh[0], 3), np.uint8)
    seen = within_side(pixels, 1000)
    assert (seen.shape[1], seen.shape[0]) == seen_wh


def test_a_thin_picture_keeps_a_pixel() -> None:
    assert within_side(np.zeros((1, 5000, 3), np.uint8), 100).shape == (1, 100, 3)
