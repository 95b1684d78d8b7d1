"""PRelu, said so that onnxruntime's CPU provider runs it fast.

Its PRelu operator is slow and leaves the blocked layout in which convolutions run, so each one
costs two rearrangements of the tensor. Said as PRelu(x) = a x + (1 - a) Relu(x), with depthwise
convolutions for the factors, everything stays in that layout: MobileFaceNet takes about a third of
the time, the face mesh and the iris net about a quarter. Answers differ by rounding only.

It gets better where the layers around are convolutions. Relu(|1 - a| x) + s a x is PRelu(x) for
slopes up to 1 (s = 1) and -PRelu(x) for others (s = -1): a Relu that comes right after a
convolution costs nothing, and the sign goes into the weights of the convolution that reads it. When
a depthwise convolution made x, it takes the factors into its own weights, twice. Given up: nodes
that would read better.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper, numpy_helper

from eyebright.geometry.arrays import FloatArray


def spread_prelu(model: onnx.ModelProto) -> onnx.ModelProto:
    """Replace each PRelu over pictures with one slope a channel, in place; returns the model."""
    graph = model.graph
    for node in [node for node in graph.node if node.op_type == "PRelu"]:
        slopes = _weight(graph, node.input[1])
        if slopes is not None and slopes.ndim >= 3 and slopes.shape[-3] == slopes.size:
            _replace(graph, node, slopes.reshape(-1))
    _drop_unused_weights(graph)
    return model


def _replace(graph: onnx.GraphProto, node: onnx.NodeProto, slopes: FloatArray) -> None:
    reader = _only_reader(graph, node.output[0])
    steep = slopes > 1
    if steep.any() and (reader is None or not _reads_channels(reader, len(slopes))):
        _put_for(graph, node, _plainly(graph, node, slopes))
        return
    signs = np.where(steep, np.float32(-1), np.float32(1))
    if steep.any() and reader is not None:
        _flip(graph, reader, signs)
    maker = _depthwise_maker(graph, node.input[0])
    bent = _bent(graph, node, maker, rise=np.abs(1 - slopes), line=signs * slopes)
    if maker is not None:
        graph.node.remove(maker)
    _put_for(graph, node, bent)


def _plainly(
    graph: onnx.GraphProto, node: onnx.NodeProto, slopes: FloatArray
) -> list[onnx.NodeProto]:
    before, after = node.input[0], node.output[0]
    relu, bent, straight = f"{after}_relu", f"{after}_bent", f"{after}_straight"
    return [
        helper.make_node("Relu", [before], [relu]),
        _scaled(graph, relu, np.float32(1) - slopes, output=bent),
        _scaled(graph, before, slopes, output=straight),
        helper.make_node("Add", [bent, straight], [after]),
    ]


def _bent(
    graph: onnx.GraphProto,
    node: onnx.NodeProto,
    maker: onnx.NodeProto | None,
    *,
    rise: FloatArray,
    line: FloatArray,
) -> list[onnx.NodeProto]:
    """Relu(rise x) + line x, where x comes from a depthwise convolution that nobody else reads."""
    before, after = node.input[0], node.output[0]
    risen, bent, straight = f"{after}_risen", f"{after}_bent", f"{after}_straight"

    def scaled(factors: FloatArray, output: str) -> onnx.NodeProto:
        if maker is None:
            return _scaled(graph, before, factors, output=output)
        return _rescaled(graph, maker, factors, output=output)

    return [
        scaled(rise, risen),
        helper.make_node("Relu", [risen], [bent]),
        scaled(line, straight),
        helper.make_node("Add", [bent, straight], [after]),
    ]


def _scaled(
    graph: onnx.GraphProto, tensor: str, factors: FloatArray, *, output: str
) -> onnx.NodeProto:
    """A 1x1 depthwise convolution: every channel times its factor."""
    name = f"{output}_kernel"
    _add_weight(graph, factors.reshape(-1, 1, 1, 1), name)
    return helper.make_node(
        "Conv", [tensor, name], [output], group=len(factors), kernel_shape=[1, 1]
    )


def _rescaled(
    graph: onnx.GraphProto, convolution: onnx.NodeProto, factors: FloatArray, *, output: str
) -> onnx.NodeProto:
    """The same convolution with every output channel times its factor."""
    copy = onnx.NodeProto()
    copy.CopyFrom(convolution)
    copy.name, copy.output[0] = "", output
    for position, name in enumerate(convolution.input[1:], start=1):
        values = _weight(graph, name)
        assert values is not None  # _depthwise_maker looked
        copy.input[position] = f"{output}_{position}"
        shaped = factors.reshape(-1, *[1] * (values.ndim - 1))
        _add_weight(graph, values * shaped, copy.input[position])
    return copy


def _flip(graph: onnx.GraphProto, reader: onnx.NodeProto, signs: FloatArray) -> None:
    """The convolution reads -x instead of x where the sign is -1."""
    kernel = _weight(graph, reader.input[1])
    assert kernel is not None  # _reads_channels looked
    axis = 0 if _group(reader) > 1 else 1
    shape = [1] * kernel.ndim
    shape[axis] = len(signs)
    name = f"{reader.output[0]}_flipped"
    _add_weight(graph, kernel * signs.reshape(shape), name)
    reader.input[1] = name


def _only_reader(graph: onnx.GraphProto, tensor: str) -> onnx.NodeProto | None:
    """The convolution that reads a tensor as its picture, when nothing else does."""
    readers = [node for node in graph.node if tensor in node.input]
    if len(readers) != 1 or tensor in [output.name for output in graph.output]:
        return None
    reader = readers[0]
    is_picture = reader.op_type == "Conv" and reader.input[0] == tensor
    return reader if is_picture and _weight(graph, reader.input[1]) is not None else None


def _reads_channels(reader: onnx.NodeProto, channels: int) -> bool:
    """Whether each of its weights belongs to one input channel that is easy to find."""
    return _group(reader) in (1, channels)


def _depthwise_maker(graph: onnx.GraphProto, tensor: str) -> onnx.NodeProto | None:
    """The depthwise convolution that made a tensor which only one node reads."""
    makers = [node for node in graph.node if tensor in node.output]
    readers = [node for node in graph.node if tensor in node.input]
    if len(makers) != 1 or makers[0].op_type != "Conv" or len(readers) != 1:
        return None
    if tensor in [output.name for output in graph.output]:
        return None
    weights = [_weight(graph, name) for name in makers[0].input[1:]]
    if any(values is None for values in weights) or weights[0] is None:
        return None
    return makers[0] if _group(makers[0]) == len(weights[0]) > 1 else None


def _group(convolution: onnx.NodeProto) -> int:
    groups = [entry.i for entry in convolution.attribute if entry.name == "group"]
    return int(groups[0]) if groups else 1


def _weight(graph: onnx.GraphProto, name: str) -> FloatArray | None:
    for tensor in graph.initializer:
        if tensor.name == name:
            values: FloatArray = numpy_helper.to_array(tensor)
            return values
    return None


def _add_weight(graph: onnx.GraphProto, values: FloatArray, name: str) -> None:
    graph.initializer.append(numpy_helper.from_array(values.astype(np.float32), name))


def _put_for(
    graph: onnx.GraphProto, node: onnx.NodeProto, replacement: list[onnx.NodeProto]
) -> None:
    """The replacement stands where the node stood."""
    nodes: list[onnx.NodeProto] = []
    for present in graph.node:
        nodes.extend(replacement if present.output[0] == node.output[0] else [present])
    del graph.node[:]
    graph.node.extend(nodes)


def _drop_unused_weights(graph: onnx.GraphProto) -> None:
    used = {name for node in graph.node for name in node.input}
    kept = [weight for weight in graph.initializer if weight.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)
