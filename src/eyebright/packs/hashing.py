"""SHA-256, the only hash a pack knows; always lower-case hex."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

_CHUNK = 1 << 20


def sha256_of_bytes(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sha256_of_file(path: Path, *, seen: Callable[[int], None] | None = None) -> str:
    """The file's hash; `seen` hears how many bytes have been read so far."""
    digest, total = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            total += len(chunk)
            if seen is not None:
                seen(total)
    return digest.hexdigest()


def sha256_of_values(values: object) -> str:
    """The hash of plain values (as in JSON), whatever the order of their keys."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256_of_bytes(text.encode())
