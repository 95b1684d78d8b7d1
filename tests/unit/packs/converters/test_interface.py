from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from eyebright.errors import PackInvalid
from eyebright.packs.converters.graph import GraphBuilder
from eyebright.packs.converters.interface import (
    GREY_WEIGHTS,
    Channels,
    InputSpec,
    OutputSpec,
    give_interface,
)

MEAN = (10.0, 20.0, 30.0)


def net(kernel: Any, *, source: str = "picture") -> Any:
    g = GraphBuilder("t")
    g.convolution(source, kernel, padding="same", output="answer")
    return g.model(inputs=[source], outputs=["answer"])


@pytest.fixture
def pictures() -> Any:
    return np.random.default_rng(3).integers(0, 256, (2, 6, 8, 3), dtype=np.uint8)


def prepared(pictures: Any, channels: Channels) -> Any:
    """What the source net expects, written out: (N, C, H, W) float32."""
    floats = pictures.astype(np.float32)
    if channels == "grey":
        grey = floats @ np.array(GREY_WEIGHTS, np.float32)
        return ((grey - 127.5) * 0.1)[:, None]
    ordered = floats[..., ::-1] if channels == "bgr" else floats
    return ((ordered - np.array(MEAN, np.float32)) * 0.1).transpose(0, 3, 1, 2)


@pytest.mark.parametrize("channels", ["rgb", "bgr", "grey"])
def test_the_graph_prepares_the_picture_as_the_net_was_trained(
    numbers: Callable[..., Any], run: Callable[..., Any], pictures: Any, channels: Channels
) -> None:
    kernel = numbers(4, 1 if channels == "grey" else 3, 3, 3)
    wanted = run(net(kernel), picture=prepared(pictures, channels))["answer"]
    mean = (127.5,) if channels == "grey" else MEAN
    spec = InputSpec((6, 8), channels=channels, mean=mean, scale=0.1)
    model = give_interface(net(kernel), spec, [OutputSpec("y", "answer", (4, 6, 8))])
    found = run(model, images=pictures)["y"]
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-3)


def test_a_net_of_any_size_and_a_reshaped_output(
    numbers: Callable[..., Any], run: Callable[..., Any], pictures: Any
) -> None:
    outputs = [OutputSpec("points", "answer", (8, 6, 4), reshape=True)]
    model = give_interface(net(numbers(4, 3, 3, 3)), InputSpec(None), outputs)
    assert run(model, images=pictures)["points"].shape == (2, 8, 6, 4)
    sides = model.graph.input[0].type.tensor_type.shape.dim
    assert [side.dim_param or side.dim_value for side in sides] == ["N", "H", "W", 3]


def test_a_source_that_uses_our_names_gets_out_of_the_way(
    numbers: Callable[..., Any], run: Callable[..., Any], pictures: Any
) -> None:
    g = GraphBuilder("t")
    g.convolution("images", numbers(4, 3, 1, 1), output="landmarks")
    g.add("Sigmoid", ["landmarks"], output="y")
    model = g.model(inputs=["images"], outputs=["y"])
    give_interface(model, InputSpec((6, 8)), [OutputSpec("landmarks", "y", (4, 6, 8))])
    found = run(model, images=pictures)["landmarks"]
    assert 0 <= found.min() <= found.max() <= 1


def test_a_bgr_net_must_begin_with_a_convolution() -> None:
    g = GraphBuilder("t")
    g.add("Relu", ["x"], output="y")
    model = g.model(inputs=["x"], outputs=["y"])
    with pytest.raises(PackInvalid, match="begin with a convolution"):
        give_interface(model, InputSpec((6, 8), channels="bgr"), [OutputSpec("y", "y", (3, 6, 8))])


def test_a_grey_net_has_one_input_channel(numbers: Callable[..., Any]) -> None:
    with pytest.raises(PackInvalid, match="one input channel"):
        give_interface(
            net(numbers(4, 3, 1, 1)), InputSpec((6, 8), channels="grey"), [OutputSpec("y", "y", ())]
        )


def test_a_mean_of_two_numbers_is_refused(numbers: Callable[..., Any]) -> None:
    with pytest.raises(PackInvalid, match="one or three"):
        give_interface(net(numbers(4, 3, 1, 1)), InputSpec((6, 8), mean=(1.0, 2.0)), [])
