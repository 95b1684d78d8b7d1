"""A service model as frozen values, read from the installed botocore's data when it is asked for.

Shapes are resolved once; a request walks plain objects and never touches botocore.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from botocore.loaders import Loader

from eyebright.awsjson.patterns import TextPattern


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a structure. path: its name as error messages spell it, first letter lower."""

    name: str
    path: str
    shape: Shape
    required: bool


@dataclass(frozen=True, slots=True)
class StructureShape:
    name: str
    members: Mapping[str, Member]


@dataclass(frozen=True, slots=True)
class ListShape:
    """least, most: items; None for no limit."""

    name: str
    item: Shape
    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class MapShape:
    """least, most: entries; None for no limit."""

    name: str
    key: TextShape
    value: Shape
    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class TextShape:
    """least, most: length in characters. choices: the enum's values, empty for free text."""

    name: str
    least: int | None
    most: int | None
    pattern: TextPattern | None
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlobShape:
    """least, most: length in bytes, after base64."""

    name: str
    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class NumberShape:
    """least, most: the value's range, both ends included."""

    name: str
    kind: Literal["integer", "long", "float", "double"]
    least: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class BooleanShape:
    name: str


@dataclass(frozen=True, slots=True)
class TimestampShape:
    name: str


Shape: TypeAlias = (
    StructureShape
    | ListShape
    | MapShape
    | TextShape
    | BlobShape
    | NumberShape
    | BooleanShape
    | TimestampShape
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. errors: the names of the errors that its model lists."""

    name: str
    input: StructureShape
    output: StructureShape
    errors: frozenset[str]


@dataclass(frozen=True, slots=True)
class ServiceModel:
    """target_prefix: what precedes the dot in X-Amz-Target.

    faults: errors that are the server's, answered with HTTP 500; every other one is the client's.
    """

    signing_name: str
    target_prefix: str
    operations: Mapping[str, Operation]
    faults: frozenset[str]

    def status_of(self, error_name: str) -> int:
        """The HTTP status of an error: 500 for the server's faults, 400 for everything else."""
        return 500 if error_name in self.faults else 400


def load_service_model(service: str) -> ServiceModel:
    """The model of `service`, such as "rekognition", as the installed botocore has it.

    Raises ValueError if the service speaks another protocol than AWS JSON 1.1, or if a shape
    contains itself: no service that we answer for needs that.
    """
    return read_service_model(Loader().load_service_model(service, "service-2"))


def read_service_model(document: Mapping[str, Any]) -> ServiceModel:
    """The values of a service model's JSON document."""
    metadata = document["metadata"]
    if metadata["protocol"] != "json" or metadata["jsonVersion"] != "1.1":
        raise ValueError(f"{metadata['serviceFullName']} does not speak AWS JSON 1.1.")
    reader = _ShapeReader(document["shapes"])
    return ServiceModel(
        signing_name=metadata.get("signingName", metadata["endpointPrefix"]),
        target_prefix=metadata["targetPrefix"],
        operations={
            name: _operation(name, entry, reader) for name, entry in document["operations"].items()
        },
        faults=frozenset(
            name for name, shape in document["shapes"].items() if shape.get("fault", False)
        ),
    )


def _operation(name: str, entry: Mapping[str, Any], reader: _ShapeReader) -> Operation:
    return Operation(
        name=name,
        input=reader.structure(entry.get("input")),
        output=reader.structure(entry.get("output")),
        errors=frozenset(error["shape"] for error in entry.get("errors", ())),
    )


_NOTHING = StructureShape(name="Nothing", members={})


class _ShapeReader:
    """Resolves shapes by name, each once, so that equal names are the same object."""

    def __init__(self, documents: Mapping[str, Any]) -> None:
        self._documents = documents
        self._known: dict[str, Shape] = {}
        self._open: set[str] = set()

    def structure(self, reference: Mapping[str, str] | None) -> StructureShape:
        if reference is None:
            return _NOTHING
        shape = self.shape(reference["shape"])
        if not isinstance(shape, StructureShape):
            raise ValueError(f"{reference['shape']} is no structure.")
        return shape

    def shape(self, name: str) -> Shape:
        if name not in self._known:
            if name in self._open:
                raise ValueError(f"The shape {name} contains itself.")
            self._open.add(name)
            self._known[name] = self._read(name, self._documents[name])
            self._open.discard(name)
        return self._known[name]

    def _read(self, name: str, entry: Mapping[str, Any]) -> Shape:
        least, most = entry.get("min"), entry.get("max")
        match entry["type"]:
            case "structure":
                return self._read_structure(name, entry)
            case "list":
                return ListShape(name, self.shape(entry["member"]["shape"]), least, most)
            case "map":
                return self._read_map(name, entry)
            case "string":
                return _text(name, entry)
            case "blob":
                return BlobShape(name, least, most)
            case "integer" | "long" | "float" | "double" as kind:
                return NumberShape(name, kind, least, most)
            case "boolean":
                return BooleanShape(name)
            case "timestamp":
                return TimestampShape(name)
            case kind:
                raise ValueError(f"The shape {name} is of an unknown kind, {kind}.")

    def _read_structure(self, name: str, entry: Mapping[str, Any]) -> StructureShape:
        required = frozenset(entry.get("required", ()))
        members = {
            member: Member(
                name=member,
                path=member[:1].lower() + member[1:],
                shape=self.shape(reference["shape"]),
                required=member in required,
            )
            for member, reference in entry["members"].items()
        }
        return StructureShape(name, members)

    def _read_map(self, name: str, entry: Mapping[str, Any]) -> MapShape:
        key = self.shape(entry["key"]["shape"])
        if not isinstance(key, TextShape):
            raise ValueError(f"The keys of {name} are no strings.")
        value = self.shape(entry["value"]["shape"])
        return MapShape(name, key, value, entry.get("min"), entry.get("max"))


def _text(name: str, entry: Mapping[str, Any]) -> TextShape:
    source = entry.get("pattern")
    return TextShape(
        name=name,
        least=entry.get("min"),
        most=entry.get("max"),
        pattern=TextPattern(source) if source is not None else None,
        choices=tuple(entry.get("enum", ())),
    )
