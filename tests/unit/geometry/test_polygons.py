"""Areas and overlaps of polygons, against areas that a person can work out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.geometry.arrays import FloatArray
from eyebright.geometry.polygons import (
    convex_iou,
    enclosing_box,
    from_top_left,
    grown_quad,
    polygon_area,
    quad_size,
    shared_area,
    signed_area,
    slice_of_quad,
    turned_quad,
)


def rectangle(left: float, top: float, width: float, height: float) -> FloatArray:
    right, bottom = left + width, top + height
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def turned(quad: FloatArray, degrees: float) -> FloatArray:
    """Around its middle, clockwise as seen."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    middle = quad.mean(axis=0)
    result: FloatArray = ((quad - middle) @ np.array([[c, s], [-s, c]]) + middle).astype(np.float32)
    return result


def test_the_area_is_positive_clockwise_and_without_sign_the_same() -> None:
    quad = rectangle(1, 2, 3, 4)
    assert signed_area(quad) == 12
    assert signed_area(quad[::-1]) == -12
    assert polygon_area(quad[::-1]) == 12


@pytest.mark.parametrize("points", [[], [(1, 1)], [(0, 0), (5, 5)], [(0, 0), (1, 1), (2, 2)]])
def test_a_point_or_a_line_has_no_area(points: list[tuple[float, float]]) -> None:
    assert polygon_area(np.array(points, np.float32).reshape(-1, 2)) == 0


def test_a_hollow_polygon_shares_only_what_is_filled() -> None:
    cup = [(0, 0), (1, 0), (1, 3), (3, 3), (3, 0), (4, 0), (4, 4), (0, 4)]  # a U, 1 thick
    across = rectangle(-1, 1, 6, 1)  # crosses both walls
    assert shared_area(cup, across) == pytest.approx(2)
    assert shared_area(cup, rectangle(1, 0, 2, 3)) == pytest.approx(0)


@given(
    st.floats(-20, 20), st.floats(-20, 20), st.floats(1, 20), st.floats(1, 20), st.floats(0, 180)
)
def test_sharing_is_mutual_and_no_more_than_either(
    left: float, top: float, width: float, height: float, degrees: float
) -> None:
    a, b = rectangle(-8, -8, 16, 16), turned(rectangle(left, top, width, height), degrees)
    shared = shared_area(a, b)
    assert shared == pytest.approx(shared_area(b, a), abs=1e-2)
    assert shared == pytest.approx(shared_area(a, b[::-1]), abs=1e-2)
    assert -1e-3 <= shared <= min(polygon_area(a), polygon_area(b)) + 1e-2


def test_overlap_of_squares_of_which_one_stands_on_its_corner() -> None:
    square = rectangle(0, 0, 2, 2)
    octagon = 8 * (math.sqrt(2) - 1)
    union = 8 - octagon
    assert convex_iou(square, turned(square, 45)) == pytest.approx(octagon / union, rel=1e-4)
    assert convex_iou(square, square) == pytest.approx(1)
    assert convex_iou(square, rectangle(5, 5, 1, 1)) == 0
    assert convex_iou(np.zeros((4, 2)), np.zeros((4, 2))) == 0


@pytest.mark.parametrize("degrees", [-40, -10, 0, 10, 40])
@pytest.mark.parametrize("first", range(4))
@pytest.mark.parametrize("way", [1, -1])
def test_the_corners_start_at_the_top_left_as_seen(degrees: float, first: int, way: int) -> None:
    quad = turned(rectangle(10, 10, 30, 12), degrees)
    given_order = np.roll(quad, first, axis=0)[::way]
    assert np.allclose(from_top_left(given_order), quad)


def test_turning_by_quarters_moves_the_first_corner_on() -> None:
    quad = rectangle(0, 0, 4, 2)
    assert turned_quad(quad, 1)[0].tolist() == [4, 0]
    assert quad_size(turned_quad(quad, 1)) == (2, 4)
    assert np.array_equal(turned_quad(quad, 4), quad)


def test_growing_moves_all_sides_along_the_rectangle() -> None:
    quad = turned(rectangle(10, 10, 30, 12), 30)
    grown = grown_quad(quad, by_wh=(5, 2))
    assert quad_size(grown) == pytest.approx((40, 16), abs=1e-4)
    assert np.allclose(grown.mean(axis=0), quad.mean(axis=0), atol=1e-4)
    assert np.allclose(grown_quad(grown, by_wh=(-5, -2)), quad, atol=1e-4)


@pytest.mark.parametrize(
    "quad", [np.zeros((4, 2), np.float32), rectangle(0, 0, 6, 0), rectangle(0, 0, 0, 6)]
)
def test_growing_a_point_or_a_line_gives_a_rectangle(quad: FloatArray) -> None:
    width, height = quad_size(quad)
    assert quad_size(grown_quad(quad, by_wh=(1, 1))) == pytest.approx((width + 2, height + 2))


def test_a_slice_is_a_part_of_the_length_over_the_whole_height() -> None:
    part = slice_of_quad(rectangle(10, 0, 100, 20), 0.25, 0.5)
    assert np.allclose(part, rectangle(35, 0, 25, 20))


def test_the_enclosing_box_touches_the_outermost_corners() -> None:
    assert enclosing_box([(3, 1), (9, 4), (6, 8), (0, 5)]) == (0, 1, 9, 8)
