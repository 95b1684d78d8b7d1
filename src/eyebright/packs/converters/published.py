"""Large transformers as their publishers export them: the graph stays as it is.

What `simplify` folds are convolutions, which such a net hardly has, and onnxruntime folds the rest
when it loads the model. Rewriting a graph of a thousand nodes that could not be run when its recipe
was written would be a risk for nothing; so only unused outputs go and the interface comes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import onnx

from eyebright.packs.converters.onnx_file import free_inputs, keep_outputs, read_onnx


def convert(members: Mapping[str, bytes], *, outputs: Sequence[str]) -> onnx.ModelProto:
    """`members`: the one `.onnx` file; `outputs`: names of its outputs."""
    (data,) = members.values()
    model = read_onnx(data)
    free_inputs(model)
    keep_outputs(model, outputs)
    return model
