from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eyebright.analysis.labels.classes import (
    ClassNet,
    PictureClassifier,
    View,
    name_matrix,
    shown,
    softmax,
    unit,
)
from eyebright.imaging.image import Image
from eyebright.packs.converters.graph import GraphBuilder
from eyebright.packs.converters.interface import InputSpec, OutputSpec, give_interface
from eyebright.runtime.session import Runtime

WHOLE = View(1.0, False)
NAMES = [frozenset({"Rose", "Flower"}), frozenset({"Tree", "Plant"}), frozenset({"Sea"})]
"""What red, green and blue pictures imply."""


def colour_net(path: Path, *, side_px: int, features: bool) -> Path:
    """Features: the mean colour, 0-1; logits: ten times that."""
    graph = GraphBuilder("colours")
    graph.add("Flatten", [graph.add("GlobalAveragePool", ["picture"])], output="features")
    graph.add("Mul", ["features", graph.constant(np.full(1, 10, np.float32))], output="logits")
    outputs = [OutputSpec("logits", "logits", (3,))]
    if features:
        outputs.append(OutputSpec("features", "features", (3,)))
    model = graph.model(inputs=["picture"], outputs=[output.name for output in outputs])
    give_interface(model, InputSpec((side_px, side_px), scale=1 / 255), outputs)
    path.write_bytes(model.SerializeToString())
    return path


@pytest.fixture
def classifier(tmp_path: Path) -> PictureClassifier:
    runtime = Runtime(slots=1)
    small = runtime.load(colour_net(tmp_path / "small.onnx", side_px=8, features=False))
    large = runtime.load(colour_net(tmp_path / "large.onnx", side_px=16, features=True))
    names, implied = name_matrix(NAMES)
    return PictureClassifier(
        nets=(
            ClassNet(small, 8, (WHOLE,)),
            ClassNet(large, 16, (WHOLE, View(0.5, True))),
        ),
        temperature=1.0,
        least=0.01,
        names=names,
        implied=implied,
        calibration=(1.0, 0.0),
        runtime=runtime,
    )


def plain(colour: tuple[int, int, int]) -> Image:
    return Image(np.full((30, 40, 3), colour, np.uint8), "PNG", b"", (40, 30))


def test_a_class_says_all_its_names_with_the_same_score(classifier: PictureClassifier) -> None:
    found = classifier.classify(plain((255, 0, 0)))
    assert set(found.scores) == {"Rose", "Flower"}
    assert found.scores["Rose"] == pytest.approx(found.scores["Flower"]) == pytest.approx(0.9999)


def test_names_get_the_sum_of_their_classes(classifier: PictureClassifier) -> None:
    names, implied = name_matrix([frozenset({"A", "C"}), frozenset({"B", "C"}), frozenset()])
    both = PictureClassifier(
        classifier.nets, 1.0, 0.01, names, implied, (1.0, 0.0), classifier.runtime
    )
    shares = dict(zip(names, both.shares(np.array([0.3, 0.6, 0.1], np.float32)), strict=True))
    assert shares == pytest.approx({"A": 0.3, "B": 0.6, "C": 0.9})


def test_unlikely_classes_say_nothing(classifier: PictureClassifier) -> None:
    shares = classifier.shares(np.array([0.991, 0.009, 0.0], np.float32))
    assert dict(zip(classifier.names, shares, strict=True))["Tree"] == 0.0


def test_views_are_averaged_and_features_have_unit_length(classifier: PictureClassifier) -> None:
    # green in the middle of blue: the half view sees more green than the whole
    pixels = np.full((32, 32, 3), (0, 0, 255), np.uint8)
    pixels[8:24, 8:24] = (0, 255, 0)
    found = classifier.raw(Image(pixels, "PNG", b"", (32, 32)))
    whole = softmax(np.array([[0, 2.5, 7.5]]))[0]
    middle = softmax(np.array([[0, 10.0, 0]]))[0]
    np.testing.assert_allclose(found.probabilities, (2 * whole + middle) / 3, rtol=0.02)
    assert float(np.linalg.norm(found.features)) == pytest.approx(1.0)
    np.testing.assert_allclose(found.features, unit(np.array([0, 1.25, 0.75])), atol=0.02)


def test_a_view_is_a_square_of_the_middle_and_may_be_mirrored() -> None:
    pixels = np.zeros((10, 30, 3), np.uint8)
    pixels[:, :, 0] = np.arange(30) * 8
    whole = shown(pixels, View(1.0, False), (10, 10))
    np.testing.assert_array_equal(whole, pixels[:, 10:20])
    mirrored = shown(pixels, View(1.0, True), (10, 10))
    np.testing.assert_array_equal(mirrored, pixels[:, 19:9:-1])


def test_a_picture_of_one_pixel_is_seen() -> None:
    assert shown(np.zeros((1, 1, 3), np.uint8), View(0.5, False), (4, 4)).shape == (4, 4, 3)


def test_no_features_stay_no_features() -> None:
    assert unit(np.zeros(3, np.float32)).tolist() == [0, 0, 0]
