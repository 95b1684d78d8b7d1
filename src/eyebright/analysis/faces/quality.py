"""Brightness and sharpness of a face, from its pixels alone.

Both are read on the same upright crop of fixed size, so that they say how much of the face can be
seen, not how many pixels it has: a face of 30 pixels is as blurred as a large one out of focus.
"""

from __future__ import annotations

import numpy as np

from eyebright.analysis.faces.levelled import levelled_chips
from eyebright.analysis.faces.observation import Detections, Quality
from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.imaging.image import Image

_CROP_PX = 112
_INNER = (slice(13, 106), slice(13, 99))
"""Rows and columns of the crop that are face on nearly every head."""
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_BLUR = np.array([0.031, 0.2395, 0.459, 0.2395, 0.031], np.float32)
"""A Gaussian of 0.8 px: noise of one pixel is not detail."""
_LEAST_CONTRAST = 4.0
"""Added to the contrast, in grey levels 0-255, so that flat grey is not all detail."""
_HALF_SHARP = 0.10
_STEEPNESS = 5.0
"""Detail of 0.10 of the contrast is sharpness one half. With these two, sharp portraits come out at
.8-.99 and a face blurred to uselessness under .1, as in AWS's published answers."""


def qualities(image: Image, detections: Detections) -> list[Quality]:
    """One Quality for each detection, in their order."""
    crops = levelled_chips(image.pixels, detections, margin=1.0, size_px=_CROP_PX)
    return [quality_of_crop(crop) for crop in crops]


def quality_of_crop(crop: ByteArray) -> Quality:
    """crop: (112, 112, 3) uint8 RGB, an upright face that fills it."""
    luma = (crop.astype(np.float32) @ _LUMA)[_INNER]
    return Quality(brightness=float(luma.mean() / 255.0), sharpness=sharpness(luma))


def sharpness(luma: FloatArray) -> float:
    """0-1 for a (h, w) picture of 0-255: how strong its finest detail is against its contrast.

    The spread of the Laplacian of the slightly smoothed picture, over that of the picture, through
    a logistic of its logarithm. It falls with blur and with loss of resolution.
    """
    smooth = _smoothed(luma)
    inner = smooth[1:-1, 1:-1]
    laplacian = (
        smooth[:-2, 1:-1] + smooth[2:, 1:-1] + smooth[1:-1, :-2] + smooth[1:-1, 2:] - 4.0 * inner
    )
    detail = float(laplacian.std()) / (float(luma.std()) + _LEAST_CONTRAST)
    return float(1.0 / (1.0 + (_HALF_SHARP / max(detail, 1e-6)) ** _STEEPNESS))


def _smoothed(luma: FloatArray) -> FloatArray:
    """Convolved with the small Gaussian in both directions; four rows and columns fewer."""
    height, width = luma.shape[0] - 4, luma.shape[1] - 4
    down: FloatArray = np.zeros((height, luma.shape[1]), np.float32)
    for offset, weight in enumerate(_BLUR):
        down += weight * luma[offset : offset + height]
    across: FloatArray = np.zeros((height, width), np.float32)
    for offset, weight in enumerate(_BLUR):
        across += weight * down[:, offset : offset + width]
    return across
