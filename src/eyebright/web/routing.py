"""What a line of the table of routes says, and how a request finds its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from eyebright.web.answers import Answer, Asked
from eyebright.web.door import WebDoor
from eyebright.web.errors import Refused
from eyebright.web.parameters import Parameter

Handler: TypeAlias = Callable[[WebDoor, Asked], Answer]

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE
SMALL_BODY = 64 * KILOBYTE

_BRACES = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """One line. answers: a TypedDict, `list[...]` of one, or the media type of what is no JSON.

    takes: a TypedDict, or a media type. limit: most bytes of a body. open: strangers may ask, too.
    to_file: the body goes to a file on its way in and not to memory. any_host: servers may ask for
    it by whatever name they have for this one; then no cookie counts.
    """

    method: str
    path: str
    handler: Handler
    says: str
    answers: object
    group: str
    query: Sequence[Parameter] = ()
    takes: object = None
    status: int = 200
    limit: int = SMALL_BODY
    open: bool = False
    to_file: bool = False
    any_host: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """What stands in the path's braces."""
        return tuple(_BRACES.findall(self.path))


@dataclass(frozen=True, slots=True)
class Found:
    route: Route
    names: Mapping[str, str]


class Table:
    """The routes, ready to be looked up."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = [(re.compile(_pattern(route.path)), route) for route in routes]

    def find(self, method: str, path: str) -> Found:
        """The line of a request; HEAD is GET. Raises Refused: 404 for no such path, 405 for another
        method."""
        wanted = "GET" if method == "HEAD" else method
        others = []
        for pattern, route in self._routes:
            match = pattern.fullmatch(path)
            if match and route.method == wanted:
                return Found(route, match.groupdict())
            if match:
                others.append(route.method)
        if others:
            allowed = ", ".join(sorted({*others, *(["HEAD"] if "GET" in others else [])}))
            message = f"{method[:20]} is not done here; use {allowed}."
            raise Refused(405, "method", message, headers=[("Allow", allowed)])
        raise Refused(404, "not_found", "There is nothing of this name in the API.")


def _pattern(path: str) -> str:
    return _BRACES.sub(r"(?P<\1>[^/]{1,200})", path)
