"""PRelu, said so that onnxruntime's CPU provider runs it fast.

Its PRelu operator is slow and leaves the blocked layout in which convolutions run, so each one
costs two rearrangements of the tensor. PRelu(x) = a x + (1 - a) Relu(x) is said instead with two
1x1 depthwise convolutions, which stay in that layout: MobileFaceNet takes about a third of the
time, the face mesh and the iris net about a quarter. Given up: four nodes where one would read
better. Answers differ by rounding only.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper, numpy_helper

from eyebright.geometry.arrays import FloatArray


def spread_prelu(model: onnx.ModelProto) -> onnx.ModelProto:
    """Replace each PRelu over pictures with one slope a channel, in place; returns the model."""
    graph = model.graph
    weights = {weight.name: numpy_helper.to_array(weight) for weight in graph.initializer}
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        slopes = weights.get(node.input[1]) if node.op_type == "PRelu" else None
        if slopes is None or slopes.ndim < 3 or slopes.shape[-3] != slopes.size:
            nodes.append(node)
        else:
            nodes.extend(_spread(graph, node, slopes.reshape(-1)))
    del graph.node[:]
    graph.node.extend(nodes)
    _drop_unused_weights(graph)
    return model


def _spread(
    graph: onnx.GraphProto, node: onnx.NodeProto, slopes: FloatArray
) -> list[onnx.NodeProto]:
    before, after = node.input[0], node.output[0]
    relu, bent, straight = f"{after}_relu", f"{after}_bent", f"{after}_straight"
    rise = np.float32(1) - slopes
    if (rise >= 0).all():  # the Relu may come last, where it costs nothing
        bending = [
            _scaled(graph, before, rise, output=relu),
            helper.make_node("Relu", [relu], [bent]),
        ]
    else:
        bending = [
            helper.make_node("Relu", [before], [relu]),
            _scaled(graph, relu, rise, output=bent),
        ]
    return [
        *bending,
        _scaled(graph, before, slopes, output=straight),
        helper.make_node("Add", [bent, straight], [after]),
    ]


def _scaled(
    graph: onnx.GraphProto, tensor: str, factors: FloatArray, *, output: str
) -> onnx.NodeProto:
    """A 1x1 depthwise convolution: every channel times its factor."""
    name = f"{output}_kernel"
    kernel = factors.astype(np.float32).reshape(-1, 1, 1, 1)
    graph.initializer.append(numpy_helper.from_array(kernel, name))
    return helper.make_node(
        "Conv", [tensor, name], [output], group=len(factors), kernel_shape=[1, 1]
    )


def _drop_unused_weights(graph: onnx.GraphProto) -> None:
    used = {name for node in graph.node for name in node.input}
    kept = [weight for weight in graph.initializer if weight.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)
