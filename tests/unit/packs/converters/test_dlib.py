from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from eyebright.errors import PackInvalid
from eyebright.packs.converters.dlib import convert, read_integer, read_layers


def integer(value: int) -> bytes:
    """As dlib writes one."""
    data = abs(value).to_bytes(max(1, (abs(value).bit_length() + 7) // 8), "little")
    return bytes([len(data) | (0x80 if value < 0 else 0)]) + data


def tensor(values: Any) -> bytes:
    flat = np.asarray(values, "<f4").reshape(-1)
    return b"".join(map(integer, (2, flat.size, 1, 1, 1))) + flat.tobytes()


def layer(name: str) -> bytes:
    return integer(len(name)) + name.encode()


def convolution(kernel: Any, *, stride: int, padding: int) -> bytes:
    filters, _, height, width = kernel.shape
    geometry = (filters, height, width, stride, stride, padding, padding)
    return layer("con_4") + tensor(kernel) + b"".join(map(integer, geometry))


def affine(gamma: Any, beta: Any) -> bytes:
    return layer("affine_") + tensor(np.concatenate([gamma, beta]))


@pytest.mark.parametrize("value", [0, 1, 255, 256, 100_000, -1, -300])
def test_an_integer_is_read_as_dlib_writes_it(value: int) -> None:
    data = integer(value)
    assert read_integer(data + b"rest", 0) == (value, len(data))


def test_bytes_that_only_look_like_a_layer_are_passed_over() -> None:
    real = affine(np.ones(2), np.zeros(2))
    data = layer("affine_") + b"\xff\xff\xff" + b"noise" + real
    assert [found.weights.tolist() for found in read_layers(data)] == [[1, 1, 0, 0]]


def conv_nchw(picture: Any, kernel: Any, stride: int, padding: int) -> Any:
    """A convolution in numpy, for the oracle."""
    picture = np.pad(picture, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    size = kernel.shape[2]
    windows = np.lib.stride_tricks.sliding_window_view(picture, (size, size), axis=(2, 3))
    return np.einsum("nirsyx,oiyx->nors", windows[:, :, ::stride, ::stride], kernel)


def max_pool(picture: Any) -> Any:
    windows = np.lib.stride_tricks.sliding_window_view(picture, (3, 3), axis=(2, 3))
    return windows[:, :, ::2, ::2].max(axis=(4, 5))


def mean_pool(picture: Any) -> Any:
    windows = np.lib.stride_tricks.sliding_window_view(picture, (2, 2), axis=(2, 3))
    return windows[:, :, ::2, ::2].mean(axis=(4, 5))


def grown(picture: Any, channels: int, side: int) -> Any:
    """What is missing is zero."""
    missing = (channels - picture.shape[1], side - picture.shape[2])
    edges = ((0, 0), (0, missing[0]), (0, missing[1]), (0, missing[1]))
    return np.pad(picture, edges)


class TinyNet:
    """One plain block of 4 channels, one that halves and has 6; an embedding of 5 numbers."""

    stages = ((4, False, 1), (6, True, 0))

    def __init__(self, numbers: Callable[..., Any]) -> None:
        self.kernels = [numbers(4, 3, 7, 7) / 8]
        self.kernels += [numbers(4, 4, 3, 3) / 4, numbers(4, 4, 3, 3) / 4]
        self.kernels += [numbers(6, 4, 3, 3) / 4, numbers(6, 6, 3, 3) / 4]
        self.strides, self.paddings = [2, 1, 1, 2, 1], [0, 1, 1, 0, 1]
        self.affines = [(numbers(len(k)) + 1, numbers(len(k))) for k in self.kernels]
        self.matrix = numbers(6, 5)

    def file(self) -> bytes:
        parts = [b"header of the file"]
        for kernel, stride, padding, scale in zip(
            self.kernels, self.strides, self.paddings, self.affines, strict=True
        ):
            parts += [convolution(kernel, stride=stride, padding=padding), affine(*scale)]
        sizes = integer(5) + integer(6)
        return b"".join([*parts, layer("fc_2"), sizes, tensor(self.matrix), b"the end"])

    def step(self, picture: Any, index: int) -> Any:
        gamma, beta = self.affines[index]
        answer = conv_nchw(picture, self.kernels[index], self.strides[index], self.paddings[index])
        return answer * gamma[:, None, None] + beta[:, None, None]

    def answer(self, picture: Any) -> Any:
        def relu(values: Any) -> Any:
            return np.maximum(values, 0)

        x = max_pool(relu(self.step(picture, 0)))
        x = relu(self.step(relu(self.step(x, 1)), 2) + x)
        inner, shortcut = self.step(relu(self.step(x, 3)), 4), mean_pool(x)
        side = max(inner.shape[2], shortcut.shape[2])
        x = relu(grown(inner, 6, side) + grown(shortcut, 6, side))
        return x.mean(axis=(2, 3)) @ self.matrix


def test_a_small_residual_network_answers_what_its_layers_say(
    numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    net, picture = TinyNet(numbers), numbers(2, 3, 150, 150)
    model = convert({"net.dat": net.file()}, outputs=["embedding"], stages=net.stages)
    found = run(model, picture=picture)["embedding"]
    assert found.shape == (2, 5)
    np.testing.assert_allclose(found, net.answer(picture), rtol=1e-4, atol=1e-5)


def test_a_file_with_a_layer_too_few_is_refused(numbers: Callable[..., Any]) -> None:
    data = TinyNet(numbers).file()
    with pytest.raises(PackInvalid, match="should be"):
        convert(
            {"a": data[: data.rindex(b"affine_")]}, outputs=["embedding"], stages=TinyNet.stages
        )


def test_a_file_with_a_layer_too_many_is_refused(numbers: Callable[..., Any]) -> None:
    data = TinyNet(numbers).file() + affine(np.ones(2), np.ones(2))
    with pytest.raises(PackInvalid, match="more layers"):
        convert({"a": data}, outputs=["embedding"], stages=TinyNet.stages)


def test_a_layer_of_another_size_is_refused(numbers: Callable[..., Any]) -> None:
    net = TinyNet(numbers)
    net.affines[0] = (np.ones(3), np.ones(3))
    with pytest.raises(PackInvalid, match="unexpected size"):
        convert({"a": net.file()}, outputs=["embedding"], stages=net.stages)


def test_stages_that_do_not_fit_the_file_are_refused(numbers: Callable[..., Any]) -> None:
    with pytest.raises(PackInvalid, match="channels"):
        convert(
            {"a": TinyNet(numbers).file()},
            outputs=["embedding"],
            stages=((8, False, 1), (6, True, 0)),
        )


def test_a_truncated_file_is_refused(numbers: Callable[..., Any]) -> None:
    data = TinyNet(numbers).file()
    for length in (0, 100, len(data) // 2, len(data) - 40):
        with pytest.raises(PackInvalid):
            convert({"a": data[:length]}, outputs=["embedding"], stages=TinyNet.stages)


def test_an_integer_is_eight_bytes_at_most() -> None:
    assert struct.calcsize("<q") == 8
    assert read_integer(integer(2**62), 0)[0] == 2**62
