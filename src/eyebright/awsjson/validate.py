"""The service model's constraints, which AWS clients do not check for themselves.

Every violation is found and worded as AWS words it: lower-camel paths, `tags.1.member.key` for
structures in lists, and for lists and maps of plain values the whole list with the constraints
that its members have to meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from eyebright.awsjson.errors import ValidationFailed
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
from eyebright.awsjson.patterns import LONGEST_TEXT

LONGEST_SHOWN = 1024
"""AWS repeats the refused value whole; here a longer one is cut, so that no answer is as long as
the request that it refuses."""
_MOST_VIOLATIONS = 100
_NOT_NULL = "Member must not be null"


def check_input(shape: StructureShape, value: dict[str, Any]) -> None:
    """Raise ValidationFailed, naming every violation, if `value` breaks a constraint of `shape`."""
    violations = []
    for violation in _structure(shape, value, ""):
        violations.append(violation)
        if len(violations) == _MOST_VIOLATIONS:
            break
    if violations:
        raise ValidationFailed(violations)


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    match shape:
        case StructureShape():
            yield from _structure(shape, value, path + ".")
        case ListShape():
            yield from _list(shape, value, path)
        case MapShape():
            yield from _map(shape, value, path)
        case TextShape() | BlobShape() | NumberShape():
            for constraint in _broken(shape, value):
                yield _sentence(value, path, constraint)
        case BooleanShape() | TimestampShape():
            return


def _structure(shape: StructureShape, value: dict[str, Any], prefix: str) -> Iterator[str]:
    for member in shape.members.values():
        given = value.get(member.name)
        if given is not None:
            yield from _violations(member.shape, given, prefix + member.path)
        elif member.required:
            yield f"Value null at '{prefix}{member.path}' failed to satisfy constraint: {_NOT_NULL}"


def _list(shape: ListShape, value: list[Any], path: str) -> Iterator[str]:
    for constraint in _length_broken(len(value), shape.least, shape.most):
        yield _sentence(value, path, constraint)
    item = shape.item
    if isinstance(item, TextShape | BlobShape | NumberShape):
        if any(_breaks(item, given) for given in value):
            yield _sentence(value, path, f"Member must satisfy constraint: {_all_of(item)}")
        return
    for position, given in enumerate(value, start=1):
        where = f"{path}.{position}.member"
        if given is None:
            yield f"Value null at '{where}' failed to satisfy constraint: {_NOT_NULL}"
        else:
            yield from _violations(item, given, where)


def _map(shape: MapShape, value: dict[str, Any], path: str) -> Iterator[str]:
    for constraint in _length_broken(len(value), shape.least, shape.most):
        yield _sentence(value, path, constraint)
    if any(_breaks(shape.key, key) for key in value):
        yield _sentence(value, path, f"Map keys must satisfy constraint: {_all_of(shape.key)}")
    item = shape.value
    if isinstance(item, TextShape | BlobShape | NumberShape):
        if any(_breaks(item, given) for given in value.values()):
            yield _sentence(value, path, f"Map value must satisfy constraint: {_all_of(item)}")
        return
    for key, given in value.items():
        if given is not None:
            yield from _violations(item, given, f"{path}.{_cut(key)}.member")


def _breaks(shape: TextShape | BlobShape | NumberShape, value: Any) -> bool:
    return value is None or next(_broken(shape, value), None) is not None


def _broken(shape: TextShape | BlobShape | NumberShape, value: Any) -> Iterator[str]:
    """The constraints that a plain value breaks."""
    if isinstance(shape, NumberShape):
        if shape.most is not None and value > shape.most:
            yield _most_value(shape.most)
        if shape.least is not None and value < shape.least:
            yield _least_value(shape.least)
        return
    yield from _length_broken(len(value), shape.least, shape.most)
    if isinstance(shape, TextShape):
        if shape.choices and value not in shape.choices:
            yield _one_of(shape.choices)
        if shape.pattern is not None and not _matches(shape, value):
            yield _like(shape.pattern.source)


def _matches(shape: TextShape, value: str) -> bool:
    """Whether the pattern accepts the text; a text that is too long is never tried."""
    if shape.most is not None and len(value) > shape.most:
        return True
    if len(value) > max(LONGEST_TEXT, shape.most or 0):
        return False
    return shape.pattern is None or shape.pattern.accepts(value)


def _length_broken(length: int, least: int | None, most: int | None) -> Iterator[str]:
    if most is not None and length > most:
        yield _most_length(most)
    if least is not None and length < least:
        yield _least_length(least)


def _all_of(shape: TextShape | BlobShape | NumberShape) -> str:
    """Every constraint of a member, whether it was broken or not."""
    number = isinstance(shape, NumberShape)
    wordings: list[tuple[Callable[[Any], str], Any]] = [
        (_most_value if number else _most_length, shape.most),
        (_least_value if number else _least_length, shape.least),
    ]
    if isinstance(shape, TextShape):
        wordings.append((_one_of, shape.choices or None))
        wordings.append((_like, shape.pattern.source if shape.pattern else None))
    stated = [wording(limit) for wording, limit in wordings if limit is not None]
    return f"[{', '.join(stated or [_NOT_NULL])}]"


def _most_length(most: int) -> str:
    return f"Member must have length less than or equal to {most}"


def _least_length(least: int) -> str:
    return f"Member must have length greater than or equal to {least}"


def _most_value(most: float) -> str:
    return f"Member must have value less than or equal to {most}"


def _least_value(least: float) -> str:
    return f"Member must have value greater than or equal to {least}"


def _one_of(choices: tuple[str, ...]) -> str:
    return f"Member must satisfy enum value set: [{', '.join(choices)}]"


def _like(source: str) -> str:
    return f"Member must satisfy regular expression pattern: {source}"


def _sentence(value: Any, path: str, constraint: str) -> str:
    return f"Value '{_cut(_shown(value))}' at '{path}' failed to satisfy constraint: {constraint}"


def _shown(value: Any) -> str:
    """A value as Java prints it."""
    match value:
        case bytes():
            return f"java.nio.HeapByteBuffer[pos=0 lim={len(value)} cap={len(value)}]"
        case bool():
            return "true" if value else "false"
        case list():
            return f"[{', '.join(_shown(item) for item in value[:LONGEST_SHOWN])}]"
        case dict():
            pairs = list(value.items())[:LONGEST_SHOWN]
            return f"{{{', '.join(f'{key}={_shown(item)}' for key, item in pairs)}}}"
        case None:
            return "null"
        case _:
            return str(value)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "..."
