"""ONNX files as they are published, brought to one footing: weights are no inputs, the batch (and
for fully convolutional nets height and width) is free, the operator set is recent enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from onnx import TensorProto, helper, version_converter

from eyebright.errors import PackInvalid
from eyebright.packs.converters.graph import IR_VERSION, OPSET


def convert(members: Mapping[str, bytes], *, outputs: Sequence[str]) -> onnx.ModelProto:
    """`members`: the one `.onnx` file; `outputs`: names of its outputs."""
    (data,) = members.values()
    model = read_onnx(data)
    free_inputs(model)
    if max(entry.version for entry in model.opset_import) < OPSET:
        model = version_converter.convert_version(model, OPSET)
    keep_outputs(model, outputs)
    return model


def read_onnx(data: bytes) -> onnx.ModelProto:
    """Raises PackInvalid when the bytes are no ONNX model."""
    try:
        model = onnx.load_model_from_string(data)
    except DecodeError as error:
        raise PackInvalid(f"The file is no ONNX model: {error}") from error
    if not model.opset_import or not model.graph.node:
        raise PackInvalid("The file is no ONNX model: it has no graph.")
    if any(weight.data_location == TensorProto.EXTERNAL for weight in model.graph.initializer):
        raise PackInvalid("The ONNX model keeps its weights in another file, which is not pinned.")
    return model


def keep_outputs(model: onnx.ModelProto, outputs: Sequence[str]) -> None:
    """Let these be the outputs, in place. Raises PackInvalid when the model lacks one."""
    known = {output.name for output in model.graph.output}
    missing = [name for name in outputs if name not in known]
    if missing:
        raise PackInvalid(f"The ONNX model has no output called {missing[0]}.")
    del model.graph.output[:]
    model.graph.output.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs
    )


def free_inputs(model: onnx.ModelProto) -> None:
    """Leave the pictures as inputs, of any size, in place.

    Older exporters list weights among the inputs, which keeps them from being folded.
    """
    weights = {weight.name for weight in model.graph.initializer}
    inputs = [value.name for value in model.graph.input if value.name not in weights]
    del model.graph.input[:]
    model.graph.input.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in inputs
    )
    del model.graph.value_info[:]
    model.ir_version = max(model.ir_version, IR_VERSION)
