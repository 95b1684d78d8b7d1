"""Boxes as (N, 4) arrays, xyxy: left, top, right, bottom, in pixels. Functions, no classes."""

from __future__ import annotations

import numpy as np

from eyebright.geometry.arrays import FloatArray


def box_sizes_wh(boxes_xyxy: FloatArray) -> FloatArray:
    """Width and height of each box, (N, 2); never negative."""
    sizes: FloatArray = np.maximum(boxes_xyxy[:, 2:] - boxes_xyxy[:, :2], 0.0)
    return sizes


def box_areas(boxes_xyxy: FloatArray) -> FloatArray:
    """Area of each box in square pixels, (N,)."""
    areas: FloatArray = box_sizes_wh(boxes_xyxy).prod(axis=1)
    return areas


def box_centres(boxes_xyxy: FloatArray) -> FloatArray:
    """Centre x and y of each box, (N, 2)."""
    centres: FloatArray = (boxes_xyxy[:, :2] + boxes_xyxy[:, 2:]) * np.float32(0.5)
    return centres


def intersections(a_xyxy: FloatArray, b_xyxy: FloatArray) -> FloatArray:
    """Area shared by each box of `a` (N, 4) with each of `b` (M, 4): (N, M) square pixels."""
    corner_low = np.maximum(a_xyxy[:, None, :2], b_xyxy[None, :, :2])
    corner_high = np.minimum(a_xyxy[:, None, 2:], b_xyxy[None, :, 2:])
    shared: FloatArray = np.maximum(corner_high - corner_low, 0.0).prod(axis=2)
    return shared


def iou_matrix(a_xyxy: FloatArray, b_xyxy: FloatArray) -> FloatArray:
    """Intersection over union of each box of `a` with each of `b`: (N, M), 0-1.

    Two boxes without area have an IoU of 0.
    """
    shared = intersections(a_xyxy, b_xyxy)
    union = box_areas(a_xyxy)[:, None] + box_areas(b_xyxy)[None, :] - shared
    iou: FloatArray = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return iou


def overlap_of_smaller(a_xyxy: FloatArray, b_xyxy: FloatArray) -> FloatArray:
    """The share of the smaller box that lies inside the other, for all pairs: (N, M), 0-1."""
    shared = intersections(a_xyxy, b_xyxy)
    smaller = np.minimum(box_areas(a_xyxy)[:, None], box_areas(b_xyxy)[None, :])
    share: FloatArray = np.divide(shared, smaller, out=np.zeros_like(shared), where=smaller > 0)
    return share


def scale_boxes(boxes_xyxy: FloatArray, factor_xy: tuple[float, float]) -> FloatArray:
    """The boxes in a picture that is `factor_xy` times as wide and as high."""
    return boxes_xyxy * np.asarray([*factor_xy, *factor_xy], dtype=np.float32)


def shift_boxes(boxes_xyxy: FloatArray, offset_xy: tuple[float, float]) -> FloatArray:
    """The boxes moved right and down."""
    return boxes_xyxy + np.asarray([*offset_xy, *offset_xy], dtype=np.float32)


def clip_boxes(boxes_xyxy: FloatArray, size_wh: tuple[int, int]) -> FloatArray:
    """The part of each box inside a picture of this size; outside it, a box without area."""
    limit = np.asarray([*size_wh, *size_wh], dtype=np.float32)
    clipped: FloatArray = np.clip(boxes_xyxy, np.float32(0.0), limit)
    return clipped


def square_boxes(boxes_xyxy: FloatArray, *, margin: float = 0.0) -> FloatArray:
    """Squares around the same centres, side = longest side x (1 + 2 x margin)."""
    half = box_sizes_wh(boxes_xyxy).max(axis=1, keepdims=True, initial=0.0) * np.float32(
        0.5 + margin
    )
    centres = box_centres(boxes_xyxy)
    squares: FloatArray = np.concatenate([centres - half, centres + half], axis=1)
    return squares
