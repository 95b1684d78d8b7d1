"""Parts of long bodies: what a player asks for when somebody jumps to the middle of a film."""

from __future__ import annotations

import re
from typing import BinaryIO, Self

from eyebright.web.errors import Refused

PIECE_BYTES = 256 * 1024
_ONE_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII)


def wanted_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte of a Range header over a body of `size` bytes; None for the whole: there
    is no header, or one that may be passed over (several ranges, another unit).

    Raises Refused (416) for a range with nothing in it.
    """
    match = _ONE_RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:  # the last so many
        start, end = max(size - int(last), 0), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None  # RFC 9110: such a range is invalid, and passed over
    if start >= size or start > end:
        raise Refused(
            416,
            "range",
            f"It has {size} bytes.",
            headers=[("Content-Range", f"bytes */{size}")],
        )
    return start, end


class FilePart:
    """The bytes of a file from first to last, both included, piece by piece; closes the file when
    it is through, or when it is closed. A file that ends early ends the answer early, which its
    Content-Length shows."""

    def __init__(self, file: BinaryIO, first: int, last: int) -> None:
        self._file = file
        self._left = last - first + 1
        file.seek(first)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        piece = self._file.read(min(PIECE_BYTES, self._left)) if self._left > 0 else b""
        if not piece:
            self.close()
            raise StopIteration
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._left = 0
        self._file.close()
