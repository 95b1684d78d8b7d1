"""Values as bytes and back, by their types: what jobs keep sealed.

msgspec reads and writes frozen dataclasses as JSON and checks types on the way in; arrays of
numbers and exact fractions are added here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, TypeVar, get_origin

import msgspec
import numpy as np

T = TypeVar("T")


def encode(value: object) -> bytes:
    """Any value made of dataclasses, mappings, sequences, numbers, texts, fractions, arrays."""
    return msgspec.json.encode(value, enc_hook=_plain)


def decode(data: bytes, kind: type[T]) -> T:
    """The value again. Raises ValueError for bytes that are no such value."""
    return msgspec.json.decode(data, type=kind, dec_hook=_special)


def converted(value: object, kind: type[T]) -> T:
    """Plain values (mappings, lists, numbers, texts) as a dataclass. Raises ValueError."""
    return msgspec.convert(value, type=kind, dec_hook=_special)


def plain(value: object) -> dict[str, Any]:
    """A dataclass as plain values, what `converted` reads."""
    built: dict[str, Any] = msgspec.to_builtins(value, enc_hook=_plain)
    return built


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Fraction):
        return [value.numerator, value.denominator]
    raise TypeError(f"{type(value).__name__} cannot be kept.")


def _special(kind: Any, value: Any) -> object:
    """Arrays come back as float32, which is what observations are made of."""
    if get_origin(kind) is np.ndarray:
        return np.array(value, np.float32)
    if kind is Fraction:
        return Fraction(*value)
    raise TypeError(f"{kind} cannot be kept.")
