"""Oracles for converters: layers written out in numpy, pictures as (N, H, W, C)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]


class Layers:
    """TensorFlow's layers, slowly. Kernels are (height, width, in, out)."""

    @staticmethod
    def padded(picture: Floats, kernel: int, stride: int, fill: float = 0.0) -> Floats:
        """TensorFlow's SAME: what is odd goes to the bottom and the right."""
        side = picture.shape[1]
        missing = max((-(-side // stride) - 1) * stride + kernel - side, 0)
        before, after = missing // 2, missing - missing // 2
        edges = ((0, 0), (before, after), (before, after), (0, 0))
        return np.pad(picture, edges, constant_values=fill)

    @classmethod
    def windows(
        cls, picture: Floats, kernel: int, stride: int, same: bool, fill: float = 0.0
    ) -> Floats:
        """(N, rows, columns, kernel, kernel, C)"""
        if same:
            picture = cls.padded(picture, kernel, stride, fill)
        places = range(0, picture.shape[1] - kernel + 1, stride)
        rows = [
            np.stack([picture[:, y : y + kernel, x : x + kernel] for x in places], 1)
            for y in places
        ]
        return np.stack(rows, 1)

    @classmethod
    def convolution(
        cls,
        picture: Floats,
        kernel: Floats,
        bias: Floats | float = 0.0,
        *,
        stride: int = 1,
        same: bool = True,
    ) -> Floats:
        windows = cls.windows(picture, kernel.shape[0], stride, same)
        answer: Floats = np.einsum("nrcyxi,yxio->nrco", windows, kernel) + bias
        return answer

    @classmethod
    def depthwise(
        cls,
        picture: Floats,
        kernel: Floats,
        bias: Floats | float = 0.0,
        *,
        stride: int = 1,
        same: bool = True,
    ) -> Floats:
        """kernel (height, width, C, 1)"""
        windows = cls.windows(picture, kernel.shape[0], stride, same)
        answer: Floats = np.einsum("nrcyxi,yxi->nrci", windows, kernel[..., 0]) + bias
        return answer

    @classmethod
    def max_pool(cls, picture: Floats, kernel: int, stride: int, *, same: bool = True) -> Floats:
        windows = cls.windows(picture, kernel, stride, same, fill=-np.inf)
        answer: Floats = windows.max(axis=(3, 4))
        return answer


@pytest.fixture
def layers() -> type[Layers]:
    return Layers


@pytest.fixture
def numbers() -> Callable[..., Floats]:
    """Reproducible float32 numbers around zero of a shape."""
    generator = np.random.default_rng(7)

    def draw(*shape: int) -> Floats:
        return generator.normal(0, 0.5, shape).astype(np.float32)

    return draw


@pytest.fixture
def run() -> Callable[..., dict[str, NDArray[Any]]]:
    """Run a model with the real onnxruntime: name of output -> array."""

    def answer(model: onnx.ModelProto | bytes, **inputs: NDArray[Any]) -> dict[str, NDArray[Any]]:
        data = model if isinstance(model, bytes) else model.SerializeToString()
        options = onnxruntime.SessionOptions()  # type: ignore[attr-defined]
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(  # type: ignore[attr-defined]
            data, options, providers=["CPUExecutionProvider"]
        )
        names = [value.name for value in session.get_outputs()]
        return dict(zip(names, session.run(names, inputs), strict=True))

    return answer
