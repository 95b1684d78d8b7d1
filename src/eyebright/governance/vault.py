"""Who can read the biometric vectors: a key per collection, under a key per account, under the
master key. To destroy a key is to destroy all that was sealed under it, in every copy."""

from __future__ import annotations

import errno
import threading
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

from eyebright.errors import KeyDestroyed, StorageError
from eyebright.governance.keys import shred, write_once
from eyebright.governance.sealing import Sealer, new_key
from eyebright.ids import AccountId

ACCOUNT_KEY = "account"
"""The name of an account's own key among its collections' keys."""
REMEMBERED_KEYS = 4096
"""Unwrapped keys kept in memory, the most recently used."""


class Vault:
    """Makes, opens and destroys keys. Safe to share between threads."""

    def __init__(self, key_directory: Path, *, master_key: bytes) -> None:
        self._directory = key_directory
        self._master = Sealer(master_key)
        self._open: OrderedDict[tuple[AccountId, str], Sealer] = OrderedDict()
        self._lock = threading.Lock()

    def new_account_key(self, account_id: AccountId) -> None:
        """Make the key of a new account."""
        self._store(account_id, ACCOUNT_KEY, self._master)

    def new_collection_key(self, account_id: AccountId) -> str:
        """Make a key under the account's; returns its name, 32 hex digits."""
        name = new_key()[:16].hex()
        self._store(account_id, name, self.account(account_id))
        return name

    def account(self, account_id: AccountId) -> Sealer:
        """What seals the account's own secrets.

        Raises KeyDestroyed, and StorageError if the master key is not the right one.
        """
        return self._sealer(account_id, ACCOUNT_KEY)

    def collection(self, account_id: AccountId, key_id: str) -> Sealer:
        """What seals the vectors of a collection. Raises StorageError as `account` does."""
        return self._sealer(account_id, key_id)

    def destroy_collection_key(self, account_id: AccountId, key_id: str) -> bool:
        """Overwrite and remove a collection's key; False if it was gone already."""
        try:
            return shred(self._path(account_id, key_id))
        finally:  # only now nobody can read it any more and remember it
            self._forget(account_id, key_id)

    def destroy_account_keys(self, account_id: AccountId) -> int:
        """Overwrite and remove the account's key, then all that were under it; how many."""
        destroyed = int(self.destroy_collection_key(account_id, ACCOUNT_KEY))
        directory = self._directory / account_id
        while directory.is_dir():  # a request that is under way may leave one more
            with suppress(FileNotFoundError):  # another process finishes the same deletion
                for path in sorted(directory.iterdir()):
                    destroyed += shred(path)  # drafts of a killed process too
                    self._forget(account_id, path.stem)
                _remove_if_empty(directory)
        return destroyed

    def wrapped_key(self, account_id: AccountId, key_id: str) -> bytes | None:
        """A collection's key as its file has it: what must be nowhere once it is destroyed."""
        try:
            return self._path(account_id, key_id).read_bytes()
        except FileNotFoundError:
            return None

    def _sealer(self, account_id: AccountId, name: str) -> Sealer:
        with self._lock:
            known = self._open.get((account_id, name))
            if known is not None:
                self._open.move_to_end((account_id, name))
                return known
        wrapping = self._master if name == ACCOUNT_KEY else self.account(account_id)
        sealer = Sealer(self._unwrapped(account_id, name, wrapping))
        self._remember(account_id, name, sealer)
        return sealer

    def _unwrapped(self, account_id: AccountId, name: str, wrapping: Sealer) -> bytes:
        path = self._path(account_id, name)
        try:
            wrapped = path.read_bytes()
        except FileNotFoundError as error:
            raise KeyDestroyed(
                f"The key {path} is gone; what was sealed under it cannot be read any more."
            ) from error
        except OSError as error:
            raise StorageError(f"The key {path} cannot be read: {error.strerror}.") from error
        try:
            return wrapping.open(wrapped, bound_to=_place(account_id, name))
        except StorageError as error:
            raise StorageError(
                f"The key {path} does not open; is the master key the one of this home?"
            ) from error

    def _store(self, account_id: AccountId, name: str, wrapping: Sealer) -> None:
        wrapped = wrapping.seal(new_key(), bound_to=_place(account_id, name))
        path = self._path(account_id, name)
        try:
            created = write_once(path, wrapped)
        except OSError as error:
            raise StorageError(f"The key {path} cannot be written: {error.strerror}.") from error
        if not created:
            raise StorageError(f"The key {path} exists already.")

    def _remember(self, account_id: AccountId, name: str, sealer: Sealer) -> None:
        with self._lock:
            if not self._path(account_id, name).exists():
                return  # destroyed since it was read
            self._open[account_id, name] = sealer
            while len(self._open) > REMEMBERED_KEYS:
                self._open.popitem(last=False)

    def _forget(self, account_id: AccountId, name: str) -> None:
        with self._lock:
            self._open.pop((account_id, name), None)

    def _path(self, account_id: AccountId, name: str) -> Path:
        return self._directory / account_id / f"{name}.key"


def _remove_if_empty(directory: Path) -> None:
    try:
        directory.rmdir()
    except OSError as error:
        if error.errno != errno.ENOTEMPTY:
            raise


def _place(account_id: AccountId, name: str) -> bytes:
    return f"key {account_id} {name}".encode()
