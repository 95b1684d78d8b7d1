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
from typing import Any, TypeAlias

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

_Write: TypeAlias = Callable[[Any, Any], Any]
_FLOAT32 = struct.Struct("<f")


class SerialisationMistake(TypeError):
    """A handler's answer does not fit the operation's shape: a fault of this server."""

    def __init__(self, what: str, path: str = "") -> None:
        super().__init__(f"{path}: {what}")
        self.what = what
        self.path = path

    def inside(self, name: str) -> SerialisationMistake:
        """The same mistake, seen from around the member `name`."""
        return SerialisationMistake(self.what, f"{name}.{self.path}".rstrip("."))


def serialise(shape: StructureShape, value: Mapping[str, Any], *, strict: bool = False) -> bytes:
    """The JSON of an answer.

    Members that the model does not know are left out; with `strict`, as in tests, they and absent
    required members are mistakes. A value of a wrong type, NaN and infinity always are.
    Raises SerialisationMistake, naming the member.
    """
    try:
        return orjson.dumps((_strict_structure if strict else _structure)(shape, value))
    except SerialisationMistake as mistake:
        raise mistake.inside(shape.name) from mistake


def _writers(structure: _Write) -> dict[type[Shape], _Write]:
    """How each kind of shape is written. The path to a mistake is put together only if there is
    one: most answers have thousands of values and none."""

    def write_list(shape: ListShape, value: Any) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise _mistake(value, "a list")
        write = writers[type(shape.item)]
        return [write(shape.item, item) for item in value]

    def write_map(shape: MapShape, value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _mistake(value, "a mapping")
        write = writers[type(shape.value)]
        return {_text(shape.key, key): write(shape.value, item) for key, item in value.items()}

    writers: dict[type[Shape], _Write] = {
        StructureShape: structure,
        ListShape: write_list,
        MapShape: write_map,
        TextShape: _text,
        BlobShape: _blob,
        NumberShape: _number,
        BooleanShape: _boolean,
        TimestampShape: _timestamp,
    }
    return writers


def _strict_structure(shape: StructureShape, value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        _check_members(shape, value)
    return _members(shape, value, _STRICT)


def _structure(shape: StructureShape, value: Any) -> dict[str, Any]:
    return _members(shape, value, _LENIENT)


def _members(
    shape: StructureShape, value: Any, writers: Mapping[type[Shape], _Write]
) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _mistake(value, "a mapping")
    written, name = {}, ""
    try:
        for name, given in value.items():
            member = shape.members.get(name)
            if member is not None and given is not None:
                written[name] = writers[type(member.shape)](member.shape, given)
    except SerialisationMistake as mistake:
        raise mistake.inside(name) from mistake
    return written


def _check_members(shape: StructureShape, value: Mapping[str, Any]) -> None:
    unknown = [name for name in value if name not in shape.members]
    if unknown:
        raise SerialisationMistake(f"there are no members {unknown}.")
    missing = [
        member.name
        for member in shape.members.values()
        if member.required and value.get(member.name) is None
    ]
    if missing:
        raise SerialisationMistake(f"the members {missing} are missing.")


def _text(shape: TextShape, value: Any) -> str:
    if not isinstance(value, str):
        raise _mistake(value, "a string")
    if shape.choices and value not in shape.choices:
        raise _mistake(value, f"one of {', '.join(shape.choices)}")
    return str(value)


def _blob(_shape: BlobShape, value: Any) -> str:
    if not isinstance(value, bytes):
        raise _mistake(value, "bytes")
    return b64encode(value).decode("ascii")


def _number(shape: NumberShape, value: Any) -> int | float:
    if shape.kind == "float" or shape.kind == "double":
        return _real(value, narrow=shape.kind == "float")
    if isinstance(value, bool) or not isinstance(value, int):
        raise _mistake(value, "an int")
    return value


def _real(value: Any, *, narrow: bool) -> float:
    if isinstance(value, bool) or not isinstance(value, float | int):
        raise _mistake(value, "a float")
    try:
        written: float = _FLOAT32.unpack(_FLOAT32.pack(value))[0] if narrow else float(value)
    except OverflowError as error:
        raise _mistake(value, "within the range of the number's kind") from error
    if not math.isfinite(written):
        raise _mistake(value, "a finite number")
    return written


def _boolean(_shape: BooleanShape, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _mistake(value, "a bool")
    return value


def _timestamp(_shape: TimestampShape, value: Any) -> float:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise _mistake(value, "a datetime with a time zone")
    return round(value.timestamp(), 3)


def _mistake(value: Any, wanted: str) -> SerialisationMistake:
    return SerialisationMistake(f"{type(value).__name__} {value!r:.80} is there; use {wanted}.")


_LENIENT = _writers(_structure)
_STRICT = _writers(_strict_structure)
