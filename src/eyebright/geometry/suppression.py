"""From many overlapping boxes to one for each thing."""

from __future__ import annotations

import numpy as np

from eyebright.geometry.arrays import FloatArray, IndexArray
from eyebright.geometry.boxes import iou_matrix


def non_maximum_suppression(
    boxes_xyxy: FloatArray, scores: FloatArray, *, max_iou: float
) -> IndexArray:
    """Greedy suppression: keep the best box, drop those that overlap it by more than `max_iou`.

    boxes_xyxy: (N, 4); scores: (N,). Returns indices of the kept boxes, best first; of equal
    scores the earlier box wins.
    """
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while order.size:
        best, rest = order[0], order[1:]
        kept.append(int(best))
        overlap = iou_matrix(boxes_xyxy[best : best + 1], boxes_xyxy[rest])[0]
        order = rest[overlap <= max_iou]
    return np.asarray(kept, dtype=np.intp)
