from __future__ import annotations

import numpy as np
import pytest

from eyebright.geometry import boxes
from eyebright.geometry.arrays import FloatArray


def box(*edges: float) -> FloatArray:
    return np.asarray([edges], dtype=np.float32)


def test_iou_agrees_with_counting_pixels() -> None:
    random = np.random.default_rng(3)
    low = random.integers(0, 20, (30, 2))
    some = np.concatenate([low, low + random.integers(1, 20, (30, 2))], axis=1)

    def mask(edges: np.ndarray) -> np.ndarray:
        canvas = np.zeros((40, 40), bool)
        canvas[edges[1] : edges[3], edges[0] : edges[2]] = True
        return canvas

    masks = [mask(edges) for edges in some]
    counted = [[(a & b).sum() / (a | b).sum() for b in masks] for a in masks]
    floats = some.astype(np.float32)
    assert np.allclose(boxes.iou_matrix(floats, floats), counted, atol=1e-6)


def test_iou_of_boxes_without_area_is_zero() -> None:
    assert boxes.iou_matrix(box(5, 5, 5, 5), box(5, 5, 5, 5)) == pytest.approx(0.0)


def test_iou_of_no_boxes_is_an_empty_matrix() -> None:
    none = np.zeros((0, 4), np.float32)
    assert boxes.iou_matrix(none, box(0, 0, 1, 1)).shape == (0, 1)


def test_an_inverted_box_has_no_area() -> None:
    assert boxes.box_areas(box(10, 10, 0, 20))[0] == 0


def test_scaling_moves_all_four_edges() -> None:
    assert boxes.scale_boxes(box(1, 2, 3, 4), (2, 10)).tolist() == [[2, 20, 6, 40]]


def test_clipping_keeps_the_part_inside() -> None:
    assert boxes.clip_boxes(box(-5, 3, 20, 30), (10, 8)).tolist() == [[0, 3, 10, 8]]


def test_boxes_that_overlap_become_one_and_touching_ones_stay_apart() -> None:
    given = [(0, 0, 10, 10), (30, 0, 40, 10), (10, 0, 20, 10), (5, 5, 35, 8), (0, 50, 5, 55)]
    assert sorted(boxes.merged_boxes(given)) == [(0, 0, 40, 10), (0, 50, 5, 55)]
    assert sorted(boxes.merged_boxes(given[:3])) == sorted(given[:3])
    assert boxes.merged_boxes([]) == []
