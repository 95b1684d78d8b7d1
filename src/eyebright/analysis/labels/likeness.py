"""From what nets answer to scores 0-1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eyebright.geometry.arrays import AnyArray, FloatArray

_CERTAIN = 1e3
"""Logits beyond this are all the same; one that is no number is as good as the lowest."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like a picture and a sentence are, by the cosine of their vectors.

    scale, bias: what the model learned, or what was fitted to pictures since.
    """

    scale: float
    bias: float

    def scores(self, cosines: AnyArray) -> FloatArray:
        """0-1 for cosines of any shape."""
        return sigmoid(self.scale * np.asarray(cosines, np.float64) + self.bias)


def sigmoid(logits: AnyArray) -> FloatArray:
    """0-1 for logits of any shape; nothing overflows."""
    values = np.asarray(logits, np.float64)
    finite = np.nan_to_num(values, nan=-_CERTAIN, posinf=_CERTAIN, neginf=-_CERTAIN)
    scores: FloatArray = np.exp(-np.logaddexp(0.0, -finite)).astype(np.float32)
    return scores
