"""Decoding of guesses, and the whole detector on a real tiny model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eyebright.analysis.labels.detr import TransformerDetector, decode
from eyebright.errors import PackInvalid
from eyebright.imaging.image import Image
from eyebright.packs.converters.convert import convert
from eyebright.packs.converters.interface import InputSpec, OutputSpec
from eyebright.runtime.session import OnnxModel, Runtime
from eyebright.testing.extended_pack import SIDE, tiny_files


def logits(*rows: list[float]) -> np.ndarray:
    return np.array(rows, np.float32)


def decoded(
    values: np.ndarray, boxes: list[list[float]], **more: float
) -> list[tuple[list[float], float, int]]:
    raw = decode(
        values,
        np.array(boxes, np.float32),
        size_wh=(200, 100),
        floor=more.get("floor", 0.05),
        most=int(more.get("most", 300)),
    )
    rows = zip(raw.boxes_xyxy.tolist(), raw.scores.tolist(), raw.classes.tolist(), strict=True)
    return [(box, round(score, 3), number) for box, score, number in rows]


def test_shares_become_pixels_and_logits_scores() -> None:
    (found,) = decoded(logits([-9, 0]), [[0.5, 0.5, 0.2, 0.4]])
    assert found[1:] == (0.5, 1)
    np.testing.assert_allclose(found[0], [80, 30, 120, 70], atol=1e-4)


def test_boxes_end_at_the_rim_of_the_picture() -> None:
    (found,) = decoded(logits([3]), [[0.0, 1.0, 0.5, 0.5]])
    assert found[0] == [0, 75, 50, 100]


def test_the_best_come_first_and_only_so_many() -> None:
    boxes = [[0.5, 0.5, 0.2, 0.2]] * 3
    values = logits([0, -1], [2, -9], [-9, 1])
    assert [(row[1], row[2]) for row in decoded(values, boxes, most=2)] == [(0.881, 0), (0.731, 1)]


def test_one_guess_may_be_two_things() -> None:
    assert [row[2] for row in decoded(logits([2, 1]), [[0.5, 0.5, 0.2, 0.2]])] == [0, 1]


@pytest.mark.parametrize("value", [-5.0, np.nan, -np.inf])
def test_what_is_not_sure_enough_is_left_out(value: float) -> None:
    assert decoded(logits([value]), [[0.5, 0.5, 0.2, 0.2]]) == []


@pytest.mark.parametrize("box", [[0.5, 0.5, 0.0, 0.2], [2.0, 0.5, 0.1, 0.1], [np.nan] * 4])
def test_a_box_without_a_place_in_the_picture_is_left_out(box: list[float]) -> None:
    assert decoded(logits([3]), [box]) == []


@pytest.fixture
def model(tmp_path: Path) -> OnnxModel:
    data = convert(
        "onnx_published",
        {"tiny": tiny_files()["tiny_detector.onnx"]},
        picture=InputSpec((SIDE, SIDE), scale=1 / 255),
        outputs=[OutputSpec("logits", "logits", (2, 2)), OutputSpec("boxes", "pred_boxes", (2, 4))],
    )
    (tmp_path / "objects.onnx").write_bytes(data)
    return Runtime().load(tmp_path / "objects.onnx")


def detector(model: OnnxModel, *, names: tuple[str, ...] = ("Dog", "Boat")) -> TransformerDetector:
    return TransformerDetector(model, Runtime(), side=SIDE, names=names, floor=0.3, most=10)


def picture(left: tuple[int, int, int], right: tuple[int, int, int]) -> Image:
    pixels = np.zeros((40, 80, 3), np.uint8)
    pixels[:, :40], pixels[:, 40:] = left, right
    return Image(pixels, "PNG", b"", (80, 40))


def test_a_red_thing_and_a_blue_one_are_found_where_they_are(model: OnnxModel) -> None:
    seen = detector(model).detect(picture((255, 0, 0), (0, 0, 255)))
    assert seen.names == ("Dog", "Boat")
    np.testing.assert_allclose(seen.boxes_xyxy, [[0, 0, 40, 40], [36, 0, 80, 40]], atol=1e-4)
    np.testing.assert_allclose(seen.scores, 1 / (1 + np.exp(-6)), atol=1e-5)


def test_a_picture_without_such_things_has_none(model: OnnxModel) -> None:
    seen = detector(model).detect(picture((0, 255, 0), (0, 255, 0)))
    assert len(seen) == 0
    assert seen.boxes_xyxy.shape == (0, 4)


def test_names_for_other_classes_are_refused(model: OnnxModel) -> None:
    with pytest.raises(PackInvalid, match="knows 2 classes and its pack names 3"):
        detector(model, names=("a", "b", "c")).detect(picture((0, 0, 0), (0, 0, 0)))
