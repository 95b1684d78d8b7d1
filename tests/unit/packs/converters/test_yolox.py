from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from eyebright.errors import PackInvalid
from eyebright.packs.converters.simplify import simplify
from eyebright.packs.converters.yolox import convert

QUARTERS = ((0, 0), (1, 0), (0, 1), (1, 1))


def exported(kernel: Any, *, size: int = 16) -> onnx.ModelProto:
    """Focus, one convolution, one reshape and a transpose with sizes written in, as exports are."""
    ends = np.array([2**40, 2**40], np.int64)
    axes, steps = np.array([2, 3], np.int64), np.array([2, 2], np.int64)
    weights = {"ends": ends, "axes": axes, "steps": steps, "kernel": kernel}
    weights["shape"] = np.array([1, len(kernel), -1], np.int64)
    nodes = []
    for index, quarter in enumerate(QUARTERS):
        weights[f"start{index}"] = np.array(quarter, np.int64)
        inputs = ["images", f"start{index}", "ends", "axes", "steps"]
        nodes.append(helper.make_node("Slice", inputs, [f"quarter{index}"]))
    nodes += [
        helper.make_node("Concat", [f"quarter{i}" for i in range(4)], ["stack"], axis=1),
        helper.make_node("Conv", ["stack", "kernel"], ["map"], pads=[1, 1, 1, 1]),
        helper.make_node("Reshape", ["map", "shape"], ["flat"]),
        helper.make_node("Transpose", ["flat"], ["output"], perm=[0, 2, 1]),
    ]
    cells = (size // 2) ** 2
    picture = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, size, size])
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, cells, len(kernel)])
    graph = helper.make_graph(
        nodes,
        "yolox",
        [picture],
        [output],
        [numpy_helper.from_array(values, name) for name, values in weights.items()],
    )
    opsets = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def test_the_merged_stem_answers_what_the_stack_of_quarters_does(
    numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    source = exported(numbers(7, 12, 3, 3))
    x = numbers(1, 3, 16, 16)
    expected = run(source, images=x)["output"]
    model = simplify(convert({"net.onnx": source.SerializeToString()}, outputs=["output"]))
    assert [node.op_type for node in model.graph.node] == ["Conv", "Reshape", "Transpose"]
    np.testing.assert_allclose(run(model, images=x)["output"], expected, rtol=1e-4, atol=1e-5)


def test_pictures_of_other_sizes_and_several_at_once_are_taken(
    numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    source = exported(numbers(7, 12, 3, 3))
    model = simplify(convert({"net.onnx": source.SerializeToString()}, outputs=["output"]))
    x = numbers(2, 3, 24, 32)
    both = run(model, images=x)["output"]
    assert both.shape == (2, 12 * 16, 7)
    second = run(model, images=x[1:])["output"]
    np.testing.assert_allclose(both[1], second[0], rtol=1e-4, atol=1e-5)


def test_a_net_that_begins_otherwise_is_refused(numbers: Callable[..., Any]) -> None:
    source = exported(numbers(7, 12, 3, 3))
    for node in source.graph.node:
        if node.op_type == "Concat":
            node.op_type = "Sum"
            del node.attribute[:]
    with pytest.raises(PackInvalid, match="four quarters"):
        convert({"net.onnx": source.SerializeToString()}, outputs=["output"])


def test_a_stem_of_another_size_is_refused(numbers: Callable[..., Any]) -> None:
    source = exported(numbers(7, 12, 5, 5))
    with pytest.raises(PackInvalid, match="12, 3, 3"):
        convert({"net.onnx": source.SerializeToString()}, outputs=["output"])
