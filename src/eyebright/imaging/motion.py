"""How much of a change between two pictures is movement: the same things in other places."""

from __future__ import annotations

import cv2
import numpy as np

from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.imaging.detail import luma

_RIM_PX = 2
"""Left out on all sides: what comes into the picture there was nowhere before."""


def left_by_motion(one: ByteArray, other: ByteArray) -> float:
    """What differs, 0-255 in the mean, when each pixel of one small picture may come from another
    place of the other: the less of both directions. Both (h, w, 3).

    Smooth movement of every pixel (Farnebäck 2003): small pictures only, half a millisecond for
    48 x 27.
    """
    return min(_left(one, other), _left(other, one))


def inner_change(one: ByteArray, other: ByteArray) -> float:
    """The mean difference, 0-255, over the same pixels that `left_by_motion` looks at."""
    return _mean(np.abs(other.astype(np.float32) - one))


def _left(to: ByteArray, source: ByteArray) -> float:
    height, width = to.shape[:2]
    flow = cv2.calcOpticalFlowFarneback(
        luma(to),
        luma(source),
        np.zeros((height, width, 2), np.float32),
        pyr_scale=0.5,
        levels=3,
        winsize=9,
        iterations=3,
        poly_n=5,
        poly_sigma=1.1,
        flags=0,
    )
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    moved = cv2.remap(
        source,
        columns + flow[..., 0],
        rows + flow[..., 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return _mean(np.abs(moved.astype(np.float32) - to))


def _mean(differences: FloatArray) -> float:
    return float(differences[_RIM_PX:-_RIM_PX, _RIM_PX:-_RIM_PX].mean())
