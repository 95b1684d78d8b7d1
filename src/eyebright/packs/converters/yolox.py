"""YOLOX as its authors export it, made ready for pictures of any size and number.

The export begins with four interleaved quarters of the picture, stacked ("focus"), and a 3x3
convolution. That is one 6x6 convolution of stride 2, which is faster, and lets the net be told
that its pictures come as RGB. The sizes that the export wrote into its reshapes are set free.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from onnx import helper, numpy_helper

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray, FloatArray
from eyebright.packs.converters import onnx_file

_QUARTERS_YX = ((0, 0), (1, 0), (0, 1), (1, 1))
"""Row and column at which each quarter of the stack begins, in the order of its channels."""


def convert(members: Mapping[str, bytes], *, outputs: Sequence[str]) -> onnx.ModelProto:
    """`members`: the one `.onnx` file; `outputs`: the name of its output, (N, cells, 5 + classes):
    centre and logarithm of the size in cells, objectness, classes."""
    model = onnx_file.convert(members, outputs=outputs)
    _merge_focus(model.graph)
    for node in model.graph.node:
        if node.op_type == "Reshape":
            _free_batch(model.graph, node.input[1])
    del model.graph.value_info[:]  # shapes that were inferred from the old targets
    return model


def _merge_focus(graph: onnx.GraphProto) -> None:
    (picture,) = (value.name for value in graph.input)
    makers = {name: node for node in graph.node for name in node.output}
    stem = next((node for node in graph.node if node.op_type == "Conv"), None)
    stack = makers.get(stem.input[0]) if stem is not None else None
    if stem is None or stack is None or stack.op_type != "Concat":
        raise PackInvalid("A YOLOX begins with four quarters of the picture and a convolution.")
    weights = {weight.name: weight for weight in graph.initializer}
    kernel = numpy_helper.to_array(weights[stem.input[1]])
    name = f"{stem.input[1]}_whole"
    graph.initializer.append(numpy_helper.from_array(_spread(kernel), name))
    rest = [*stem.input[2:]]
    whole = helper.make_node(
        "Conv",
        [picture, name, *rest],
        list(stem.output),
        kernel_shape=[6, 6],
        strides=[2, 2],
        pads=[2, 2, 2, 2],
    )
    graph.node.insert(list(graph.node).index(stem), whole)
    graph.node.remove(stem)
    # The slices and their stack are left without a reader; simplifying drops them.


def _spread(kernel: AnyArray) -> FloatArray:
    """(O, 12, 3, 3) over the stacked quarters to (O, 3, 6, 6) over the picture."""
    if kernel.shape[1:] != (12, 3, 3):
        raise PackInvalid(f"A YOLOX begins with kernels of (12, 3, 3), not {kernel.shape[1:]}.")
    whole = np.zeros((len(kernel), 3, 6, 6), np.float32)
    for index, (row, column) in enumerate(_QUARTERS_YX):
        whole[:, :, row::2, column::2] = kernel[:, 3 * index : 3 * index + 3]
    return whole


def _free_batch(graph: onnx.GraphProto, name: str) -> None:
    """A target (1, C, -1) becomes (0, C, -1): as many pictures as there are."""
    for weight in graph.initializer:
        if weight.name == name:
            shape = numpy_helper.to_array(weight).copy()
            shape[0] = 0
            weight.CopyFrom(numpy_helper.from_array(shape, name))
