"""Boxes of several looks at one picture, fused into one box for each thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

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
    """One box for each thing that any look saw, best first. A look may give a thing many boxes.

    After Solovyev, Wang and Gabruseva 2021, "Weighted boxes fusion". The best box left takes with
    it all boxes of its class that overlap it by more than `min_iou`. Of those, the best of each
    look counts: the fused box is their mean, weighted by score, and its score the mean over all
    looks, 0 for one that saw nothing there. Unlike there, a group does not move while it gathers,
    so that it needs no suppression before and all overlaps are computed at once.
    """
    boxes = np.concatenate([look.boxes_xyxy for look in looks])
    scores = np.concatenate([look.scores for look in looks])
    classes = np.concatenate([look.classes for look in looks])
    source = np.repeat(np.arange(len(looks)), [len(look) for look in looks])
    order = np.lexsort((-scores, classes))  # by class, best first within one
    boxes, scores, classes, source = boxes[order], scores[order], classes[order], source[order]
    starts = np.flatnonzero(np.diff(classes, prepend=-1))
    fused: list[tuple[AnyArray, float, int]] = []
    for start, stop in pairwise([*starts, len(classes)]):
        own = slice(start, stop)
        for group in _groups(boxes[own], min_iou=min_iou):
            members = start + _best_of_each(group, source[own])
            total = scores[members].sum()
            box = scores[members] @ boxes[members] / total
            fused.append((box, total / len(looks), int(classes[start])))
    return _best_first(fused)


def _groups(boxes: FloatArray, *, min_iou: float) -> Iterator[AnyArray]:
    """Indices of each group, its best box first. Boxes come best first."""
    near = iou_matrix(boxes, boxes) > min_iou
    free = np.ones(len(boxes), bool)
    for index in range(len(boxes)):
        if free[index]:
            near[index, index] = True  # a box without area overlaps not even itself
            members = np.flatnonzero(near[index] & free)
            free[members] = False
            yield members


def _best_of_each(group: AnyArray, source: AnyArray) -> AnyArray:
    """The first index of a group from each look."""
    if len(group) == 1:
        return group
    _, first = np.unique(source[group], return_index=True)
    return np.asarray(group[first])


def _best_first(fused: list[tuple[AnyArray, float, int]]) -> ClassedBoxes:
    if not fused:
        return NO_BOXES
    boxes, scores, classes = zip(*fused, strict=True)
    result = ClassedBoxes(
        np.array(boxes, np.float32), np.array(scores, np.float32), np.array(classes, np.intp)
    )
    return result.take(np.argsort(-result.scores, kind="stable"))
