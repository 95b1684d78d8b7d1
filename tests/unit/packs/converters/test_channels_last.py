from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from eyebright.errors import PackInvalid
from eyebright.packs.converters.channels_last import convert
from eyebright.packs.converters.convert import convert as convert_fully
from eyebright.packs.converters.interface import InputSpec, OutputSpec

FIRST, LAST = [0, 3, 1, 2], [0, 2, 3, 1]


def node(operator: str, inputs: list[str], output: str, **attributes: Any) -> onnx.NodeProto:
    return helper.make_node(operator, inputs, [output], name=f"node_{output}", **attributes)


def file_of(
    nodes: list[onnx.NodeProto], weights: dict[str, Any], *, sides: tuple[Any, ...] = ("N", 8, 8, 3)
) -> dict[str, bytes]:
    graph = helper.make_graph(
        nodes,
        "keras",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, sides)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(values), name) for name, values in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    return {"m.onnx": model.SerializeToString()}


def keras_net(numbers: Callable[..., Any]) -> tuple[list[onnx.NodeProto], dict[str, Any]]:
    """As exporters write it: turned around each convolution, paddings computed from shapes."""
    weights = {
        "border": np.array([0, 1, 1, 0, 0, 1, 1, 0], np.int64),
        "k": numbers(4, 3, 3, 3),
        "mean": numbers(1, 1, 1, 4),
        "factor": numbers(1, 1, 1, 4),
        "one": np.array([1], np.int64),
        "zeros": np.zeros(2, np.int64),
        "two": np.array([2], np.int64),
        "m": numbers(4, 2),
        "b": numbers(2),
    }
    nodes = [
        node("Cast", ["x"], "x1", to=TensorProto.FLOAT),
        node("Pad", ["x1", "border", ""], "bordered"),
        node("Transpose", ["bordered"], "first", perm=FIRST),
        node("Conv", ["first", "k"], "c", kernel_shape=[3, 3]),
        node("Transpose", ["c"], "last", perm=LAST),
        node("Sub", ["last", "mean"], "moved"),
        node("Mul", ["moved", "factor"], "scaled"),
        node("Relu", ["scaled"], "r"),
        node("Transpose", ["r"], "r1", perm=FIRST),
        node("Shape", ["r1"], "shape"),  # (N, 4, 8, 8): one more row and column, if even
        node("Slice", ["shape", "two", "three"], "side"),
        node("Mod", ["side", "two"], "odd"),
        node("Sub", ["one", "odd"], "more"),
        node("Concat", ["zeros", "zeros", "zeros", "more", "more"], "paddings", axis=0),
        node("Pad", ["r1", "paddings"], "p"),
        node("MaxPool", ["p"], "pooled", kernel_shape=[3, 3], strides=[2, 2]),
        node("Transpose", ["pooled"], "pooled1", perm=LAST),
        node("Add", ["pooled1", "pooled1"], "twice"),
        node("ReduceMean", ["twice"], "means", axes=[1, 2], keepdims=0),
        node("MatMul", ["means", "m"], "product"),
        node("Add", ["product", "b"], "logits"),
        node("Softmax", ["logits"], "y", axis=-1),
    ]
    weights["three"] = np.array([3], np.int64)
    return nodes, weights


def expected(layers: Any, weights: dict[str, Any], x: Any) -> Any:
    kernel = weights["k"].transpose(2, 3, 1, 0)
    inner = (layers.convolution(x, kernel) - weights["mean"]) * weights["factor"]
    mean = 2 * layers.max_pool(np.maximum(inner, 0), 3, 2).mean(axis=(1, 2))
    logits = mean @ weights["m"] + weights["b"]
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def test_a_net_with_channels_last_answers_what_its_layers_say(
    layers: Any, numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    nodes, weights = keras_net(numbers)
    x = numbers(2, 8, 8, 3)
    model = convert(file_of(nodes, weights), outputs=["y"])
    found = run(model, x=x.transpose(0, 3, 1, 2))["y"]
    np.testing.assert_allclose(found, expected(layers, weights, x), atol=1e-5)
    assert "Transpose" not in {made.op_type for made in model.graph.node}


def test_it_can_be_given_the_interface_of_a_net_that_reads_blue_first(
    layers: Any, numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    nodes, weights = keras_net(numbers)
    pictures = np.random.default_rng(1).integers(0, 256, (2, 8, 8, 3), np.uint8)
    mean = (104.0, 117.0, 123.0)
    data = convert_fully(
        "onnx_channels_last",
        file_of(nodes, weights),
        picture=InputSpec(size_hw=(8, 8), channels="bgr", mean=mean, scale=1 / 64),
        outputs=[OutputSpec("probabilities", "y", (2,))],
    )
    model = onnx.load_model_from_string(data)
    found = run(model, images=pictures)["probabilities"]
    x = (pictures[..., ::-1].astype(np.float32) - np.array(mean, np.float32)) / 64
    np.testing.assert_allclose(found, expected(layers, weights, x), atol=1e-4)
    kinds = [made.op_type for made in model.graph.node]
    assert kinds.count("Pad") == 1  # the border of zeros became the convolution's own


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([node("Erf", ["x"], "y")], "operator Erf"),
        ([node("Conv", ["x", "k"], "y")], "another order"),
        ([node("Transpose", ["x"], "y", perm=LAST)], "unknown way"),
        ([node("Transpose", ["x"], "y", perm=[3, 2, 1, 0])], "unknown way"),
        ([node("Softmax", ["x"], "y")], "softmax over pictures"),
        ([node("ReduceMean", ["x"], "y", axes=[3], keepdims=0)], "height and width"),
        ([node("Cast", ["x"], "y", to=TensorProto.INT64)], "whole numbers"),
        ([node("Add", ["x", "k"], "y")], "along the channels"),
        ([node("Relu", ["x"], "y")], "no row of numbers called y"),
        ([node("Relu", ["x"], "z")], "no row of numbers called y"),
    ],
)
def test_a_net_of_another_kind_is_refused(
    numbers: Callable[..., Any], nodes: list[onnx.NodeProto], message: str
) -> None:
    with pytest.raises(PackInvalid, match=message):
        convert(file_of(nodes, {"k": numbers(3, 8)}), outputs=["y"])


def test_a_picture_without_a_stated_size_is_refused() -> None:
    nodes = [node("ReduceMean", ["x"], "y", axes=[1, 2], keepdims=0)]
    with pytest.raises(PackInvalid, match="no size"):
        convert(file_of(nodes, {}, sides=("N", "H", "W", 3)), outputs=["y"])


def test_a_net_of_two_pictures_is_refused() -> None:
    nodes = [node("ReduceMean", ["x"], "y", axes=[1, 2], keepdims=0)]
    model = onnx.load_model_from_string(file_of(nodes, {})["m.onnx"])
    model.graph.input.append(helper.make_tensor_value_info("z", TensorProto.FLOAT, [1]))
    with pytest.raises(PackInvalid, match="2 inputs"):
        convert({"m.onnx": model.SerializeToString()}, outputs=["y"])


def test_what_is_no_onnx_file_is_refused() -> None:
    with pytest.raises(PackInvalid, match="no ONNX"):
        convert({"m.onnx": b"not a model at all"}, outputs=["y"])
