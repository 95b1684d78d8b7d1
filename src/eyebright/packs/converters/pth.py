"""PyTorch checkpoints (`.pth`) as arrays by name, without PyTorch and without trusting the file.

A checkpoint is a pickle, which can call anything when it is read. Here only two callables exist: an
ordered dictionary, and "a tensor is this view of that storage". All else is refused. Both layouts
are read: the one before PyTorch 1.6 (pickles, then raw numbers) and the zip archives since.
"""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray

_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_KINDS = {
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ByteStorage": "u1",
    "BoolStorage": "?",
}
"""PyTorch's storage classes and their numbers."""
_DAMAGED = (
    pickle.UnpicklingError,
    zipfile.BadZipFile,
    struct.error,
    AttributeError,
    EOFError,
    LookupError,
    OverflowError,
    TypeError,
    ValueError,
)
"""What reading a broken or hostile pickle can raise."""


def read_checkpoint(data: bytes) -> dict[str, AnyArray]:
    """The tensors of a state dictionary, by name; a checkpoint around it is unwrapped.

    Raises PackInvalid when the file is no such checkpoint or asks for anything else to be called.
    """
    try:
        if zipfile.is_zipfile(io.BytesIO(data)):
            found = _read_zip(data)
        else:
            found = _read_legacy(io.BytesIO(data))
    except _DAMAGED as error:
        raise PackInvalid(f"The PyTorch checkpoint cannot be read: {error}") from error
    if not found:
        raise PackInvalid("The PyTorch checkpoint holds no tensors.")
    return found


@dataclass(frozen=True, slots=True)
class _Kind:
    """A storage class that the pickle names."""

    dtype: str


@dataclass(slots=True)
class _Storage:
    """Numbers that tensors are views of; filled after the pickle was read."""

    dtype: str
    values: AnyArray | None = None


@dataclass(frozen=True, slots=True)
class _View:
    """A tensor: a window on a storage, in elements."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self) -> AnyArray:
        """A copy of the window. Raises ValueError when it reaches outside the storage."""
        values = self.storage.values
        if values is None:
            raise ValueError("a tensor has no numbers")
        if min((self.offset, *self.shape, *self.strides)) < 0:
            raise ValueError("a tensor has a negative size")
        if 0 in self.shape:
            return np.zeros(self.shape, values.dtype)
        reach = sum((side - 1) * step for side, step in zip(self.shape, self.strides, strict=True))
        if self.offset + reach >= len(values):
            raise ValueError("a tensor reaches outside its numbers")
        steps = [step * values.itemsize for step in self.strides]
        window = np.lib.stride_tricks.as_strided(values[self.offset :], self.shape, steps)
        return window.copy()


def _view(storage: object, offset: int, shape: Any, strides: Any, *_: object) -> _View:
    """What the pickle calls for each tensor; what follows the strides concerns training."""
    if not isinstance(storage, _Storage):
        raise pickle.UnpicklingError("a tensor without a storage")
    return _View(storage, int(offset), tuple(map(int, shape)), tuple(map(int, strides)))


class _Unpickler(pickle.Unpickler):
    """Knows ordered dictionaries, tensors and storages, nothing else."""

    def __init__(self, file: IO[bytes], storages: dict[str, _Storage]) -> None:
        super().__init__(file, encoding="latin1")
        self._storages = storages

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _view
        if module == "torch" and name in _KINDS:
            return _Kind(_KINDS[name])
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which is not allowed")

    def persistent_load(self, said: Any) -> _Storage:
        """("storage", class, key, place, count, ...)"""
        if not isinstance(said, tuple) or len(said) < 3 or not isinstance(said[1], _Kind):
            raise pickle.UnpicklingError("a storage is described in an unknown way")
        return self._storages.setdefault(str(said[2]), _Storage(said[1].dtype))


def _read_zip(data: bytes) -> dict[str, AnyArray]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (index,) = (name for name in archive.namelist() if name.endswith("data.pkl"))
        storages: dict[str, _Storage] = {}
        found = _Unpickler(io.BytesIO(archive.read(index)), storages).load()
        folder = index.removesuffix("data.pkl")
        for key, storage in storages.items():
            storage.values = np.frombuffer(archive.read(f"{folder}data/{key}"), storage.dtype)
    return _arrays(found)


def _read_legacy(file: io.BytesIO) -> dict[str, AnyArray]:
    """Five pickles (magic number, version, machine, the dictionary, keys of the storages), then for
    each key the count of its numbers as int64, and the numbers."""
    storages: dict[str, _Storage] = {}
    if _Unpickler(file, {}).load() != _LEGACY_MAGIC:
        raise ValueError("it does not begin as one")
    for _ in ("version", "machine"):
        _Unpickler(file, {}).load()
    found = _Unpickler(file, storages).load()
    for key in _Unpickler(file, {}).load():
        storage = storages[str(key)]
        (count,) = struct.unpack("<q", file.read(8))
        size = count * np.dtype(storage.dtype).itemsize
        storage.values = np.frombuffer(file.read(max(size, 0)), storage.dtype)
    return _arrays(found)


def _arrays(found: object) -> dict[str, AnyArray]:
    """The tensors of a dictionary, or of the "state_dict" in it."""
    if not isinstance(found, Mapping):
        raise ValueError("it holds no dictionary")
    inner = found.get("state_dict", found)
    if not isinstance(inner, Mapping):
        raise ValueError("its state_dict is no dictionary")
    return {str(name): view.array() for name, view in inner.items() if isinstance(view, _View)}
