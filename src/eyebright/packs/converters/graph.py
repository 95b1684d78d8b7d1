"""Building an ONNX graph node by node.

All pictures inside a graph are float32 (N, C, H, W); kernels are (out, in, height, width).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray, FloatArray

OPSET = 17
"""Old enough for every onnxruntime from 1.13 on, new enough for all operators used here."""
IR_VERSION = 8
Padding = Literal["same", "valid"] | tuple[int, int]
"""TensorFlow's rules by name, or the pixels added on each side as (y, x)."""


class GraphBuilder:
    """Collects nodes and weights; `model` closes the graph."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []

    def constant(self, values: AnyArray) -> str:
        """Keep an array in the graph; returns its name."""
        name = f"weights_{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(
        self,
        operator: str,
        inputs: Sequence[str],
        *,
        output: str | None = None,
        **attributes: Any,
    ) -> str:
        """Append a node with one output; returns the output's name."""
        name = output or f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def convolution(
        self,
        picture: str,
        kernel: FloatArray,
        bias: FloatArray | None = None,
        *,
        stride: Sequence[int] = (1, 1),
        padding: Padding = "valid",
        dilation: Sequence[int] = (1, 1),
        groups: int = 1,
        output: str | None = None,
    ) -> str:
        """A convolution; kernel (out, in / groups, height, width), bias (out,)."""
        inputs = [picture, self.constant(kernel.astype(np.float32))]
        if bias is not None:
            inputs.append(self.constant(bias.astype(np.float32).reshape(-1)))
        return self.add(
            "Conv",
            inputs,
            output=output,
            kernel_shape=list(kernel.shape[2:]),
            strides=list(stride),
            dilations=list(dilation),
            group=groups,
            **padding_attributes(padding),
        )

    def activation(self, tensor: str, kind: str, *, output: str | None = None) -> str:
        """Relu, Relu6, Sigmoid or Tanh. Raises PackInvalid for another kind."""
        if kind == "Relu6":
            bounds = [self.constant(np.float32(0)), self.constant(np.float32(6))]  # type: ignore[arg-type]
            return self.add("Clip", [tensor, *bounds], output=output)
        if kind not in ("Relu", "Sigmoid", "Tanh"):
            raise PackInvalid(f"{self._name} uses the activation {kind}, which is not supported.")
        return self.add(kind, [tensor], output=output)

    def model(self, *, inputs: Sequence[str], outputs: Sequence[str]) -> onnx.ModelProto:
        """The graph, with float inputs and outputs whose shapes are not stated yet."""
        graph = helper.make_graph(
            self._nodes,
            self._name,
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in inputs],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
            self._weights,
        )
        opsets = [helper.make_opsetid("", OPSET)]
        return helper.make_model(
            graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="eyebright"
        )


def padding_attributes(padding: Padding) -> dict[str, Any]:
    """How ONNX says a padding."""
    if padding == "same":
        return {"auto_pad": "SAME_UPPER"}
    if padding == "valid":
        return {}
    y, x = padding
    return {"pads": [y, x, y, x]}
