from __future__ import annotations

import pytest

from eyebright.errors import PackInvalid
from eyebright.packs.converters.convert import convert
from eyebright.packs.converters.interface import InputSpec


def test_a_file_that_is_no_json_is_a_pack_error() -> None:
    with pytest.raises(PackInvalid, match=r"m\.json is not what the converter tfjs reads"):
        convert("tfjs", {"m.json": b"no json"}, picture=InputSpec(None), outputs=[])


def test_an_unknown_converter_names_the_known_ones() -> None:
    with pytest.raises(PackInvalid, match=r"'caffe'.*dlib_resnet.*onnx, .*tfjs, .*tflite"):
        convert("caffe", {}, picture=InputSpec(None), outputs=[])
