"""Operations of the AWS door, asked from the page."""

from __future__ import annotations

import orjson

from eyebright.errors import NotFound
from eyebright.web.answers import Answer, Asked, json_answer
from eyebright.web.door import WebDoor
from eyebright.web.shapes.console import SamplesJson, operation_json, sample_json


def operations(door: WebDoor, _asked: Asked) -> Answer:
    return json_answer([operation_json(card) for card in door.console.operations])


def call(door: WebDoor, asked: Asked) -> Answer:
    """The answer of the door's own code; its errors keep their names and sentences."""
    answer = door.console.call(asked.whose.principal, asked.names["operation"], asked.body)
    said: dict[str, object] = {
        "request_id": answer.request_id,
        "timing_ms": dict(answer.timing_ms),
    }
    if answer.error is None:
        return json_answer({"output": orjson.Fragment(answer.body), **said})
    message = str(_member(answer.body, "message") or _member(answer.body, "Message") or "")
    error = {"code": answer.error, "message": message, "request_id": answer.request_id}
    return json_answer(
        {"error": error, "output": orjson.Fragment(answer.body), **said}, status=answer.status
    )


def samples(door: WebDoor, _asked: Asked) -> Answer:
    """None where no pack of samples is installed."""
    body: SamplesJson = {"samples": [sample_json(path) for path in door.console.samples()]}
    return json_answer(body)


def sample(door: WebDoor, asked: Asked) -> Answer:
    """One of the pictures that are listed; no other file can be named."""
    name = asked.names["name"]
    path = next((path for path in door.console.samples() if path.name == name), None)
    if path is None:
        raise NotFound("There is no such sample.")
    headers = [("Cache-Control", "private, max-age=86400")]
    return Answer(200, path.read_bytes(), "image/jpeg", headers)


def _member(body: bytes, name: str) -> object:
    document = orjson.loads(body)
    return document.get(name) if isinstance(document, dict) else None
