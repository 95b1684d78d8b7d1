"""Folding what needs no computing: the answers stay, the work shrinks.

Rules, each where the tensors between are used once and are no outputs:
convolution then a constant factor, addend or batch normalisation -> convolution;
Relu, Min, Max with constants -> Clip;  Relu(x) + c * (x - |x|) -> PRelu.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import onnx
from onnx import helper, numpy_helper

from eyebright.geometry.arrays import AnyArray, FloatArray

_CONVOLUTIONS = ("Conv", "ConvTranspose")


def simplify(model: onnx.ModelProto) -> onnx.ModelProto:
    """Rewrite the model's graph in place; returns it. Names of inputs and outputs stay."""
    _Rewriting(model.graph).run()
    return model


class _Rewriting:
    def __init__(self, graph: onnx.GraphProto) -> None:
        self._graph = graph
        self._constants: dict[str, AnyArray] = {
            weight.name: numpy_helper.to_array(weight) for weight in graph.initializer
        }
        self._done: dict[str, onnx.NodeProto] = {}
        self._uses: Counter[str] = Counter(name for node in graph.node for name in node.input)
        self._uses.update(value.name for value in graph.output)
        self._outputs = {value.name for value in graph.output}

    def run(self) -> None:
        rules: dict[str, Callable[[onnx.NodeProto], bool]] = {
            "Mul": self._fold_factor,
            "Add": lambda node: self._fold_addend(node) or self._fuse_prelu(node),
            "BatchNormalization": self._fold_normalisation,
            "Max": self._fuse_clip,
            "Identity": self._skip_identity,
        }
        for node in self._graph.node:
            rule = rules.get(node.op_type)
            if rule is None or not rule(node):
                self._keep(node)
        kept = list(self._done.values())
        del self._graph.node[:]
        self._graph.node.extend(_reachable(kept, self._outputs))
        self._store_constants()

    def _keep(self, node: onnx.NodeProto) -> None:
        self._done[node.output[0]] = node

    def _store_constants(self) -> None:
        used = {name for node in self._graph.node for name in node.input}
        del self._graph.initializer[:]
        self._graph.initializer.extend(
            numpy_helper.from_array(values, name)
            for name, values in self._constants.items()
            if name in used
        )

    def _sole(self, name: str, *kinds: str) -> onnx.NodeProto | None:
        """The node of such a kind that makes `name`, when nobody else uses `name`."""
        node = self._done.get(name)
        if node is None or node.op_type not in kinds or self._uses[name] != 1:
            return None
        return None if name in self._outputs else node

    def _fold_factor(self, node: onnx.NodeProto) -> bool:
        split = self._per_channel(node)
        if split is None:
            return False
        convolution, factor = split
        self._rescale(convolution, factor=factor, addend=None, output=node.output[0])
        return True

    def _fold_addend(self, node: onnx.NodeProto) -> bool:
        split = self._per_channel(node)
        if split is None:
            return False
        convolution, addend = split
        self._rescale(convolution, factor=None, addend=addend, output=node.output[0])
        return True

    def _fold_normalisation(self, node: onnx.NodeProto) -> bool:
        convolution = self._sole(node.input[0], *_CONVOLUTIONS)
        if convolution is None:
            return False
        gamma, beta, mean, variance = (self._constants[name] for name in node.input[1:5])
        epsilon = next((item.f for item in node.attribute if item.name == "epsilon"), 1e-5)
        factor = (gamma / np.sqrt(variance + np.float32(epsilon))).astype(np.float32)
        addend = (beta - mean * factor).astype(np.float32)
        self._rescale(convolution, factor=factor, addend=addend, output=node.output[0])
        return True

    def _per_channel(self, node: onnx.NodeProto) -> tuple[onnx.NodeProto, FloatArray] | None:
        """(convolution, (C,) constant) when `node` joins exactly these two."""
        for name, other in (tuple(node.input), tuple(reversed(node.input))):
            convolution = self._sole(name, *_CONVOLUTIONS)
            values = self._constants.get(other)
            if convolution is None or values is None:
                continue
            channels = self._channels(convolution)
            if values.size == 1:
                return convolution, np.full(channels, values.reshape(-1)[0], np.float32)
            if values.ndim >= 3 and values.shape[-3] == values.size == channels:
                return convolution, values.reshape(-1).astype(np.float32)
        return None

    def _channels(self, convolution: onnx.NodeProto) -> int:
        kernel = self._constants[convolution.input[1]]
        return int(kernel.shape[0 if convolution.op_type == "Conv" else 1])

    def _rescale(
        self,
        convolution: onnx.NodeProto,
        *,
        factor: FloatArray | None,
        addend: FloatArray | None,
        output: str,
    ) -> None:
        """Make `convolution` give `its answer * factor + addend`, under the name `output`."""
        kernel = self._constants[convolution.input[1]]
        channels = self._channels(convolution)
        has_bias = len(convolution.input) > 2
        bias = self._constants[convolution.input[2]] if has_bias else np.zeros(channels, np.float32)
        if factor is not None:
            axis = 0 if convolution.op_type == "Conv" else 1
            shape = [channels if index == axis else 1 for index in range(kernel.ndim)]
            kernel, bias = kernel * factor.reshape(shape), bias * factor
        if addend is not None:
            bias = bias + addend
        names = [f"{output}_kernel", f"{output}_bias"]
        self._constants.update(zip(names, (kernel, bias), strict=True))
        del self._done[convolution.output[0]]
        convolution.input[1:] = names
        convolution.output[:] = [output]
        self._keep(convolution)

    def _fuse_clip(self, node: onnx.NodeProto) -> bool:
        """Max(Min(Relu(x), c), 0), as networks with a bounded Relu are exported."""
        high = self._sole(node.input[0], "Min")
        relu = self._sole(high.input[0], "Relu") if high is not None else None
        if high is None or relu is None:
            return False
        top, floor = self._constants.get(high.input[1]), self._constants.get(node.input[1])
        if top is None or floor is None or top.size != 1 or floor.size != 1 or floor.max() != 0:
            return False
        names = [f"{node.output[0]}_low", f"{node.output[0]}_high"]
        self._constants.update(zip(names, (floor.reshape(()), top.reshape(())), strict=True))
        self._keep(helper.make_node("Clip", [relu.input[0], *names], [node.output[0]]))
        return True

    def _fuse_prelu(self, node: onnx.NodeProto) -> bool:
        """Relu(x) + c * (x - |x|): the second term is 2 c x where x is negative."""
        relu, product = self._sole(node.input[0], "Relu"), self._sole(node.input[1], "Mul")
        if relu is None or product is None:
            return False
        slope = self._constants.get(product.input[0])
        difference = self._sole(product.input[1], "Sub")
        absolute = self._sole(difference.input[1], "Abs") if difference is not None else None
        if slope is None or difference is None or absolute is None:
            return False
        if not relu.input[0] == difference.input[0] == absolute.input[0]:
            return False
        name = f"{node.output[0]}_slope"
        self._constants[name] = slope * np.float32(2)
        self._keep(helper.make_node("PRelu", [relu.input[0], name], [node.output[0]]))
        return True

    def _skip_identity(self, node: onnx.NodeProto) -> bool:
        """An Identity behind a tensor nobody else uses only gives it another name."""
        maker = self._done.get(node.input[0])
        if maker is None or self._uses[node.input[0]] != 1 or node.input[0] in self._outputs:
            return False
        del self._done[node.input[0]]
        maker.output[0] = node.output[0]
        self._keep(maker)
        return True


def _reachable(nodes: list[onnx.NodeProto], outputs: set[str]) -> list[onnx.NodeProto]:
    """The nodes that some output needs, in their order."""
    needed, kept = set(outputs), []
    for node in reversed(nodes):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    return kept[::-1]
