"""A picture in 64 bits that nearly stay when it is saved again, resized or brightened.

The signs of the lowest frequencies of a cosine transform, as in C. Zauner, "Implementation and
benchmarking of perceptual image hash functions" (2010), section 3.3.1.
"""

from __future__ import annotations

import cv2
import numpy as np

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.detail import luma

BITS = 64
_SIDE_PX = 32
_FREQUENCIES = 8
_LEAST_AMPLITUDE = 4.0
"""Of the transform of grey levels 0-255: what is weaker is noise of saving, and a picture of which
most is weaker has no fingerprint."""


def fingerprint(pixels: ByteArray) -> int | None:
    """64 bits of (h, w, 3) RGB as an unsigned number; None for a picture with nothing to see, all
    of which would be alike."""
    small = cv2.resize(luma(pixels), (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA)
    waves = cv2.dct(small.astype(np.float32))[1 : _FREQUENCIES + 1, 1 : _FREQUENCIES + 1].ravel()
    if np.count_nonzero(np.abs(waves) >= _LEAST_AMPLITUDE) < BITS // 2:
        return None
    bits = waves > np.median(waves)
    return int.from_bytes(np.packbits(bits).tobytes(), "big")
