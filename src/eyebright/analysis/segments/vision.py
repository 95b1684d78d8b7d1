"""What other rooms need to know of blends, as a contract. The real one is `net.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from eyebright.geometry.arrays import ByteArray, FloatArray

NET_WH = (48, 27)


@dataclass(frozen=True, slots=True, eq=False)
class Transitions:
    """Of each frame, (frames,) float32 0-1. middles: that it is the middle of a transition.
    members: that it is any frame of one."""

    middles: FloatArray
    members: FloatArray


class TransitionVision(Protocol):
    """Sees where one picture turns into another. `look` takes a slot of the runtime."""

    def look(self, frames: ByteArray) -> Transitions:
        """frames: (n, 27, 48, 3) uint8 RGB, in order; made for n = 100, of which the middle half
        has neighbours enough to be judged."""
        ...
