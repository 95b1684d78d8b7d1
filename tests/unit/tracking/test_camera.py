from __future__ import annotations

import numpy as np
import pytest

from eyebright.geometry.arrays import FloatArray
from eyebright.tracking.camera import SMALL_WH, camera_shift, moved
from eyebright.tracking.tracker import Track


def scene(seed: int, *, right: int = 0, down: int = 0) -> FloatArray:
    """A piece of a larger picture; what is in it lies further right and down."""
    width, height = SMALL_WH
    wide = np.random.default_rng(seed).uniform(0, 255, (2 * height, 2 * width))
    top, left = height // 2 - down, width // 2 - right
    piece: FloatArray = wide[top : top + height, left : left + width].astype(np.float32)
    return piece


@pytest.mark.parametrize(("right", "down"), [(0, 0), (7, 0), (-5, 3), (9, -8)])
def test_the_camera_moves_as_it_moved(right: int, down: int) -> None:
    shift = camera_shift(scene(1), scene(1, right=right, down=down))
    assert shift == (right / SMALL_WH[0], down / SMALL_WH[1])


def test_another_scene_does_not_fit() -> None:
    assert camera_shift(scene(1), scene(2)) is None
    assert camera_shift(scene(1), scene(1, right=40)) is None


def test_a_blank_picture_says_nothing_wrong() -> None:
    blank = np.zeros((54, 96), np.float32)
    assert camera_shift(blank, blank) is None


def test_tracks_move_with_the_picture() -> None:
    box = np.array([10, 20, 30, 40], np.float32)
    [track] = moved([Track(3, box, 1.0, np.zeros(4, np.float32), None)], (5.0, -2.0))
    assert track.index == 3
    assert track.box_xyxy.tolist() == [15, 18, 35, 38]
