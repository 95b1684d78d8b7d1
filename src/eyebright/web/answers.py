"""What a handler is given and what it gives back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import orjson

from eyebright.errors import InvalidInput
from eyebright.web.parameters import Parameters
from eyebright.web.sessions import PageSession

JSON_TYPE = "application/json"


class Chunks(Protocol):
    """A body in pieces. Closed when it was sent, or will not be."""

    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that may be answered: its session is open and its token was right.

    session: None where a route is open to strangers. names: what stands in the path's braces.
    body: as it came, within the route's limit; empty where `file` holds it. headers: names in lower
    case. address: of the client.
    """

    session: PageSession | None
    names: Mapping[str, str]
    query: Parameters
    headers: Mapping[str, str]
    body: bytes
    address: str
    secure: bool
    request_id: str
    file: Path | None = None

    @property
    def whose(self) -> PageSession:
        """The session of a route that needs one."""
        if self.session is None:
            raise ValueError("A route that is open to strangers has no session.")
        return self.session

    def json(self) -> dict[str, Any]:
        """The body's members. Raises InvalidInput unless it is a JSON object."""
        try:
            document = orjson.loads(self.body or b"{}")
        except orjson.JSONDecodeError as error:
            raise InvalidInput("The body is not valid JSON.") from error
        if not isinstance(document, dict):
            raise InvalidInput("The body must be a JSON object.")
        return document


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back. body: whole, or in chunks when `length` says how long it is.

    headers: beside those that every answer has. events: a stream of events instead of a body.
    """

    status: int
    body: bytes | Chunks = b""
    content_type: str = JSON_TYPE
    headers: Sequence[tuple[str, str]] = ()
    length: int | None = None
    events: Callable[[], AsyncIterator[bytes]] | None = field(default=None, repr=False)


def json_answer(
    value: object, *, status: int = 200, headers: Sequence[tuple[str, str]] = ()
) -> Answer:
    """A value of `shapes` as JSON."""
    return Answer(status, orjson.dumps(value), headers=headers)


def text_of(given: Mapping[str, Any], name: str, *, most: int = 1024) -> str:
    """A member that is text, 1 to `most` characters. Raises InvalidInput."""
    value = given.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        raise InvalidInput(f"{name} must be text of 1 to {most} characters.")
    return value


def flag_of(given: Mapping[str, Any], name: str, *, default: bool) -> bool:
    """A member that is true or false. Raises InvalidInput."""
    value = given.get(name, default)
    if not isinstance(value, bool):
        raise InvalidInput(f"{name} must be true or false.")
    return value
