"""What a body looks like: the colours of its upper and its lower half."""

from __future__ import annotations

import numpy as np

from eyebright.geometry.arrays import ByteArray, FloatArray

_BINS = 6
"""Of each colour channel."""


def look_of(pixels: ByteArray, box_xyxy: FloatArray) -> FloatArray:
    """(432,) float32 of unit length: which colours the upper and the lower half of a box show.

    pixels: (h, w, 3) uint8. Square roots of a histogram of 6 x 6 x 6 colours, so that cosines are
    Bhattacharyya coefficients; the outer fifth of the width is left out as background.
    """
    height, width = pixels.shape[:2]
    left, top, right, bottom = (float(edge) for edge in box_xyxy)
    inset = 0.2 * (right - left)
    x0, x1 = _span(left + inset, right - inset, width)
    middle = (top + bottom) / 2.0
    halves = []
    for begin, end in ((top, middle), (middle, bottom)):
        y0, y1 = _span(begin, end, height)
        patch = pixels[y0:y1, x0:x1].reshape(-1, 3).astype(np.intp) * _BINS // 256
        places = (patch[:, 0] * _BINS + patch[:, 1]) * _BINS + patch[:, 2]
        counts = np.bincount(places, minlength=_BINS**3).astype(np.float32)
        halves.append(np.sqrt(counts / max(counts.sum(), 1.0)))
    look: FloatArray = (np.concatenate(halves) / np.sqrt(2.0)).astype(np.float32)
    return look


def _span(begin: float, end: float, length: int) -> tuple[int, int]:
    """Whole pixels inside the picture, at least one."""
    first = min(max(int(begin), 0), length - 1)
    return first, max(min(int(np.ceil(end)), length), first + 1)
