from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

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


def test_a_slope_for_each_pixel_is_left_alone(numbers: Callable[..., Any]) -> None:
    g = GraphBuilder("t")
    g.add("PRelu", ["x", g.constant(numbers(6, 5, 7))], output="y")
    model = spread_prelu(g.model(inputs=["x"], outputs=["y"]))
    assert [node.op_type for node in model.graph.node] == ["PRelu"]
