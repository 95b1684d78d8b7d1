"""Polygons as (K, 2) arrays of x, y in pixels; y grows downwards.

"Clockwise" is as the picture is seen. Quads are polygons of four corners: top left, top right,
bottom right, bottom left, seen in the direction of what they hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import dist
from typing import TypeAlias

import numpy as np

from eyebright.geometry.arrays import AnyArray, FloatArray

Corners: TypeAlias = AnyArray | Sequence[Sequence[float]]
_Points: TypeAlias = list[tuple[float, float]]


def signed_area(polygon: Corners) -> float:
    """Square pixels; positive when the corners go clockwise."""
    points = _points(polygon)
    following = points[1:] + points[:1]
    return 0.5 * sum(x * v - y * u for (x, y), (u, v) in zip(points, following, strict=True))


def _points(polygon: Corners) -> _Points:
    """As plain numbers: for a handful of corners numpy's calls cost more than they save."""
    return [(x, y) for x, y in np.asarray(polygon, np.float64).tolist()]


def polygon_area(polygon: Corners) -> float:
    """Square pixels, never negative; 0 for fewer than three corners."""
    return abs(signed_area(polygon)) if len(polygon) >= 3 else 0.0


def shared_area(polygon: Corners, convex: Corners) -> float:
    """Square pixels of `polygon`, of any simple shape, that lie inside `convex`.

    Sutherland and Hodgman (1974), "Reentrant polygon clipping": cut off, edge by edge, what lies
    outside the convex one. For a hollow polygon the rest may hang together by lines of no width,
    which have no area either.
    """
    edges = _points(convex)
    if signed_area(edges) < 0:
        edges.reverse()
    left = _points(polygon)
    for start, end in zip(edges, edges[1:] + edges[:1], strict=True):
        left = _right_of(left, start, end)
    return polygon_area(left)


def _right_of(polygon: _Points, start: tuple[float, float], end: tuple[float, float]) -> _Points:
    """What lies on the inner side of one edge of a clockwise polygon."""
    (ax, ay), (bx, by) = start, end
    sides = [(bx - ax) * (y - ay) - (by - ay) * (x - ax) for x, y in polygon]
    kept: _Points = []
    for place, (point, side) in enumerate(zip(polygon, sides, strict=True)):
        before, other = polygon[place - 1], sides[place - 1]
        if (side >= 0) != (other >= 0):
            share = other / (other - side)
            kept.append(
                (
                    before[0] + share * (point[0] - before[0]),
                    before[1] + share * (point[1] - before[1]),
                )
            )
        if side >= 0:
            kept.append(point)
    return kept


def convex_iou(a: Corners, b: Corners) -> float:
    """Intersection over union of two convex polygons, 0-1; 0 when neither has an area."""
    shared = shared_area(a, b)
    union = polygon_area(a) + polygon_area(b) - shared
    return shared / union if union > 0 else 0.0


def enclosing_box(
    polygon: Corners,
) -> tuple[float, float, float, float]:
    """left, top, right, bottom."""
    points = np.asarray(polygon, np.float64)
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return left, top, right, bottom


def quad_size(quad: Corners) -> tuple[float, float]:
    """Width and height in pixels: the mean lengths of opposite sides."""
    a, b, c, d = _points(quad)
    return (dist(a, b) + dist(c, d)) / 2, (dist(b, c) + dist(d, a)) / 2


def from_top_left(corners: FloatArray) -> FloatArray:
    """Four corners of a rectangle, clockwise from the one that is the top left of a person who sees
    the rectangle as upright as possible: its top side is the one nearest to the horizontal above.
    """
    points = _points(corners)
    if signed_area(points) < 0:
        points.reverse()
    # clockwise, the top side runs to the right: of all sides it points rightwards the most
    sides = list(zip(points, points[1:] + points[:1], strict=True))
    rightwards = [(end[0] - start[0]) / max(dist(start, end), 1e-6) for start, end in sides]
    first = rightwards.index(max(rightwards))
    return np.array(points[first:] + points[:first], np.float32)


def turned_quad(quad: FloatArray, quarters: int) -> FloatArray:
    """The same corners for what is read turned: after one quarter the old top right is the top
    left, and what ran downwards now runs to the right."""
    return np.roll(quad, -quarters, axis=0)


def grown_quad(quad: FloatArray, *, by_wh: tuple[float, float]) -> FloatArray:
    """A rectangle with its sides moved outwards: left and right by the first, top and bottom by
    the second number of pixels (inwards when negative)."""
    across, down = _axes(quad)
    dx, dy = across * np.float32(by_wh[0]), down * np.float32(by_wh[1])
    return np.asarray(quad + np.stack([-dx - dy, dx - dy, dx + dy, dy - dx]), np.float32)


def slice_of_quad(quad: FloatArray, start: float, end: float) -> FloatArray:
    """The part of a quad between two shares (0-1) of its length, over its whole height."""
    top_left, top_right, bottom_right, bottom_left = np.asarray(quad, np.float64)
    top, bottom = top_right - top_left, bottom_right - bottom_left
    corners = [
        top_left + start * top,
        top_left + end * top,
        bottom_left + end * bottom,
        bottom_left + start * bottom,
    ]
    return np.asarray(corners, np.float32)


def _axes(quad: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Unit vectors along the top and down the left side; those of the picture for a point."""
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    width, height = float(np.linalg.norm(across)), float(np.linalg.norm(down))
    if width == 0 and height == 0:
        return np.array([1, 0], np.float32), np.array([0, 1], np.float32)
    if width == 0:
        across, width = np.array([down[1], -down[0]], np.float32), height
    if height == 0:
        down, height = np.array([-across[1], across[0]], np.float32), width
    return across / np.float32(width), down / np.float32(height)
