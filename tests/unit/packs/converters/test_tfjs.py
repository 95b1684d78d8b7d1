from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from eyebright.errors import PackInvalid
from eyebright.packs.converters.convert import convert as convert_fully
from eyebright.packs.converters.interface import InputSpec, OutputSpec
from eyebright.packs.converters.tfjs import convert


def said(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def node(operator: str, name: str, inputs: list[str], **attributes: Any) -> dict[str, Any]:
    return {"op": operator, "name": name, "input": inputs, "attr": attributes}


def convolution(operator: str, name: str, inputs: list[str], **how: Any) -> dict[str, Any]:
    stride = str(how.get("stride", 1))
    attributes: dict[str, Any] = {
        "strides": {"list": {"i": ["1", stride, stride, "1"]}},
        "padding": {"s": said(how.get("padding", "SAME"))},
    }
    if "fused" in how:
        attributes["fused_ops"] = {"list": {"s": [said(kind) for kind in how["fused"]]}}
    return node(operator, name, inputs, **attributes)


def files(nodes: list[dict[str, Any]], weights: Mapping[str, Any]) -> dict[str, bytes]:
    """A graph model as TensorFlow.js stores it."""
    constants = [node("Const", name, []) for name in weights]
    kinds = {"f": "float32", "i": "int32"}
    entries = [
        {"name": name, "shape": list(values.shape), "dtype": kinds[values.dtype.kind]}
        for name, values in weights.items()
    ]
    model = {
        "modelTopology": {"node": [*constants, *nodes]},
        "weightsManifest": [{"paths": ["w.bin"], "weights": entries}],
    }
    data = b"".join(
        values.astype("<i4" if values.dtype.kind == "i" else "<f4").tobytes()
        for values in weights.values()
    )
    return {"models/m.json": json.dumps(model).encode(), "models/w.bin": data}


def picture_node() -> dict[str, Any]:
    return node("Placeholder", "x", [])


@pytest.mark.parametrize(("stride", "padding"), [(1, "SAME"), (2, "SAME"), (2, "VALID")])
def test_a_fused_convolution_is_what_tensorflow_computes(
    layers: Any, numbers: Callable[..., Any], run: Callable[..., Any], stride: int, padding: str
) -> None:
    x, kernel, bias = numbers(2, 9, 9, 3), numbers(3, 3, 3, 4), numbers(4)
    fused = convolution(
        "_FusedConv2D",
        "y",
        ["x", "k", "b"],
        stride=stride,
        padding=padding,
        fused=["BiasAdd", "Relu6"],
    )
    model = convert(files([picture_node(), fused], {"k": kernel, "b": bias}), outputs=["y"])
    found = run(model, x=x.transpose(0, 3, 1, 2))["y"].transpose(0, 2, 3, 1)
    plain = layers.convolution(x, kernel, bias, stride=stride, same=padding == "SAME")
    np.testing.assert_allclose(found, np.clip(plain, 0, 6), atol=1e-5)


def test_windows_are_averaged_and_one_pixel_becomes_a_row(
    numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    x, matrix = numbers(2, 4, 4, 3), numbers(3, 5)
    nodes = [
        picture_node(),
        node("AvgPool", "pooled", ["x"], strides={"list": {"i": ["1", "1", "1", "1"]}},
             ksize={"list": {"i": ["1", "4", "4", "1"]}}, padding={"s": said("VALID")}),
        node("Squeeze", "row", ["pooled"], squeeze_dims={"list": {"i": ["1", "2"]}}),
        node("MatMul", "y", ["row", "m"]),
    ]  # fmt: skip
    model = convert(files(nodes, {"m": matrix}), outputs=["y"])
    found = run(model, x=x.transpose(0, 3, 1, 2))["y"]
    np.testing.assert_allclose(found, x.mean(axis=(1, 2)) @ matrix, atol=1e-5)


def separable_net(numbers: Callable[..., Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A depthwise convolution with its normalisation spelled out, a bounded Relu, two heads."""
    weights = {
        "k": numbers(3, 3, 3, 1),
        "factor": numbers(3),
        "addend": numbers(3),
        "six": np.float32(6).reshape(()),
        "zero": np.float32(0).reshape(()),
        "axes": np.array([1, 2], np.int32),
        "m": numbers(3, 5),
        "b": numbers(5),
    }
    nodes = [
        picture_node(),
        convolution("DepthwiseConv2dNative", "d", ["x", "k"], stride=2),
        node("Mul", "scaled", ["d", "factor"]),
        node("Add", "moved", ["scaled", "addend"]),
        node("Relu", "r", ["moved"]),
        node("Minimum", "low", ["r", "six"]),
        node("Maximum", "bounded", ["low", "zero"]),
        node("MaxPool", "pooled", ["bounded"], strides={"list": {"i": ["1", "2", "2", "1"]}},
             ksize={"list": {"i": ["1", "3", "3", "1"]}}, padding={"s": said("SAME")}),
        node("Mean", "mean", ["pooled", "axes"], keep_dims={"b": False}),
        node("_FusedMatMul", "logits", ["mean", "m", "b"],
             fused_ops={"list": {"s": [said("BiasAdd")]}}),
        node("Softmax", "shares", ["logits"]),
        node("Sigmoid", "odds", ["logits"]),
        node("Identity", "out", ["shares"]),
    ]  # fmt: skip
    return nodes, weights


def test_a_small_net_answers_what_tensorflow_would(
    layers: Any, numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    nodes, w = separable_net(numbers)
    x = numbers(2, 12, 12, 3)
    model = convert(files(nodes, w), outputs=["out", "odds", "mean"])
    found = run(model, x=x.transpose(0, 3, 1, 2))
    inner = layers.depthwise(x, w["k"], stride=2) * w["factor"] + w["addend"]
    mean = layers.max_pool(np.clip(inner, 0, 6), 3, 2).mean(axis=(1, 2))
    logits = mean @ w["m"] + w["b"]
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found["mean"], mean, atol=1e-5)
    np.testing.assert_allclose(found["out"], shares, atol=1e-5)
    np.testing.assert_allclose(found["odds"], 1 / (1 + np.exp(-logits)), atol=1e-5)


def test_no_transposition_is_left_but_the_one_at_the_front(
    numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    import onnx

    nodes, weights = separable_net(numbers)
    data = convert_fully(
        "tfjs",
        files(nodes, weights),
        picture=InputSpec((12, 12), channels="bgr", mean=(1.0, 2.0, 3.0)),
        outputs=[OutputSpec("shares", "out", (5,))],
    )
    kinds = [node.op_type for node in onnx.load_model_from_string(data).graph.node]
    assert kinds.count("Transpose") == 1
    assert not {"Mul", "Min", "Max", "Relu"} & set(kinds), kinds
    assert run(data, images=np.zeros((3, 12, 12, 3), np.uint8))["shares"].shape == (3, 5)


def test_a_net_made_for_one_picture_takes_many(
    numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    weights = {"first": np.array(0, np.int32), "mean": numbers(1, 1, 1, 3)}
    nodes = [
        picture_node(),
        node("Cast", "c", ["x"]),
        node("Unpack", "one", ["c"], axis={"i": "0"}),
        node("ExpandDims", "many", ["one", "first"]),
        node("Squeeze", "again", ["many"], squeeze_dims={"list": {"i": ["0"]}}),
        node("ExpandDims", "p", ["again", "first"]),
        node("Sub", "y", ["p", "mean"]),
        node("Conv3D", "not asked for", ["y"]),
    ]
    x = numbers(2, 4, 4, 3)
    found = run(convert(files(nodes, weights), outputs=["y"]), x=x.transpose(0, 3, 1, 2))["y"]
    np.testing.assert_allclose(found.transpose(0, 2, 3, 1), x - weights["mean"], atol=1e-6)


def test_a_picture_is_doubled_between_the_centres_of_its_pixels(
    numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    new = {"half_pixel_centers": {"b": True}, "align_corners": {"b": False}}
    nodes = [picture_node(), node("ResizeBilinear", "y", ["x", "size"], **new)]
    model = convert(files(nodes, {"size": np.array([4, 2], np.int32)}), outputs=["y"])
    found = run(model, x=np.array([[[[0.0], [4.0]]]], np.float32))["y"]
    np.testing.assert_allclose(found[0, 0], np.array([[0, 1, 3, 4]] * 2).T, atol=1e-6)
    with pytest.raises(PackInvalid, match="old way"):
        convert(files([picture_node(), node("ResizeBilinear", "y", ["x"])], {}), outputs=["y"])


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([node("Conv3D", "y", ["x"])], "Conv3D"),
        ([node("Relu", "y", ["nobody"])], "nobody"),
        ([node("Mean", "y", ["x", "axes"])], "axes"),
        ([node("Softmax", "y", ["x"])], "softmax"),
        ([convolution("Conv2D", "y", ["x", "k"], padding="EXPLICIT")], "EXPLICIT"),
        ([convolution("_FusedConv2D", "y", ["x", "k"], fused=["Elu"])], "Elu"),
        ([node("Relu", "other", ["x"])], "called y"),
    ],
)
def test_what_is_not_supported_is_named(nodes: list[dict[str, Any]], message: str) -> None:
    weights = {"k": np.ones((1, 1, 3, 2), np.float32), "axes": np.array([3], np.int32)}
    with pytest.raises(PackInvalid, match=message):
        convert(files([picture_node(), *nodes], weights), outputs=["y"])


def test_a_model_without_its_json_is_refused() -> None:
    with pytest.raises(PackInvalid, match="json"):
        convert({"w.bin": b""}, outputs=["y"])
