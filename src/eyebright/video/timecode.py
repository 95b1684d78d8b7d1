"""SMPTE timecodes: how editors name frames.

A rate such as 30000/1001 runs 0.1 % slower than its timecode counts. Drop-frame timecode makes up
for it by leaving out frame names, never frames: 2 of each minute (4 at 59.94) but every tenth
(SMPTE ST 12-1). It is written with ";" before the frames.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

_TELEVISION = Fraction(1000, 1001)
_NEAR = Fraction(1, 5000)
"""Containers round rates: 29.97 and 2997/100 mean 30000/1001."""
_DROPPED = {30: 2, 60: 4}
"""Names left out in a minute, by names in a second."""
UNKNOWN_RATE = Fraction(25)
"""What is counted by when a file states no rate."""


@dataclass(frozen=True, slots=True)
class Timecode:
    """How frames of one rate are named. per_second: names in a second. dropped: names that most
    minutes leave out."""

    per_second: int
    dropped: int

    @classmethod
    def of(cls, frame_rate: Fraction) -> Timecode:
        """Drop-frame where there is a rule for it: 29.97 and 59.94 frames a second."""
        rate = frame_rate if frame_rate > 0 else UNKNOWN_RATE
        per_second = max(1, math.floor(rate + Fraction(1, 2)))
        is_television = abs(rate / (per_second * _TELEVISION) - 1) < _NEAR
        return cls(per_second, _DROPPED.get(per_second, 0) if is_television else 0)

    def name(self, frame: int) -> str:
        """ "00:01:00;02" for frame 1800 at 29.97. frame: from 0. Raises ValueError below 0."""
        if frame < 0:
            raise ValueError(f"There is no frame {frame}.")
        seconds, frames = divmod(frame + self._left_out(frame), self.per_second)
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        mark = ";" if self.dropped else ":"
        return f"{hours:02}:{minutes:02}:{seconds:02}{mark}{frames:02}"

    def frame(self, name: str) -> int:
        """The frame of a name. Raises ValueError for what is no name, or one that is left out."""
        parts = name.replace(";", ":").split(":")
        if len(parts) != 4 or not all(part.isascii() and part.isdigit() for part in parts):
            raise ValueError(f"{name!r} is no timecode; write hh:mm:ss:ff.")
        hours, minutes, seconds, frames = (int(part) for part in parts)
        whole = hours * 60 + minutes
        skipped = self.dropped * (whole - whole // 10)
        number = (whole * 60 + seconds) * self.per_second + frames - skipped
        if (
            minutes > 59
            or seconds > 59
            or self.name(number).replace(";", ":") != ":".join(f"{int(part):02}" for part in parts)
        ):
            raise ValueError(f"No frame has the timecode {name!r}.")
        return number

    def _left_out(self, frame: int) -> int:
        """How many names before this frame's own were left out."""
        if not self.dropped:
            return 0
        minute = 60 * self.per_second - self.dropped
        ten_minutes = 10 * minute + self.dropped
        tens, rest = divmod(frame, ten_minutes)
        # the first of ten minutes is whole
        minutes = 0 if rest < minute + self.dropped else (rest - self.dropped) // minute
        return self.dropped * (9 * tens + minutes)
