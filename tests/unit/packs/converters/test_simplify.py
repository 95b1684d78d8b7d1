from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import onnx
import pytest

from eyebright.packs.converters.graph import GraphBuilder
from eyebright.packs.converters.simplify import simplify

Numbers = Callable[..., Any]
Run = Callable[..., Any]


def kinds(model: onnx.ModelProto) -> list[str]:
    return [node.op_type for node in model.graph.node]


def simplified_is_the_same(model: onnx.ModelProto, run: Run, picture: Any) -> None:
    """The oracle of every rule: the answers before it."""
    before = run(model, x=picture)
    simplify(model)
    after = run(model, x=picture)
    assert before
    for name, values in before.items():
        np.testing.assert_allclose(after[name], values, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("turned", [False, True])
def test_a_factor_and_an_addend_fold_into_the_convolution(
    numbers: Numbers, run: Run, turned: bool
) -> None:
    g = GraphBuilder("t")
    c = g.convolution("x", numbers(4, 3, 3, 3), numbers(4))
    factor, addend = g.constant(numbers(4, 1, 1)), g.constant(numbers(1, 4, 1, 1))
    m = g.add("Mul", [factor, c] if turned else [c, factor])
    g.add("Add", [addend, m] if turned else [m, addend], output="y")
    model = g.model(inputs=["x"], outputs=["y"])
    simplified_is_the_same(model, run, numbers(2, 3, 8, 8))
    assert kinds(model) == ["Conv"]


def test_one_number_for_all_channels_folds_too(numbers: Numbers, run: Run) -> None:
    g = GraphBuilder("t")
    c = g.convolution("x", numbers(4, 3, 3, 3))
    g.add("Mul", [c, g.constant(np.array(0.5, np.float32))], output="y")
    model = g.model(inputs=["x"], outputs=["y"])
    simplified_is_the_same(model, run, numbers(2, 3, 8, 8))
    assert kinds(model) == ["Conv"]


@pytest.mark.parametrize("operator", ["Conv", "ConvTranspose"])
def test_a_batch_normalisation_folds(numbers: Numbers, run: Run, operator: str) -> None:
    g = GraphBuilder("t")
    kernel = g.constant(numbers(4, 3, 2, 2) if operator == "Conv" else numbers(3, 4, 2, 2))
    c = g.add(operator, ["x", kernel], strides=[2, 2], kernel_shape=[2, 2])
    norm = [numbers(4), numbers(4), numbers(4), np.abs(numbers(4)) + 1]
    g.add("BatchNormalization", [c, *(g.constant(v) for v in norm)], output="y", epsilon=0.01)
    model = g.model(inputs=["x"], outputs=["y"])
    simplified_is_the_same(model, run, numbers(2, 3, 8, 8))
    assert kinds(model) == [operator]


def test_a_bounded_relu_becomes_a_clip(numbers: Numbers, run: Run) -> None:
    g = GraphBuilder("t")
    six, zero = (g.constant(np.array(v, np.float32)) for v in (0.6, 0.0))
    low = g.add("Min", [g.add("Relu", ["x"]), six])
    g.add("Max", [low, zero], output="y")
    model = g.model(inputs=["x"], outputs=["y"])
    simplified_is_the_same(model, run, numbers(2, 3, 8, 8))
    assert kinds(model) == ["Clip"]


def test_a_tensor_that_others_use_is_left_alone(numbers: Numbers, run: Run) -> None:
    g = GraphBuilder("t")
    c = g.convolution("x", numbers(4, 3, 3, 3))
    scaled = g.add("Mul", [c, g.constant(numbers(4, 1, 1))])
    g.add("Add", [c, scaled], output="y")
    model = g.model(inputs=["x"], outputs=["y"])
    simplified_is_the_same(model, run, numbers(1, 3, 8, 8))
    assert kinds(model) == ["Conv", "Mul", "Add"]


def test_a_tensor_that_is_an_output_is_left_alone(numbers: Numbers, run: Run) -> None:
    g = GraphBuilder("t")
    c = g.convolution("x", numbers(4, 3, 3, 3), output="inner")
    g.add("Mul", [c, g.constant(numbers(4, 1, 1))], output="y")
    model = g.model(inputs=["x"], outputs=["y", "inner"])
    simplified_is_the_same(model, run, numbers(1, 3, 8, 8))
    assert kinds(model) == ["Conv", "Mul"]


def test_a_constant_that_is_not_one_a_channel_is_left_alone(numbers: Numbers, run: Run) -> None:
    g = GraphBuilder("t")
    c = g.convolution("x", numbers(4, 3, 1, 1))
    g.add("Mul", [c, g.constant(numbers(4))], output="y")  # along the columns
    model = g.model(inputs=["x"], outputs=["y"])
    simplified_is_the_same(model, run, numbers(1, 3, 4, 4))
    assert kinds(model) == ["Conv", "Mul"]


@pytest.mark.parametrize("order", [("Relu", "Sigmoid"), ("Sigmoid", "Relu")])
def test_names_given_by_an_identity_survive(
    numbers: Numbers, run: Run, order: Sequence[str]
) -> None:
    g = GraphBuilder("t")
    inner = g.add(order[1], [g.add(order[0], ["x"])])
    g.add("Identity", [inner], output="y")
    model = g.model(inputs=["x"], outputs=["y"])
    simplified_is_the_same(model, run, numbers(1, 3, 4, 4))
    assert kinds(model) == list(order)


def test_nodes_that_no_output_needs_are_dropped(numbers: Numbers, run: Run) -> None:
    g = GraphBuilder("t")
    g.add("Relu", ["x"], output="y")
    g.convolution("x", numbers(4, 3, 3, 3))
    model = g.model(inputs=["x"], outputs=["y"])
    simplified_is_the_same(model, run, numbers(1, 3, 4, 4))
    assert kinds(model) == ["Relu"]
    assert not model.graph.initializer


def test_a_shared_weight_is_not_changed_for_others(numbers: Numbers, run: Run) -> None:
    g = GraphBuilder("t")
    kernel = g.constant(numbers(3, 3, 1, 1))
    one = g.add("Conv", ["x", kernel], kernel_shape=[1, 1])
    two = g.add("Conv", ["x", kernel], kernel_shape=[1, 1])
    scaled = g.add("Mul", [one, g.constant(numbers(3, 1, 1))])
    g.add("Concat", [scaled, two], output="y", axis=1)
    model = g.model(inputs=["x"], outputs=["y"])
    simplified_is_the_same(model, run, numbers(1, 3, 4, 4))
    assert kinds(model) == ["Conv", "Conv", "Concat"]
