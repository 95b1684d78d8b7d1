from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.geometry.boxes import iou_matrix
from eyebright.geometry.fusion import NO_BOXES, ClassedBoxes, fuse_boxes


def boxes(*rows: tuple[float, float, float, float, float, int]) -> ClassedBoxes:
    """left, top, right, bottom, score, class"""
    table = np.array(rows, np.float32).reshape(-1, 6)
    return ClassedBoxes(table[:, :4], table[:, 4], table[:, 5].astype(np.intp))


def test_what_two_looks_see_becomes_one_box_between_theirs() -> None:
    one, other = boxes((0, 0, 10, 10, 0.9, 3)), boxes((2, 0, 12, 10, 0.3, 3))
    fused = fuse_boxes([one, other], min_iou=0.5)
    np.testing.assert_allclose(fused.boxes_xyxy, [[0.5, 0, 10.5, 10]], atol=1e-6)
    assert fused.scores.tolist() == pytest.approx([0.6])
    assert fused.classes.tolist() == [3]


def test_what_one_look_misses_counts_as_zero() -> None:
    fused = fuse_boxes([boxes((0, 0, 10, 10, 0.8, 0)), NO_BOXES], min_iou=0.5)
    assert fused.scores.tolist() == pytest.approx([0.4])


def test_of_many_boxes_of_one_look_only_the_best_counts() -> None:
    look = boxes((0, 0, 10, 10, 0.9, 0), (1, 0, 11, 10, 0.8, 0), (0, 1, 10, 11, 0.7, 0))
    fused = fuse_boxes([look], min_iou=0.5)
    assert fused.boxes_xyxy.tolist() == [[0, 0, 10, 10]]
    assert fused.scores.tolist() == pytest.approx([0.9])


def test_classes_and_places_that_differ_stay_apart_best_first() -> None:
    look = boxes((0, 0, 10, 10, 0.5, 1), (0, 0, 10, 10, 0.7, 0), (50, 50, 60, 60, 0.6, 1))
    fused = fuse_boxes([look], min_iou=0.5)
    assert fused.classes.tolist() == [0, 1, 1]
    assert fused.scores.tolist() == pytest.approx([0.7, 0.6, 0.5])


def test_boxes_without_area_are_things_of_their_own() -> None:
    fused = fuse_boxes([boxes((5, 5, 5, 5, 0.5, 0), (5, 5, 5, 5, 0.4, 0))], min_iou=0.5)
    assert len(fused) == 2


def test_nothing_seen_gives_nothing() -> None:
    fused = fuse_boxes([NO_BOXES, NO_BOXES], min_iou=0.5)
    assert len(fused) == 0
    assert fused.boxes_xyxy.shape == (0, 4)


def slow_fusion(looks: list[ClassedBoxes], min_iou: float) -> list[tuple[int, float]]:
    """Class and score of each fused box, best first, one step at a time."""
    left = sorted(
        (
            (float(-look.scores[i]), n, int(look.classes[i]), look.boxes_xyxy[i : i + 1])
            for n, look in enumerate(looks)
            for i in range(len(look))
        ),
        key=lambda one: one[0],
    )
    result = []
    while left:
        anchor = left[0]
        near = [
            own
            for own in left
            if own is anchor
            or (own[2] == anchor[2] and iou_matrix(own[3], anchor[3])[0, 0] > min_iou)
        ]
        left = [own for own in left if not any(own is other for other in near)]
        best = {n: max(-own[0] for own in near if own[1] == n) for n in {own[1] for own in near}}
        result.append((anchor[2], sum(best.values()) / len(looks)))
    return sorted(result, key=lambda one: -one[1])


@given(st.integers(0, 2**31), st.integers(1, 4))
def test_fusing_all_at_once_is_fusing_step_by_step(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    looks = []
    for _ in range(count):
        n = int(rng.integers(0, 8))
        corners = rng.uniform(0, 20, (n, 2))
        sides = rng.uniform(5, 15, (n, 2))
        looks.append(
            ClassedBoxes(
                np.concatenate([corners, corners + sides], axis=1).astype(np.float32),
                rng.uniform(0.01, 1, n).astype(np.float32),
                rng.integers(0, 2, n).astype(np.intp),
            )
        )
    fused = fuse_boxes(looks, min_iou=0.4)
    expected = slow_fusion(looks, 0.4)
    assert len(fused) == len(expected)
    found = sorted(zip(fused.classes.tolist(), fused.scores.tolist(), strict=True))
    for (kind, score), (other, slow) in zip(found, sorted(expected), strict=True):
        assert kind == other
        assert score == pytest.approx(slow, abs=1e-5)
