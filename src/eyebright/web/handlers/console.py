"""Operations of the AWS door, asked from the page."""

from __future__ import annotations

import orjson

from eyebright.web.answers import Answer, Asked, json_answer
from eyebright.web.door import WebDoor
from eyebright.web.shapes.console import operation_json


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
    error = {"code": answer.error, "message": message}
    return json_answer(
        {"error": error, "output": orjson.Fragment(answer.body), **said}, status=answer.status
    )


def _member(body: bytes, name: str) -> object:
    document = orjson.loads(body)
    return document.get(name) if isinstance(document, dict) else None
