"""From a recogniser's chances to characters: connectionist temporal classification.

Graves and others (2006): at each step the net names a character or nothing; equal neighbours are
one character, and nothing separates two equal ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.geometry.arrays import AnyArray

NOTHING = 0


@dataclass(frozen=True, slots=True)
class Character:
    """text: one character. score: the net's, 0-1. place: its middle, in steps from the left."""

    text: str
    score: float
    place: float


def read_steps(best: AnyArray, scores: AnyArray, alphabet: Sequence[str]) -> tuple[Character, ...]:
    """The characters of one line.

    best: (T,) whole numbers, the likeliest entry of `alphabet` at each step, whose first entry
    stands for nothing. scores: (T,) its chance.
    """
    if not len(best):
        return ()
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    ends = np.append(starts[1:], len(best))
    return tuple(
        Character(
            alphabet[int(best[start])], float(scores[start:end].max()), float(start + end) / 2
        )
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        if best[start] != NOTHING
    )
