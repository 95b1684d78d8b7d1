from __future__ import annotations

import numpy as np
import pytest

from eyebright.errors import PackInvalid
from eyebright.packs.converters.tfjs_weights import read_weights


def test_each_number_format_is_read() -> None:
    floats = np.array([[1.5, -2.0]], "<f4")
    halves = np.array([0.5, 3.0], "<f2")
    bytes_ = np.array([0, 255], "u1")
    wholes = np.array([7, -9], "<i4")
    data = floats.tobytes() + halves.tobytes() + bytes_.tobytes() + wholes.tobytes()
    entries = [
        {"name": "floats", "shape": [1, 2], "dtype": "float32"},
        {"name": "halves", "shape": [2], "dtype": "float32", "quantization": {"dtype": "float16"}},
        {
            "name": "bytes",
            "shape": [2],
            "dtype": "float32",
            "quantization": {"dtype": "uint8", "scale": 0.5, "min": -1.0},
        },
        {"name": "wholes", "shape": [2], "dtype": "int32"},
    ]
    manifest = [{"paths": ["a.bin", "b.bin"], "weights": entries}]
    files = {"m/a.bin": data[:5], "m/b.bin": data[5:]}
    weights = read_weights(manifest, files, folder="m")
    assert weights["floats"].tolist() == [[1.5, -2.0]]
    assert weights["halves"].tolist() == [0.5, 3.0]
    assert weights["bytes"].tolist() == [-1.0, 126.5]
    assert weights["wholes"].tolist() == [7, -9]
    assert weights["bytes"].dtype == np.float32


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"name": "w", "shape": [9], "dtype": "float32"}, "behind the end"),
        ({"name": "w", "shape": [1], "dtype": "complex64"}, "complex64"),
    ],
)
def test_weights_that_cannot_be_read_are_named(entry: dict[str, object], message: str) -> None:
    with pytest.raises(PackInvalid, match=message):
        read_weights([{"paths": ["a"], "weights": [entry]}], {"a": bytes(8)}, folder="")


def test_a_missing_file_is_named() -> None:
    with pytest.raises(PackInvalid, match=r"other\.bin"):
        read_weights([{"paths": ["other.bin"], "weights": []}], {}, folder="")
