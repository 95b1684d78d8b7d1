"""Frames that show nothing new are not worth a model's time.

A frame is compared with the last one that was looked at, not with its neighbour: a slow pan or a
fade adds up until it counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eyebright.geometry.arrays import ByteArray, FloatArray
from eyebright.imaging.crops import resize

_BLOCK = 4
"""Small pixels on each side of a block."""


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """level: the mean difference of a block, in grey levels 0-255, that counts as change. Noise of
    compression stays below 3 on still scenes; a person who steps in is 20 and more. blocks_wh: how
    many the picture has in each direction; a face that enters fills one or more of 16 x 9."""

    level: float = 6.0
    blocks_wh: tuple[int, int] = (16, 9)


class ChangeGate:
    """Lets a frame through when some part of it differs from the last that was let through."""

    def __init__(self, rules: ChangeRules | None = None, *, last: FloatArray | None = None) -> None:
        """last: what an earlier gate remembered."""
        self._rules = rules or ChangeRules()
        self.last = last
        """(rows, columns, 3) float32: the frame last let through, in blocks; None before the
        first."""

    def lets_through(self, pixels: ByteArray) -> bool:
        """pixels: (height, width, 3). True for the first frame and for every changed one."""
        now = _small(pixels, self._rules.blocks_wh)
        if self.last is not None and _largest_change(self.last, now) < self._rules.level:
            return False
        self.last = now
        return True


def _small(pixels: ByteArray, blocks_wh: tuple[int, int]) -> FloatArray:
    """(rows, columns, 3) float32: the mean colour of each block."""
    columns, rows = blocks_wh
    small = resize(pixels, (_BLOCK * columns, _BLOCK * rows)).astype(np.float32)
    blocks: FloatArray = small.reshape(rows, _BLOCK, columns, _BLOCK, 3).mean(axis=(1, 3))
    return blocks


def _largest_change(before: FloatArray, now: FloatArray) -> float:
    return float(np.abs(now - before).mean(axis=2).max())
