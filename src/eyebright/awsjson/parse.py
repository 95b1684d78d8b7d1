"""From a JSON body to Python values, by shape.

Members that the model does not know are ignored and null members are absent, as AWS has it.
Blobs become bytes, timestamps become UTC datetimes. Constraints are checked in `validate.py`.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson

from eyebright.awsjson.errors import SerializationError
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

_INTEGER_BITS = {"integer": 31, "long": 63}
_LARGEST_FLOAT = {"float": 3.4028235677973366e38, "double": 1.7976931348623157e308}
"""The greatest magnitude that still rounds to a finite number of the kind."""
_KIND_NAMES = {"integer": "an Integer", "long": "a Long", "float": "a Float", "double": "a Double"}


def parse_body(body: bytes, shape: StructureShape) -> dict[str, Any]:
    """The members of a request's body; an empty body is an empty structure.

    Raises SerializationError if the body is no JSON object or a member has another JSON type than
    its shape.
    """
    if not body:
        return {}
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise SerializationError("The request body is not valid JSON.") from error
    if not isinstance(document, dict):
        raise SerializationError("The request body must be a JSON object.")
    return _structure(shape, document)


def _structure(shape: StructureShape, given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _refusal(given, "a structure")
    parsed = {}
    for name, value in given.items():
        member = shape.members.get(name)
        if member is not None and value is not None:
            parsed[name] = _PARSERS[type(member.shape)](member.shape, value)
    return parsed


def _list(shape: ListShape, given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise _refusal(given, "a list")
    parser = _PARSERS[type(shape.item)]
    return [None if item is None else parser(shape.item, item) for item in given]


def _map(shape: MapShape, given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _refusal(given, "a map")
    parser = _PARSERS[type(shape.value)]
    return {
        key: None if value is None else parser(shape.value, value) for key, value in given.items()
    }


def _text(_shape: TextShape, given: Any) -> str:
    if not isinstance(given, str):
        raise _refusal(given, "a String")
    return given


def _blob(_shape: BlobShape, given: Any) -> bytes:
    if not isinstance(given, str):
        raise _refusal(given, "a Blob")
    try:
        return binascii.a2b_base64(given, strict_mode=True)
    except ValueError as error:
        raise SerializationError("A blob is not valid base64.") from error


def _number(shape: NumberShape, given: Any) -> int | float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise _refusal(given, _KIND_NAMES[shape.kind])
    if shape.kind in _LARGEST_FLOAT:
        if abs(given) > _LARGEST_FLOAT[shape.kind]:
            raise _refusal(given, _KIND_NAMES[shape.kind])
        return given
    whole = int(given)
    limit = 1 << _INTEGER_BITS[shape.kind]
    if whole != given or not -limit <= whole < limit:
        raise _refusal(given, _KIND_NAMES[shape.kind])
    return whole


def _boolean(_shape: BooleanShape, given: Any) -> bool:
    if not isinstance(given, bool):
        raise _refusal(given, "a Boolean")
    return given


def _timestamp(_shape: TimestampShape, given: Any) -> datetime:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise _refusal(given, "a Timestamp")
    try:
        return datetime.fromtimestamp(given, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise _refusal(given, "a Timestamp") from error


def _refusal(given: Any, wanted: str) -> SerializationError:
    """The sentences of AWS's own parser, which names JSON tokens, not values."""
    match given:
        case dict():
            return SerializationError("Start of structure or map found where not expected.")
        case list():
            return SerializationError("Start of list found where not expected.")
        case True:
            token = "TRUE_VALUE"  # noqa: S105
        case False:
            token = "FALSE_VALUE"  # noqa: S105
        case int() | float():
            token = "NUMBER_VALUE"  # noqa: S105
        case _:
            token = "STRING_VALUE"  # noqa: S105
    if wanted in ("a structure", "a list", "a map"):
        return SerializationError(f"Expected {wanted.removeprefix('a ')} or null.")
    return SerializationError(f"{token} can not be converted to {wanted}")


_PARSERS: dict[type[Shape], Callable[[Any, Any], Any]] = {
    StructureShape: _structure,
    ListShape: _list,
    MapShape: _map,
    TextShape: _text,
    BlobShape: _blob,
    NumberShape: _number,
    BooleanShape: _boolean,
    TimestampShape: _timestamp,
}
