"""From what the models say to how often it is true: smooth curves of few numbers.

The numbers are fitted by `bench/fit_labels.py`; those of boxes and of names lie in the pack's
`calibration` table, those that join both in `PICTURE_CURVE`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eyebright.geometry.arrays import AnyArray, FloatArray
from eyebright.geometry.boxes import iou_matrix

_LEAST, _MOST = 1e-4, 1.0 - 1e-4
SAME_PLACE_IOU = 0.6
"""Boxes of two classes that overlap more are about one thing; only one of them can be right."""
SILENT = 0.005
"""A classifier that does not name a thing has said this much for it."""
PICTURE_CURVE = (0.82, 0.16, 0.64)
"""Weights of the boxes' and the classifier's log-odds, and the intercept; see `picture_score`."""
DOUBT = 0.94
"""Log-odds that are said as even, so that 94 % of the words at 0.5 and above are right."""


def log_odds(scores: AnyArray) -> AnyArray:
    """ln(p / (1 - p)), for 0 and 1 as for values a ten-thousandth inside."""
    inside = np.clip(scores, _LEAST, _MOST)
    return np.asarray(np.log(inside / (1.0 - inside)))


def logistic(values: AnyArray) -> AnyArray:
    """The chance that has these log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -40.0, 40.0))))


def calibrated(scores: AnyArray, curve: Sequence[float]) -> AnyArray:
    """Scores (N,), 0-1, as chances (N,): a line in log-odds (Platt 1999). curve: slope,
    intercept."""
    slope, intercept = curve
    return logistic(slope * log_odds(scores) + intercept)


def box_evidence(boxes_xyxy: FloatArray, scores: FloatArray, classes: AnyArray) -> FloatArray:
    """What decides whether a box is right: (N, 3). Boxes come best first.

    The log-odds of its score; how much it repeats a better box of its class (largest IoU); the
    score of the best better box of another class in the same place, 0 when there is none.
    """
    overlap = iou_matrix(boxes_xyxy, boxes_xyxy)
    better = np.tri(len(scores), k=-1, dtype=bool)
    same = classes[:, None] == classes[None, :]
    repeats = np.where(better & same, overlap, np.float32(0.0))
    rivals = np.where(better & ~same & (overlap > SAME_PLACE_IOU), scores[None, :], np.float32(0.0))
    columns = (log_odds(scores), repeats.max(axis=1, initial=0.0), rivals.max(axis=1, initial=0.0))
    return np.stack(columns, axis=1).astype(np.float32)


def box_chances(evidence: FloatArray, curve: Sequence[float]) -> FloatArray:
    """The chance that each box shows what it says and no better box does already: (N,) float32.

    evidence: (N, 3), see `box_evidence`; curve: a weight for each column, and the intercept.
    """
    *weights, intercept = curve
    chances: FloatArray = logistic(evidence @ np.array(weights) + intercept).astype(np.float32)
    return chances


def picture_score(box_scores: Sequence[float], class_score: float = 0.0) -> float:
    """The chance that a picture shows a thing of one name.

    box_scores: calibrated scores of all its boxes, weak ones too, in any order; class_score: what
    the classifier says of the same name, calibrated, 0 when nothing. The log-odds that at least one
    box is right, as if boxes were independent, and those of the classifier are weighed together;
    then `doubted`.
    """
    boxes, classifier, intercept = PICTURE_CURVE
    any_right = 1.0 - np.prod(1.0 - np.asarray(box_scores, np.float64))
    of_boxes, of_classifier = log_odds(np.array([any_right, max(class_score, SILENT)]))
    odds = boxes * of_boxes + classifier * of_classifier + intercept
    return float(logistic(doubted(np.asarray(odds), DOUBT)))


def doubted(odds: AnyArray, doubt: float) -> AnyArray:
    """Log-odds lowered where they are about even: `doubt` becomes 0, what is far stays.

    Rises everywhere for a doubt of up to 2. A word said to be more likely than not should be true;
    unlikely and sure ones keep the chance that they have.
    """
    even = logistic(odds - doubt)
    return np.asarray(odds - doubt * 4.0 * even * (1.0 - even))
