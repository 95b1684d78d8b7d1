"""Boxes of several looks at one picture, fused into one box for each thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.geometry.arrays import AnyArray, FloatArray
from eyebright.geometry.boxes import iou_matrix


@dataclass(frozen=True, slots=True, eq=False)
class ClassedBoxes:
    """N boxes with what they show.

    boxes_xyxy: (N, 4) float32; scores: (N,) float32, 0-1; classes: (N,) intp.
    """

    boxes_xyxy: FloatArray
    scores: FloatArray
    classes: AnyArray

    def __len__(self) -> int:
        return len(self.scores)

    def take(self, which: AnyArray) -> ClassedBoxes:
        """Those at the indices, or where a mask is true."""
        return ClassedBoxes(self.boxes_xyxy[which], self.scores[which], self.classes[which])


NO_BOXES = ClassedBoxes(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.intp))


def fuse_boxes(looks: Sequence[ClassedBoxes], *, min_iou: float) -> ClassedBoxes:
    """One box for each thing that any look saw, best first.

    After Solovyev, Wang and Gabruseva 2021, "Weighted boxes fusion". The best box left takes with
    it all boxes of its class that overlap it by more than `min_iou`; the fused box is their mean,
    weighted by score, and its score the mean over the looks of the best that each gave (0 for a
    look that saw nothing there). Unlike there, a group does not move while it gathers, which lets
    all overlaps be computed at once.
    """
    boxes = np.concatenate([look.boxes_xyxy for look in looks])
    scores = np.concatenate([look.scores for look in looks])
    classes = np.concatenate([look.classes for look in looks])
    source = np.repeat(np.arange(len(looks)), [len(look) for look in looks])
    order = np.argsort(-scores, kind="stable")
    boxes, scores, classes, source = boxes[order], scores[order], classes[order], source[order]
    groups = _groups(boxes, classes, min_iou=min_iou)
    fused = [_fused(boxes[one], scores[one], source[one], len(looks)) for one in groups]
    if not fused:
        return NO_BOXES
    result = ClassedBoxes(
        np.array([box for box, _ in fused], np.float32),
        np.array([score for _, score in fused], np.float32),
        np.array([classes[one[0]] for one in groups], np.intp),
    )
    return result.take(np.argsort(-result.scores, kind="stable"))


def _groups(boxes: FloatArray, classes: AnyArray, *, min_iou: float) -> list[AnyArray]:
    """Indices of each group, its best box first. Boxes come best first."""
    near = (iou_matrix(boxes, boxes) > min_iou) & (classes[:, None] == classes[None, :])
    free = np.ones(len(boxes), bool)
    groups: list[AnyArray] = []
    for index in range(len(boxes)):
        if not free[index]:
            continue
        near[index, index] = True  # a box without area overlaps not even itself
        members = np.flatnonzero(near[index] & free)
        free[members] = False
        groups.append(members)
    return groups


def _fused(
    boxes: FloatArray, scores: FloatArray, source: AnyArray, looks: int
) -> tuple[AnyArray, float]:
    if len(boxes) == 1:
        return boxes[0], float(scores[0]) / looks
    weights = scores / scores.sum()
    best = np.zeros(looks)
    np.maximum.at(best, source, scores)
    return weights @ boxes, float(best.mean())
