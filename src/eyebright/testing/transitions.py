"""A `TransitionVision` without a model: what changes slowly and steadily is one transition."""

from __future__ import annotations

import numpy as np

from eyebright.analysis.segments.vision import Transitions
from eyebright.geometry.arrays import ByteArray

_STEADY = 2.0
"""Grey levels that the mean pixel changes by in each frame of a transition, at least."""


class FakeTransitions:
    """Frames that differ from both neighbours are members; in the middle of a run is its middle."""

    def look(self, frames: ByteArray) -> Transitions:
        steps = np.abs(np.diff(frames.astype(np.int16), axis=0)).mean(axis=(1, 2, 3)) >= _STEADY
        members = np.zeros(len(frames), np.float32)
        members[1:-1] = steps[:-1] & steps[1:]
        middles = np.zeros(len(frames), np.float32)
        for run in np.split(np.arange(len(frames)), np.flatnonzero(np.diff(members)) + 1):
            if members[run[0]]:
                middles[run[len(run) // 2]] = 1.0
        return Transitions(middles, members)
