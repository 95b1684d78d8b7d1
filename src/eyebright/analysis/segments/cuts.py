"""Hard cuts: one frame that differs from the last far more than its neighbours do from theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.geometry.arrays import ByteArray


@dataclass(frozen=True, slots=True)
class CutRules:
    """least_change: grey levels 0-255 that a cut changes the mean pixel by. least_ratio: how much
    more that is than the changes of the `reach` frames before and after. still: what stands in for
    smaller changes of theirs: a picture that stands still has no ratio.

    On development films the true cuts have a change of 27 and a ratio of 3.9 or more, all other
    frames with a change over 5 have a ratio below 2.3.
    """

    least_change: float = 15.0
    least_ratio: float = 3.0
    reach: int = 2
    still: float = 1.0


def change(before: ByteArray, now: ByteArray) -> float:
    """How much the mean pixel changed, 0-255. Both (h, w, 3)."""
    return float(np.abs(now.astype(np.int16) - before).mean())


def ratio_at(changes: Sequence[float], place: int, rules: CutRules) -> float:
    """The change at a place over those around it; ends of the film have fewer."""
    low = max(0, place - rules.reach)
    around = [*changes[low:place], *changes[place + 1 : place + 1 + rules.reach]]
    usual = sum(around) / len(around) if around else 0.0
    return changes[place] / max(usual, rules.still)


def is_cut(changed: float, ratio: float, rules: CutRules) -> bool:
    return changed >= rules.least_change and ratio >= rules.least_ratio


def cut_score(ratio: float, rules: CutRules) -> float:
    """0.5 at the least ratio, .89 at twice, .99 at seven times: a curve that was chosen for its
    ends, not fitted."""
    return 1.0 - 0.5 * (rules.least_ratio / max(ratio, rules.least_ratio)) ** 2
