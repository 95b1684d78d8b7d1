"""Pictures that come as a plane of brightness and two of colour, as video codecs keep them."""

from __future__ import annotations

import cv2
import numpy as np

from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.imaging.crops import resize_quickly


def _to_rgb(*, luma: float, chroma: float, black: float) -> FloatArray:
    """(3, 4): from brightness and colours to red, green and blue (ITU-R BT.601)."""
    red, blue = 1.402 * chroma, 1.772 * chroma
    green_blue, green_red = -0.344136 * chroma, -0.714136 * chroma
    rows = ((0.0, red), (green_blue, green_red), (blue, 0.0))
    return np.array([(luma, u, v, -luma * black - 128.0 * (u + v)) for u, v in rows], np.float32)


_FULL = _to_rgb(luma=1.0, chroma=1.0, black=0.0)
_LIMITED = _to_rgb(luma=255 / 219, chroma=255 / 224, black=16.0)
"""Television's range: brightness 16-235, colours 16-240."""


def small_rgb(
    planes: tuple[ByteArray, ByteArray, ByteArray], size_wh: tuple[int, int], *, full_range: bool
) -> ByteArray:
    """(h, w, 3) RGB of the wanted size from brightness, blueness and redness, each (h, w) of its
    own size. Shrinking first makes this several times as fast as converting every pixel."""
    small = cv2.merge([resize_quickly(plane, size_wh) for plane in planes])
    return np.asarray(cv2.transform(small, _FULL if full_range else _LIMITED), np.uint8)
