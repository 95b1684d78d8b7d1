"""Strokes of writing: thin, bright things on something darker, in rows."""

from __future__ import annotations

import cv2
import numpy as np

from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.imaging.detail import fitted, luma

SIDE = 480
"""Longest side, pixels, at which strokes are looked for: credits have strokes of 1-5 there."""
_THIN_PX = 9
_CONTRAST = 70
"""Grey levels above what surrounds it: credits are made to be read."""
_LETTERS_PX = 13
"""How far apart letters of a line may be."""
_LEAST_HIGH_PX, _MOST_HIGH_PX = 5, 48
_LEAST_INK, _MOST_INK = 0.15, 0.7
"""Shares of a row."""


def rows_of_strokes(pixels: ByteArray) -> FloatArray:
    """(n, 4) boxes xyxy, 0-1 of a picture (h, w, 3), of what may be lines of writing: rows of
    strokes at least three times as long as high, 5-48 pixels high at 480, and about a sixth to
    two thirds of them ink."""
    grey = luma(fitted(pixels, SIDE))
    around = cv2.getStructuringElement(cv2.MORPH_RECT, (_THIN_PX, _THIN_PX))
    ink = (cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, around) >= _CONTRAST).astype(np.uint8)
    along = cv2.getStructuringElement(cv2.MORPH_RECT, (_LETTERS_PX, 1))
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, along)
    _, _, found, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = [
        (left, top, left + wide, top + high)
        for left, top, wide, high, _ in found[1:]
        if _LEAST_HIGH_PX <= high <= _MOST_HIGH_PX and wide >= 3 * high
    ]
    rows = [box for box in boxes if _LEAST_INK <= _inked(ink, box) <= _MOST_INK]
    height, width = grey.shape
    sides = np.array((width, height, width, height), np.float32)
    return np.asarray(np.array(rows, np.float32).reshape(-1, 4) / sides, np.float32)


def _inked(ink: ByteArray, box: tuple[int, int, int, int]) -> float:
    left, top, right, bottom = box
    return float(ink[top:bottom, left:right].mean())
