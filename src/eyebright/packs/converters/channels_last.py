"""An ONNX file whose net keeps pictures as (N, H, W, C), as exports of Keras nets do.

Such files turn every tensor around before each convolution and back behind it, and compute their
paddings from shapes while they run. Here pictures are kept (N, C, H, W) all the way, per-channel
constants are turned to fit, and paddings are constants: onnx's own reference computes them for the
one size that the file takes. Only the operators that our networks use are known; any other one is
an error that names it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray
from eyebright.packs.converters.graph import GraphBuilder
from eyebright.packs.converters.onnx_file import read_onnx

Layout = Literal["last", "first", "row"]
"""What the file has in a tensor: (N, H, W, C), (N, C, H, W), or a row of numbers a picture."""
_Made = tuple[str, Layout]
_TURNS: dict[tuple[int, ...], tuple[Layout, Layout]] = {
    (0, 3, 1, 2): ("last", "first"),
    (0, 2, 3, 1): ("first", "last"),
}
_LAST_TO_FIRST = [0, 3, 1, 2]


def convert(members: Mapping[str, bytes], *, outputs: Sequence[str]) -> onnx.ModelProto:
    """`members`: the one `.onnx` file; `outputs`: names of its outputs, rows of numbers."""
    (data,) = members.values()
    model = read_onnx(data)
    translation = _Translation(model)
    for node in model.graph.node:
        translation.node(node)
    return translation.finish(outputs)


class _Translation:
    """The state of one conversion: name in the file -> name in the new graph and layout there."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self._model = model
        self._graph = GraphBuilder("channels_last")
        self._constants: dict[str, AnyArray] = {
            weight.name: numpy_helper.to_array(weight) for weight in model.graph.initializer
        }
        inputs = [value for value in model.graph.input if value.name not in self._constants]
        if len(inputs) != 1:
            raise PackInvalid(f"A net takes one picture; this one has {len(inputs)} inputs.")
        self._source = inputs[0].name
        self._sides_hwc = _sides_of(inputs[0])
        self._tensors: dict[str, _Made] = {self._source: (self._source, "last")}
        self._bordered: dict[str, tuple[str, list[int]]] = {}
        """A tensor with zeros around it -> the tensor, and the border that a convolution can add
        itself: top, left, bottom, right."""

    def node(self, node: onnx.NodeProto) -> None:
        """Translate one node; arithmetic on shapes is left out, see `_paddings`.

        Raises PackInvalid for an operator that is not known.
        """
        if node.op_type in ("Constant", "Identity") and self._is_constant(node):
            return
        if node.op_type == "Shape" or not any(name in self._tensors for name in node.input):
            return
        translate = self._translator(node.op_type)
        if translate is None:
            raise PackInvalid(f"The ONNX operator {node.op_type} is not supported here.")
        self._tensors[node.output[0]] = translate(node)

    def finish(self, outputs: Sequence[str]) -> onnx.ModelProto:
        for name in outputs:
            made, layout = self._tensors.get(name, ("", "last"))
            if layout != "row":
                raise PackInvalid(f"The ONNX model has no row of numbers called {name}.")
            self._graph.add("Identity", [made], output=name)
        return self._graph.model(inputs=[self._source], outputs=outputs)

    def _translator(self, operator: str) -> Callable[[onnx.NodeProto], _Made] | None:
        return {
            "Add": self._arithmetic,
            "Cast": self._cast,
            "Conv": self._windowed,
            "MatMul": self._product,
            "MaxPool": self._windowed,
            "Mul": self._arithmetic,
            "Pad": self._pad,
            "ReduceMean": self._mean,
            "Relu": self._pointwise,
            "Softmax": self._pointwise,
            "Sub": self._arithmetic,
            "Transpose": self._transpose,
        }.get(operator)

    def _is_constant(self, node: onnx.NodeProto) -> bool:
        if node.op_type == "Constant":
            self._constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
            return True
        if node.input[0] in self._constants:
            self._constants[node.output[0]] = self._constants[node.input[0]]
            return True
        return False

    def _cast(self, node: onnx.NodeProto) -> _Made:
        if _attributes(node)["to"] != TensorProto.FLOAT:
            raise PackInvalid(f"Node {node.name} turns a picture into whole numbers.")
        return self._tensors[node.input[0]]

    def _transpose(self, node: onnx.NodeProto) -> _Made:
        tensor, layout = self._tensors[node.input[0]]
        before, after = _TURNS.get(tuple(_attributes(node)["perm"]), ("row", "row"))
        if layout != before or layout == "row":
            raise PackInvalid(f"Node {node.name} turns its axes in an unknown way.")
        return tensor, after

    def _windowed(self, node: onnx.NodeProto) -> _Made:
        """A convolution or a maximum; the file has turned its input before."""
        tensor = self._tensor(node.input[0], "first", node)
        weights = [self._graph.constant(self._constants[name]) for name in node.input[1:]]
        attributes = _attributes(node)
        if node.op_type == "Conv" and tensor in self._bordered:
            tensor, border = self._bordered[tensor]
            own = attributes.get("pads", [0, 0, 0, 0])
            attributes["pads"] = [a + b for a, b in zip(own, border, strict=True)]
        return self._graph.add(node.op_type, [tensor, *weights], **attributes), "first"

    def _pointwise(self, node: onnx.NodeProto) -> _Made:
        tensor, layout = self._tensors[node.input[0]]
        if node.op_type == "Softmax" and layout != "row":
            raise PackInvalid(f"Node {node.name} is a softmax over pictures; not supported.")
        return self._graph.add(node.op_type, [tensor], **_attributes(node)), layout

    def _product(self, node: onnx.NodeProto) -> _Made:
        tensor = self._tensor(node.input[0], "row", node)
        weights = self._graph.constant(self._constants[node.input[1]])
        return self._graph.add("MatMul", [tensor, weights]), "row"

    def _mean(self, node: onnx.NodeProto) -> _Made:
        tensor = self._tensor(node.input[0], "last", node)
        attributes = _attributes(node)
        if sorted(attributes.get("axes", [])) != [1, 2] or attributes.get("keepdims", 1):
            raise PackInvalid(f"Node {node.name} does not average over height and width.")
        mean = self._graph.add("GlobalAveragePool", [tensor])
        return self._graph.add("Flatten", [mean]), "row"

    def _arithmetic(self, node: onnx.NodeProto) -> _Made:
        """With a constant on the right, or of two tensors alike. A difference becomes a sum, which
        `simplify` can fold into the convolution before it."""
        left, right = node.input
        tensor, layout = self._tensors[left]
        if right not in self._constants:
            other = self._tensor(right, layout, node)
            return self._graph.add(node.op_type, [tensor, other]), layout
        values, operator = self._constants[right], node.op_type
        if operator == "Sub":
            values, operator = -values, "Add"
        if layout != "row":
            values = _along_channels(values, layout, where=node.name)
        return self._graph.add(operator, [tensor, self._graph.constant(values)]), layout

    def _pad(self, node: onnx.NodeProto) -> _Made:
        tensor, layout = self._tensors[node.input[0]]
        begin_end = self._paddings(node.input[1]).reshape(2, 4)
        if layout == "last":
            begin_end = begin_end[:, _LAST_TO_FIRST]
        inputs = [tensor, self._graph.constant(begin_end.reshape(-1).astype(np.int64))]
        if len(node.input) > 2 and node.input[2]:
            inputs.append(self._graph.constant(self._constants[node.input[2]]))
        attributes = _attributes(node)
        made = self._graph.add("Pad", inputs, **attributes)
        with_zeros = attributes.get("mode", b"constant") == b"constant" and len(inputs) == 2
        if with_zeros and not begin_end[:, :2].any():
            self._bordered[made] = tensor, begin_end[:, 2:].reshape(-1).tolist()
        return made, layout

    def _paddings(self, name: str) -> AnyArray:
        """What the file computes from shapes, computed once by running the part before it."""
        graph = self._model.graph
        part = helper.make_graph(
            _needed_for(name, graph.node),
            "paddings",
            [value for value in graph.input if value.name == self._source],
            [helper.make_tensor_value_info(name, TensorProto.INT64, None)],
            graph.initializer,
        )
        model = helper.make_model(part, opset_imports=self._model.opset_import)
        nothing = np.zeros((1, *self._sides_hwc), np.float32)
        (paddings,) = ReferenceEvaluator(model).run([name], {self._source: nothing})
        return np.asarray(paddings, np.int64)

    def _tensor(self, name: str, wanted: Layout, node: onnx.NodeProto) -> str:
        tensor, layout = self._tensors[name]
        if layout != wanted:
            raise PackInvalid(f"Node {node.name} finds its axes in another order than expected.")
        return tensor


def _sides_of(value: onnx.ValueInfoProto) -> tuple[int, int, int]:
    """Height, width and channels of the one picture size that the file takes."""
    sides = [side.dim_value for side in value.type.tensor_type.shape.dim][1:]
    if len(sides) != 3 or not all(sides):
        raise PackInvalid("The ONNX model states no size (N, H, W, C) of its picture.")
    return sides[0], sides[1], sides[2]


def _needed_for(name: str, nodes: Sequence[onnx.NodeProto]) -> list[onnx.NodeProto]:
    """The nodes that a tensor is made from, in their order."""
    wanted, needed = {name}, list[onnx.NodeProto]()
    for node in reversed(nodes):
        if wanted.intersection(node.output):
            wanted.update(node.input)
            needed.append(node)
    return needed[::-1]


def _along_channels(values: AnyArray, layout: Layout, *, where: str) -> AnyArray:
    """A constant of one number, or of one for each channel, as (C, 1, 1)."""
    axis = -1 if layout == "last" else -3
    channels = values.shape[axis] if values.ndim >= abs(axis) else 1
    if values.size != channels:
        raise PackInvalid(f"Node {where} has a constant that is not along the channels.")
    return values.reshape(-1, 1, 1)


def _attributes(node: onnx.NodeProto) -> dict[str, Any]:
    return {item.name: helper.get_attribute_value(item) for item in node.attribute}
