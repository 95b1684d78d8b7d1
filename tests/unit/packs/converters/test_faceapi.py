from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from eyebright.errors import PackInvalid
from eyebright.packs.converters.faceapi import convert


def net_weights(numbers: Callable[..., Any]) -> dict[str, Any]:
    """Two blocks of 4 and 6 channels and 10 answers, named as the published nets name them."""
    weights: dict[str, Any] = {}

    def separable(name: str, inside: int, outside: int) -> None:
        weights[f"{name}/depthwise_filter"] = numbers(3, 3, inside, 1) / 2
        weights[f"{name}/pointwise_filter"] = numbers(1, 1, inside, outside)
        weights[f"{name}/bias"] = numbers(outside)

    weights["dense0/conv0/filters"] = numbers(3, 3, 3, 4)
    weights["dense0/conv0/bias"] = numbers(4)
    separable("dense1/conv0", 4, 6)
    for block, channels in ((0, 4), (1, 6)):
        for index in (1, 2, 3):
            separable(f"dense{block}/conv{index}", channels, channels)
    weights["fc/weights"], weights["fc/bias"] = numbers(6, 10), numbers(10)
    return weights


def files(weights: dict[str, Any]) -> dict[str, bytes]:
    entries = [
        {"name": f"net/{name}", "shape": list(values.shape), "dtype": "float32"}
        for name, values in weights.items()
    ]
    data = b"".join(values.astype("<f4").tobytes() for values in weights.values())
    manifest = [{"paths": ["net.bin"], "weights": entries}]
    return {"net-weights_manifest.json": json.dumps(manifest).encode(), "net.bin": data}


def answer(layers: Any, w: dict[str, Any], x: Any) -> Any:
    def separable(x: Any, name: str, stride: int = 1) -> Any:
        inner = layers.depthwise(x, w[f"{name}/depthwise_filter"], stride=stride)
        return layers.convolution(inner, w[f"{name}/pointwise_filter"], w[f"{name}/bias"])

    for block in (0, 1):
        if block == 0:
            start = layers.convolution(
                x, w["dense0/conv0/filters"], w["dense0/conv0/bias"], stride=2
            )
        else:
            start = separable(x, "dense1/conv0", stride=2)
        one = np.maximum(start, 0)
        two = separable(one, f"dense{block}/conv1")
        three = separable(np.maximum(one + two, 0), f"dense{block}/conv2")
        four = separable(np.maximum(one + two + three, 0), f"dense{block}/conv3")
        x = np.maximum(one + two + three + four, 0)
    return x.mean(axis=(1, 2)) @ w["fc/weights"] + w["fc/bias"]


def test_a_small_dense_net_answers_what_its_layers_say(
    layers: Any, numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    weights, x = net_weights(numbers), numbers(2, 28, 28, 3)
    model = convert(files(weights), outputs=["logits"], blocks=2)
    found = run(model, picture=x.transpose(0, 3, 1, 2))["logits"]
    assert found.shape == (2, 10)
    np.testing.assert_allclose(found, answer(layers, weights, x), rtol=1e-3, atol=1e-4)


def test_a_missing_array_is_named(numbers: Callable[..., Any]) -> None:
    weights = net_weights(numbers)
    del weights["dense1/conv2/bias"]
    with pytest.raises(PackInvalid, match="dense1/conv2/bias"):
        convert(files(weights), outputs=["logits"], blocks=2)


def test_a_net_without_its_manifest_is_refused() -> None:
    with pytest.raises(PackInvalid, match="manifest"):
        convert({"net.bin": b""}, outputs=["logits"])
