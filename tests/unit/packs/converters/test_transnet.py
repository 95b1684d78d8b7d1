"""A tiny TransNet against the same net written down in numpy, layer by layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from eyebright.errors import PackInvalid
from eyebright.packs.converters import transnet
from eyebright.packs.converters.convert import convert
from eyebright.packs.converters.interface import InputSpec, OutputSpec

WIDTHS = (1, 2, 2)
"""Channels of one branch in each stack; a block has four branches."""
SIDE = 8
OUTPUTS = ("changes", "blends")


def net_weights(numbers: Callable[..., Any]) -> dict[str, Any]:
    weights: dict[str, Any] = {}
    inside = 3
    for stack, width in enumerate(WIDTHS):
        for block in (0, 1):
            name = f"SDDCNN.{stack}.DDCNN.{block}"
            for dilation in (1, 2, 4, 8):
                layers = f"{name}.Conv3D_{dilation}.layers"
                weights[f"{layers}.0.weight"] = numbers(2 * width, inside, 1, 3, 3)
                weights[f"{layers}.1.weight"] = numbers(width, 2 * width, 3, 1, 1)
            for part in ("weight", "bias", "running_mean"):
                weights[f"{name}.bn.{part}"] = numbers(4 * width)
            weights[f"{name}.bn.running_var"] = np.abs(numbers(4 * width)) + np.float32(0.5)
            inside = 4 * width
    sizes = {
        "frame_sim_layer.projection": (5, 4 * sum(WIDTHS)),
        "frame_sim_layer.fc": (6, 101),
        "color_hist_layer.fc": (7, 101),
        "fc1": (9, 7 + 6 + 4 * WIDTHS[-1]),
        "cls_layer1": (1, 9),
        "cls_layer2": (1, 9),
    }
    for name, size in sizes.items():
        # small, or every answer would be 0 or 1
        weights[f"{name}.weight"] = numbers(*size) * np.float32(0.2)
        weights[f"{name}.bias"] = numbers(size[0])
    return weights


def answer(w: dict[str, Any], pictures: Any) -> dict[str, Any]:
    """pictures: (frames, 8, 8, 3) uint8."""

    def dense(x: Any, name: str, *, active: bool = True) -> Any:
        y = x @ w[f"{name}.weight"].T + w[f"{name}.bias"]
        return np.maximum(y, 0) if active else y

    def branch(x: Any, name: str, dilation: int) -> Any:
        """x: (frames, H, W, channels)."""
        padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
        kernel = w[f"{name}.0.weight"][:, :, 0]
        height, width = x.shape[1:3]
        places = sum(
            padded[:, row : row + height, column : column + width] @ kernel[:, :, row, column].T
            for row in range(3)
            for column in range(3)
        )
        late = np.pad(places, ((dilation, dilation), (0, 0), (0, 0), (0, 0)))
        times = w[f"{name}.1.weight"][:, :, :, 0, 0]
        return sum(late[k * dilation : k * dilation + len(x)] @ times[:, :, k].T for k in range(3))

    def block(x: Any, name: str) -> Any:
        y = np.concatenate(
            [branch(x, f"{name}.Conv3D_{step}.layers", step) for step in (1, 2, 4, 8)], axis=-1
        )
        scale = w[f"{name}.bn.weight"] / np.sqrt(w[f"{name}.bn.running_var"] + 1e-3)
        return np.maximum((y - w[f"{name}.bn.running_mean"]) * scale + w[f"{name}.bn.bias"], 0)

    def likeness(vectors: Any) -> Any:
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        wide = np.pad(unit @ unit.T, ((0, 0), (50, 50)))
        return np.stack([row[t : t + 101] for t, row in enumerate(wide)])

    x, features = pictures.astype(np.float32) / 255, []
    for stack in range(3):
        first = block(x, f"SDDCNN.{stack}.DDCNN.0")
        x = first + block(first, f"SDDCNN.{stack}.DDCNN.1")
        frames, height, width, channels = x.shape
        x = x.reshape(frames, height // 2, 2, width // 2, 2, channels).mean(axis=(2, 4))
        features.append(x.mean(axis=(1, 2)))
    codes = (pictures // 32).astype(int) @ np.array([64, 8, 1])
    counts = np.stack([np.bincount(one.ravel(), minlength=512) for one in codes])
    projected = dense(np.concatenate(features, axis=1), "frame_sim_layer.projection", active=False)
    joined = [
        dense(likeness(counts.astype(np.float32)), "color_hist_layer.fc"),
        dense(likeness(projected), "frame_sim_layer.fc"),
        x.reshape(len(x), -1),
    ]
    last = dense(np.concatenate(joined, axis=1), "fc1")
    return {
        name: 0.5 + 0.5 * np.tanh(dense(last, layer, active=False) / 2)
        for name, layer in zip(OUTPUTS, ("cls_layer1", "cls_layer2"), strict=True)
    }


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, numbers: Callable[..., Any]) -> dict[str, Any]:
    """Weights that the converter finds in any file."""
    weights = net_weights(numbers)
    monkeypatch.setattr(transnet, "read_checkpoint", lambda data: weights)
    return weights


def converted() -> bytes:
    outputs = [OutputSpec(name, name, (1,)) for name in OUTPUTS]
    return convert("transnet", {"a.pth": b""}, picture=InputSpec((SIDE, SIDE)), outputs=outputs)


@pytest.mark.parametrize("frames", [1, 2, 30, 120])
def test_a_small_net_answers_what_its_layers_say_for_any_number_of_frames(
    read: dict[str, Any], run: Callable[..., Any], frames: int
) -> None:
    pictures = np.random.default_rng(3).integers(0, 256, (frames, SIDE, SIDE, 3)).astype(np.uint8)
    answers = run(converted(), images=pictures)
    for name, expected in answer(read, pictures).items():
        np.testing.assert_allclose(answers[name], expected, atol=2e-5)


def test_a_weight_that_is_missing_is_named(read: dict[str, Any]) -> None:
    del read["SDDCNN.1.DDCNN.0.bn.bias"]
    with pytest.raises(PackInvalid, match=r"lacks SDDCNN\.1\.DDCNN\.0\.bn\.bias"):
        converted()


def test_an_output_that_no_transnet_has_is_refused(read: dict[str, Any]) -> None:
    assert read
    with pytest.raises(PackInvalid, match="no output called scenes"):
        transnet.convert({"a.pth": b""}, outputs=["changes", "scenes"])
