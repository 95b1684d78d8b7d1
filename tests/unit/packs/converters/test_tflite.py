from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import flatbuffers  # type: ignore[import-untyped]
import numpy as np
import pytest

from eyebright.errors import PackInvalid
from eyebright.packs.converters.simplify import simplify
from eyebright.packs.converters.tflite import convert

CODES = {
    "ADD": 0,
    "CONV_2D": 3,
    "DEPTHWISE_CONV_2D": 4,
    "LOGISTIC": 14,
    "MAX_POOL_2D": 17,
    "MUL": 18,
    "RELU": 19,
    "RESHAPE": 22,
    "PAD": 34,
    "SUB": 41,
    "PRELU": 54,
    "ABS": 101,
}
RELU6 = 3


class Writer:
    """Writes a `.tflite` file with Google's own FlatBuffers library."""

    def __init__(self) -> None:
        self.builder = flatbuffers.Builder(1024)
        self.buffers: list[bytes] = [b""]
        self.tensors: list[tuple[str, Sequence[int], int, int]] = []
        self.operators: list[tuple[str, list[int], int, dict[int, tuple[str, int]]]] = []

    def tensor(self, name: str, shape: Sequence[int], values: Any = None) -> int:
        kind = 0
        if values is not None:
            kind = 2 if values.dtype.kind == "i" else 0
            self.buffers.append(values.astype("<i4" if kind else "<f4").tobytes())
        self.tensors.append((name, shape, kind, len(self.buffers) - 1 if values is not None else 0))
        return len(self.tensors) - 1

    def operator(self, kind: str, inputs: list[int], output: int, **options: int) -> None:
        """options: `b3=1` is the int8 field 3, `i1=2` the int32 field 1."""
        fields = {int(key[1:]): (key[0], value) for key, value in options.items()}
        self.operators.append((kind, inputs, output, fields))

    def finish(self, inputs: list[int], outputs: list[int]) -> bytes:
        kinds = sorted({operator[0] for operator in self.operators})
        graph = self._table({
            0: self._tables([self._tensor(*tensor) for tensor in self.tensors]),
            1: self._numbers(inputs),
            2: self._numbers(outputs),
            3: self._tables([self._operator(*operator, kinds) for operator in self.operators]),
        })  # fmt: skip
        root = self._table({
            0: ("i", 3),
            1: self._tables([self._table({0: ("b", CODES[k]), 3: ("i", CODES[k])}) for k in kinds]),
            2: self._tables([graph]),
            4: self._tables([self._buffer(data) for data in self.buffers]),
        })  # fmt: skip
        self.builder.Finish(root, file_identifier=b"TFL3")
        return bytes(self.builder.Output())

    def _tensor(self, name: str, shape: Sequence[int], kind: int, buffer: int) -> int:
        text = self.builder.CreateString(name)
        sides = self._numbers(shape)
        return self._table({0: sides, 1: ("b", kind), 2: ("I", buffer), 3: ("o", text)})

    def _operator(
        self, kind: str, inputs: list[int], output: int, options: Any, kinds: list[str]
    ) -> int:
        table = self._table(options)
        names, results = self._numbers(inputs), self._numbers([output])
        fields = {0: ("I", kinds.index(kind)), 1: names, 2: results, 4: ("o", table)}
        return self._table(fields)

    def _buffer(self, data: bytes) -> int:
        return self._table({0: ("o", self.builder.CreateByteVector(data))} if data else {})

    def _numbers(self, values: Sequence[int]) -> tuple[str, int]:
        self.builder.StartVector(4, len(values), 4)
        for value in reversed(values):
            self.builder.PrependInt32(value)
        return "o", self.builder.EndVector()

    def _tables(self, tables: list[int]) -> tuple[str, int]:
        self.builder.StartVector(4, len(tables), 4)
        for table in reversed(tables):
            self.builder.PrependUOffsetTRelative(table)
        return "o", self.builder.EndVector()

    def _table(self, fields: dict[int, tuple[str, int]]) -> int:
        self.builder.StartObject(max(fields, default=0) + 1)
        put = {
            "b": lambda field, value: self.builder.PrependInt8Slot(field, value, -1),
            "i": lambda field, value: self.builder.PrependInt32Slot(field, value, -1),
            "I": lambda field, value: self.builder.PrependUint32Slot(field, value, 2**31),
            "o": lambda field, value: self.builder.PrependUOffsetTRelativeSlot(field, value, 0),
        }
        for field, (kind, value) in fields.items():
            put[kind](field, value)
        return int(self.builder.EndObject())


def small_net(w: dict[str, Any]) -> bytes:
    """A convolution, a PReLU, a separable one with a shortcut, pooling, and a flat answer."""
    f = Writer()
    x = f.tensor("x", (1, 8, 8, 3))
    kernel = f.tensor("k", (4, 3, 3, 3), w["k"].transpose(3, 0, 1, 2))
    bias, slopes = f.tensor("b", (4,), w["b"]), f.tensor("a", (1, 1, 4), w["a"])
    depthwise = f.tensor("d", (1, 3, 3, 4), w["d"].transpose(3, 0, 1, 2))
    last = f.tensor("m", (5, 2, 2, 4), w["m"].transpose(3, 0, 1, 2))
    last_bias = f.tensor("n", (5,), w["n"])
    names = ("conv", "bent", "deep", "sum", "pooled", "end")
    sides = ((4, 4), (4, 4), (4, 4), (4, 4), (2, 2), (1, 5))
    conv, bent, deep, total, pooled, end = (
        f.tensor(name, (1, side, side, 4) if name != "end" else (1, 1, 1, 5))
        for name, (side, _) in zip(names, sides, strict=True)
    )
    flat = f.tensor("flat", (1, 5))
    shape = f.tensor("shape", (2,), np.array([1, 5], np.int32))
    f.operator("CONV_2D", [x, kernel, bias], conv, b0=0, i1=2, i2=2, b3=0)
    f.operator("PRELU", [conv, slopes], bent)
    f.operator("DEPTHWISE_CONV_2D", [bent, depthwise, bias], deep, b0=0, i1=1, i2=1, b4=RELU6)
    f.operator("ADD", [bent, deep], total, b0=0)
    f.operator("MAX_POOL_2D", [total], pooled, b0=1, i1=2, i2=2, i3=2, i4=2)
    f.operator("CONV_2D", [pooled, last, last_bias], end, b0=1, i1=1, i2=1)
    f.operator("RESHAPE", [end, shape], flat)
    return f.finish([x], [flat])


@pytest.fixture
def weights(numbers: Callable[..., Any]) -> dict[str, Any]:
    return {"k": numbers(3, 3, 3, 4), "b": numbers(4), "a": numbers(1, 1, 4),
            "d": numbers(3, 3, 4, 1), "m": numbers(2, 2, 4, 5), "n": numbers(5)}  # fmt: skip


def test_a_small_net_answers_what_its_layers_say(
    layers: Any, numbers: Callable[..., Any], run: Callable[..., Any], weights: dict[str, Any]
) -> None:
    w, x = weights, numbers(3, 8, 8, 3)
    model = convert({"m.tflite": small_net(w)}, outputs=["flat", "sum"])
    found = run(model, x=x.transpose(0, 3, 1, 2))
    plain = layers.convolution(x, w["k"], w["b"], stride=2)
    bent = np.where(plain > 0, plain, plain * w["a"])
    total = bent + np.clip(layers.depthwise(bent, w["d"], w["b"]), 0, 6)
    pooled = layers.max_pool(total, 2, 2, same=False)
    end = layers.convolution(pooled, w["m"], w["n"], same=False)
    np.testing.assert_allclose(found["sum"].transpose(0, 2, 3, 1), total, atol=1e-5)
    np.testing.assert_allclose(found["flat"], end[:, 0, 0], atol=1e-5)


def test_a_prelu_spelled_out_becomes_one_again(
    numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    f = Writer()
    x = f.tensor("x", (2, 4, 4, 3))
    halves = f.tensor("c", (3,), numbers(3))
    made = [f.tensor(name, (2, 4, 4, 3)) for name in ("relu", "abs", "sub", "mul", "y")]
    f.operator("RELU", [x], made[0])
    f.operator("ABS", [x], made[1])
    f.operator("SUB", [x, made[1]], made[2])
    f.operator("MUL", [halves, made[2]], made[3])
    f.operator("ADD", [made[0], made[3]], made[4])
    model = convert({"m": f.finish([x], [made[4]])}, outputs=["y"])
    picture = numbers(5, 3, 4, 4)
    before = run(model, x=picture)["y"]
    simplify(model)
    assert [node.op_type for node in model.graph.node] == ["PRelu"]
    np.testing.assert_allclose(run(model, x=picture)["y"], before, atol=1e-6)


def test_padding_is_turned_to_the_order_of_onnx(
    numbers: Callable[..., Any], run: Callable[..., Any]
) -> None:
    f = Writer()
    x, y = f.tensor("x", (1, 4, 4, 2)), f.tensor("y", (1, 7, 9, 3))
    pads = np.array([[0, 0], [1, 2], [3, 2], [0, 1]], np.int32)
    f.operator("PAD", [x, f.tensor("pads", (4, 2), pads)], y)
    picture = numbers(1, 4, 4, 2)
    model = convert({"m": f.finish([x], [y])}, outputs=["y"])
    found = run(model, x=picture.transpose(0, 3, 1, 2))["y"].transpose(0, 2, 3, 1)
    np.testing.assert_array_equal(found, np.pad(picture, [tuple(p) for p in pads.tolist()]))


def test_an_unknown_operator_is_named_by_number() -> None:
    f = Writer()
    x, y = f.tensor("x", (1, 4)), f.tensor("y", (1, 4))
    f.operator("LOGISTIC", [x], y)
    with pytest.raises(PackInvalid, match="14"):
        convert({"m": f.finish([x], [y])}, outputs=["y"])


def test_a_reshape_that_would_mix_axes_is_refused() -> None:
    f = Writer()
    x, y = f.tensor("x", (1, 2, 2, 3)), f.tensor("y", (1, 12))
    f.operator("RESHAPE", [x, f.tensor("s", (2,), np.array([1, 12], np.int32))], y)
    with pytest.raises(PackInvalid, match="reshape"):
        convert({"m": f.finish([x], [y])}, outputs=["y"])


def test_an_output_that_is_not_there_is_named(weights: dict[str, Any]) -> None:
    with pytest.raises(PackInvalid, match="called nothing"):
        convert({"m": small_net(weights)}, outputs=["nothing"])


def test_another_kind_of_file_is_refused() -> None:
    with pytest.raises(PackInvalid, match="TFL3"):
        convert({"m": b"ONNX or whatever it may be"}, outputs=["y"])


def test_a_damaged_file_never_ends_in_anything_but_a_pack_error(weights: dict[str, Any]) -> None:
    data = small_net(weights)
    refused = 0
    for cut in range(8, len(data), 97):
        try:
            convert({"m": data[:cut]}, outputs=["flat"])
        except PackInvalid:
            refused += 1
    assert refused > 5
