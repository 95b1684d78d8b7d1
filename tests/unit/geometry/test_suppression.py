from __future__ import annotations

import numpy as np

from eyebright.geometry.boxes import iou_matrix
from eyebright.geometry.suppression import non_maximum_suppression


def test_the_best_of_two_overlapping_boxes_is_kept() -> None:
    boxes = np.asarray([[0, 0, 10, 10], [1, 1, 11, 11], [30, 30, 40, 40]], np.float32)
    kept = non_maximum_suppression(boxes, np.asarray([0.6, 0.9, 0.7], np.float32), max_iou=0.3)
    assert kept.tolist() == [1, 2]


def test_kept_boxes_do_not_overlap_and_every_dropped_one_overlaps_a_better_one() -> None:
    random = np.random.default_rng(5)
    low = random.uniform(0, 100, (300, 2))
    boxes = np.concatenate([low, low + random.uniform(5, 40, (300, 2))], axis=1).astype(np.float32)
    scores = random.uniform(0, 1, 300).astype(np.float32)
    kept = non_maximum_suppression(boxes, scores, max_iou=0.3)
    overlap = iou_matrix(boxes, boxes)
    assert 0 < len(kept) < 300
    assert (overlap[np.ix_(kept, kept)] - np.eye(len(kept)) <= 0.3 + 1e-6).all()
    dropped = np.setdiff1d(np.arange(300), kept)
    better = scores[kept][None, :] >= scores[dropped][:, None]
    assert ((overlap[np.ix_(dropped, kept)] > 0.3) & better).any(axis=1).all()


def test_boxes_that_only_touch_the_limit_are_both_kept() -> None:
    boxes = np.asarray([[0, 0, 10, 10], [0, 5, 10, 15]], np.float32)  # IoU exactly 1/3
    scores = np.asarray([0.5, 0.5], np.float32)
    assert non_maximum_suppression(boxes, scores, max_iou=0.34).tolist() == [0, 1]


def test_nothing_in_nothing_out() -> None:
    kept = non_maximum_suppression(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), max_iou=1)
    assert kept.shape == (0,)
