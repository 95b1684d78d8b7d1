"""What a `.tflite` file says: tensors and operators, as values.

Field numbers are those of TensorFlow Lite's published schema (schema.fbs).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import AnyArray
from eyebright.packs.converters.flatbuffer import Table, root_table

_OPERATORS = {
    0: "ADD",
    3: "CONV_2D",
    4: "DEPTHWISE_CONV_2D",
    17: "MAX_POOL_2D",
    18: "MUL",
    19: "RELU",
    22: "RESHAPE",
    34: "PAD",
    41: "SUB",
    54: "PRELU",
    101: "ABS",
}
_NUMBERS = {0: "<f4", 1: "<f2", 2: "<i4", 4: "<i8"}


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """shape as in the file, pictures (N, H, W, C); values is None unless it is a constant."""

    name: str
    shape: tuple[int, ...]
    values: AnyArray | None


@dataclass(frozen=True, slots=True)
class Operator:
    """kind: a name of the schema's BuiltinOperator; inputs and outputs: numbers of tensors."""

    kind: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Table | None

    def option(self, field: int, *, kind: str = "i", default: int = 0) -> int:
        return (
            default
            if self.options is None
            else self.options.integer(field, kind=kind, default=default)
        )


@dataclass(frozen=True, slots=True)
class TfliteModel:
    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def read_model(data: bytes) -> TfliteModel:
    """The file's only subgraph. Raises PackInvalid when it is no such file or has several."""
    root = root_table(data, identifier=b"TFL3")
    graphs = root.tables(2)
    if len(graphs) != 1:
        raise PackInvalid(f"The TFLite file has {len(graphs)} graphs; exactly one is supported.")
    graph = graphs[0]
    buffers, kinds = root.tables(4), [_operator_kind(code) for code in root.tables(1)]
    return TfliteModel(
        tensors=tuple(_tensor(table, buffers) for table in graph.tables(0)),
        operators=tuple(_operator(table, kinds) for table in graph.tables(3)),
        inputs=_numbers(graph, 1),
        outputs=_numbers(graph, 2),
    )


def _operator_kind(code: Table) -> str:
    """Newer files use an int32 field, older ones an int8 one; the larger is the true one."""
    number = max(code.integer(0, kind="b"), code.integer(3))
    if number not in _OPERATORS:
        raise PackInvalid(f"The TFLite operator number {number} is not supported.")
    return _OPERATORS[number]


def _tensor(table: Table, buffers: list[Table]) -> Tensor:
    shape = _numbers(table, 0)
    number, buffer = table.integer(1, kind="b"), table.integer(2, kind="I")
    if not 0 <= buffer < len(buffers):
        raise PackInvalid(f"A tensor of the TFLite file points to buffer {buffer}, not there.")
    name = table.text(3)
    if len(buffers[buffer].array(0, "u1")) == 0:
        return Tensor(name, shape, None)
    if number not in _NUMBERS:
        raise PackInvalid(f"The tensor {name} has the number format {number}; not supported.")
    raw = buffers[buffer].array(0, "u1").tobytes()
    return Tensor(name, shape, _values(raw, _NUMBERS[number], shape, name=name))


def _values(raw: bytes, kind: str, shape: tuple[int, ...], *, name: str) -> AnyArray:
    values = np.frombuffer(raw, kind)
    if values.size != int(np.prod(shape)):
        raise PackInvalid(f"The tensor {name} has {values.size} numbers for shape {shape}.")
    return values.reshape(shape)


def _operator(table: Table, kinds: list[str]) -> Operator:
    code = table.integer(0, kind="I")
    if code >= len(kinds):
        raise PackInvalid(f"An operator of the TFLite file has the code {code}, not there.")
    return Operator(kinds[code], _numbers(table, 1), _numbers(table, 2), table.table(4))


def _numbers(table: Table, field: int) -> tuple[int, ...]:
    return tuple(int(number) for number in table.array(field, "<i4"))
