"""TransNet V2 from PyTorch weights to ONNX: how likely the shot changes at each frame of a film.

The file holds weights only; the wiring is that of the published net (Souček and Lokoč 2020): three
stacks of two blocks of convolutions over time and place, each with four dilations in time; beside
them how alike each frame is to its 50 neighbours on either side, by features and by colours. Batch
normalisation is folded into the convolutions.

Input "picture": RGB, 0-255, (frames, 3, 27, 48): the first axis is time, any number of frames.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import onnx

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray, FloatArray
from eyebright.packs.converters.graph import GraphBuilder
from eyebright.packs.converters.pth import read_checkpoint

CHANGES, BLENDS = "changes", "blends"
"""Outputs that may be asked for, (frames, 1), 0-1: the middle frame of each transition, and all
frames of it."""
WHOLE = ("Conv",)
"""What may compute in whole numbers: nearly all the work. The cosines need their fractions."""
_STACKS = ("SDDCNN.0", "SDDCNN.1", "SDDCNN.2")
_DILATIONS = (1, 2, 4, 8)
_EPSILON = 1e-3
"""Of batch normalisation: TensorFlow's default, with which the weights were trained."""
_NEIGHBOURS = 50
_LEVELS = 8
"""Of each colour in the histogram: 8 x 8 x 8 bins."""


def convert(members: Mapping[str, bytes], *, outputs: Sequence[str]) -> onnx.ModelProto:
    """`members`: the one `.pth` file; `outputs`: "changes", "blends"."""
    (data,) = members.values()
    unknown = set(outputs) - {CHANGES, BLENDS}
    if unknown:
        raise PackInvalid(f"A TransNet has no output called {min(unknown)}.")
    return _Net(read_checkpoint(data)).build(outputs)


class _Net:
    def __init__(self, weights: Mapping[str, AnyArray]) -> None:
        self._weights = weights
        self._graph = GraphBuilder("transnet")

    def build(self, outputs: Sequence[str]) -> onnx.ModelProto:
        graph = self._graph
        film = graph.add("Transpose", ["picture"], perm=[1, 0, 2, 3])
        film = graph.add("Unsqueeze", [film, self._numbers(0)])  # (1, channels, frames, H, W)
        film = graph.add("Mul", [film, graph.constant(np.array(1 / 255, np.float32))])
        features = []
        for stack in _STACKS:
            film = self._stack(film, stack)
            features.append(graph.add("ReduceMean", [film], axes=[3, 4], keepdims=0))
        last = graph.add("Transpose", [film], perm=[0, 2, 3, 4, 1])
        last = graph.add("Reshape", [last, self._numbers(0, 0, -1)])
        last = graph.add("Squeeze", [last, self._numbers(0)])
        joined = graph.add(
            "Concat", [self._by_colours(), self._by_features(features), last], axis=1
        )
        dense = self._dense(joined, "fc1")
        for name, layer in ((CHANGES, "cls_layer1"), (BLENDS, "cls_layer2")):
            graph.add("Sigmoid", [self._dense(dense, layer, active=False)], output=name)
        return graph.model(inputs=["picture"], outputs=outputs)

    def _stack(self, film: str, name: str) -> str:
        """Two blocks, the first one's answer added to the second's; a quarter of the places."""
        graph = self._graph
        first = graph.add("Relu", [self._block(film, f"{name}.DDCNN.0")])
        second = graph.add("Relu", [self._block(first, f"{name}.DDCNN.1")])
        both = graph.add("Add", [second, first])
        return graph.add("AveragePool", [both], kernel_shape=[1, 2, 2], strides=[1, 2, 2])

    def _block(self, film: str, name: str) -> str:
        """Four branches side by side: place, then time at one dilation."""
        factor, bias = self._normalisation(f"{name}.bn")
        width = len(factor) // len(_DILATIONS)
        branches = []
        for number, dilation in enumerate(_DILATIONS):
            part = slice(number * width, (number + 1) * width)
            layers = f"{name}.Conv3D_{dilation}.layers"
            places = self._convolve(film, self._find(f"{layers}.0.weight"), pads=(0, 1, 1))
            times = self._find(f"{layers}.1.weight") * factor[part].reshape(-1, 1, 1, 1, 1)
            branches.append(
                self._convolve(places, times, bias[part], pads=(dilation, 0, 0), dilation=dilation)
            )
        return self._graph.add("Concat", branches, axis=1)

    def _convolve(
        self,
        film: str,
        kernel: FloatArray,
        bias: FloatArray | None = None,
        *,
        pads: tuple[int, int, int],
        dilation: int = 1,
    ) -> str:
        """kernel: (out, in, time, height, width)."""
        graph = self._graph
        inputs = [film, graph.constant(kernel.astype(np.float32))]
        if bias is not None:
            inputs.append(graph.constant(bias.astype(np.float32)))
        return graph.add(
            "Conv",
            inputs,
            kernel_shape=list(kernel.shape[2:]),
            pads=[*pads, *pads],
            dilations=[dilation, 1, 1],
        )

    def _by_features(self, features: Sequence[str]) -> str:
        graph = self._graph
        joined = graph.add("Concat", list(features), axis=1)
        joined = graph.add("Transpose", [joined], perm=[0, 2, 1])
        joined = graph.add("Squeeze", [joined, self._numbers(0)])
        projected = self._dense(joined, "frame_sim_layer.projection", active=False)
        return self._dense(self._likeness(projected), "frame_sim_layer.fc")

    def _by_colours(self) -> str:
        """Histograms of 512 colours: how many pixels of the frame have each."""
        graph = self._graph
        coarse = graph.add("Mul", ["picture", graph.constant(np.array(1 / 32, np.float32))])
        coarse = graph.add("Floor", [coarse])
        places = np.array([_LEVELS**2, _LEVELS, 1], np.float32).reshape(3, 1, 1)
        bins = graph.add("Mul", [coarse, graph.constant(places)])
        bins = graph.add("ReduceSum", [bins, self._numbers(1)], keepdims=0)
        bins = graph.add("Flatten", [bins], axis=1)
        ones = graph.add("Add", [graph.add("Mul", [bins, self._zero()]), self._one()])
        bins = graph.add("Cast", [bins], to=onnx.TensorProto.INT64)
        first = graph.add("Slice", [ones, self._numbers(0), self._numbers(1), self._numbers(1)])
        row = graph.constant(np.zeros((1, _LEVELS**3), np.float32))
        empty = graph.add("Mul", [first, row])  # (frames, 512)
        counted = graph.add("ScatterElements", [empty, bins, ones], axis=1, reduction="add")
        return self._dense(self._likeness(counted), "color_hist_layer.fc")

    def _likeness(self, vectors: str) -> str:
        """(frames, numbers) to (frames, 101): the cosine with each frame from 50 before to 50
        after; 0 where there is none."""
        graph = self._graph
        unit = graph.add("LpNormalization", [vectors], axis=1, p=2)
        turned = graph.add("Transpose", [unit], perm=[1, 0])
        cosines = graph.add("MatMul", [unit, turned])
        padded = graph.add("Pad", [cosines, self._numbers(0, _NEIGHBOURS, 0, _NEIGHBOURS)])
        count = graph.add("Shape", [vectors], start=0, end=1)
        count = graph.add("Squeeze", [count])
        zero, one = graph.constant(np.array(0, np.int64)), graph.constant(np.array(1, np.int64))
        frames = graph.add("Range", [zero, count, one])
        frames = graph.add("Unsqueeze", [frames, self._numbers(1)])
        # frame t begins at column t of row t: t * (width + 1) in all rows laid end to end
        step = graph.add("Add", [count, self._numbers(2 * _NEIGHBOURS + 1)])
        starts = graph.add("Mul", [frames, step])
        window = graph.constant(np.arange(2 * _NEIGHBOURS + 1, dtype=np.int64).reshape(1, -1))
        flat = graph.add("Reshape", [padded, self._numbers(-1)])
        return graph.add("Gather", [flat, graph.add("Add", [starts, window])], axis=0)

    def _dense(self, tensor: str, name: str, *, active: bool = True) -> str:
        graph = self._graph
        weights = [
            graph.constant(self._find(f"{name}.weight")),
            graph.constant(self._find(f"{name}.bias")),
        ]
        result = graph.add("Gemm", [tensor, *weights], transB=1)
        return graph.add("Relu", [result]) if active else result

    def _numbers(self, *values: int) -> str:
        return self._graph.constant(np.array(values, np.int64))

    def _zero(self) -> str:
        return self._graph.constant(np.array(0, np.float32))

    def _one(self) -> str:
        return self._graph.constant(np.array(1, np.float32))

    def _normalisation(self, name: str) -> tuple[FloatArray, FloatArray]:
        """x -> factor * x + bias"""
        mean, variance = self._find(f"{name}.running_mean"), self._find(f"{name}.running_var")
        factor = self._find(f"{name}.weight") / np.sqrt(variance + np.float32(_EPSILON))
        return factor, self._find(f"{name}.bias") - mean * factor

    def _find(self, name: str) -> FloatArray:
        if name not in self._weights:
            raise PackInvalid(f"The file lacks {name}, which every TransNet V2 has.")
        return np.asarray(self._weights[name], np.float32)
