"""From what the models say to how often it is true: smooth curves of few numbers.

The numbers are fitted by `bench/fit_labels.py` and lie in the pack's `calibration` table.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from eyebright.geometry.arrays import AnyArray

_LEAST, _MOST = 1e-4, 1.0 - 1e-4


def log_odds(scores: AnyArray) -> AnyArray:
    """ln(p / (1 - p)), for 0 and 1 as for values a ten-thousandth inside."""
    inside = np.clip(scores, _LEAST, _MOST)
    return np.asarray(np.log(inside / (1.0 - inside)))


def calibrated(scores: AnyArray, slope_and_intercept: Sequence[float]) -> AnyArray:
    """Scores (N,), 0-1, as chances (N,): a straight line in log-odds (Platt 1999)."""
    slope, intercept = slope_and_intercept
    return 1.0 / (1.0 + np.exp(-(slope * log_odds(scores) + intercept)))


def picture_score(box_scores: Sequence[float], class_score: float = 0.0) -> float:
    """The chance that a picture shows a thing of one name.

    box_scores: calibrated scores of its boxes, in any order; class_score: what the whole picture
    says of the same name, calibrated. Evidence of several boxes adds up, but boxes of one picture
    fail together: the best counts fully, the others little.
    """
    best = max(box_scores, default=0.0)
    return float(max(best, class_score)) if math.isfinite(best) else 0.0
