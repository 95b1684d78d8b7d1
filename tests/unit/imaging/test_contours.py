"""Rectangles around parts of masks, and means inside them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from eyebright.geometry.polygons import quad_size, signed_area
from eyebright.imaging.contours import mean_inside, outlines, smallest_rectangle


def test_each_connected_part_has_one_outline() -> None:
    mask = np.zeros((20, 30), np.bool_)
    mask[2:5, 2:8] = True
    mask[10:12, 20:25] = True
    mask[12:14, 25:28] = True  # touches the one before at a corner
    found = sorted(
        (outline.min(axis=0).tolist(), outline.max(axis=0).tolist()) for outline in outlines(mask)
    )
    assert found == [([2, 2], [7, 4]), ([20, 10], [27, 13])]


def test_an_empty_mask_has_no_outlines() -> None:
    assert outlines(np.zeros((5, 5), np.bool_)) == []


@pytest.mark.parametrize("degrees", [0, 15, 45, 80])
def test_the_smallest_rectangle_lies_along_the_shape(degrees: float) -> None:
    corners = cv2.boxPoints(((50.0, 50.0), (60.0, 20.0), float(degrees)))
    found = smallest_rectangle(corners)
    assert sorted(quad_size(found)) == pytest.approx([20, 60], abs=0.01)
    assert signed_area(found) > 0


def test_a_single_pixel_has_a_rectangle_without_size() -> None:
    assert quad_size(smallest_rectangle(np.array([[4, 7]]))) == (0, 0)


def test_the_mean_is_taken_inside_the_polygon_only() -> None:
    values = np.zeros((20, 20), np.float32)
    values[5:10, 5:15] = 1
    inner = np.array([[6, 6], [13, 6], [13, 8], [6, 8]], np.float32)
    assert mean_inside(values, inner) == 1
    half = np.array([[5, 5], [14, 5], [14, 14], [5, 14]], np.float32)
    assert mean_inside(values, half) == pytest.approx(0.5)


def test_the_mean_of_a_polygon_outside_is_that_of_the_nearest_pixel() -> None:
    values = np.arange(12, dtype=np.float32).reshape(3, 4)
    outside = np.array([[50, 50], [60, 50], [60, 60], [50, 60]], np.float32)
    assert mean_inside(values, outside) == 11
