"""Boxes as (N, 4) arrays, xyxy: left, top, right, bottom, in pixels. Functions, no classes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np

from eyebright.geometry.arrays import FloatArray

_Box: TypeAlias = tuple[float, float, float, float]


def box_sizes_wh(boxes_xyxy: FloatArray) -> FloatArray:
    """Width and height of each box, (N, 2); never negative."""
    sizes: FloatArray = np.maximum(boxes_xyxy[:, 2:] - boxes_xyxy[:, :2], 0.0)
    return sizes


def box_areas(boxes_xyxy: FloatArray) -> FloatArray:
    """Area of each box in square pixels, (N,)."""
    sizes = box_sizes_wh(boxes_xyxy)
    areas: FloatArray = sizes[:, 0] * sizes[:, 1]
    return areas


def box_centres(boxes_xyxy: FloatArray) -> FloatArray:
    """Centre x and y of each box, (N, 2)."""
    centres: FloatArray = (boxes_xyxy[:, :2] + boxes_xyxy[:, 2:]) * np.float32(0.5)
    return centres


def intersections(a_xyxy: FloatArray, b_xyxy: FloatArray) -> FloatArray:
    """Area shared by each box of `a` (N, 4) with each of `b` (M, 4): (N, M) square pixels."""
    # an axis at a time: products along a last axis of two are four times as slow
    shared: FloatArray = _overlaps(a_xyxy, b_xyxy, 0) * _overlaps(a_xyxy, b_xyxy, 1)
    return shared


def _overlaps(a_xyxy: FloatArray, b_xyxy: FloatArray, axis: int) -> FloatArray:
    """Length shared along x (0) or y (1), (N, M); 0 when boxes are apart."""
    low = np.maximum(a_xyxy[:, None, axis], b_xyxy[None, :, axis])
    high = np.minimum(a_xyxy[:, None, axis + 2], b_xyxy[None, :, axis + 2])
    shared: FloatArray = np.maximum(high - low, 0.0)
    return shared


def iou_matrix(a_xyxy: FloatArray, b_xyxy: FloatArray) -> FloatArray:
    """Intersection over union of each box of `a` with each of `b`: (N, M), 0-1.

    Two boxes without area have an IoU of 0.
    """
    shared = intersections(a_xyxy, b_xyxy)
    union = box_areas(a_xyxy)[:, None] + box_areas(b_xyxy)[None, :] - shared
    iou: FloatArray = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return iou


def scale_boxes(boxes_xyxy: FloatArray, factor_xy: tuple[float, float]) -> FloatArray:
    """The boxes in a picture that is `factor_xy` times as wide and as high."""
    return boxes_xyxy * np.asarray([*factor_xy, *factor_xy], dtype=np.float32)


def clip_boxes(boxes_xyxy: FloatArray, size_wh: tuple[int, int]) -> FloatArray:
    """The part of each box inside a picture of this size; outside it, a box without area."""
    limit = np.asarray([*size_wh, *size_wh], dtype=np.float32)
    clipped: FloatArray = np.clip(boxes_xyxy, np.float32(0.0), limit)
    return clipped


def merged_boxes(boxes_xyxy: Iterable[tuple[float, float, float, float]]) -> list[_Box]:
    """Boxes that share no area, which together hold all of the given ones: those that overlap
    become the box around both, until none do."""
    apart: list[_Box] = []
    for box in boxes_xyxy:
        grown = box
        while touching := [other for other in apart if boxes_meet(grown, other)]:
            apart = [other for other in apart if other not in touching]
            lefts, tops, rights, bottoms = zip(grown, *touching, strict=True)
            grown = (min(lefts), min(tops), max(rights), max(bottoms))
        apart.append(grown)
    return apart


def boxes_meet(one: _Box, other: _Box) -> bool:
    """Whether two boxes share some area."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    return across > 0 and min(one[3], other[3]) > max(one[1], other[1])
