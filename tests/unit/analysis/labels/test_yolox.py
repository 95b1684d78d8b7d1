from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from eyebright.analysis.labels.yolox import decode, prepare, strongest


def cells(size_hw: tuple[int, int], classes: int = 3) -> Any:
    """Every cell silent: (A, 5 + classes)."""
    height, width = size_hw
    count = sum((height // step) * (width // step) for step in (8, 16, 32))
    return np.zeros((count, 5 + classes), np.float32)


def test_a_cell_becomes_a_box_around_its_middle() -> None:
    said = cells((64, 96))
    # row 2, column 3 of the grid of 8 pixels, which is 12 cells wide
    said[2 * 12 + 3] = [0.5, 0.25, math.log(4), math.log(2), 0.8, 0.0, 0.5, 0.0]
    found = decode(said, (64, 96), threshold=0.1)
    np.testing.assert_allclose(found.boxes_xyxy, [[12, 10, 44, 26]], rtol=1e-5)
    assert found.scores.tolist() == pytest.approx([0.4])
    assert found.classes.tolist() == [1]


@pytest.mark.parametrize(("first", "step", "columns"), [(0, 8, 12), (96, 16, 6), (120, 32, 3)])
def test_each_grid_has_its_own_step(first: int, step: int, columns: int) -> None:
    said = cells((64, 96))
    said[first + columns + 1] = [0, 0, 0, 0, 1, 1, 0, 0]
    found = decode(said, (64, 96), threshold=0.5)
    half = step / 2
    np.testing.assert_allclose(found.boxes_xyxy, [[step - half, step - half] + [step + half] * 2])


def test_one_cell_may_name_two_classes() -> None:
    said = cells((32, 32))
    said[0] = [0, 0, 0, 0, 1, 0.9, 0.2, 0.6]
    found = decode(said, (32, 32), threshold=0.5)
    assert sorted(found.classes.tolist()) == [0, 2]


def test_silent_cells_and_noise_give_no_boxes_and_no_overflow() -> None:
    assert len(decode(cells((32, 32)), (32, 32), threshold=0.01)) == 0
    said = cells((32, 32))
    said[0] = [0, 0, 500, 500, 1, 1, 0, 0]
    assert np.isfinite(decode(said, (32, 32), threshold=0.5).boxes_xyxy).all()


def test_only_the_strongest_candidates_are_kept() -> None:
    said = cells((32, 32))
    said[:5, 4] = [0.5, 0.9, 0.7, 0.8, 0.6]
    said[:5, 5] = 1
    found = strongest(decode(said, (32, 32), threshold=0.1), 3)
    assert found.scores.tolist() == pytest.approx([0.9, 0.8, 0.7])


@pytest.mark.parametrize(
    ("size_wh", "canvas_hw"),
    [
        ((640, 480), (384, 512)),
        ((480, 640), (512, 384)),
        ((100, 1), (32, 512)),
        ((7, 7), (512,) * 2),
    ],
)
def test_a_picture_is_fitted_without_stretching(
    size_wh: tuple[int, int], canvas_hw: tuple[int, int]
) -> None:
    pixels = np.full((size_wh[1], size_wh[0], 3), 200, np.uint8)
    canvas, scale = prepare(pixels, 512)
    assert canvas.shape == (*canvas_hw, 3)
    assert scale == pytest.approx(512 / max(size_wh))
    assert (canvas[0, 0] == 200).all()
