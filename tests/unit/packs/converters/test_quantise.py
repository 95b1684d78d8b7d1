"""Against onnx's own evaluator, on nets of a few layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from eyebright.geometry.arrays import FloatArray
from eyebright.packs.converters.quantise import Scale, activations, quantise

Run = Callable[..., Any]
RANDOM = np.random.default_rng(7)
KERNEL = RANDOM.normal(0, 0.3, (4, 3, 3, 3)).astype(np.float32)
BIAS = RANDOM.normal(0, 0.5, 4).astype(np.float32)
PICTURES = RANDOM.uniform(-1, 1, (2, 3, 8, 8)).astype(np.float32)


def net() -> onnx.ModelProto:
    """x -> Conv -> Relu -> MaxPool -> Add to itself -> y"""
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("MaxPool", ["r"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Add", ["p", "p"], ["s"]),
        helper.make_node("GlobalAveragePool", ["s"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 4, 1, 1])],
        [numpy_helper.from_array(KERNEL, "w"), numpy_helper.from_array(BIAS, "b")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


RANGES = {"x": (-1.0, 1.0), "r": (0.0, 5.0), "p": (0.0, 5.0), "s": (0.0, 10.0)}


def test_the_answers_stay_close(run: Run) -> None:
    before = run(net(), x=PICTURES)["y"]
    after = run(quantise(net(), RANGES), x=PICTURES)["y"]
    assert np.abs(before).max() > 0.5
    np.testing.assert_allclose(after, before, atol=0.02 * np.abs(before).max())


def test_weights_are_seven_bits_with_a_scale_for_each_channel() -> None:
    stored = {
        weight.name: numpy_helper.to_array(weight)
        for weight in quantise(net(), RANGES).graph.initializer
    }
    whole, steps = stored["r_kernel_whole"], stored["r_kernel_steps"]
    assert whole.dtype == np.int8
    assert np.abs(whole.astype(int)).max(axis=(1, 2, 3)).tolist() == [63] * 4
    np.testing.assert_allclose(whole * steps.reshape(-1, 1, 1, 1), KERNEL, atol=steps.max() / 2)
    assert stored["r_bias_whole"].dtype == np.int32
    assert "w" not in stored


def test_the_relu_after_a_layer_is_absorbed() -> None:
    kinds = [node.op_type for node in quantise(net(), RANGES).graph.node]
    assert "Relu" not in kinds
    assert kinds.count("Conv") == 1


def test_the_tensors_that_need_ranges_are_named_in_order() -> None:
    assert activations(net()) == ["x", "r", "p", "s"]


def test_naming_them_leaves_the_model_alone() -> None:
    model = net()
    activations(model)
    assert "Relu" in [node.op_type for node in model.graph.node]


@pytest.mark.parametrize(
    ("ranges", "said"),
    [
        ({name: ends for name, ends in RANGES.items() if name != "s"}, "s"),
        ({**RANGES, "nowhere": (0.0, 1.0)}, "nowhere"),
        ({**RANGES, "r": (-1.0, 5.0)}, "below 0"),
    ],
    ids=["one is missing", "one is too many", "a Relu cannot be negative"],
)
def test_ranges_that_do_not_fit_are_refused(
    ranges: dict[str, tuple[float, float]], said: str
) -> None:
    with pytest.raises(LookupError, match=said):
        quantise(net(), ranges)


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.0, 6.0), (-3.0, 0.5), (2.0, 4.0)])
def test_a_scale_holds_its_range_and_zero_exactly(low: float, high: float) -> None:
    scale = Scale.of(low, high)

    def real(whole: int) -> float:
        return float(scale.step) * (whole - int(scale.zero))

    assert real(int(scale.zero)) == 0
    assert real(0) <= min(low, 0) + float(scale.step)
    assert real(255) >= high - float(scale.step)


def test_a_range_without_extent_does_not_divide_by_zero() -> None:
    assert Scale.of(0.0, 0.0).step > 0


def test_a_smaller_step_where_the_range_is_smaller() -> None:
    steps: FloatArray = np.asarray([Scale.of(0, 1).step, Scale.of(0, 10).step], np.float32)
    assert steps[0] * 10 == pytest.approx(steps[1])
