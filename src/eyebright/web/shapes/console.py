"""Operations of the AWS door, as the console lists and asks them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict

from eyebright.web.console import OperationCard


class OperationJson(TypedDict):
    """images: how many pictures it takes. sample: an input without its pictures; the console puts
    {"Bytes": base64} where a picture belongs."""

    name: str
    implemented: bool
    group: str
    images: int
    note: str
    sample: dict[str, Any]


class ConsoleJson(TypedDict):
    """output: as AWS clients get it. timing_ms: where the time went, with "total"."""

    output: dict[str, Any]
    request_id: str
    timing_ms: dict[str, float]


class SampleJson(TypedDict):
    """title: for people."""

    name: str
    title: str


class SamplesJson(TypedDict):
    samples: list[SampleJson]


def sample_json(path: Path) -> SampleJson:
    words = path.stem.replace("-", " ").replace("_", " ")
    return {"name": path.name, "title": words.capitalize()}


def operation_json(card: OperationCard) -> OperationJson:
    return {
        "name": card.name,
        "implemented": card.implemented,
        "group": card.group,
        "images": card.images,
        "note": card.note,
        "sample": dict(card.sample),
    }
