"""Weights too small to matter, made zero.

A processor handles numbers below the smallest normal float (1.2e-38) many times slower than others.
Training leaves thousands of them in some nets. Telling the processor to treat them as zero would
change arithmetic for the whole process, so the weights themselves are changed, once.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import numpy_helper

_SMALLEST_NORMAL = np.finfo(np.float32).tiny


def flush_subnormals(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with every subnormal float32 weight set to zero; changed in place."""
    for tensor in model.graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT:
            continue
        weights = numpy_helper.to_array(tensor)
        tiny = (weights != 0) & (np.abs(weights) < _SMALLEST_NORMAL)
        if tiny.any():
            flushed = np.where(tiny, np.float32(0), weights)
            tensor.CopyFrom(numpy_helper.from_array(flushed, tensor.name))
    return model
