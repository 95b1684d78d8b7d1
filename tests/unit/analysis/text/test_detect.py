from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest

from eyebright.analysis.text.detect import (
    CloserLook,
    DetectionRules,
    Place,
    Scale,
    TextDetector,
    boxes_to_look_into,
    places_in,
    view_size,
)
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.geometry.polygons import enclosing_box, quad_size
from eyebright.runtime.session import OnnxModel


def page(*boxes: tuple[int, int, int, int], size_wh: tuple[int, int] = (640, 320)) -> ByteArray:
    """White with black bars."""
    pixels = np.full((size_wh[1], size_wh[0], 3), 255, np.uint8)
    for left, top, right, bottom in boxes:
        pixels[top:bottom, left:right] = 0
    return pixels


def place(left: float, top: float, right: float, bottom: float) -> Place:
    corners = [[left, top], [right, top], [right, bottom], [left, bottom]]
    return Place(np.array(corners, np.float32), 0.9)


@pytest.mark.parametrize(
    ("size_wh", "scale", "expected"),
    [
        ((1280, 720), Scale(736, 2560), (1312, 736)),
        ((3000, 2000), Scale(736, 2560), (2560, 1696)),
        ((80, 80), Scale(736, 2560), (736, 736)),
        ((10_000, 80), Scale(736, 2560), (2560, 32)),
        ((1000, 1000), Scale(736, 2560), (992, 992)),
    ],
)
def test_views_are_large_enough_not_too_large_and_on_the_net_s_grid(
    size_wh: tuple[int, int], scale: Scale, expected: tuple[int, int]
) -> None:
    assert view_size(size_wh, scale) == expected


def test_a_core_becomes_the_rectangle_around_its_pixels(rules: DetectionRules) -> None:
    chances = np.zeros((64, 128), np.float32)
    chances[10:20, 30:90] = 0.9
    (found,) = places_in(chances, rules, back_xy=(2.0, 3.0))
    assert enclosing_box(found.core) == pytest.approx((60, 30, 180, 60))
    assert found.score == pytest.approx(0.9)


def test_specks_and_faint_marks_are_no_text(rules: DetectionRules) -> None:
    chances = np.zeros((64, 128), np.float32)
    chances[10:12, 10:60] = 1.0  # two pixels high
    chances[30:40, 10:60] = 0.4  # fainter than least_score
    assert places_in(chances, rules, back_xy=(1, 1)) == []
    assert places_in(np.zeros((32, 32), np.float32), rules, back_xy=(1, 1)) == []


def test_of_too_many_cores_the_rest_is_left_out(rules: DetectionRules) -> None:
    chances = np.zeros((64, 128), np.float32)
    for left in range(0, 120, 8):
        chances[10:16, left : left + 5] = 1
    assert len(places_in(chances, rules, back_xy=(1, 1))) == 15
    assert len(places_in(chances, dataclasses.replace(rules, most=4), back_xy=(1, 1))) == 4


def test_growing_follows_the_ratio_of_area_to_circumference() -> None:
    core = place(0, 0, 60, 20)
    by = 1.6 * 60 * 20 / (2 * 80)
    assert quad_size(core.grown(1.6)) == pytest.approx((60 + 2 * by, 20 + 2 * by))
    assert np.array_equal(core.grown(0.0), core.core)
    assert np.isfinite(place(3, 3, 3, 3).grown(1.6)).all()


def test_high_rectangles_are_tall_and_turning_makes_them_long() -> None:
    assert place(0, 0, 10, 80).is_tall
    assert not place(0, 0, 80, 10).is_tall
    assert not place(0, 0, 10, 80).turned(1).is_tall


@pytest.mark.parametrize("degrees", [0, 10, -30])
def test_leaning_bars_are_found_where_they_are(
    detection: OnnxModel, rules: DetectionRules, degrees: float
) -> None:
    pixels = page()
    corners = cv2.boxPoints(((320.0, 160.0), (200.0, 40.0), float(degrees)))
    cv2.fillPoly(pixels, [np.rint(corners).astype(np.int32)], (0, 0, 0))
    (found,) = TextDetector(detection, rules).detect(pixels)
    assert quad_size(found.core) == pytest.approx((200, 40), abs=4)
    across: FloatArray = found.core[1] - found.core[0]
    assert np.degrees(np.arctan2(across[1], across[0])) == pytest.approx(degrees, abs=1)


def test_a_picture_without_text_has_none(detection: OnnxModel, rules: DetectionRules) -> None:
    assert TextDetector(detection, rules).detect(page()) == []


def test_small_text_is_looked_at_again_larger(detection: OnnxModel, rules: DetectionRules) -> None:
    closer = dataclasses.replace(rules, closer=dataclasses.replace(rules.closer, small_px=20))
    pixels = page((100, 100, 160, 110), (300, 200, 500, 260))
    found = TextDetector(detection, closer).detect(pixels)
    boxes = sorted(tuple(round(edge) for edge in enclosing_box(one.core)) for one in found)
    assert len(boxes) == 3
    assert np.allclose(boxes[:2], [(100, 100, 160, 110)] * 2, atol=1)
    assert len(TextDetector(detection, rules).detect(pixels)) == 2


LOOK = CloserLook(enlarged=1.5, small_px=30, around_px=50, most_share=0.5)


def test_parts_with_small_text_are_joined_where_they_meet() -> None:
    found = [place(100, 100, 150, 110), place(200, 100, 250, 110), place(600, 400, 650, 410)]
    parts = boxes_to_look_into(found, (1000, 800), scale_xy=(1.0, 1.0), rules=LOOK)
    assert len(parts) == 2
    assert parts[0][0] < 60
    assert parts[0][2] > 290


def test_parts_stay_in_the_picture_and_sizes_are_of_the_view() -> None:
    found = [place(0, 0, 50, 10)]
    ((left, top, right, bottom),) = boxes_to_look_into(
        found, (1000, 800), scale_xy=(0.5, 0.5), rules=LOOK
    )
    assert (left, top) == (0, 0)
    assert (right, bottom) == (154, 114)


@pytest.mark.parametrize("count", [0, 40])
def test_a_page_full_of_small_text_or_without_any_is_not_looked_at_again(count: int) -> None:
    found = [place(10, 20 * row, 900, 20 * row + 10) for row in range(count)]
    assert boxes_to_look_into(found, (1000, 800), scale_xy=(1.0, 1.0), rules=LOOK) == []


def test_large_text_needs_no_closer_look() -> None:
    found = [place(100, 100, 500, 200)]
    assert boxes_to_look_into(found, (1000, 800), scale_xy=(1.0, 1.0), rules=LOOK) == []
