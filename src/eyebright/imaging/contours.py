"""From a mask to the rectangles around its parts, and back to what lies inside a rectangle."""

from __future__ import annotations

import math

import cv2
import numpy as np

from eyebright.geometry.arrays import AnyArray, FloatArray


def outlines(mask: AnyArray) -> list[AnyArray]:
    """The outer outline of each connected part of a mask (h, w), as (k, 2) whole pixels, k >= 1.

    Parts that touch at corners are one part; holes are part of what surrounds them.
    """
    found, _ = cv2.findContours(
        np.ascontiguousarray(mask, np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    return [np.asarray(outline).reshape(-1, 2) for outline in found]


def smallest_rectangle(points: AnyArray) -> FloatArray:
    """The corners (4, 2) of the smallest rectangle, at any angle, around (k, 2) points; clockwise
    as the picture is seen, from any corner."""
    corners = cv2.boxPoints(cv2.minAreaRect(np.asarray(points, np.float32).reshape(-1, 1, 2)))
    return np.asarray(corners, np.float32)


def mean_inside(values: FloatArray, corners: FloatArray) -> float:
    """The mean of (h, w) values over the pixels of a polygon (k, 2), at least over one pixel."""
    height, width = values.shape
    low = np.floor(corners.min(axis=0)).astype(int)
    high = np.ceil(corners.max(axis=0)).astype(int)
    left, right = _within(low[0], high[0], width)
    top, bottom = _within(low[1], high[1], height)
    inside = np.zeros((bottom - top, right - left), np.uint8)
    shifted = np.rint(corners - np.array([left, top], np.float32)).astype(np.int32)
    cv2.fillPoly(inside, [shifted.reshape(-1, 1, 2)], 1)
    piece = values[top:bottom, left:right]
    mean = float(piece[inside > 0].mean()) if inside.any() else float(piece.mean())
    return mean if math.isfinite(mean) else 0.0


def _within(low: int, high: int, length: int) -> tuple[int, int]:
    """Whole pixels from `low` to `high` inclusive that lie in 0..length; at least one."""
    start = min(max(int(low), 0), length - 1)
    return start, max(min(int(high) + 1, length), start + 1)
