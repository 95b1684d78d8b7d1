from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from eyebright.errors import PackInvalid
from eyebright.packs.converters.convert import convert as convert_all
from eyebright.packs.converters.interface import InputSpec, OutputSpec
from eyebright.packs.converters.onnx_file import convert


def old_model(kernel: Any) -> bytes:
    """As exporters of 2019 wrote it: weights among the inputs, fixed sizes, operator set 9."""
    nodes = [
        helper.make_node("Conv", ["x", "k"], ["c"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["y"]),
    ]
    inputs = [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 32, 32]),
        helper.make_tensor_value_info("k", TensorProto.FLOAT, list(kernel.shape)),
    ]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 2, 32, 32])]
    graph = helper.make_graph(nodes, "old", inputs, outputs, [numpy_helper.from_array(kernel, "k")])
    opset = [helper.make_opsetid("", 9)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=4)
    data: bytes = model.SerializeToString()
    return data


def test_sizes_become_free_and_weights_are_no_inputs(
    numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    kernel, picture = numbers(2, 3, 3, 3), numbers(2, 3, 40, 24)
    model = convert({"m.onnx": old_model(kernel)}, outputs=["y"])
    assert [value.name for value in model.graph.input] == ["x"]
    assert model.opset_import[0].version >= 17
    found = run(model, x=picture)["y"]
    assert found.shape == (2, 2, 40, 24)
    small = run(old_model(kernel), x=picture[:1, :, :32, :][:, :, :, [*range(24), *([0] * 8)]])["y"]
    np.testing.assert_allclose(found[:1, :, :30, :22], small[:, :, :30, :22], atol=1e-5)


def test_what_is_no_onnx_file_is_refused() -> None:
    with pytest.raises(PackInvalid, match="no ONNX model"):
        convert({"m.onnx": b"\xff\xff\xff\xff not a model"}, outputs=["y"])


def test_an_output_that_is_not_there_is_named(numbers: Callable[..., Any]) -> None:
    with pytest.raises(PackInvalid, match="called z"):
        convert({"m.onnx": old_model(numbers(2, 3, 3, 3))}, outputs=["z"])


def test_a_graph_without_nodes_is_refused() -> None:
    with pytest.raises(PackInvalid):
        convert({"m.onnx": onnx.ModelProto().SerializeToString()}, outputs=["y"])


def test_what_a_file_says_of_itself_stays_with_it(numbers: Callable[..., Any]) -> None:
    model = onnx.load_model_from_string(old_model(numbers(2, 3, 3, 3)))
    helper.set_model_props(model, {"character": "a\nb"})
    given = {"m.onnx": model.SerializeToString()}
    data = convert_all(
        "onnx", given, picture=InputSpec(None), outputs=[OutputSpec("y", "y", (2, "H", "W"))]
    )
    found = {item.key: item.value for item in onnx.load_model_from_string(data).metadata_props}
    assert found == {"character": "a\nb"}
