"""EfficientNet-Lite from PyTorch weights to ONNX.

The file holds weights only; the wiring is that of the published net (Tan and Le 2019; "Lite": no
squeeze-and-excitation, Relu6): a stem, inverted residual blocks, a head, the mean, one matrix.
Batch normalisation is folded into the convolutions. Input "picture": RGB, (N, 3, H, W).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count

import numpy as np
import onnx

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray, FloatArray
from eyebright.packs.converters.graph import GraphBuilder
from eyebright.packs.converters.pth import read_checkpoint

LOGITS, FEATURES = "logits", "features"
"""Outputs that may be asked for: one number a class, and the vector before the last matrix."""
STAGES = tuple(f"stage_{number}" for number in range(1, 8))
"""Others: what each stage ends with, a map (channels, H, W)."""
_STAGE_STRIDES = (1, 2, 2, 2, 1, 2, 1)
"""Of the first block of each stage. A stage begins where the number of channels changes."""
_EPSILON = 1e-3
"""TensorFlow's default in batch normalisation, with which the weights were trained."""


def convert(members: Mapping[str, bytes], *, outputs: Sequence[str]) -> onnx.ModelProto:
    """`members`: the one `.pth` file; `outputs`: "logits", "features", names of STAGES. What
    none of them needs is left out."""
    (data,) = members.values()
    unknown = set(outputs) - {LOGITS, FEATURES, *STAGES}
    if unknown:
        raise PackInvalid(f"An EfficientNet-Lite has no output called {min(unknown)}.")
    net = _Net(read_checkpoint(data))
    return net.build(outputs)


class _Net:
    def __init__(self, weights: Mapping[str, AnyArray]) -> None:
        self._weights = weights
        self._graph = GraphBuilder("efficientnet-lite")

    def build(self, outputs: Sequence[str]) -> onnx.ModelProto:
        graph = self._graph
        tensor = self._convolve("picture", "_conv_stem", "_bn0", stride=2)
        tensor = self._blocks(tensor)
        tensor = self._convolve(tensor, "_conv_head", "_bn1")
        pooled = graph.add("GlobalAveragePool", [tensor])
        graph.add("Flatten", [pooled], output=FEATURES, axis=1)
        matrix, bias = self._find("_fc.weight"), self._find("_fc.bias")
        weights = [graph.constant(matrix), graph.constant(bias)]
        graph.add("Gemm", [FEATURES, *weights], output=LOGITS, transB=1)
        return graph.model(inputs=["picture"], outputs=outputs)

    def _blocks(self, tensor: str) -> str:
        channels, stage = len(self._find("_conv_stem.weight")), -1
        for index in count():
            name = f"_blocks.{index}"
            if f"{name}._project_conv.weight" not in self._weights:
                break
            made = len(self._find(f"{name}._project_conv.weight"))
            if made == channels:
                block = self._block(tensor, name, stride=1)
                tensor = self._graph.add("Add", [block, tensor])
                continue
            stage += 1
            if stage == len(_STAGE_STRIDES):
                raise PackInvalid("The file has more stages than an EfficientNet-Lite.")
            if stage > 0:
                self._graph.add("Identity", [tensor], output=STAGES[stage - 1])
            tensor = self._block(tensor, name, stride=_STAGE_STRIDES[stage])
            channels = made
        if stage != len(_STAGE_STRIDES) - 1:
            raise PackInvalid(f"The file has {stage + 1} stages; an EfficientNet-Lite has seven.")
        self._graph.add("Identity", [tensor], output=STAGES[stage])
        return tensor

    def _block(self, tensor: str, name: str, *, stride: int) -> str:
        """Widen, filter each channel alone, narrow."""
        if f"{name}._expand_conv.weight" in self._weights:
            tensor = self._convolve(tensor, f"{name}._expand_conv", f"{name}._bn0")
        groups = len(self._find(f"{name}._depthwise_conv.weight"))
        tensor = self._convolve(
            tensor, f"{name}._depthwise_conv", f"{name}._bn1", stride=stride, groups=groups
        )
        return self._convolve(tensor, f"{name}._project_conv", f"{name}._bn2", active=False)

    def _convolve(
        self,
        tensor: str,
        convolution: str,
        normalisation: str,
        *,
        stride: int = 1,
        groups: int = 1,
        active: bool = True,
    ) -> str:
        factor, bias = self._normalisation(normalisation)
        result = self._graph.convolution(
            tensor,
            self._find(f"{convolution}.weight") * factor.reshape(-1, 1, 1, 1),
            bias,
            stride=(stride, stride),
            padding="same",
            groups=groups,
        )
        return self._graph.activation(result, "Relu6") if active else result

    def _normalisation(self, name: str) -> tuple[FloatArray, FloatArray]:
        """x -> factor * x + bias"""
        mean, variance = self._find(f"{name}.running_mean"), self._find(f"{name}.running_var")
        factor = self._find(f"{name}.weight") / np.sqrt(variance + np.float32(_EPSILON))
        return factor, self._find(f"{name}.bias") - mean * factor

    def _find(self, name: str) -> FloatArray:
        if name not in self._weights:
            raise PackInvalid(f"The file lacks {name}, which every EfficientNet-Lite has.")
        return np.asarray(self._weights[name], np.float32)
