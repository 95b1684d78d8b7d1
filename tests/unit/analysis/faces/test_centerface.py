from __future__ import annotations

import numpy as np
import pytest

from eyebright.analysis.faces.centerface import NOTHING, Candidates, decode, join
from eyebright.geometry.arrays import AnyArray


def outputs(height: int = 16, width: int = 20) -> dict[str, AnyArray]:
    """What the net says of a picture without faces."""
    return {
        "heatmap": np.zeros((1, 1, height, width), np.float32),
        "scale": np.zeros((1, 2, height, width), np.float32),
        "offset": np.zeros((1, 2, height, width), np.float32),
        "landmarks": np.zeros((1, 10, height, width), np.float32),
    }


def put_face(net: dict[str, AnyArray], row: int, column: int, score: float) -> None:
    """A face of 40 pixels high and 24 wide around a cell, with five points by rule of thumb."""
    net["heatmap"][0, 0, row, column] = score
    net["scale"][0, :, row, column] = np.log([40 / 4, 24 / 4])
    net["landmarks"][0, :, row, column] = [0.4, 0.3, 0.4, 0.7, 0.6, 0.5, 0.8, 0.35, 0.8, 0.65]


def test_nothing_is_found_where_the_heatmap_is_silent() -> None:
    assert len(decode(outputs(), threshold=0.1)) == 0


def test_a_cell_becomes_a_box_around_its_middle() -> None:
    net = outputs()
    put_face(net, row=8, column=5, score=0.9)
    found = decode(net, threshold=0.5)
    assert found.scores == pytest.approx([0.9])
    assert found.boxes_xyxy[0] == pytest.approx([22 - 12, 34 - 20, 22 + 12, 34 + 20])


def test_the_offset_moves_the_box_within_its_cell() -> None:
    net = outputs()
    put_face(net, row=8, column=5, score=0.9)
    net["offset"][0, :, 8, 5] = [0.25, -0.5]  # y, x, in cells
    assert decode(net, threshold=0.5).boxes_xyxy[0] == pytest.approx([8, 15, 32, 55])


def test_points_are_read_as_x_and_y_within_the_box() -> None:
    net = outputs()
    put_face(net, row=8, column=5, score=0.9)
    left_eye, right_eye, nose, mouth_left, mouth_right = decode(net, threshold=0.5).points[0]
    assert left_eye == pytest.approx([10 + 0.3 * 24, 14 + 0.4 * 40])
    assert right_eye[0] > left_eye[0]
    assert nose == pytest.approx([22, 14 + 0.6 * 40])
    assert mouth_left[1] == mouth_right[1] > nose[1]


def test_a_box_may_reach_outside_the_picture() -> None:
    net = outputs()
    put_face(net, row=0, column=0, score=0.9)
    assert (decode(net, threshold=0.5).boxes_xyxy[0, :2] < 0).all()


def test_candidates_come_strongest_first() -> None:
    net = outputs()
    for column, score in enumerate([0.3, 0.9, 0.6]):
        put_face(net, row=2, column=column * 6, score=score)
    assert decode(net, threshold=0.1).scores == pytest.approx([0.9, 0.6, 0.3])


def test_one_of_two_looks_at_the_same_face_is_kept() -> None:
    net = outputs()
    put_face(net, row=8, column=5, score=0.7)
    once = decode(net, threshold=0.5)
    again = Candidates(once.boxes_xyxy + 1, once.scores + np.float32(0.1), once.points)
    both = join([once, again, NOTHING], max_iou=0.4)
    assert both.scores == pytest.approx([0.8])


def test_moving_scales_first_and_then_shifts() -> None:
    net = outputs()
    put_face(net, row=8, column=5, score=0.7)
    found = decode(net, threshold=0.5)
    moved = found.moved(scale_xy=(2.0, 3.0), offset_xy=(100.0, 1.0))
    assert moved.boxes_xyxy[0] == pytest.approx([120, 43, 168, 163])
    assert moved.points[0, 2] == pytest.approx([2 * 22 + 100, 3 * 38 + 1])
    assert moved.sides_px[0] == pytest.approx(np.sqrt(48 * 120))
