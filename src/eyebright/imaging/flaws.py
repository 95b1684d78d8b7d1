"""What spoils a photo and passes for detail: noise, and light that was too much for the sensor."""

from __future__ import annotations

import math

import cv2
import numpy as np

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.detail import luma

_FULL = 254
"""From here on a value is as bright as it can be said to be."""
_BLOCK = 16
_FLAT_SHARE = 0.1
"""Of all blocks, those with the least in them: what is in these is no texture."""
_MASK = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
"""Blind to what is even or slopes evenly (Immerkaer 1996)."""
_PER_LEVEL = 6.0 / math.sqrt(math.pi / 2.0)
"""What the mask answers in the mean, without sign, to noise of a deviation of one level."""


def overexposed(pixels: ByteArray) -> float:
    """0-1: the share of values that are as bright as can be. pixels: (h, w, 3)."""
    return float((pixels >= _FULL).mean())


def noise(pixels: ByteArray) -> float:
    """The standard deviation of noise, in levels of 255, where the picture is flattest.
    pixels: (h, w, 3)."""
    answer = np.abs(cv2.filter2D(luma(pixels).astype(np.float32), -1, _MASK))
    height, width = (max(1, side // _BLOCK) for side in answer.shape)
    blocks = cv2.resize(answer, (width, height), interpolation=cv2.INTER_AREA)
    return float(np.quantile(blocks, _FLAT_SHARE)) / _PER_LEVEL
