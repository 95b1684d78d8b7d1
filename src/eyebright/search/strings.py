"""A sorted list of strings as two arrays, looked up where it lies on disk."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

_END = b"\xff"
"""Greater than any byte of UTF-8."""


@dataclass(frozen=True, slots=True)
class Strings:
    """content: uint8, all strings in UTF-8, one after the other. ends: int64 (n,), of each."""

    content: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, texts: Iterable[str]) -> Strings:
        """As they are given; for looking up they must be `ordered`."""
        return cls.of_bytes([in_order(text) for text in texts])

    @classmethod
    def of_bytes(cls, encoded: Sequence[bytes]) -> Strings:
        """Of strings in UTF-8."""
        ends = np.cumsum([len(one) for one in encoded], dtype=np.int64)
        return cls(np.frombuffer(b"".join(encoded), np.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, at: int) -> bytes:
        start = int(self.ends[at - 1]) if at else 0
        return self.content[start : int(self.ends[at])].tobytes()

    def reordered(self, order: np.ndarray) -> Strings:
        """Those at these places."""
        return Strings.of_bytes([self[at] for at in order.tolist()])

    def text(self, at: int) -> str:
        return self[at].decode("utf-8", "surrogatepass")

    def beginning(self, start: str) -> range:
        """The places of all strings that begin so."""
        encoded = start.encode("utf-8", "surrogatepass")
        return range(bisect_left(self, encoded), bisect_left(self, encoded + _END))

    def equal(self, text: str) -> range:
        """The places of all strings that are this one."""
        encoded = text.encode("utf-8", "surrogatepass")
        return range(bisect_left(self, encoded), bisect_left(self, encoded + b"\0"))


def in_order(text: str) -> bytes:
    """The key by which strings are sorted to be looked up."""
    return text.encode("utf-8", "surrogatepass")
