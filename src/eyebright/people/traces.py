"""Looks for byte strings in every file under a folder. Run as a program of its own.

Of its own, because on POSIX a process that closes any handle of a database file loses all the
locks that SQLite holds on it in that process. So this file imports nothing but the standard
library, and `forget` starts it: needles as lines of hex on the standard input, findings as JSON
lines on the standard output.
"""

from __future__ import annotations

import json
import mmap
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO


def traces(folder: Path, needles: Sequence[bytes]) -> Iterator[tuple[Path, int, bytes]]:
    """(file, offset, needle) for the first place of each needle in each file.

    Links are not followed. Model packs are left out: their files are pinned by checksum, so nothing
    of anybody's is in them, and to read them for each of 3,000 needles takes a minute.
    Raises OSError for a folder or file that cannot be read.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder")
    packs = folder / "packs"
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.is_relative_to(packs):
            continue
        try:
            with path.open("rb") as file:
                yield from ((path, offset, needle) for offset, needle in _in(file, needles))
        except FileNotFoundError:
            continue  # it went away while we looked


def _in(file: BinaryIO, needles: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    try:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError:
        return  # an empty file cannot be mapped
    with content:
        for needle in needles:
            offset = content.find(needle)
            if offset >= 0:
                yield offset, needle


if __name__ == "__main__":
    wanted = [bytes.fromhex(line) for line in sys.stdin.read().split()]
    for path, offset, needle in traces(Path(sys.argv[1]), wanted):
        print(json.dumps([str(path), offset, needle.hex()]))
