"""Frames that show nothing new are not worth a model's time.

A frame is compared with the last one that was looked at, not with its neighbour: a slow pan or a
fade adds up until it counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.imaging.crops import resize

_SIZE_WH = (64, 36)
_BLOCKS = 4
"""Blocks of 4 x 4 small pixels, 16 x 9 of them: a face that enters fills one or more."""


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """level: the mean difference of a block, in grey levels 0-255, that counts as change. Noise of
    compression stays below 3 on still scenes; a person who steps in is 20 and more."""

    level: float = 6.0


class ChangeGate:
    """Lets a frame through when some part of it differs from the last that was let through."""

    def __init__(self, rules: ChangeRules | None = None, *, last: FloatArray | None = None) -> None:
        """last: what an earlier gate remembered."""
        self._rules = rules or ChangeRules()
        self.last = last
        """(9, 16, 3) float32: the frame last let through, in blocks; None before the first."""

    def lets_through(self, pixels: ByteArray) -> bool:
        """pixels: (height, width, 3). True for the first frame and for every changed one."""
        now = _small(pixels)
        if self.last is not None and _largest_change(self.last, now) < self._rules.level:
            return False
        self.last = now
        return True


def _small(pixels: ByteArray) -> FloatArray:
    """(9, 16, 3) float32: the mean colour of each block."""
    small = resize(pixels, _SIZE_WH).astype(np.float32)
    rows, columns = _SIZE_WH[1] // _BLOCKS, _SIZE_WH[0] // _BLOCKS
    blocks: FloatArray = small.reshape(rows, _BLOCKS, columns, _BLOCKS, 3).mean(axis=(1, 3))
    return blocks


def _largest_change(before: FloatArray, now: FloatArray) -> float:
    return float(np.abs(now - before).mean(axis=2).max())
