"""A TensorFlow.js graph model to ONNX.

TensorFlow keeps pictures as (N, H, W, C), ONNX as (N, C, H, W). Instead of transposing around
every convolution, tensors that are pictures are kept (N, C, H, W) all the way, and per-channel
constants are turned to fit. Only the operators that our networks use are known; any other one is
an error that names it.
"""

from __future__ import annotations

import base64
import json
import posixpath
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import onnx

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray
from eyebright.packs.converters.graph import GraphBuilder, Padding, padding_attributes
from eyebright.packs.converters.tfjs_weights import read_weights

Node = Mapping[str, Any]
_ELEMENTWISE = {
    "Add": "Add",
    "AddV2": "Add",
    "BiasAdd": "Add",
    "Mul": "Mul",
    "Sub": "Sub",
    "Minimum": "Min",
    "Maximum": "Max",
}
_ACTIVATIONS = ("Relu", "Relu6", "Sigmoid", "Tanh")


def convert(members: Mapping[str, bytes], *, outputs: Sequence[str]) -> onnx.ModelProto:
    """`members`: the model's `.json` and its `.bin` files. `outputs`: names of TensorFlow nodes."""
    path = next((name for name in members if name.endswith(".json")), None)
    if path is None:
        raise PackInvalid("A TensorFlow.js model needs its .json file among the members.")
    model = json.loads(members[path])
    weights = read_weights(model["weightsManifest"], members, folder=posixpath.dirname(path))
    translation = _Translation(weights)
    for node in _needed(model["modelTopology"]["node"], outputs):
        translation.node(node)
    return translation.finish(outputs)


class _Translation:
    """The state of one conversion: TensorFlow name -> array, or -> name in the ONNX graph."""

    def __init__(self, weights: Mapping[str, AnyArray]) -> None:
        self._graph = GraphBuilder("tfjs")
        self._weights = weights
        self._tensors: dict[str, str] = {}
        self._pictures: set[str] = set()
        self._inputs: list[str] = []

    def node(self, node: Node) -> None:
        """Translate one node. Raises PackInvalid for an operator that is not known."""
        operator = node["op"]
        if operator == "Const":
            return
        translate = self._translator(operator)
        if translate is None:
            raise PackInvalid(f"The TensorFlow operator {operator} is not supported.")
        try:
            tensor, is_picture = translate(node)
        except KeyError as error:
            raise PackInvalid(f"Node {node['name']} needs {error}, which is not there.") from error
        self._tensors[node["name"]] = tensor
        if is_picture:
            self._pictures.add(tensor)

    def finish(self, outputs: Sequence[str]) -> onnx.ModelProto:
        missing = [name for name in outputs if name not in self._tensors]
        if missing:
            raise PackInvalid(f"The TensorFlow model has no node called {missing[0]}.")
        for name in outputs:
            self._graph.add("Identity", [self._tensors[name]], output=name)
        return self._graph.model(inputs=self._inputs, outputs=outputs)

    def _translator(self, operator: str) -> Callable[[Node], tuple[str, bool]] | None:
        if operator in _ELEMENTWISE:
            return self._elementwise
        if operator in _ACTIVATIONS:
            return self._activation
        return {
            "Placeholder": self._placeholder,
            "Conv2D": self._convolution,
            "_FusedConv2D": self._convolution,
            "DepthwiseConv2dNative": self._convolution,
            "FusedDepthwiseConv2dNative": self._convolution,
            "MatMul": self._matrix_product,
            "_FusedMatMul": self._matrix_product,
            "AvgPool": self._pool,
            "MaxPool": self._pool,
            "Mean": self._mean,
            "Squeeze": self._squeeze,
            "Softmax": self._softmax,
            "Identity": self._identity,
            "Cast": self._identity,
            "Unpack": self._batch_as_it_is,
            "ExpandDims": self._batch_as_it_is,
            "ResizeBilinear": self._enlargement,
        }.get(operator)

    def _placeholder(self, node: Node) -> tuple[str, bool]:
        self._inputs.append(node["name"])
        return node["name"], True

    def _convolution(self, node: Node) -> tuple[str, bool]:
        picture, weights, *extra = _inputs(node)
        kernel = self._weights[weights]
        groups = 1
        if "Depthwise" in node["op"]:
            height, width, groups, multiplier = kernel.shape
            kernel = kernel.transpose(2, 3, 0, 1).reshape(groups * multiplier, 1, height, width)
        else:
            kernel = kernel.transpose(3, 2, 0, 1)
        fused = _strings(node, "fused_ops")
        tensor = self._graph.convolution(
            self._tensors[picture],
            kernel,
            self._weights[extra[0]] if "BiasAdd" in fused else None,
            stride=_integers(node, "strides")[1:3],
            dilation=_integers(node, "dilations", default=(1, 1, 1, 1))[1:3],
            padding=_padding(node),
            groups=groups,
        )
        return self._fused_activation(tensor, fused), True

    def _matrix_product(self, node: Node) -> tuple[str, bool]:
        left, right, *extra = _inputs(node)
        if _flag(node, "transpose_a"):
            raise PackInvalid(f"Node {node['name']} transposes its first matrix; not supported.")
        weights = self._weights[right]
        if _flag(node, "transpose_b"):
            weights = weights.T
        fused = _strings(node, "fused_ops")
        tensor = self._graph.add("MatMul", [self._tensors[left], self._graph.constant(weights)])
        if "BiasAdd" in fused:
            bias = self._graph.constant(self._weights[extra[0]])
            tensor = self._graph.add("Add", [tensor, bias])
        return self._fused_activation(tensor, fused), False

    def _fused_activation(self, tensor: str, fused: Sequence[str]) -> str:
        for kind in fused:
            if kind != "BiasAdd":
                tensor = self._graph.activation(tensor, kind)
        return tensor

    def _elementwise(self, node: Node) -> tuple[str, bool]:
        names = _inputs(node)
        tensors = [self._tensors[name] for name in names if name in self._tensors]
        is_picture = any(tensor in self._pictures for tensor in tensors)
        operands = [self._operand(name, is_picture=is_picture) for name in names]
        return self._graph.add(_ELEMENTWISE[node["op"]], operands), is_picture

    def _operand(self, name: str, *, is_picture: bool) -> str:
        """A tensor, or a constant turned so that it broadcasts along the channels."""
        if name in self._tensors:
            return self._tensors[name]
        values = self._weights[name]
        if is_picture and values.ndim >= 1 and values.size == values.shape[-1]:
            values = values.reshape(-1, 1, 1)
        elif is_picture and values.ndim > 1:
            raise PackInvalid(f"The constant {name} has {values.ndim} axes; not supported.")
        return self._graph.constant(values)

    def _activation(self, node: Node) -> tuple[str, bool]:
        tensor = self._tensors[_inputs(node)[0]]
        return self._graph.activation(tensor, node["op"]), tensor in self._pictures

    def _pool(self, node: Node) -> tuple[str, bool]:
        """The maximum or mean of windows; pixels outside the picture do not count."""
        tensor = self._graph.add(
            "AveragePool" if node["op"] == "AvgPool" else "MaxPool",
            [self._tensors[_inputs(node)[0]]],
            kernel_shape=_integers(node, "ksize")[1:3],
            strides=_integers(node, "strides")[1:3],
            **padding_attributes(_padding(node)),
        )
        return tensor, True

    def _mean(self, node: Node) -> tuple[str, bool]:
        """The mean over height and width, which makes a picture a row of numbers."""
        picture, axes = _inputs(node)
        found = sorted(int(axis) for axis in np.atleast_1d(self._weights[axes]))
        if found != [1, 2] or _flag(node, "keep_dims"):
            raise PackInvalid(f"Node {node['name']} averages over axes {found}; not supported.")
        mean = self._graph.add("GlobalAveragePool", [self._tensors[picture]])
        return self._graph.add("Flatten", [mean]), False

    def _squeeze(self, node: Node) -> tuple[str, bool]:
        """One pixel as a row of numbers, or a batch of one taken apart."""
        if sorted(_integers(node, "squeeze_dims")) != [1, 2]:
            return self._batch_as_it_is(node)
        return self._graph.add("Flatten", [self._tensors[_inputs(node)[0]]]), False

    def _batch_as_it_is(self, node: Node) -> tuple[str, bool]:
        """Nets made for one picture take the batch of one apart and put it together again; a batch
        of any size passes instead."""
        picture, *axes = _inputs(node)
        along = [int(self._weights[name]) for name in axes]
        along += _integers(node, "squeeze_dims")
        along += [int(node["attr"]["axis"]["i"])] if "axis" in node["attr"] else []
        tensor = self._tensors[picture]
        if along != [0] or tensor not in self._pictures:
            raise PackInvalid(f"Node {node['name']} changes axes {along}; not supported.")
        return tensor, True

    def _enlargement(self, node: Node) -> tuple[str, bool]:
        """To twice the height and width, which is the only enlargement that our nets do."""
        picture = self._tensors[_inputs(node)[0]]
        if not _flag(node, "half_pixel_centers") or _flag(node, "align_corners"):
            raise PackInvalid(f"Node {node['name']} resizes in an old way that is not supported.")
        scales = self._graph.constant(np.array([1, 1, 2, 2], np.float32))
        tensor = self._graph.add(
            "Resize",
            [picture, "", scales],
            mode="linear",
            coordinate_transformation_mode="half_pixel",
        )
        return tensor, True

    def _softmax(self, node: Node) -> tuple[str, bool]:
        tensor = self._tensors[_inputs(node)[0]]
        if tensor in self._pictures:
            raise PackInvalid(f"Node {node['name']} is a softmax over pictures; not supported.")
        return self._graph.add("Softmax", [tensor], axis=-1), False

    def _identity(self, node: Node) -> tuple[str, bool]:
        tensor = self._tensors[_inputs(node)[0]]
        return tensor, tensor in self._pictures


def _needed(nodes: Sequence[Node], outputs: Sequence[str]) -> list[Node]:
    """Those that the outputs depend on, in their order: what decodes them further is left out."""
    by_name = {node["name"]: node for node in nodes}
    wanted, found = list(outputs), set[str]()
    while wanted:
        name = wanted.pop()
        if name not in found and name in by_name:
            found.add(name)
            wanted.extend(_inputs(by_name[name]))
    return [node for node in nodes if node["name"] in found]


def _inputs(node: Node) -> list[str]:
    """Names of the inputs, without control edges and output numbers."""
    return [name.split(":")[0] for name in node.get("input", []) if not name.startswith("^")]


def _integers(node: Node, key: str, *, default: Sequence[int] = ()) -> list[int]:
    values = node["attr"].get(key, {}).get("list", {}).get("i", default)
    return [int(value) for value in values]


def _strings(node: Node, key: str) -> list[str]:
    values = node.get("attr", {}).get(key, {}).get("list", {}).get("s", [])
    return [base64.b64decode(value).decode() for value in values]


def _flag(node: Node, key: str) -> bool:
    return bool(node.get("attr", {}).get(key, {}).get("b", False))


def _padding(node: Node) -> Padding:
    text = base64.b64decode(node["attr"]["padding"]["s"]).decode()
    if text == "SAME":
        return "same"
    if text == "VALID":
        return "valid"
    raise PackInvalid(f"Node {node['name']} uses the padding {text}, which is not supported.")
