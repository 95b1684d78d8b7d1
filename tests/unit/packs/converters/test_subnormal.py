from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from eyebright.packs.converters.subnormal import flush_subnormals


def model_with(weights: np.ndarray) -> onnx.ModelProto:
    graph = helper.make_graph(
        [helper.make_node("Identity", ["w"], ["y"])],
        "tiny",
        [],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(weights, "w")],
    )
    return helper.make_model(graph)


def weights_of(model: onnx.ModelProto) -> np.ndarray:
    (tensor,) = model.graph.initializer
    return numpy_helper.to_array(tensor)


def test_subnormal_weights_become_zero_and_others_stay() -> None:
    tiny, least = np.float32(1e-40), np.finfo(np.float32).tiny
    before = np.asarray([[1.5, tiny], [-tiny, -least]], np.float32)
    after = weights_of(flush_subnormals(model_with(before)))
    assert after.tolist() == [[1.5, 0], [0, -least]]


def test_whole_numbers_are_left_alone() -> None:
    before = np.asarray([0, 1, -7], np.int64)
    assert weights_of(flush_subnormals(model_with(before))).tolist() == [0, 1, -7]
