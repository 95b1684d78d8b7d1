"""Average precision of boxes as COCO defines it: ten IoUs, 101 recalls, 100 boxes a class and
picture. Kept by picture, so that pictures can be drawn again for intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eyebright.geometry.arrays import AnyArray, FloatArray
from eyebright.geometry.boxes import iou_matrix

IOUS = np.linspace(0.5, 0.95, 10)
_RECALLS = np.linspace(0.0, 1.0, 101)
_MOST = 100


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """One picture. scores (N,), classes (N,), right (N, 10) for each IoU; truth: classes (G,)."""

    scores: FloatArray
    classes: AnyArray
    right: NDArray[np.bool_]
    truth: AnyArray


def match(
    boxes_xyxy: FloatArray,
    scores: FloatArray,
    classes: AnyArray,
    *,
    truth_xyxy: FloatArray,
    truth: AnyArray,
) -> Matched:
    """Each box takes the label of its class that it overlaps most, if no better box has it."""
    order = np.argsort(-scores, kind="stable")
    boxes_xyxy, scores, classes = boxes_xyxy[order], scores[order], classes[order]
    right = np.zeros((len(scores), len(IOUS)), bool)
    kept = np.zeros(len(scores), bool)
    for one in np.unique(classes):
        own = np.flatnonzero(classes == one)[:_MOST]
        kept[own] = True
        overlap = iou_matrix(boxes_xyxy[own], truth_xyxy[truth == one])
        for column, least in enumerate(IOUS):
            right[own, column] = _taken(overlap, float(least))
    return Matched(scores[kept], classes[kept], right[kept], truth)


def _taken(overlap: FloatArray, least: float) -> list[bool]:
    """Greedy, best box first; overlap (N, G)."""
    free = overlap.copy()
    taken = []
    for row in range(len(free)):
        best = int(free[row].argmax()) if free.shape[1] else 0
        hit = bool(free.shape[1] and free[row, best] >= least)
        taken.append(hit)
        if hit:
            free[:, best] = -1.0
    return taken


def average_precision(pictures: Sequence[Matched]) -> NDArray[np.float64]:
    """Mean over the classes that occur, for each of IOUS: (10,)."""
    scores = np.concatenate([one.scores for one in pictures])
    classes = np.concatenate([one.classes for one in pictures])
    right = np.concatenate([one.right for one in pictures])
    truth, counts = np.unique(np.concatenate([one.truth for one in pictures]), return_counts=True)
    order = np.argsort(-scores, kind="stable")
    classes, right = classes[order], right[order]
    found = [
        _of_class(right[classes == one], int(count))
        for one, count in zip(truth, counts, strict=True)
    ]
    return np.asarray(np.mean(found, axis=0))


def _of_class(right: NDArray[np.bool_], count: int) -> NDArray[np.float64]:
    """right (N, 10), best first; count: how many labels there are."""
    if not len(right):
        return np.zeros(len(IOUS))
    hits = np.cumsum(right, axis=0)
    precision = hits / np.arange(1, len(right) + 1)[:, None]
    precision = np.maximum.accumulate(precision[::-1], axis=0)[::-1]
    recall = hits / count
    found = np.zeros(len(IOUS))
    for column in range(len(IOUS)):
        places = np.searchsorted(recall[:, column], _RECALLS - 1e-9)
        inside = places < len(right)
        found[column] = precision[places[inside], column].sum() / len(_RECALLS)
    return found


def spread(pictures: Sequence[Matched], *, draws: int = 200) -> tuple[float, float]:
    """Standard deviations of the mean over IOUS and of the first, from resampled pictures.

    Their percentiles would lie too high: pictures drawn twice hide what is rare.
    """
    rng = np.random.default_rng(0)
    count = len(pictures)
    found = np.array(
        [
            average_precision([pictures[i] for i in rng.integers(0, count, count)])
            for _ in range(draws)
        ]
    )
    return float(found.mean(axis=1).std()), float(found[:, 0].std())
