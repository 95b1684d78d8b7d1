"""The small nets of face-api.js (expression, 68 landmarks) to ONNX.

Their files hold weights only; the wiring is fixed: densely connected blocks of depthwise separable
convolutions, then one matrix. Input "picture": RGB, 0-255, minus means, over 255.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping, Sequence

import numpy as np
import onnx

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray
from eyebright.packs.converters.graph import GraphBuilder
from eyebright.packs.converters.tfjs_weights import read_weights


def convert(
    members: Mapping[str, bytes], *, outputs: Sequence[str], blocks: int = 4
) -> onnx.ModelProto:
    """`members`: the `-weights_manifest.json` and its `.bin`. The one output is named by the
    caller: (N, K) numbers, 7 logits or 68 x 2 coordinates in 0-1 of the picture."""
    path = next((name for name in members if name.endswith(".json")), None)
    if path is None:
        raise PackInvalid("A face-api net needs its weights manifest (.json) among the members.")
    manifest = json.loads(members[path])
    weights = read_weights(manifest, members, folder=posixpath.dirname(path))
    return _DenseNet(weights).build(blocks, outputs=outputs)


class _DenseNet:
    def __init__(self, weights: Mapping[str, AnyArray]) -> None:
        self._weights = weights
        self._graph = GraphBuilder("faceapi")

    def build(self, blocks: int, *, outputs: Sequence[str]) -> onnx.ModelProto:
        graph = self._graph
        picture = "picture"
        for index in range(blocks):
            picture = self._block(picture, f"dense{index}", first=index == 0)
        pooled = graph.add("AveragePool", [picture], kernel_shape=[7, 7], strides=[2, 2])
        flat = graph.add("Flatten", [pooled])
        matrix, bias = self._find("fc/weights"), self._find("fc/bias")
        weights = [graph.constant(matrix), graph.constant(bias)]
        graph.add("Gemm", [flat, *weights], output=outputs[0])
        return graph.model(inputs=["picture"], outputs=outputs)

    def _block(self, picture: str, name: str, *, first: bool) -> str:
        """A halving convolution, then three separable ones; each sees the sum of all before."""
        if first:
            kernel = self._find(f"{name}/conv0/filters").transpose(3, 2, 0, 1)
            bias = self._find(f"{name}/conv0/bias")
            start = self._graph.convolution(picture, kernel, bias, stride=(2, 2), padding="same")
        else:
            start = self._separable(picture, f"{name}/conv0", stride=2)
        terms = [self._relu(start)]
        latest = terms[0]
        for index in (1, 2, 3):
            terms.append(self._separable(latest, f"{name}/conv{index}", stride=1))
            latest = self._relu(self._graph.add("Sum", terms))
        return latest

    def _separable(self, picture: str, name: str, *, stride: int) -> str:
        depthwise = self._find(f"{name}/depthwise_filter").transpose(2, 3, 0, 1)
        pointwise = self._find(f"{name}/pointwise_filter").transpose(3, 2, 0, 1)
        inner = self._graph.convolution(
            picture, depthwise, stride=(stride, stride), padding="same", groups=len(depthwise)
        )
        return self._graph.convolution(inner, pointwise, self._find(f"{name}/bias"))

    def _relu(self, tensor: str) -> str:
        return self._graph.activation(tensor, "Relu")

    def _find(self, ending: str) -> AnyArray:
        """The one array whose name ends so (the nets prefix names with their own)."""
        found = [name for name in self._weights if name.endswith(ending)]
        if len(found) != 1:
            raise PackInvalid(f"The face-api file has {len(found)} arrays called {ending}, not 1.")
        return np.asarray(self._weights[found[0]], np.float32)
