"""The cascade over a stand-in for the net that sees white squares the way CenterFace sees faces."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from eyebright.analysis.faces.centerface import Candidates
from eyebright.analysis.faces.detect import (
    DetectionRules,
    FaceDetector,
    calibrated,
    is_settled,
    turned_back,
    turns_to_upright,
)
from eyebright.analysis.faces.views import View
from eyebright.geometry.arrays import AnyArray, ByteArray
from eyebright.runtime.session import OnnxModel

RULES = DetectionRules(
    threshold=0.4,
    evidence=0.1,
    strong_evidence=0.3,
    convincing=0.6,
    suppression_iou=0.4,
    views_px=(256, 640, 1600, 3200),
    most_enlarged=4.0,
    enough_share=0.15,
    first_small_px=24,
    small_px=32,
    large_px=128,
    few_suspects=2,
    small_tile_px=256,
    large_tile_px=640,
    tile_overlap_px=128,
    lean_degrees=60,
    calibration=(1.0, 0.0),
)
_CELL = 4
_LEAST_PX = 10
"""Smaller squares are invisible, and those under 20 are uncertain."""


class SquareNet:
    """White squares on black are faces; a green bar inside says which side is down.

    `sizes` records what it was shown.
    """

    def __init__(self) -> None:
        self.sizes: list[tuple[int, int]] = []

    def run(self, images: ByteArray) -> dict[str, AnyArray]:
        (pixels,) = images
        height, width = pixels.shape[:2]
        self.sizes.append((width, height))
        shape = (1, 1, height // _CELL, width // _CELL)
        net = {
            name: np.zeros((shape[0], depth, *shape[2:]), np.float32)
            for name, depth in (("heatmap", 1), ("scale", 2), ("offset", 2), ("landmarks", 10))
        }
        for left, top, right, bottom in _squares(pixels[:, :, 1] > 127):
            self._answer(net, pixels, (left, top, right, bottom))
        return net

    def _answer(
        self, net: dict[str, AnyArray], pixels: ByteArray, box: tuple[int, int, int, int]
    ) -> None:
        left, top, right, bottom = box
        side = (right - left + bottom - top) / 2
        if side < _LEAST_PX:
            return
        upright = pixels[bottom - max(1, round(side / 6)), (left + right) // 2].mean() < 127
        row, column = (top + bottom) // 2 // _CELL, (left + right) // 2 // _CELL
        net["heatmap"][0, 0, row, column] = (0.9 if side >= 20 else 0.3) * (1 if upright else 0.2)
        net["scale"][0, :, row, column] = np.log([(bottom - top) / 4, (right - left) / 4])
        middle = (top + bottom) / 2 / _CELL - row, (left + right) / 2 / _CELL - column
        net["offset"][0, :, row, column] = np.array(middle) - 0.5
        net["landmarks"][0, :, row, column] = [0.4, 0.3, 0.4, 0.7, 0.6, 0.5, 0.8, 0.3, 0.8, 0.7]


def _squares(mask: AnyArray) -> list[tuple[int, int, int, int]]:
    """Boxes of runs of columns, then of rows, that hold anything: squares must not line up."""
    boxes = []
    for left, right in _runs(np.any(mask, axis=0)):
        for top, bottom in _runs(np.any(mask[:, left:right], axis=1)):
            boxes.append((left, top, right, bottom))
    return boxes


def _runs(line: AnyArray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], line.astype(int), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def picture(size_wh: tuple[int, int], *squares: tuple[int, int, int]) -> ByteArray:
    """Squares given as left, top, side; green in the lower quarter so that they have an up."""
    pixels = np.zeros((size_wh[1], size_wh[0], 3), np.uint8)
    for left, top, side in squares:
        pixels[top : top + side, left : left + side] = 255
        pixels[top + side - side // 4 : top + side, left : left + side] = (0, 255, 0)
    return pixels


def detector(net: SquareNet, rules: DetectionRules = RULES) -> FaceDetector:
    return FaceDetector(cast(OnnxModel, net), rules)


def test_a_portrait_takes_one_small_look() -> None:
    net = SquareNet()
    found = detector(net).detect(picture((640, 480), (200, 100, 240)))
    assert net.sizes == [(256, 192)]
    assert found.boxes_xyxy[0] == pytest.approx([200, 100, 440, 340], abs=6)


def test_a_small_face_is_found_by_a_closer_look() -> None:
    net = SquareNet()
    found = detector(net).detect(picture((1280, 960), (600, 400, 48)))
    assert (640, 480) in net.sizes
    assert found.boxes_xyxy[0] == pytest.approx([600, 400, 648, 448], abs=6)


def test_tiny_faces_of_a_large_photo_are_found_in_tiles_and_only_where_something_was_seen() -> None:
    net = SquareNet()
    found = detector(net).detect(picture((4000, 3000), (400, 300, 80), (2700, 1600, 75)))
    assert len(found) == 2
    tiles = [size for size in net.sizes if size not in [(256, 192), (640, 480)]]
    assert 0 < len(tiles) < 8
    assert max(max(size) for size in tiles) <= RULES.large_tile_px


def test_a_face_seen_in_several_views_is_one_face() -> None:
    found = detector(SquareNet()).detect(picture((1280, 960), (100, 100, 300), (900, 700, 60)))
    assert len(found) == 2


def test_a_face_across_the_border_of_tiles_is_one_face() -> None:
    squares = [(1980, 900, 90), (100, 1480, 90)]
    found = detector(SquareNet()).detect(picture((4000, 3000), *squares))
    assert len(found) == 2


def test_faces_come_largest_first() -> None:
    found = detector(SquareNet()).detect(picture((640, 640), (20, 30, 60), (200, 300, 200)))
    areas = (found.boxes_xyxy[:, 2:] - found.boxes_xyxy[:, :2]).prod(axis=1)
    assert len(areas) == 2
    assert areas[0] > areas[1]


def test_an_empty_picture_has_no_faces_and_is_turned_once_around() -> None:
    net = SquareNet()
    assert len(detector(net).detect(picture((640, 480)))) == 0
    assert net.sizes == [(256, 192), (640, 480), (192, 256), (256, 192), (192, 256)]


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_face_that_lies_is_found_by_turning_the_picture(turns: int) -> None:
    upright = picture((640, 480), (100, 60, 200))
    found = detector(SquareNet()).detect(np.ascontiguousarray(np.rot90(upright, -turns)))
    expected = {1: [220, 100, 420, 300], 2: [340, 220, 540, 420], 3: [60, 340, 260, 540]}[turns]
    assert found.boxes_xyxy[0] == pytest.approx(expected, abs=6)
    down = found.points[0, 3:].mean(axis=0) - found.points[0, :2].mean(axis=0)
    away = {1: (-1, 0), 2: (0, -1), 3: (1, 0)}[turns]
    assert down / np.linalg.norm(down) == pytest.approx(away, abs=0.1)


def test_scores_below_the_threshold_are_not_reported() -> None:
    strict = replace(RULES, threshold=0.95, convincing=0.2)
    assert len(detector(SquareNet(), strict).detect(picture((640, 480), (200, 100, 240)))) == 0


def test_reported_scores_are_calibrated() -> None:
    rules = replace(RULES, calibration=(2.0, 1.0))
    found = detector(SquareNet(), rules).detect(picture((640, 480), (200, 100, 240)))
    assert found.scores == pytest.approx([1 / (1 + np.exp(-(2 * np.log(9) + 1)))])


def test_calibration_keeps_order_and_stays_finite_at_the_ends() -> None:
    scores = calibrated(np.asarray([0, 0.1, 0.5, 0.9, 1], np.float32), (2.0, 1.0))
    assert (np.diff(scores) > 0).all()
    assert np.isfinite(scores).all()


def candidates(*rows: tuple[float, float, float, float]) -> Candidates:
    """Rows of left, top, side, score; upright points."""
    boxes = np.asarray([[x, y, x + s, y + s] for x, y, s, _ in rows], np.float32).reshape(-1, 4)
    relative = np.asarray([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.3, 0.8], [0.7, 0.8]], np.float32)
    points = boxes[:, None, :2] + relative * (boxes[:, None, 2:] - boxes[:, None, :2])
    scores = np.asarray([row[3] for row in rows], np.float32)
    return Candidates(boxes, scores, points)


FIRST = View((256, 256), 1.0, first=True)
LATER = View((640, 640), 2.5, first=False)


@pytest.mark.parametrize(
    ("rows", "view", "settled"),
    [
        ([], FIRST, False),
        ([], LATER, True),
        ([(50, 50, 80, 0.9)], FIRST, True),
        ([(50, 50, 30, 0.9)], FIRST, False),
        ([(50, 50, 80, 0.5)], FIRST, False),
        ([(50, 50, 80, 0.9), (200, 10, 12, 0.15)], FIRST, False),
        ([(50, 50, 80, 0.9), (80, 80, 12, 0.15)], FIRST, True),
        ([(50, 50, 80, 0.9), (200, 10, 12, 0.15)], LATER, True),
        ([(50, 50, 80, 0.9), (200, 10, 12, 0.35)], LATER, False),
    ],
    ids=[
        "nothing in the small view says little",
        "nothing in a larger view is an answer",
        "one large certain face is enough",
        "one face too small to be enough",
        "one face too uncertain to be enough",
        "a faint small thing beside the face asks for a closer look",
        "a faint small thing within the face is an eye",
        "a larger view needs stronger evidence",
        "strong evidence of something small",
    ],
)
def test_when_a_view_is_enough(
    rows: list[tuple[float, float, float, float]], view: View, settled: bool
) -> None:
    assert is_settled(candidates(*rows), view, RULES) is settled


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_turning_back_undoes_a_turn(turns: int) -> None:
    pixels = np.zeros((60, 100, 3), np.uint8)
    pixels[20:30, 70:90] = 255
    turned = np.rot90(pixels, turns)
    rows, columns = np.nonzero(turned[:, :, 0])
    box = np.asarray([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]], np.float32)
    corner = box[:, None, :2] * np.ones((1, 5, 1), np.float32)
    found = Candidates(box, np.ones(1, np.float32), corner)
    back = turned_back(found, turns=turns, size_wh=(100, 60))
    assert back.boxes_xyxy[0].tolist() == [70, 20, 90, 30]
    expected = {1: (90, 20), 2: (90, 30), 3: (70, 30)}[turns]
    assert back.points[0, 0].tolist() == list(expected)


def test_upright_faces_ask_for_no_turn() -> None:
    assert turns_to_upright(candidates((10, 10, 50, 0.9)), RULES) == 0
    assert turns_to_upright(candidates(), RULES) == 0


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_faces_that_lean_say_how_to_turn_the_picture(turns: int) -> None:
    upright = candidates((10, 10, 50, 0.9), (100, 60, 40, 0.8))
    leaning = turned_back(upright, turns=turns, size_wh=(200, 200))
    assert turns_to_upright(leaning, RULES) == turns
