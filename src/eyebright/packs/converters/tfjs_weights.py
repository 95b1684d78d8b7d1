"""Weights as TensorFlow.js stores them: a manifest and one or more binary files."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray

_STORED = {"float32": "<f4", "float16": "<f2", "int32": "<i4", "uint8": "u1", "uint16": "<u2"}


def read_weights(
    manifest: Sequence[Mapping[str, Any]], members: Mapping[str, bytes], *, folder: str
) -> dict[str, AnyArray]:
    """Name -> array (float32 or int64). `folder` is where the manifest lies; its paths start there.

    Raises PackInvalid when a file is missing, too short, or in an unknown number format.
    """
    weights: dict[str, AnyArray] = {}
    for group in manifest:
        paths = [posixpath.join(folder, path) for path in group["paths"]]
        missing = [path for path in paths if path not in members]
        if missing:
            raise PackInvalid(f"The weights file {missing[0]} is not among the recipe's members.")
        data = b"".join(members[path] for path in paths)
        at = 0
        for entry in group["weights"]:
            weights[entry["name"]], at = _read_array(entry, data, at)
    return weights


def _read_array(entry: Mapping[str, Any], data: bytes, at: int) -> tuple[AnyArray, int]:
    """One array and the position behind it; quantised numbers are `stored * scale + min`."""
    quantization = entry.get("quantization")
    stored_as = (quantization or entry)["dtype"]
    if stored_as not in _STORED:
        raise PackInvalid(f"Weights {entry['name']} are stored as {stored_as}; not supported.")
    kind = np.dtype(_STORED[stored_as])
    shape = tuple(int(side) for side in entry["shape"])
    count = int(np.prod(shape))
    end = at + count * kind.itemsize
    if end > len(data):
        raise PackInvalid(f"Weights {entry['name']} end behind the end of their file.")
    values = np.frombuffer(data, kind, count, at).reshape(shape)
    if quantization is None and kind.kind in "iu":
        return values.astype(np.int64), end
    floats = values.astype(np.float32)
    if quantization is not None and "scale" in quantization:
        floats = floats * np.float32(quantization["scale"]) + np.float32(quantization["min"])
    return floats, end
