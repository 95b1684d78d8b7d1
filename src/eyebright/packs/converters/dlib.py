"""dlib's face recognition network (`.dat`) to ONNX.

The file is dlib's serialisation of a nest of C++ templates. Nothing in it says how layers are
wired; that is fixed by the network's type (a residual network published with dlib's face
recognition example). So the layers with weights are read in the order in which they stand, and
wired here. Each of them begins with its name ("con_", "affine_", "fc_"), which is what we look for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import onnx

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import FloatArray
from eyebright.packs.converters.graph import GraphBuilder

Stage = tuple[int, bool, int]
"""(channels, whether its first block halves the picture, number of blocks that do not)"""
FACE_RESNET: tuple[Stage, ...] = (
    (32, False, 3),
    (64, True, 3),
    (128, True, 2),
    (256, True, 2),
    (256, True, 0),
)
"""The stages of dlib's `anet_type`, nearest to the picture first."""

_LAYER = re.compile(rb"\x01[\x03-\x20]((?:con|affine|fc)_[0-9]?)")
_TENSOR_VERSION = 2
_GEOMETRY_FIELDS = 7


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A layer's name, its weights in file order, and for a convolution its seven numbers:
    filters, kernel height and width, stride y and x, padding y and x."""

    name: str
    weights: FloatArray
    geometry: tuple[int, ...]


def convert(
    members: Mapping[str, bytes], *, outputs: Sequence[str], stages: Sequence[Stage] = FACE_RESNET
) -> onnx.ModelProto:
    """`members`: the one `.dat` file. Input "picture": 0-255 RGB minus dlib's means, over 256."""
    (data,) = members.values()
    return _ResidualNetwork(read_layers(data)).build(stages, outputs=outputs)


def read_layers(data: bytes) -> tuple[Layer, ...]:
    """All layers with weights, in file order (nearest to the picture first)."""
    layers = []
    for match in _LAYER.finditer(data):
        if data[match.start() + 1] != len(match[1]):
            continue
        layer = _read_layer(data, match.end(), name=match[1].decode())
        if layer is not None:
            layers.append(layer)
    return tuple(layers)


def _read_layer(data: bytes, at: int, *, name: str) -> Layer | None:
    """The layer behind a name, or None when those bytes only looked like a name."""
    try:
        if name.startswith("fc"):
            for _ in range(2):
                _, at = read_integer(data, at)
        version, at = read_integer(data, at)
        if version != _TENSOR_VERSION:
            return None
        shape, at = _read_integers(data, at, count=4)
        weights = np.frombuffer(data, "<f4", count=int(np.prod(shape)), offset=at)
        geometry: tuple[int, ...] = ()
        if name.startswith("con"):
            geometry, at = _read_integers(data, at + weights.nbytes, count=_GEOMETRY_FIELDS)
    except (IndexError, ValueError):
        return None
    return Layer(name, weights.astype(np.float32), geometry)


def read_integer(data: bytes, at: int) -> tuple[int, int]:
    """dlib's integer: a byte (sign in bit 7, length in bits 0-3), then the value, little-endian.
    Returns (value, position behind it)."""
    control = data[at]
    end = at + 1 + (control & 0x0F)
    value = int.from_bytes(data[at + 1 : end], "little")
    return (-value if control & 0x80 else value), end


def _read_integers(data: bytes, at: int, *, count: int) -> tuple[tuple[int, ...], int]:
    values = []
    for _ in range(count):
        value, at = read_integer(data, at)
        values.append(value)
    return tuple(values), at


@dataclass(frozen=True, slots=True)
class _Picture:
    """A tensor on its way through the network; the picture is square."""

    name: str
    channels: int
    side: int


class _ResidualNetwork:
    def __init__(self, layers: tuple[Layer, ...]) -> None:
        self._layers: Iterator[Layer] = iter(layers)
        self._graph = GraphBuilder("dlib_resnet")

    def build(self, stages: Sequence[Stage], *, outputs: Sequence[str]) -> onnx.ModelProto:
        graph = self._graph
        picture = self._relu(self._convolution(_Picture("picture", 3, 150)))
        pooled = graph.add("MaxPool", [picture.name], kernel_shape=[3, 3], strides=[2, 2])
        picture = _Picture(pooled, picture.channels, (picture.side - 3) // 2 + 1)
        for channels, halves, blocks in stages:
            for index in range(blocks + halves):
                picture = self._block(picture, halve=halves and index == 0)
            if picture.channels != channels:
                raise PackInvalid(f"A stage has {picture.channels} channels, expected {channels}.")
        mean = graph.add("GlobalAveragePool", [picture.name])
        flat = graph.add("Flatten", [mean])
        weights = self._next("fc").weights.reshape(picture.channels, -1)
        if next(self._layers, None) is not None:
            raise PackInvalid("The dlib file has more layers than the network uses.")
        graph.add("MatMul", [flat, graph.constant(weights)], output="embedding")
        return graph.model(inputs=["picture"], outputs=outputs)

    def _block(self, before: _Picture, *, halve: bool) -> _Picture:
        """Two convolutions plus the picture before them (average-pooled where they halve)."""
        after = self._convolution(self._relu(self._convolution(before)))
        shortcut = before
        if halve:
            pooled = self._graph.add(
                "AveragePool", [before.name], kernel_shape=[2, 2], strides=[2, 2]
            )
            shortcut = _Picture(pooled, before.channels, (before.side - 2) // 2 + 1)
        side = max(after.side, shortcut.side)
        channels = max(after.channels, shortcut.channels)
        terms = [self._grown(after, channels, side), self._grown(shortcut, channels, side)]
        return self._relu(_Picture(self._graph.add("Add", terms), channels, side))

    def _grown(self, picture: _Picture, channels: int, side: int) -> str:
        """dlib adds pictures of different size by taking what is missing as zero."""
        more_channels, more_side = channels - picture.channels, side - picture.side
        if not more_channels and not more_side:
            return picture.name
        pads = np.array([0, 0, 0, 0, 0, more_channels, more_side, more_side], np.int64)
        return self._graph.add("Pad", [picture.name, self._graph.constant(pads)])

    def _convolution(self, picture: _Picture) -> _Picture:
        """A convolution with the affine layer behind it folded in."""
        layer, affine = self._next("con"), self._next("affine")
        filters, height, width, stride_y, stride_x, pad_y, pad_x = layer.geometry
        size = filters * picture.channels * height * width
        if layer.weights.size not in (size, size + filters) or affine.weights.size != 2 * filters:
            raise PackInvalid(f"Layer {layer.name} of the dlib file has an unexpected size.")
        kernel = layer.weights[:size].reshape(filters, picture.channels, height, width)
        bias = layer.weights[size:] if layer.weights.size > size else np.zeros(filters, np.float32)
        gamma, beta = affine.weights[:filters], affine.weights[filters:]
        name = self._graph.convolution(
            picture.name,
            kernel * gamma[:, None, None, None],
            bias * gamma + beta,
            stride=(stride_y, stride_x),
            padding=(pad_y, pad_x),
        )
        return _Picture(name, filters, (picture.side + 2 * pad_y - height) // stride_y + 1)

    def _relu(self, picture: _Picture) -> _Picture:
        return _Picture(
            self._graph.activation(picture.name, "Relu"), picture.channels, picture.side
        )

    def _next(self, kind: str) -> Layer:
        layer = next(self._layers, None)
        if layer is None or not layer.name.startswith(kind):
            found = "the end of the file" if layer is None else layer.name
            raise PackInvalid(f"The dlib file holds {found} where a {kind} layer should be.")
        return layer
