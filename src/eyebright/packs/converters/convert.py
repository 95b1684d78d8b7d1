"""From archive members to one finished ONNX model: convert, simplify, give the interface."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import onnx

from eyebright.errors import PackInvalid
from eyebright.packs.converters import (
    browserified,
    channels_last,
    dlib,
    efficientnet_lite,
    faceapi,
    onnx_file,
    published,
    tfjs,
    tflite,
    transnet,
    yolox,
)
from eyebright.packs.converters.interface import InputSpec, OutputSpec, give_interface
from eyebright.packs.converters.prelu import spread_prelu
from eyebright.packs.converters.quantise import INTEGER_OPERATORS, Ranges, quantise
from eyebright.packs.converters.simplify import simplify
from eyebright.packs.converters.subnormal import flush_subnormals

CONVERTERS: dict[str, Callable[..., onnx.ModelProto]] = {
    "dlib_resnet": dlib.convert,
    "efficientnet_lite": efficientnet_lite.convert,
    "faceapi": faceapi.convert,
    "onnx": onnx_file.convert,
    "onnx_channels_last": channels_last.convert,
    "onnx_published": published.convert,
    "tfjs": tfjs.convert,
    "tfjs_browserified": browserified.convert,
    "tflite": tflite.convert,
    "transnet": transnet.convert,
    "yolox": yolox.convert,
}


def convert(
    converter: str,
    members: Mapping[str, bytes],
    *,
    picture: InputSpec,
    outputs: Sequence[OutputSpec],
    ranges: Ranges | None = None,
) -> bytes:
    """The bytes of the ONNX file. `members`: path in the archive -> bytes. With `ranges` the model
    computes in whole numbers.

    Raises PackInvalid when the converter is unknown or the source is not what it should be.
    """
    if converter not in CONVERTERS:
        known = ", ".join(sorted(CONVERTERS))
        raise PackInvalid(f"There is no converter {converter!r}; known are {known}.")
    sources = list(dict.fromkeys(output.source for output in outputs))
    try:
        model = CONVERTERS[converter](members, outputs=sources)
        if converter != "onnx_published":
            model = flush_subnormals(spread_prelu(simplify(model)))
        model = give_interface(model, picture, outputs)
        if ranges:
            model = quantise(model, ranges, operators=_whole(converter))
    except (LookupError, ValueError, TypeError, onnx.checker.ValidationError) as error:
        raise PackInvalid(
            f"{next(iter(members), 'nothing')} is not what the converter {converter} reads: {error}"
        ) from error
    data: bytes = model.SerializeToString(deterministic=True)
    return data


def _whole(converter: str) -> Collection[str]:
    """Which operators compute in whole numbers where a recipe wants that."""
    return transnet.WHOLE if converter == "transnet" else INTEGER_OPERATORS
