"""Two tiny nets with the shapes of the real ones, run by the real runtime.

Detection: dark pixels are cores. Recognition: each step of 8 pixels is read by its mean grey, black
is "A", dark grey "B", anything lighter than mid grey nothing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from onnx import NodeProto, TensorProto, helper, numpy_helper, save

from eyebright.analysis.text.certainty import WordCertainty
from eyebright.analysis.text.detect import CloserLook, DetectionRules, Scale, TextDetector
from eyebright.analysis.text.layout import JoinRules
from eyebright.analysis.text.reader import PaddleReader, ReadingRules
from eyebright.analysis.text.recognise import TextRecogniser
from eyebright.analysis.text.words import SplitRules
from eyebright.geometry.arrays import AnyArray
from eyebright.runtime.session import OnnxModel, Runtime

GREYS = {"": 255.0, "A": 0.0, "B": 64.0, " ": 160.0}
"""What the recogniser reads, and the grey that stands for it."""


def constant(name: str, value: AnyArray) -> TensorProto:
    return numpy_helper.from_array(value, name)


def write(
    path: Path,
    nodes: list[NodeProto],
    constants: list[TensorProto],
    output: str,
    characters: str = "",
) -> Path:
    images = helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", "H", "W", 3])
    answer = helper.make_tensor_value_info(output, TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "tiny", [images], [answer], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    if characters:
        helper.set_model_props(model, {"character": characters})
    save(model, path)
    return path


def detection_net(path: Path) -> Path:
    """probability (N, 1, H, W): 1 for black, 0 for white."""
    node = helper.make_node
    nodes = [
        node("Transpose", ["images"], ["planes"], perm=[0, 3, 1, 2]),
        node("Cast", ["planes"], ["floats"], to=TensorProto.FLOAT),
        node("ReduceMean", ["floats"], ["grey"], axes=[1]),
        node("Div", ["grey", "white"], ["light"]),
        node("Sub", ["one", "light"], ["probability"]),
    ]
    constants = [
        constant("white", np.array(255, np.float32)),
        constant("one", np.array(1, np.float32)),
    ]
    return write(path, nodes, constants, "probability")


def recognition_net(path: Path, characters: str = "A\nB") -> Path:
    """probabilities (N, T, 4): softmax of how near a step's mean grey is to each letter's."""
    node = helper.make_node
    nodes = [
        node("Transpose", ["images"], ["planes"], perm=[0, 3, 1, 2]),
        node("Cast", ["planes"], ["floats"], to=TensorProto.FLOAT),
        node("ReduceMean", ["floats"], ["grey"], axes=[1]),
        node("AveragePool", ["grey"], ["steps"], kernel_shape=[48, 8], strides=[48, 8]),
        node("Reshape", ["steps", "by_step"], ["line"]),
        node("Sub", ["line", "greys"], ["off"]),
        node("Abs", ["off"], ["far"]),
        node("Mul", ["far", "steep"], ["logits"]),
        node("Softmax", ["logits"], ["probabilities"], axis=2),
    ]
    constants = [
        constant("by_step", np.array([0, -1, 1], np.int64)),
        constant("greys", np.array([[list(GREYS.values())]], np.float32)),
        constant("steep", np.array(-0.2, np.float32)),
    ]
    return write(path, nodes, constants, "probabilities", characters)


@pytest.fixture(scope="session")
def runtime() -> Runtime:
    return Runtime(slots=1)


@pytest.fixture(scope="session")
def detection(runtime: Runtime, tmp_path_factory: pytest.TempPathFactory) -> OnnxModel:
    return runtime.load(detection_net(tmp_path_factory.mktemp("nets") / "detection.onnx"))


@pytest.fixture(scope="session")
def recognition(runtime: Runtime, tmp_path_factory: pytest.TempPathFactory) -> OnnxModel:
    return runtime.load(recognition_net(tmp_path_factory.mktemp("nets") / "recognition.onnx"))


@pytest.fixture
def rules() -> DetectionRules:
    return DetectionRules(
        threshold=0.3,
        least_score=0.5,
        least_core_px=3,
        most=100,
        scale=Scale(shortest_px=64, longest_px=640),
        closer=CloserLook(enlarged=2.0, small_px=0, around_px=32, most_share=0.5),
    )


@pytest.fixture
def reader(
    detection: OnnxModel, recognition: OnnxModel, runtime: Runtime, rules: DetectionRules
) -> PaddleReader:
    """As sure of a word as the net is, on average over its letters."""
    return PaddleReader(
        detector=TextDetector(detection, rules),
        recogniser=TextRecogniser(recognition),
        certainty=WordCertainty(0.0, 1.0, 0.0, 0.0),
        rules=ReadingRules(
            reading_growth=0.0,
            reported_growth=0.0,
            sure=0.6,
            strange_below=0.5,
            most_overlap=0.5,
            least_score=0.3,
            split=SplitRules(wide=100.0, least=100.0, column=100.0),
            join=JoinRules(gap=1.0, height_ratio=1.5, lean_degrees=15),
        ),
        runtime=runtime,
    )
