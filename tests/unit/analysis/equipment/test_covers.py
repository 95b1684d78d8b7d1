from __future__ import annotations

import numpy as np
import pytest

from eyebright.analysis.equipment.covers import LOWER_FACE, UPPER_FACE, blocks_of, cover_box
from eyebright.analysis.faces.observation import Detections

UPRIGHT = np.array([[30, 40], [70, 40], [50, 60], [35, 80], [65, 80]], np.float32)


def face(points: object = UPRIGHT, box: tuple[float, ...] = (10, 0, 90, 100)) -> Detections:
    return Detections(
        np.array([box], np.float32), np.ones(1, np.float32), np.array([points], np.float32)
    )


def test_the_lower_block_sees_the_lower_rows_and_the_upper_block_the_upper_ones() -> None:
    maps = np.zeros((2, 3, 10, 10), np.float32)
    maps[:, :, 9, 5] = 7
    maps[:, :, 0, 0] = 3
    blocks = blocks_of(maps)
    assert blocks[LOWER_FACE].max() == 7
    assert blocks[UPPER_FACE].max() == 3
    assert blocks[LOWER_FACE].shape == (2, 3 * 7 * 8)
    assert blocks_of(maps[:0])[LOWER_FACE].shape == (0, 3 * 7 * 8)


def test_a_mask_covers_the_face_from_between_eyes_and_nose_down() -> None:
    assert cover_box(face(), 0, covers=True) == pytest.approx((10, 50, 90, 100))


def test_one_that_does_not_cover_the_nose_begins_below_it() -> None:
    assert cover_box(face(), 0, covers=False) == pytest.approx((10, 60, 90, 100))


def test_the_box_stays_a_box_on_faces_whose_points_make_no_sense() -> None:
    for points in (UPRIGHT * 0, UPRIGHT + 500, UPRIGHT[::-1]):
        left, top, right, bottom = cover_box(face(points), 0, covers=True)
        assert left < right
        assert top < bottom


def test_on_a_face_that_lies_the_cover_lies_at_its_side() -> None:
    centre = np.array([50, 50])
    turned = (UPRIGHT - centre) @ np.array([[0, 1], [-1, 0]]) + centre  # a quarter clockwise
    left, _, right, _ = cover_box(face(turned, (0, 10, 100, 90)), 0, covers=True)
    assert (left + right) / 2 < 50
