"""From Python values to a JSON body, by shape.

None members are left out and empty lists are kept: clients tell the two apart. Floats are rounded
to float32 and written as doubles, as AWS's own answers are; timestamps are seconds since 1970 with
milliseconds; blobs are base64.
"""

from __future__ import annotations

import math
import struct
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson

from eyebright.awsjson.model import (
    BlobShape,
    BooleanShape,
    ListShape,
    MapShape,
    NumberShape,
    Shape,
    StructureShape,
    TextShape,
    TimestampShape,
)

_FLOAT32 = struct.Struct("<f")


class SerialisationMistake(TypeError):
    """A handler's answer does not fit the operation's shape: a fault of this server."""


def serialise(shape: StructureShape, value: Mapping[str, Any], *, strict: bool = False) -> bytes:
    """The JSON of an answer.

    Members that the model does not know are left out; with `strict`, as in tests, they and absent
    required members are mistakes. A value of a wrong type, NaN and infinity always are.
    Raises SerialisationMistake, naming the member.
    """
    return orjson.dumps(_Writer(strict).structure(shape, value, shape.name))


class _Writer:
    """Turns values into what orjson writes. The path says where a mistake is."""

    def __init__(self, strict: bool) -> None:
        self._strict = strict
        self._writers: dict[type[Shape], Callable[[Any, Any, str], Any]] = {
            StructureShape: self.structure,
            ListShape: self._list,
            MapShape: self._map,
            TextShape: _text,
            BlobShape: _blob,
            NumberShape: _number,
            BooleanShape: _boolean,
            TimestampShape: _timestamp,
        }

    def structure(self, shape: StructureShape, value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _mistake(path, value, "a mapping")
        if self._strict:
            _check_members(shape, value, path)
        written = {}
        for name, given in value.items():
            member = shape.members.get(name)
            if member is not None and given is not None:
                writer = self._writers[type(member.shape)]
                written[name] = writer(member.shape, given, f"{path}.{name}")
        return written

    def _list(self, shape: ListShape, value: Any, path: str) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise _mistake(path, value, "a list")
        writer = self._writers[type(shape.item)]
        return [writer(shape.item, item, path) for item in value]

    def _map(self, shape: MapShape, value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _mistake(path, value, "a mapping")
        writer = self._writers[type(shape.value)]
        return {
            _text(shape.key, key, path): writer(shape.value, item, path)
            for key, item in value.items()
        }


def _check_members(shape: StructureShape, value: Mapping[str, Any], path: str) -> None:
    unknown = [name for name in value if name not in shape.members]
    if unknown:
        raise SerialisationMistake(f"{path} has no members {unknown}.")
    missing = [
        member.name
        for member in shape.members.values()
        if member.required and value.get(member.name) is None
    ]
    if missing:
        raise SerialisationMistake(f"{path} needs the members {missing}.")


def _text(shape: TextShape, value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise _mistake(path, value, "a string")
    if shape.choices and value not in shape.choices:
        raise _mistake(path, value, f"one of {', '.join(shape.choices)}")
    return str(value)


def _blob(_shape: BlobShape, value: Any, path: str) -> str:
    if not isinstance(value, bytes):
        raise _mistake(path, value, "bytes")
    return b64encode(value).decode("ascii")


def _number(shape: NumberShape, value: Any, path: str) -> int | float:
    if shape.kind in ("integer", "long"):
        if isinstance(value, bool) or not isinstance(value, int):
            raise _mistake(path, value, "an int")
        return value
    if isinstance(value, bool) or not isinstance(value, float | int) or not math.isfinite(value):
        raise _mistake(path, value, "a finite number")
    if shape.kind == "double":
        return float(value)
    return _float32(value, path)


def _float32(value: float, path: str) -> float:
    try:
        narrow: float = _FLOAT32.unpack(_FLOAT32.pack(value))[0]
    except OverflowError as error:
        raise _mistake(path, value, "within the range of float32") from error
    return narrow


def _boolean(_shape: BooleanShape, value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise _mistake(path, value, "a bool")
    return value


def _timestamp(_shape: TimestampShape, value: Any, path: str) -> float:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise _mistake(path, value, "a datetime with a time zone")
    return round(value.timestamp(), 3)


def _mistake(path: str, value: Any, wanted: str) -> SerialisationMistake:
    return SerialisationMistake(f"{path} is {type(value).__name__} {value!r:.80}; use {wanted}.")
