"""What a picture is of: a soft mask of the thing that draws the eye."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.crops import resize
from eyebright.runtime.session import OnnxModel

SIDE_PX = 192
"""The model's picture is square, whatever the shape of ours."""


class ForegroundFinder(Protocol):
    """Splits pictures in two."""

    def find(self, pixels: ByteArray) -> ByteArray:
        """For (h, w, 3) RGB a square mask of any size, uint8: 255 is foreground, 0 background."""
        ...


class SalientForeground:
    """U-2-Net's small version (Qin et al. 2020): salient objects, whatever they are."""

    def __init__(self, model: OnnxModel) -> None:
        self._model = model

    def find(self, pixels: ByteArray) -> ByteArray:
        """(192, 192) uint8."""
        answer = self._model.run(resize(pixels, (SIDE_PX, SIDE_PX))[np.newaxis])
        return np.asarray(np.rint(255.0 * answer["mask"][0, 0]), np.uint8)
