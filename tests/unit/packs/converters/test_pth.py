from __future__ import annotations

import io
import os
import pickle
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from eyebright.errors import PackInvalid
from eyebright.packs.converters.pth import read_checkpoint

Arrays = dict[str, Any]
MAGIC = 0x1950A86A20F9469CFC6C


class Name:
    """Pickled as a global of another module, which need not exist here."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class Storage:
    def __init__(self, key: str, values: Any, kind: str) -> None:
        self.key, self.values, self.kind = key, values, kind


class Tensor:
    """What PyTorch would pickle: a view of a storage."""

    def __init__(self, storage: Storage, offset: int, shape: Any, strides: Any) -> None:
        self.view: Any = (storage, offset, shape, strides, False, OrderedDict())


PurePickler: Any = vars(pickle)["_Pickler"]


class Writer(PurePickler):  # type: ignore[misc]
    """The pure Python pickler, taught to write PyTorch's names without PyTorch."""

    def persistent_id(self, one: Any) -> Any:
        if not isinstance(one, Storage):
            return None
        return ("storage", Name("torch", one.kind), one.key, "cpu", len(one.values))

    def save(self, one: Any, save_persistent_id: bool = True) -> None:
        if isinstance(one, Name):
            self.write(pickle.GLOBAL + f"{one.module}\n{one.name}\n".encode())
        elif isinstance(one, Tensor):
            self.save(Name("torch._utils", "_rebuild_tensor_v2"))
            self.save(one.view)
            self.write(pickle.REDUCE)
        else:
            super().save(one, save_persistent_id)


def pickled(value: Any) -> bytes:
    file = io.BytesIO()
    Writer(file, 2).dump(value)
    return file.getvalue()


def tensors(arrays: Arrays) -> tuple[OrderedDict[str, Tensor], list[Storage]]:
    storages = [
        Storage(str(n), a.reshape(-1), {"f": "FloatStorage", "i": "LongStorage"}[a.dtype.kind])
        for n, a in enumerate(arrays.values())
    ]
    views = [
        Tensor(s, 0, a.shape, tuple(step // a.itemsize for step in a.strides))
        for s, a in zip(storages, arrays.values(), strict=True)
    ]
    return OrderedDict(zip(arrays, views, strict=True)), storages


def legacy(state: Any, storages: list[Storage]) -> bytes:
    head = pickled(MAGIC) + pickled(1001) + pickled({"little_endian": True}) + pickled(state)
    numbers = b"".join(struct.pack("<q", len(s.values)) + s.values.tobytes() for s in storages)
    return head + pickled([s.key for s in storages]) + numbers


def zipped(state: Any, storages: list[Storage]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("net/data.pkl", pickled(state))
        for storage in storages:
            archive.writestr(f"net/data/{storage.key}", storage.values.tobytes())
    return file.getvalue()


LAYOUTS = pytest.mark.parametrize("layout", [legacy, zipped])


@LAYOUTS
def test_tensors_come_back_by_name(layout: Callable[..., bytes]) -> None:
    arrays: Arrays = {
        "a.weight": np.arange(24, dtype=np.float32).reshape(2, 3, 4),
        "a.steps": np.array(7, np.int64),
    }
    state, storages = tensors(arrays)
    found = read_checkpoint(layout(state, storages))
    assert list(found) == ["a.weight", "a.steps"]
    for name, values in arrays.items():
        np.testing.assert_array_equal(found[name], values)
        assert found[name].dtype == values.dtype


@LAYOUTS
def test_a_checkpoint_around_the_weights_is_unwrapped(layout: Callable[..., bytes]) -> None:
    state, storages = tensors({"w": np.ones(3, np.float32)})
    found = read_checkpoint(layout({"epoch": 3, "state_dict": state}, storages))
    assert list(found) == ["w"]


def test_a_view_may_start_inside_its_storage_and_turn_it() -> None:
    storage = Storage("0", np.arange(10, dtype=np.float32), "FloatStorage")
    view = Tensor(storage, 2, (2, 3), (1, 2))
    found = read_checkpoint(legacy(OrderedDict(w=view), [storage]))
    np.testing.assert_array_equal(found["w"], [[2, 4, 6], [3, 5, 7]])


class Hostile:
    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, ("echo pwned",)


@LAYOUTS
def test_a_pickle_that_calls_anything_else_is_refused(layout: Callable[..., bytes]) -> None:
    with pytest.raises(PackInvalid, match="system, which is not allowed"):
        read_checkpoint(layout(OrderedDict(w=Hostile()), []))


@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [(0, (100,), (1,)), (9, (2,), (1,)), (0, (2,), (-1,)), (-1, (2,), (1,)), (0, (2, 2), (8, 8))],
)
def test_a_tensor_never_reads_outside_its_numbers(offset: int, shape: Any, strides: Any) -> None:
    storage = Storage("0", np.arange(10, dtype=np.float32), "FloatStorage")
    view = Tensor(storage, offset, shape, strides)
    with pytest.raises(PackInvalid, match="a tensor"):
        read_checkpoint(legacy(OrderedDict(w=view), [storage]))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no pickle at all",
        pickled(5),
        pickled(MAGIC),
        legacy(OrderedDict(), []),
        legacy([1, 2], []),
        legacy({"state_dict": 3}, []),
        zipped(OrderedDict(), []),
    ],
)
def test_what_is_no_checkpoint_is_refused(data: bytes) -> None:
    with pytest.raises(PackInvalid, match="PyTorch checkpoint"):
        read_checkpoint(data)


@LAYOUTS
def test_a_checkpoint_cut_short_is_refused(layout: Callable[..., bytes]) -> None:
    state, storages = tensors({"w": np.arange(40, dtype=np.float32)})
    whole = layout(state, storages)
    lengths = range(0, len(whole) - 1, 7)
    assert len(lengths) > 20
    for length in lengths:
        with pytest.raises(PackInvalid):
            read_checkpoint(whole[:length])
