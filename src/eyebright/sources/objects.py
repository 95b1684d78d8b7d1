"""Objects that are too large to be read at once: open files, whoever keeps them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias, cast

from eyebright.errors import SourceUnavailable

_PIECE_BYTES = 1 << 20
"""Fetched at once. A video is read mostly from front to back."""

FetchRange: TypeAlias = Callable[[int, int], bytes]
"""Bytes `first` to `last`, both included; may give fewer, never none inside the object."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """file: seekable, to be closed by whoever asked for it. size: in bytes."""

    file: BinaryIO
    size: int


def open_ranges(size: int, fetch: FetchRange) -> StoredObject:
    """An object that is fetched piece by piece, as it is read."""
    buffered = io.BufferedReader(_Ranges(size, fetch), buffer_size=_PIECE_BYTES)
    return StoredObject(cast(BinaryIO, buffered), size)


class _Ranges(io.RawIOBase):
    """A raw file over ranged requests. One request for each read."""

    def __init__(self, size: int, fetch: FetchRange) -> None:
        self._size = size
        self._fetch = fetch
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError(f"There is nothing before the beginning ({start + offset}).")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        last = min(self._at + len(view), self._size) - 1
        if last < self._at:
            return 0
        piece = self._fetch(self._at, last)
        if not piece:
            raise SourceUnavailable("The object broke off.")
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)
