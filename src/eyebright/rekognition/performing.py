"""From who asks, for which operation, with which body, to the bytes of the answer.

What the wire says before that, and whether a signature is right, is `server.py`'s business.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from eyebright.awsjson.errors import NotImplementedOperation
from eyebright.awsjson.model import Operation
from eyebright.awsjson.parse import parse_body
from eyebright.awsjson.serialise import serialise
from eyebright.awsjson.validate import check_input
from eyebright.governance.accounts import Principal
from eyebright.rekognition.call import Call
from eyebright.rekognition.coverage import Coverage, Handler, Implemented
from eyebright.rekognition.door import Door
from eyebright.rekognition.errors import translate

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. error: AWS's name of what went wrong, None if nothing did."""

    status: int
    body: bytes
    error: str | None = None


class Performer:
    """Answers operations of a table. strict: answers that do not fit the service model are errors,
    for tests."""

    def __init__(self, door: Door, *, coverage: Coverage, strict: bool = False) -> None:
        self._door = door
        self._coverage = coverage
        self._strict = strict

    def perform(
        self, operation: Operation, principal: Principal, *, body: bytes, request_id: str
    ) -> Answer:
        """Answer one operation; whatever goes wrong is an answer, too."""
        given = None
        try:
            handler = self._handler(operation)
            given = parse_body(body, operation.input)
            check_input(operation.input, given)
            output = handler(self._door, Call(operation.name, principal, given, request_id))
            return Answer(200, serialise(operation.output, output, strict=self._strict))
        except Exception as error:  # noqa: BLE001 - errors become answers here
            return translated(error, request_id=request_id, operation=operation, given=given)

    def _handler(self, operation: Operation) -> Handler:
        entry = self._coverage.get(operation.name)
        if not isinstance(entry, Implemented):
            raise NotImplementedOperation(
                f"{operation.name} is not implemented by this server yet; "
                "docs/compatibility.md lists what is."
            )
        return entry.handler


def translated(
    error: Exception,
    *,
    request_id: str,
    operation: Operation | None = None,
    given: dict[str, Any] | None = None,
) -> Answer:
    """The error as clients get it; one that is ours is written to the log."""
    name = operation.name if operation else ""
    fault = translate(error, operation=name, given=given)
    if fault.status == 500:
        _log.error("%s failed, request %s", name, request_id, exc_info=error)
    return Answer(fault.status, fault.body(request_id=request_id), fault.name)
