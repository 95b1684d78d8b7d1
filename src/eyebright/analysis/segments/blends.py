"""Slow changes: dissolves and fades, which no single frame gives away.

In a dissolve every frame is a mix of two pictures, so over a few frames the one in the middle is
the mean of the outer two. Things that move are not. This cheap sign says where it is worth asking
the net, and the net says what it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from eyebright.geometry.arrays import ByteArray


@dataclass(frozen=True, slots=True)
class BlendRules:
    """reach: frames between the outer two; even. least_change: grey levels between them.
    most_bend: how far the middle may be from their mean, as a share of that change.

    member: where the net sees a transition, its frames are at least this; a run of them begins
    where the new picture begins to show. middle: one of them must be its middle this surely.
    shortest: frames; a shorter run is what the net sees of a hard cut.
    longest: frames after which a run counts as ended: no transition takes so long.
    black: mean grey level of a picture with nothing to see, a station's mark in a corner aside.
    """

    reach: int = 8
    least_change: float = 4.0
    most_bend: float = 0.2
    in_row: int = 3
    member: float = 0.35
    middle: float = 0.5
    shortest: int = 3
    longest: int = 250
    black: float = 6.0


def is_blend_like(first: ByteArray, middle: ByteArray, last: ByteArray, rules: BlendRules) -> bool:
    """Each (h, w, 3): the frames at the ends and in the middle of a reach."""
    ends = last.astype(np.int16) - first
    changed = float(np.abs(ends).mean())
    if changed < rules.least_change:
        return False
    bend = 2 * (middle.astype(np.int16) - first) - ends  # twice the way off the mean
    return float(np.abs(bend).mean()) <= 2 * rules.most_bend * changed


@dataclass(frozen=True, slots=True)
class Run:
    """Frames in a row that the net takes for one transition. middle: the surest, 0-1. after_cut:
    it begins in black that a cut began."""

    start: int
    length: int = 0
    middle: float = 0.0
    after_cut: bool = False

    @property
    def end(self) -> int:
        """The first frame after it."""
        return self.start + self.length

    def grown(self, middle: float) -> Run:
        return replace(self, length=self.length + 1, middle=max(self.middle, middle))


def is_blend(run: Run, rules: BlendRules) -> bool:
    """Whether a run is long and sure enough to be a dissolve or a fade."""
    return run.length >= rules.shortest and run.middle >= rules.middle


def is_black(frame: ByteArray, rules: BlendRules) -> bool:
    """Nothing to see in it: what fades lead to and come from."""
    return float(frame.mean()) <= rules.black
