"""Pieces of pictures at the sizes that models take: resized, letterboxed, warped.

A pixel's centre has whole coordinates, as OpenCV has it: the first pixel of a row spans -0.5..0.5.
"""

from __future__ import annotations

import math
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


def resize_quickly(pixels: ByteArray, size_wh: tuple[int, int]) -> ByteArray:
    """As `resize`, five times as fast where it shrinks much: halves exactly, then linearly.

    For what a detector looks at; the rest of less than two to one skips no pixel, but weighs them
    unevenly.
    """
    while pixels.shape[1] >= 2 * size_wh[0] and pixels.shape[0] >= 2 * size_wh[1]:
        pixels = _halved(pixels)
    if (pixels.shape[1], pixels.shape[0]) == size_wh:
        return pixels
    return np.asarray(cv2.resize(pixels, size_wh, interpolation=cv2.INTER_LINEAR), np.uint8)


def within_side(pixels: ByteArray, longest_px: int) -> ByteArray:
    """The picture as it is, or `resize_quickly` to this longest side when it is larger.

    For models that see it smaller still, several times over.
    """
    height, width = pixels.shape[:2]
    scale = longest_px / max(height, width)
    if scale >= 1.0:
        return pixels
    return resize_quickly(pixels, (max(1, round(width * scale)), max(1, round(height * scale))))


def mirrored(pixels: ByteArray) -> ByteArray:
    """Left and right exchanged, as a new (h, w, 3): fifteen times as fast as copying a slice."""
    return np.asarray(cv2.flip(pixels, 1), np.uint8)


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

    Where the chip is less than half as fine as the picture, the region is first halved until it is
    not: a plain warp would skip pixels and show moiré.
    """
    forward = np.asarray(matrix, np.float64)
    scale = math.hypot(forward[0, 0], forward[1, 0])
    left, top, right, bottom = _region(forward, size_wh, pixels.shape)
    region = pixels[top:bottom, left:right]
    forward = _after(forward, 1.0, 1.0, left, top)
    while scale < 0.5 and min(region.shape[:2]) >= 2:
        region, scale = _halved(region), 2 * scale
        forward = _after(forward, 2.0, 2.0, 0.5, 0.5)
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


def rectify(pixels: ByteArray, quad: AnyArray, size_wh: tuple[int, int]) -> ByteArray:
    """What lies inside a quad, flat: (h, w, 3). quad: (4, 2), top left, top right, bottom right,
    bottom left, as the outer edges of the corner pixels; may reach outside the picture.

    Where the result is less than half as fine as the picture, the region is halved first.
    """
    corners = np.asarray(quad, np.float64)
    low = np.floor(corners.min(axis=0)).astype(int) - _MARGIN_PX
    high = np.ceil(corners.max(axis=0)).astype(int) + _MARGIN_PX
    left, right = _within(low[0], high[0], pixels.shape[1])
    top, bottom = _within(low[1], high[1], pixels.shape[0])
    region = pixels[top:bottom, left:right]
    corners = corners - [left, top]
    height = min(np.hypot(*(corners[3] - corners[0])), np.hypot(*(corners[2] - corners[1])))
    while height >= 2 * size_wh[1] and min(region.shape[:2]) >= 2:
        region, corners, height = _halved(region), corners / 2, height / 2
    width, tall = size_wh
    flat = np.array([[0, 0], [width, 0], [width, tall], [0, tall]], np.float32)
    # corners are edges, OpenCV's coordinates are middles of pixels: half a pixel apart
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32) - 0.5, flat - 0.5)
    flattened = cv2.warpPerspective(
        np.ascontiguousarray(region),
        matrix,
        size_wh,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(flattened, np.uint8)


def _halved(pixels: ByteArray) -> ByteArray:
    """Half as wide and high, each pixel the mean of four; an odd last row or column is dropped."""
    half = (pixels.shape[1] // 2, pixels.shape[0] // 2)
    even = pixels[: half[1] * 2, : half[0] * 2]
    return np.asarray(cv2.resize(even, half, interpolation=cv2.INTER_AREA), np.uint8)


def _region(
    forward: DoubleArray, size_wh: tuple[int, int], shape: tuple[int, ...]
) -> tuple[int, int, int, int]:
    """left, top, right, bottom of the part of the picture that the chip shows, never empty."""
    # plain numbers: for four corners they are five times as fast as arrays
    (a, b, tx), (c, d, ty) = forward.tolist()
    area = a * d - b * c
    rim_u, rim_v = (-1.0 - tx, size_wh[0] - tx), (-1.0 - ty, size_wh[1] - ty)
    xs = [(d * u - b * v) / area for u in rim_u for v in rim_v]
    ys = [(a * v - c * u) / area for u in rim_u for v in rim_v]
    # the region may be halved until it is half as fine as the chip: margins in pixels of that
    margin = _MARGIN_PX * max(1.0, max(map(abs, (a, b, c, d))) / abs(area))
    left, right = _within(min(xs) - margin, max(xs) + margin, shape[1])
    top, bottom = _within(min(ys) - margin, max(ys) + margin, shape[0])
    return left, top, right, bottom


def _within(low: float, high: float, length: int) -> tuple[int, int]:
    """Whole pixels from `low` to `high` that lie in 0..length; at least one."""
    start = min(max(math.floor(low), 0), length - 1)
    return start, max(min(math.ceil(high) + 1, length), start + 1)


def _after(forward: DoubleArray, sx: float, sy: float, dx: float, dy: float) -> DoubleArray:
    """The map for coordinates (u, v) whose old coordinates were (sx * u + dx, sy * v + dy)."""
    (a, b, tx), (c, d, ty) = forward.tolist()
    return np.array(
        [[a * sx, b * sy, tx + a * dx + b * dy], [c * sx, d * sy, ty + c * dx + d * dy]]
    )
