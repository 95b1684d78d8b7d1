"""Slow changes: dissolves and fades, which no single frame gives away.

In a dissolve every frame is a mix of two pictures, so over a few frames the one in the middle is
the mean of the outer two. Things that move are not. This cheap sign says which frames are worth a
closer look; `fits.py` has that, and the net says what is still in doubt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eyebright.analysis.segments.vision import Transitions
from eyebright.geometry.arrays import ByteArray


@dataclass(frozen=True, slots=True)
class BlendRules:
    """reach: frames between the outer two; even. least_change: grey levels between them.
    bend: how far the middle may be from their mean, as a share of that change, for each grey level
    of it, and most_bend at most: .5 is a hard cut, .05 or less a dissolve of pictures that stand
    still. least_spread: what half of the pixels change by, at least, as a share of the mean: a
    dissolve is everywhere, a thing that passes is not.

    member: where the net sees a transition, its frames are at least this; a run of them begins
    where the new picture begins to show. middle: one of them must be its middle this surely.
    shortest: frames; a shorter run is what the net sees of a hard cut.
    black: mean grey level of a picture with nothing to see, a station's mark in a corner aside.
    """

    reach: int = 8
    least_change: float = 3.0
    bend: float = 0.03
    most_bend: float = 0.42
    least_spread: float = 0.35
    member: float = 0.35
    middle: float = 0.4
    shortest: int = 3
    black: float = 6.0


def is_blend_like(first: ByteArray, middle: ByteArray, last: ByteArray, rules: BlendRules) -> bool:
    """Each (h, w, 3): the frames at the ends and in the middle of a reach."""
    ends = last.astype(np.int16) - first
    changes = np.abs(ends)
    changed = float(changes.mean())
    if changed < rules.least_change:
        return False
    twice_off = 2 * (middle.astype(np.int16) - first) - ends
    bend = float(np.abs(twice_off).mean()) / 2 / changed
    if bend > min(rules.most_bend, rules.bend * changed):
        return False
    return float(np.median(changes)) >= rules.least_spread * changed


@dataclass(frozen=True, slots=True)
class Run:
    """Frames in a row that are one transition. end: the first frame after it. score: 0-1."""

    start: int
    end: int
    score: float


def runs_of(seen: Transitions, rules: BlendRules) -> list[Run]:
    """What the net takes for dissolves and fades, in order, counted from its first frame."""
    marks = np.concatenate(([False], seen.members >= rules.member, [False]))
    edges = np.flatnonzero(marks[1:] != marks[:-1]).reshape(-1, 2)
    runs = [Run(int(low), int(high), float(seen.middles[low:high].max())) for low, high in edges]
    return [
        run for run in runs if run.end - run.start >= rules.shortest and run.score >= rules.middle
    ]


def is_black(frame: ByteArray, rules: BlendRules) -> bool:
    """Nothing to see in it: what fades lead to and come from."""
    return float(frame.mean()) <= rules.black
