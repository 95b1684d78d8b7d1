"""A strip of a picture's colours below it, for people to look at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.draw import Rgb

_STRIPS_HIGH = 12  # the strip is this part of the picture's height...
_LEAST_HIGH_PX = 16  # ...and at least this


def with_swatches(pixels: ByteArray, colours: Sequence[tuple[Rgb, float]]) -> ByteArray:
    """A copy of (h, w, 3) RGB with a strip below: the colours in their order, each as wide as its
    share of all that are given. The picture alone when there are none."""
    total = sum(share for _, share in colours)
    if total <= 0.0:
        return pixels.copy()
    height, width = pixels.shape[:2]
    strip = np.empty((max(_LEAST_HIGH_PX, height // _STRIPS_HIGH), width, 3), np.uint8)
    left, reached = 0, 0.0
    for rgb, share in colours:
        reached += share
        right = round(width * reached / total)
        strip[:, left:right] = rgb
        left = right
    return np.concatenate([pixels, strip])
