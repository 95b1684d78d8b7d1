"""Pieces of pictures at the sizes that models take: resized, letterboxed, warped.

A pixel's centre has whole coordinates, as OpenCV has it: the first pixel of a row spans -0.5..0.5.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np

from eyebright.geometry.arrays import AnyArray, ByteArray, DoubleArray

Border = Literal["black", "replicate"]
"""What a chip shows of the world outside the picture."""

_BORDERS = {"black": cv2.BORDER_CONSTANT, "replicate": cv2.BORDER_REPLICATE}
_MARGIN_PX = 2
"""Neighbours that interpolation at the rim of a region looks at, in its own pixels."""


def use_one_thread_per_call() -> None:
    """Keep OpenCV from starting threads: requests run side by side already. Process-wide."""
    cv2.setNumThreads(1)


def resize(pixels: ByteArray, size_wh: tuple[int, int]) -> ByteArray:
    """(h, w, 3) to the given width and height: by area when shrinking, linearly when enlarging."""
    if (pixels.shape[1], pixels.shape[0]) == size_wh:
        return pixels
    shrinks = size_wh[0] * size_wh[1] < pixels.shape[0] * pixels.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size_wh, interpolation=how), np.uint8)


def letterbox(
    pixels: ByteArray, size_wh: tuple[int, int], *, fill: int = 0
) -> tuple[ByteArray, float]:
    """Fit a picture into a canvas without stretching it, at the top left.

    Returns the canvas (h, w, 3) and the scale: canvas pixels per picture pixel.
    """
    width, height = size_wh
    scale = min(width / pixels.shape[1], height / pixels.shape[0])
    inner = (
        max(1, min(width, round(pixels.shape[1] * scale))),
        max(1, min(height, round(pixels.shape[0] * scale))),
    )
    canvas = np.full((height, width, 3), fill, np.uint8)
    canvas[: inner[1], : inner[0]] = resize(pixels, inner)
    return canvas, scale


def warp(
    pixels: ByteArray, matrix: AnyArray, size_wh: tuple[int, int], *, border: Border = "black"
) -> ByteArray:
    """One chip (h, w, 3) through a similarity (2, 3) that takes picture to chip coordinates.

    Where the chip is less than half as fine as the picture, the region is first shrunk by area to
    twice the chip's resolution: a plain warp would skip pixels and show moiré.
    """
    forward = np.asarray(matrix, np.float64)
    scale = float(np.hypot(forward[0, 0], forward[1, 0]))
    left, top, right, bottom = _region(forward, size_wh, pixels.shape)
    region = pixels[top:bottom, left:right]
    forward = _after(forward, 1.0, 1.0, left, top)
    if scale < 0.5:
        shrunk = resize(
            region,
            (
                max(1, round(region.shape[1] * 2 * scale)),
                max(1, round(region.shape[0] * 2 * scale)),
            ),
        )
        fx, fy = shrunk.shape[1] / region.shape[1], shrunk.shape[0] / region.shape[0]
        forward = _after(forward, 1 / fx, 1 / fy, 0.5 / fx - 0.5, 0.5 / fy - 0.5)
        region = shrunk
    chip = cv2.warpAffine(
        np.ascontiguousarray(region), forward, size_wh, borderMode=_BORDERS[border]
    )
    return np.asarray(chip, np.uint8)


def chips(
    pixels: ByteArray, matrices: AnyArray, size_wh: tuple[int, int], *, border: Border = "black"
) -> ByteArray:
    """`warp` for each of (n, 2, 3) similarities: one array (n, h, w, 3) uint8, n may be 0."""
    result = np.empty((len(matrices), size_wh[1], size_wh[0], 3), np.uint8)
    for chip, matrix in zip(result, matrices, strict=True):
        chip[:] = warp(pixels, matrix, size_wh, border=border)
    return result


def _region(
    forward: DoubleArray, size_wh: tuple[int, int], shape: tuple[int, ...]
) -> tuple[int, int, int, int]:
    """left, top, right, bottom of the part of the picture that the chip shows, never empty."""
    inverse = np.linalg.inv(forward[:, :2])
    rim = np.array([[-1, -1, size_wh[0], size_wh[0]], [-1, size_wh[1], -1, size_wh[1]]], float)
    corners = inverse @ (rim - forward[:, 2:])
    # twice the chip's resolution is what the region may be shrunk to: margins in those pixels
    margin = _MARGIN_PX * max(1.0, float(np.abs(inverse).max()))
    low = np.floor(corners.min(axis=1) - margin)
    high = np.ceil(corners.max(axis=1) + margin) + 1
    left, right = np.clip([low[0], high[0]], 0, shape[1]).astype(int)
    top, bottom = np.clip([low[1], high[1]], 0, shape[0]).astype(int)
    left, top = min(left, shape[1] - 1), min(top, shape[0] - 1)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _after(forward: DoubleArray, sx: float, sy: float, dx: float, dy: float) -> DoubleArray:
    """The map for coordinates (u, v) whose old coordinates were (sx * u + dx, sy * v + dy)."""
    linear = forward[:, :2]
    offset = forward[:, 2] + linear @ np.array([dx, dy])
    return np.column_stack([linear * np.array([sx, sy]), offset])
