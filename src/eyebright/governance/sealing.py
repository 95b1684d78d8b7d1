"""Boxes that only their key opens, and only in their place: AES-256-GCM."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Sequence

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eyebright.errors import StorageError
from eyebright.geometry.arrays import FloatArray

KEY_BYTES = 32
NONCE_BYTES = 12
"""Random for each box. After 2**32 boxes under one key two nonces would be equal with a chance of
2**-32 (NIST SP 800-38D, 8.3); a collection holds at most 2**25 faces."""


def new_key() -> bytes:
    """32 bytes from the operating system."""
    return os.urandom(KEY_BYTES)


class Sealer:
    """Seals and opens under one key. Immutable; safe to share between threads."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._digest_key = hmac.digest(key, b"eyebright digests", "sha256")

    def seal(self, plaintext: bytes, *, bound_to: bytes) -> bytes:
        """nonce, ciphertext, tag. Opens only with the same `bound_to`."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plaintext, bound_to)

    def open(self, sealed: bytes, *, bound_to: bytes) -> bytes:
        """What was sealed. Raises StorageError if a bit, the key or the place differs."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError) as error:
            raise _does_not_open() from error

    def digest(self, plaintext: bytes) -> bytes:
        """32 bytes, equal for equal texts, that say nothing to whoever has not the key."""
        return hmac.digest(self._digest_key, plaintext, "sha256")

    def seal_vector(self, vector: FloatArray, *, bound_to: str) -> bytes:
        """A vector (d,) as a box of 4 d + 28 bytes; float32, little-endian."""
        return self.seal(vector.astype("<f4", copy=False).tobytes(), bound_to=bound_to.encode())

    def open_vectors(self, sealed: Iterable[tuple[str, bytes]], *, dimension: int) -> FloatArray:
        """(what the box is bound to, box) for n boxes: (n, dimension) float32."""
        decrypt, nonce = self._cipher.decrypt, NONCE_BYTES  # a million times, so without a call
        try:
            plain = [decrypt(box[:nonce], box[nonce:], place.encode()) for place, box in sealed]
        except (InvalidTag, ValueError) as error:
            raise _does_not_open() from error
        _require_length(plain, 4 * dimension)
        flat = np.frombuffer(b"".join(plain), dtype="<f4").astype(np.float32, copy=False)
        return flat.reshape(len(plain), dimension)


def _does_not_open() -> StorageError:
    return StorageError(
        "An encrypted value cannot be opened: it was changed or moved, or the key is another one."
    )


def _require_length(plain: Sequence[bytes], length: int) -> None:
    if any(len(one) != length for one in plain):
        raise StorageError(f"A stored vector is not {length} bytes long.")
