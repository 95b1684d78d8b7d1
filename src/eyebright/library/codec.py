"""What stages found as sealed bytes and back.

MessagePack by the types of `values.py`, compressed, under the library's own key, each bound to its
asset and stage, so that no finding can be moved to another place.
"""

from __future__ import annotations

import zlib
from typing import TypeVar

import msgspec

from eyebright.errors import StorageError
from eyebright.governance.sealing import Sealer
from eyebright.governance.vault import Vault
from eyebright.library.values import AssetId, Library

T = TypeVar("T")
_QUICKLY = 1
"""zlib's level: labels with all their ancestors shrink to a fifth in 0.1 ms."""


class LibrarySeal:
    """Seals and opens what is kept of one library."""

    def __init__(self, vault: Vault, library: Library) -> None:
        """Raises KeyDestroyed for a library that was deleted."""
        self.sealer: Sealer = vault.collection(library.scope.account_id, library.key_id)

    def seal(self, asset_id: AssetId, stage: str, finding: object) -> bytes:
        packed = zlib.compress(msgspec.msgpack.encode(finding), _QUICKLY)
        return self.sealer.seal(packed, bound_to=_place(asset_id, stage))

    def open(self, asset_id: AssetId, stage: str, sealed: bytes, *, kind: type[T]) -> T:
        """Raises StorageError for what does not open, or is no such finding any more."""
        packed = self.sealer.open(sealed, bound_to=_place(asset_id, stage))
        try:
            return msgspec.msgpack.decode(zlib.decompress(packed), type=kind)
        except (msgspec.MsgspecError, zlib.error) as error:
            raise StorageError(
                f"What stage {stage!r} kept of asset {asset_id} cannot be read: {error}"
            ) from error


def _place(asset_id: AssetId, stage: str) -> bytes:
    return f"finding {asset_id} {stage}".encode()
