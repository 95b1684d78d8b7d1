"""Reading FlatBuffers, the container of `.tflite` files, without generated code.

A table is a place in the bytes whose first four bytes point to a list of field offsets; a field
that is not there has its default. Every read is bounds-checked by `struct`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray


@dataclass(frozen=True, slots=True)
class Table:
    """A table at `at` in `data`."""

    data: bytes
    at: int

    def integer(self, field: int, *, kind: str = "i", default: int = 0) -> int:
        """A number; `kind` is a struct letter: b int8, B uint8, i int32, I uint32."""
        place = self._place(field)
        return default if place is None else _read(self.data, place, kind)

    def table(self, field: int) -> Table | None:
        place = self._place(field)
        return None if place is None else Table(self.data, self._follow(place))

    def tables(self, field: int) -> list[Table]:
        start, count = self._vector(field)
        return [Table(self.data, self._follow(start + 4 * index)) for index in range(count)]

    def text(self, field: int) -> str:
        return bytes(self.array(field, "u1")).decode("utf-8", errors="replace")

    def array(self, field: int, kind: str) -> AnyArray:
        """A vector of numbers; `kind` as numpy says it, such as "<i4"."""
        start, count = self._vector(field)
        if start + count * np.dtype(kind).itemsize > len(self.data):
            raise PackInvalid("A vector in the model file ends behind the end of the file.")
        return np.frombuffer(self.data, kind, count, start)

    def _vector(self, field: int) -> tuple[int, int]:
        """(position of the first element, number of elements)"""
        place = self._place(field)
        if place is None:
            return 0, 0
        start = self._follow(place)
        return start + 4, _read(self.data, start, "I")

    def _place(self, field: int) -> int | None:
        offsets = self.at - _read(self.data, self.at, "i")
        entry = 4 + 2 * field
        if entry >= _read(self.data, offsets, "H"):
            return None
        offset = _read(self.data, offsets + entry, "H")
        return self.at + offset if offset else None

    def _follow(self, place: int) -> int:
        return place + _read(self.data, place, "I")


def root_table(data: bytes, *, identifier: bytes) -> Table:
    """The outermost table. Raises PackInvalid when the file is of another kind."""
    if data[4:8] != identifier:
        raise PackInvalid(f"The file begins with {data[4:8]!r}, expected {identifier!r}.")
    return Table(data, _read(data, 0, "I"))


def _read(data: bytes, at: int, kind: str) -> int:
    if at < 0:
        raise PackInvalid("An offset in the model file points before its beginning.")
    try:
        return int(struct.unpack_from(f"<{kind}", data, at)[0])
    except struct.error as error:
        raise PackInvalid("An offset in the model file points behind its end.") from error
