from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from eyebright.packs.converters.graph import GraphBuilder
from eyebright.packs.converters.prelu import spread_prelu


def test_the_spread_form_answers_the_same(
    numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    g = GraphBuilder("t")
    slopes = np.concatenate([numbers(3), [1.5, 0.0, 1.0]]).astype(np.float32)
    g.add("PRelu", ["x", g.constant(slopes.reshape(6, 1, 1))], output="y")
    model = g.model(inputs=["x"], outputs=["y"])
    picture = numbers(2, 6, 5, 7)
    before = run(model, x=picture)["y"]
    spread_prelu(model)
    assert "PRelu" not in {node.op_type for node in model.graph.node}
    np.testing.assert_allclose(run(model, x=picture)["y"], before, atol=1e-6)


SLOPES = np.asarray([0.2, -0.3, 1.5, 0.0, 1.0, 2.5], np.float32)
"""Some above 1, which turn the sign of what the next layer reads."""


@pytest.mark.parametrize("before", ["depthwise", "dense", "nothing"])
@pytest.mark.parametrize("after", ["depthwise", "dense", "dense read twice", "nothing"])
def test_convolutions_around_take_part_and_the_answers_stay(
    numbers: Callable[..., Any], run: Callable[..., Any], before: str, after: str
) -> None:
    g, tensor = GraphBuilder("t"), "x"
    if before != "nothing":
        group = 6 if before == "depthwise" else 1
        weights = [g.constant(numbers(6, 6 // group, 3, 3)), g.constant(numbers(6))]
        g.add("Conv", ["x", *weights], output="made", group=group, pads=[1, 1, 1, 1])
        tensor = "made"
    g.add("PRelu", [tensor, g.constant(SLOPES.reshape(6, 1, 1))], output="bent")
    outputs = ["bent"]
    if after != "nothing":
        group = 6 if after == "depthwise" else 1
        weights = [g.constant(numbers(6, 6 // group, 3, 3)), g.constant(numbers(6))]
        g.add("Conv", ["bent", *weights], output="read", group=group)
        outputs = ["read"]
    if after == "dense read twice":
        g.add("Relu", ["bent"], output="other")
        outputs = ["read", "other"]
    model = g.model(inputs=["x"], outputs=outputs)
    picture = numbers(2, 6, 5, 7)
    expected = run(model, x=picture)
    answers = run(spread_prelu(model), x=picture)
    for name in outputs:
        np.testing.assert_allclose(answers[name], expected[name], atol=2e-5)


def test_a_relu_right_after_a_convolution_is_what_is_left(numbers: Callable[..., Any]) -> None:
    g = GraphBuilder("t")
    g.add("Conv", ["x", g.constant(numbers(6, 1, 3, 3))], output="made", group=6)
    g.add("PRelu", ["made", g.constant(SLOPES.reshape(6, 1, 1))], output="bent")
    g.add("Conv", ["bent", g.constant(numbers(4, 6, 1, 1))], output="y")
    model = spread_prelu(g.model(inputs=["x"], outputs=["y"]))
    kinds = [node.op_type for node in model.graph.node]
    assert kinds == ["Conv", "Relu", "Conv", "Add", "Conv"]


def test_a_slope_for_each_pixel_is_left_alone(numbers: Callable[..., Any]) -> None:
    g = GraphBuilder("t")
    g.add("PRelu", ["x", g.constant(numbers(6, 5, 7))], output="y")
    model = spread_prelu(g.model(inputs=["x"], outputs=["y"]))
    assert [node.op_type for node in model.graph.node] == ["PRelu"]
