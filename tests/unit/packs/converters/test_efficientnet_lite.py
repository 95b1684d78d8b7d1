from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from eyebright.errors import PackInvalid
from eyebright.packs.converters import efficientnet_lite

BLOCKS = ((4, 3), (6, 3), (6, 3), (8, 5), (10, 3), (12, 5), (14, 5), (16, 3))
"""Channels and kernel of each block of a tiny net; its second stage has two blocks."""
STRIDES = (1, 2, 1, 2, 2, 1, 2, 1)


def net_weights(numbers: Callable[..., Any]) -> dict[str, Any]:
    weights: dict[str, Any] = {}

    def normalised(name: str, bn: str, *shape: int) -> None:
        weights[f"{name}.weight"] = numbers(*shape)
        for part in ("weight", "bias", "running_mean"):
            weights[f"{bn}.{part}"] = numbers(shape[0])
        weights[f"{bn}.running_var"] = np.abs(numbers(shape[0])) + np.float32(0.5)

    normalised("_conv_stem", "_bn0", 4, 3, 3, 3)
    inside = 4
    for index, (outside, kernel) in enumerate(BLOCKS):
        name, wide = f"_blocks.{index}", inside if index == 0 else 2 * inside
        if index:
            normalised(f"{name}._expand_conv", f"{name}._bn0", wide, inside, 1, 1)
        normalised(f"{name}._depthwise_conv", f"{name}._bn1", wide, 1, kernel, kernel)
        normalised(f"{name}._project_conv", f"{name}._bn2", outside, wide, 1, 1)
        inside = outside
    normalised("_conv_head", "_bn1", 20, inside, 1, 1)
    weights["_fc.weight"], weights["_fc.bias"] = numbers(5, 20), numbers(5)
    return weights


def answer(layers: Any, w: dict[str, Any], x: Any) -> tuple[Any, Any]:
    """Features and logits, layer by layer; the first block neither widens nor changes channels."""

    def normal(x: Any, bn: str, *, active: bool = True) -> Any:
        scale = w[f"{bn}.weight"] / np.sqrt(w[f"{bn}.running_var"] + 1e-3)
        y = (x - w[f"{bn}.running_mean"]) * scale + w[f"{bn}.bias"]
        return np.clip(y, 0, 6) if active else y

    def full(x: Any, name: str, bn: str, stride: int = 1, active: bool = True) -> Any:
        kernel = w[f"{name}.weight"].transpose(2, 3, 1, 0)
        return normal(layers.convolution(x, kernel, stride=stride), bn, active=active)

    x = full(x, "_conv_stem", "_bn0", 2)
    for index, stride in enumerate(STRIDES):
        name, before = f"_blocks.{index}", x
        if index:
            x = full(x, f"{name}._expand_conv", f"{name}._bn0")
        kernel = w[f"{name}._depthwise_conv.weight"].transpose(2, 3, 0, 1)
        x = normal(layers.depthwise(x, kernel, stride=stride), f"{name}._bn1")
        x = full(x, f"{name}._project_conv", f"{name}._bn2", active=False)
        x = x + before if x.shape == before.shape else x
    features = full(x, "_conv_head", "_bn1").mean(axis=(1, 2))
    return features, features @ w["_fc.weight"].T + w["_fc.bias"]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, numbers: Callable[..., Any]) -> dict[str, Any]:
    """Weights that the converter finds in any file."""
    weights = net_weights(numbers)
    monkeypatch.setattr(efficientnet_lite, "read_checkpoint", lambda data: weights)
    return weights


def test_a_small_net_answers_what_its_layers_say(
    read: dict[str, Any], layers: Any, numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    x = numbers(2, 64, 64, 3)
    # the first stage of the published nets changes channels; here it must not be a sum with itself
    read["_blocks.0._project_conv.weight"] = numbers(5, 4, 1, 1)
    for part in ("weight", "bias", "running_mean"):
        read[f"_blocks.0._bn2.{part}"] = numbers(5)
    read["_blocks.0._bn2.running_var"] = np.ones(5, np.float32)
    read["_blocks.1._expand_conv.weight"] = numbers(8, 5, 1, 1)
    model = efficientnet_lite.convert({"net.pth": b""}, outputs=["logits", "features"])
    found = run(model, picture=x.transpose(0, 3, 1, 2))
    features, logits = answer(layers, read, x)
    np.testing.assert_allclose(found["features"], features, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(found["logits"], logits, rtol=1e-3, atol=1e-4)


def test_a_net_with_a_stage_too_few_is_refused(read: dict[str, Any]) -> None:
    # its first stage keeps the stem's channels, so that only six stages are seen
    with pytest.raises(PackInvalid, match="6 stages"):
        efficientnet_lite.convert({"net.pth": b""}, outputs=["logits"])


def test_a_missing_array_is_named(read: dict[str, Any]) -> None:
    del read["_conv_stem.weight"]
    with pytest.raises(PackInvalid, match=r"_conv_stem\.weight"):
        efficientnet_lite.convert({"net.pth": b""}, outputs=["logits"])


def test_an_output_that_no_such_net_has_is_refused() -> None:
    with pytest.raises(PackInvalid, match="no output called boxes"):
        efficientnet_lite.convert({"net.pth": b""}, outputs=["boxes"])
