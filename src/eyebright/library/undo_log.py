"""What an export of names changed in a person's files, so that it can be taken back.

Only the last export that changed anything is remembered: names of people are not to lie about.
Each record is sealed under the library's key and written before the file is.
"""

from __future__ import annotations

import base64
import json
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eyebright.governance.sealing import Sealer

_LENGTH = struct.Struct(">I")
_FILE = "people-export.undo"


@dataclass(frozen=True, slots=True)
class Change:
    """asset_id: of an embedded packet; empty for a file beside a picture. before: the packet, or
    the file beside; None if there was none. Digests are SHA-256 of the whole file, hex; that of a
    file that was not there is empty."""

    root: str
    path: bytes
    asset_id: str
    before: bytes | None
    before_sha256: str
    after_sha256: str


class UndoLog:
    """Of one library. Not for several writers at once."""

    def __init__(self, directory: Path, sealer: Sealer) -> None:
        """directory: the library's."""
        self._path = directory / _FILE
        self._sealer = sealer
        self._count = 0
        self._is_begun = False

    def add(self, change: Change) -> None:
        """Durable when this returns. The first of a run forgets the run before."""
        fresh = not self._is_begun
        if fresh:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if fresh else os.O_APPEND)
        sealed = self._sealer.seal(_json(change), bound_to=_place(self._count))
        with os.fdopen(os.open(self._path, flags, 0o600), "wb") as file:
            file.write(_LENGTH.pack(len(sealed)) + sealed)
            file.flush()
            os.fsync(file.fileno())
        self._is_begun = True
        self._count += 1

    def changes(self) -> Iterator[Change]:
        """Of the last export, in order; a record that a power cut spoiled ends them."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return
        at = number = 0
        while at + _LENGTH.size <= len(content):
            (length,) = _LENGTH.unpack_from(content, at)
            at += _LENGTH.size
            if at + length > len(content):
                return
            sealed = content[at : at + length]
            yield _change(self._sealer.open(sealed, bound_to=_place(number)))
            at += length
            number += 1

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)


def _place(number: int) -> bytes:
    return f"people export {number}".encode()


def _json(change: Change) -> bytes:
    before = None if change.before is None else base64.b64encode(change.before).decode()
    path = base64.b64encode(change.path).decode()
    texts = [change.root, path, change.asset_id, before, change.before_sha256, change.after_sha256]
    return json.dumps(texts).encode()


def _change(content: bytes) -> Change:
    root, path, asset_id, before, before_sha256, after_sha256 = json.loads(content)
    return Change(
        root,
        base64.b64decode(path),
        asset_id,
        None if before is None else base64.b64decode(before),
        before_sha256,
        after_sha256,
    )
