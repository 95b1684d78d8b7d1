"""The one interface of all pack models: uint8 pictures in, agreed tensors out.

Input `images`: uint8 (N, H, W, 3), RGB, 0-255. The graph itself transposes, casts, subtracts the
mean and scales; a net that was trained on BGR or grey pictures gets its first kernels rearranged
instead, which costs nothing at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray

Channels = Literal["rgb", "bgr", "grey"]
GREY_WEIGHTS = (0.299, 0.587, 0.114)
"""Luma of red, green, blue (ITU-R BT.601), as OpenCV and Pillow compute grey pictures."""


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What the source net was trained on: (channels - mean) * scale.

    size_hw: None when any size goes. mean, scale: in the order of `channels`, or one for all.
    """

    size_hw: tuple[int, int] | None
    channels: Channels = "rgb"
    mean: tuple[float, ...] = (0.0,)
    scale: float | tuple[float, ...] = 1.0


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """source: the name in the converted graph; name: ours; shape: of one picture, without N.

    A side that depends on the picture is a word such as "H/4". reshape: the source has the same
    numbers in another shape.
    """

    name: str
    source: str
    shape: tuple[int | str, ...]
    reshape: bool = False


def give_interface(
    model: onnx.ModelProto, picture: InputSpec, outputs: Sequence[OutputSpec]
) -> onnx.ModelProto:
    """Rewrite the float (N, C, H, W) model in place; returns it, checked by onnx's checker."""
    graph = model.graph
    (source,) = (value.name for value in graph.input)
    _rearrange_channels(graph, source, picture.channels)
    body = list(graph.node)
    for node in body:
        node.input[:] = [_READY if name == source else name for name in node.input]
    del graph.node[:]
    graph.node.extend(_front(graph, picture))
    graph.node.extend(body)
    height, width = picture.size_hw or ("H", "W")
    shape = ["N", height, width, 3]
    _replace(graph.input, [helper.make_tensor_value_info("images", TensorProto.UINT8, shape)])
    _name_outputs(graph, outputs)
    model.producer_name, model.producer_version, model.doc_string = "eyebright", "", ""
    onnx.checker.check_model(model, full_check=True)
    return model


def _front(graph: onnx.GraphProto, picture: InputSpec) -> list[onnx.NodeProto]:
    """Nodes from `images` to what the net starts from."""
    steps: list[tuple[str, AnyArray | None]] = [("Transpose", None), ("Cast", None)]
    mean = _per_channel_rgb(picture.mean, picture.channels)
    if np.any(mean):
        steps.append(("Sub", mean))
    scales = picture.scale if isinstance(picture.scale, tuple) else (picture.scale,)
    scale = _per_channel_rgb(scales, picture.channels)
    if np.any(scale != 1.0):
        steps.append(("Mul", scale if len(scales) > 1 else scale.reshape(())))
    nodes, name = [], "images"
    for index, (operator, constant) in enumerate(steps):
        inputs = [name]
        if constant is not None:
            inputs.append(f"picture_{operator.lower()}")
            graph.initializer.append(numpy_helper.from_array(constant, inputs[1]))
        name = _READY if index == len(steps) - 1 else f"picture_{index}"
        nodes.append(helper.make_node(operator, inputs, [name], **_attributes(operator)))
    return nodes


_READY = "picture_ready"


def _attributes(operator: str) -> dict[str, Any]:
    if operator == "Transpose":
        return {"perm": [0, 3, 1, 2]}
    return {"to": TensorProto.FLOAT} if operator == "Cast" else {}


def _per_channel_rgb(values: tuple[float, ...], channels: Channels) -> AnyArray:
    """(1 or 3, 1, 1) float32, in the order red, green, blue."""
    if len(values) not in (1, 3):
        raise PackInvalid(f"A mean or a divisor has one or three numbers, not {len(values)}.")
    ordered = values[::-1] if channels == "bgr" else values
    return np.array(ordered, np.float32).reshape(-1, 1, 1)


def _rearrange_channels(graph: onnx.GraphProto, source: str, channels: Channels) -> None:
    """Let the first convolutions read RGB: reversed for BGR, spread by luma for grey."""
    if channels == "rgb":
        return
    change: Callable[[AnyArray], AnyArray] = _reverse if channels == "bgr" else _spread
    weights = {weight.name: weight for weight in graph.initializer}
    first = [node for node in graph.node if source in node.input]
    if not first or any(node.op_type != "Conv" for node in first):
        raise PackInvalid(f"A {channels} net must begin with a convolution.")
    for node in first:
        weight = weights[node.input[1]]
        weight.CopyFrom(numpy_helper.from_array(change(numpy_helper.to_array(weight)), weight.name))


def _reverse(kernel: AnyArray) -> AnyArray:
    return np.ascontiguousarray(kernel[:, ::-1])


def _spread(kernel: AnyArray) -> AnyArray:
    if kernel.shape[1] != 1:
        raise PackInvalid(f"A grey net has one input channel, this one {kernel.shape[1]}.")
    spread: AnyArray = kernel * np.array(GREY_WEIGHTS, np.float32).reshape(1, 3, 1, 1)
    return spread


def _name_outputs(graph: onnx.GraphProto, outputs: Sequence[OutputSpec]) -> None:
    """Rename the tensors, reshape those that ask for it, and state their shapes."""
    for node in graph.node:
        for names in (node.input, node.output):
            names[:] = [_inner_name(name, outputs) for name in names]
    for output in outputs:
        if not output.reshape:
            continue
        target = np.array([-1, *output.shape], np.int64)
        graph.initializer.append(numpy_helper.from_array(target, f"{output.name}_shape"))
        inputs = [f"{output.name}_flat", f"{output.name}_shape"]
        graph.node.append(helper.make_node("Reshape", inputs, [output.name]))
    values = [
        helper.make_tensor_value_info(output.name, TensorProto.FLOAT, ["N", *output.shape])
        for output in outputs
    ]
    _replace(graph.output, values)


def _inner_name(name: str, outputs: Sequence[OutputSpec]) -> str:
    """A tensor's new name; one of ours that the net uses for another tensor gets out of the way."""
    for output in outputs:
        if name == output.source:
            return f"{output.name}_flat" if output.reshape else output.name
    return f"{name}_inside" if any(name == output.name for output in outputs) else name


def _replace(values: object, new: list[onnx.ValueInfoProto]) -> None:
    del values[:]  # type: ignore[attr-defined]
    values.extend(new)  # type: ignore[attr-defined]
