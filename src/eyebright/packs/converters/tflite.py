"""A TensorFlow Lite model (float32) to ONNX.

As in `tfjs.py`, pictures are kept (N, C, H, W) all the way. The batch becomes free: the files fix
it to one or two, but no operator that is supported here mixes pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import onnx

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray
from eyebright.packs.converters.graph import GraphBuilder, Padding, padding_attributes
from eyebright.packs.converters.tflite_file import Operator, Tensor, TfliteModel, read_model

_PADDING: dict[int, Padding] = {0: "same", 1: "valid"}
_ACTIVATION = {0: None, 1: "Relu", 3: "Relu6", 4: "Tanh"}
_ELEMENTWISE = {"ADD": "Add", "SUB": "Sub", "MUL": "Mul"}


def convert(members: Mapping[str, bytes], *, outputs: Sequence[str]) -> onnx.ModelProto:
    """`members`: the one `.tflite` file. `outputs`: names of its tensors. Pictures come out as
    (N, C, H, W)."""
    (data,) = members.values()
    return _Translation(read_model(data)).run(outputs)


class _Translation:
    """The state of one conversion: number of a tensor -> its name in the ONNX graph."""

    def __init__(self, model: TfliteModel) -> None:
        self._model = model
        self._graph = GraphBuilder("tflite")
        self._names: dict[int, str] = {}

    def run(self, outputs: Sequence[str]) -> onnx.ModelProto:
        inputs = [self._tensor(number).name for number in self._model.inputs]
        self._names.update(zip(self._model.inputs, inputs, strict=True))
        translate: dict[str, Callable[[Operator], str]] = {
            "CONV_2D": self._convolution,
            "DEPTHWISE_CONV_2D": self._depthwise,
            "MAX_POOL_2D": self._max_pool,
            "PRELU": self._prelu,
            "PAD": self._pad,
            "RESHAPE": self._reshape,
            "RELU": lambda operator: self._graph.add("Relu", [self._input(operator, 0)]),
            "ABS": lambda operator: self._graph.add("Abs", [self._input(operator, 0)]),
            **dict.fromkeys(_ELEMENTWISE, self._elementwise),
        }
        for operator in self._model.operators:
            self._names[operator.outputs[0]] = translate[operator.kind](operator)
        self._name_outputs(outputs)
        return self._graph.model(inputs=inputs, outputs=outputs)

    def _name_outputs(self, outputs: Sequence[str]) -> None:
        by_name = {self._tensor(number).name: name for number, name in self._names.items()}
        for output in outputs:
            if output not in by_name:
                raise PackInvalid(f"The TFLite model has no tensor called {output}.")
            self._graph.add("Identity", [by_name[output]], output=output)

    def _convolution(self, operator: Operator) -> str:
        kernel = self._constant(operator, 1).transpose(0, 3, 1, 2)
        return self._activated(self._convolve(operator, kernel, groups=1, more=0), operator, 3)

    def _depthwise(self, operator: Operator) -> str:
        kernel = self._constant(operator, 1)
        _, height, width, filters = kernel.shape
        groups = self._tensor(operator.inputs[0]).shape[3]
        kernel = kernel.transpose(3, 0, 1, 2).reshape(filters, 1, height, width)
        return self._activated(self._convolve(operator, kernel, groups=groups, more=1), operator, 4)

    def _convolve(self, operator: Operator, kernel: AnyArray, *, groups: int, more: int) -> str:
        """`more`: by how many fields the schema's depthwise options are shifted (a multiplier)."""
        return self._graph.convolution(
            self._input(operator, 0),
            kernel,
            self._constant(operator, 2) if len(operator.inputs) > 2 else None,
            stride=(operator.option(2), operator.option(1)),
            dilation=(
                operator.option(5 + more, default=1),
                operator.option(4 + more, default=1),
            ),
            padding=_padding(operator),
            groups=groups,
        )

    def _max_pool(self, operator: Operator) -> str:
        pooled = self._graph.add(
            "MaxPool",
            [self._input(operator, 0)],
            kernel_shape=[operator.option(4), operator.option(3)],
            strides=[operator.option(2), operator.option(1)],
            **padding_attributes(_padding(operator)),
        )
        return self._activated(pooled, operator, 5)

    def _prelu(self, operator: Operator) -> str:
        slopes = self._constant(operator, 1)
        if slopes.size != slopes.shape[-1]:
            raise PackInvalid(f"A PRELU has slopes of shape {slopes.shape}; one a channel fits.")
        names = [self._input(operator, 0), self._graph.constant(slopes.reshape(-1, 1, 1))]
        return self._graph.add("PRelu", names)

    def _elementwise(self, operator: Operator) -> str:
        operands = [self._operand(number) for number in operator.inputs]
        result = self._graph.add(_ELEMENTWISE[operator.kind], operands)
        return self._activated(result, operator, 0)

    def _operand(self, number: int) -> str:
        values = self._tensor(number).values
        if values is None:
            return self._names[number]
        if values.ndim > 1:
            raise PackInvalid(f"A constant of shape {values.shape} is added; not supported.")
        return self._graph.constant(values.reshape(-1, 1, 1))

    def _pad(self, operator: Operator) -> str:
        """Zeros around; the file's order of axes is N, H, W, C."""
        pads = self._constant(operator, 1)[[0, 3, 1, 2]].astype(np.int64)
        names = [self._input(operator, 0), self._graph.constant(pads.T.reshape(-1))]
        return self._graph.add("Pad", names)

    def _reshape(self, operator: Operator) -> str:
        """Only from (N, 1, 1, C) to (N, C), where the order of axes does not matter."""
        before = self._tensor(operator.inputs[0]).shape
        after = self._tensor(operator.outputs[0]).shape
        if len(before) != 4 or before[1:3] != (1, 1) or after != (before[0], before[3]):
            raise PackInvalid(f"A reshape from {before} to {after} is not supported.")
        return self._graph.add("Flatten", [self._input(operator, 0)])

    def _activated(self, tensor: str, operator: Operator, field: int) -> str:
        """The activation that an operator's options name in that field."""
        number = operator.option(field, kind="b")
        if number not in _ACTIVATION:
            raise PackInvalid(f"The TFLite activation number {number} is not supported.")
        kind = _ACTIVATION[number]
        return tensor if kind is None else self._graph.activation(tensor, kind)

    def _tensor(self, number: int) -> Tensor:
        return self._model.tensors[number]

    def _input(self, operator: Operator, index: int) -> str:
        return self._names[operator.inputs[index]]

    def _constant(self, operator: Operator, index: int) -> AnyArray:
        tensor = self._tensor(operator.inputs[index])
        if tensor.values is None:
            raise PackInvalid(f"The tensor {tensor.name} should be constant and is computed.")
        return tensor.values


def _padding(operator: Operator) -> Padding:
    return _PADDING[operator.option(0, kind="b")]
