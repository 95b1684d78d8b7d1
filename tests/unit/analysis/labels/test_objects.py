from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eyebright.analysis.labels.objects import DetectionRules, ObjectDetector
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.image import Image
from eyebright.packs.converters.graph import GraphBuilder
from eyebright.packs.converters.interface import InputSpec, OutputSpec, give_interface
from eyebright.runtime.session import Runtime

CAT, DOG = 0, 1
YELLOW, MAGENTA = (255, 255, 0), (255, 0, 255)
NO_CHANGE = (1.0, 0.0, 0.0, 0.0)


def colour_net(path: Path) -> Path:
    """A net like YOLOX that calls a yellow cell a cat and a magenta one a dog, box = cell."""
    graph = GraphBuilder("colours")
    grids = []
    for step in (8, 16, 32):
        size = [step, step]
        pooled = graph.add("AveragePool", ["picture"], kernel_shape=size, strides=size)
        shape = graph.constant(np.array([0, 3, -1], np.int64))
        grids.append(graph.add("Reshape", [pooled, shape]))
    joined = graph.add("Concat", grids, axis=2)
    colours = graph.add("Transpose", [joined], perm=[0, 2, 1])
    sure = graph.add("Gather", [colours, graph.constant(np.array([0], np.int64))], axis=2)
    kinds = graph.add("Gather", [colours, graph.constant(np.array([1, 2], np.int64))], axis=2)
    nothing = graph.add("Mul", [sure, graph.constant(np.zeros(1, np.float32))])
    middle = graph.constant(np.array([0.5, 0.5, 0, 0], np.float32))
    place = graph.add("Add", [nothing, middle])
    graph.add("Concat", [place, sure, kinds], axis=2, output="cells")
    model = graph.model(inputs=["picture"], outputs=["cells"])
    spec = InputSpec(size_hw=None, scale=1 / 255)
    give_interface(model, spec, [OutputSpec("cells", "cells", ("A", 7))])
    path.write_bytes(model.SerializeToString())
    return path


@pytest.fixture
def detector(tmp_path: Path) -> ObjectDetector:
    runtime = Runtime(slots=1)
    return ObjectDetector(
        model=runtime.load(colour_net(tmp_path / "colours.onnx")),
        rules=DetectionRules(
            sides_px=(64,), threshold=0.5, candidates=300, fusion_iou=0.6, most=100
        ),
        names=("Cat", "Dog"),
        calibration=NO_CHANGE,
        runtime=runtime,
    )


def picture(*squares: tuple[int, int, tuple[int, int, int]], size_wh: tuple[int, int]) -> Image:
    """Black, with squares of 8 pixels at left, top."""
    pixels: ByteArray = np.zeros((size_wh[1], size_wh[0], 3), np.uint8)
    for left, top, colour in squares:
        pixels[top : top + 8, left : left + 8] = colour
    return Image(pixels, "PNG", b"", size_wh)


def test_things_are_found_where_they_are_by_both_looks(detector: ObjectDetector) -> None:
    image = picture((8, 8, YELLOW), (40, 24, MAGENTA), size_wh=(64, 64))
    found = detector.raw(image)
    places = dict(zip(found.classes.tolist(), found.boxes_xyxy.tolist(), strict=True))
    assert places == {CAT: [8, 8, 16, 16], DOG: [40, 24, 48, 32]}
    assert found.scores.tolist() == pytest.approx([1.0, 1.0])


def test_boxes_are_said_in_pixels_of_the_picture(detector: ObjectDetector) -> None:
    # the net sees 32 x 64; the picture is half as large
    image = picture((8, 0, YELLOW), size_wh=(32, 16))
    image.pixels[:] = 0
    image.pixels[4:8, 8:12] = YELLOW
    found = detector.raw(image)
    assert found.classes.tolist() == [CAT]
    # enlarging is linear, so the rim of the square may move by a pixel of the net
    np.testing.assert_allclose(found.boxes_xyxy, [[8, 4, 12, 8]], atol=0.5)


def test_a_large_picture_is_shrunk_first_and_its_boxes_grow_back(detector: ObjectDetector) -> None:
    image = picture(size_wh=(1000, 500))
    image.pixels[125:250, 250:375] = YELLOW  # a cell of 8 pixels where the net sees 64 x 32
    found = detector.raw(image)
    assert found.classes.tolist() == [CAT]
    np.testing.assert_allclose(found.boxes_xyxy, [[250, 125, 375, 250]], atol=1)


def test_names_are_those_of_the_pack_and_scores_are_calibrated(detector: ObjectDetector) -> None:
    image = picture((8, 8, YELLOW), (40, 24, MAGENTA), size_wh=(64, 64))
    found = detector.detect(image)
    assert sorted(found.names) == ["Cat", "Dog"]
    assert (found.scores > 0.99).all()
    assert found.vocabulary == {"Cat", "Dog"}


def test_an_answer_has_no_more_things_than_the_rules_say(detector: ObjectDetector) -> None:
    squares = [(x, y, YELLOW) for x in range(0, 64, 16) for y in range(0, 64, 16)]
    image = picture(*squares, size_wh=(64, 64))
    assert len(detector.raw(image).scores) == 16
    few = DetectionRules(sides_px=(64,), threshold=0.5, candidates=300, fusion_iou=0.6, most=5)
    limited = ObjectDetector(detector.model, few, ("Cat", "Dog"), NO_CHANGE, detector.runtime)
    assert len(limited.raw(image).scores) == 5


def test_an_empty_picture_shows_nothing(detector: ObjectDetector) -> None:
    found = detector.detect(picture(size_wh=(50, 30)))
    assert len(found) == 0
    assert found.names == ()
    assert found.boxes_xyxy.shape == (0, 4)
