"""The API about itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import orjson

from eyebright.web.answers import Answer, Asked
from eyebright.web.docs_page import STYLE, docs_page
from eyebright.web.door import WebDoor
from eyebright.web.openapi import describe
from eyebright.web.routing import Handler, Route

_HEADERS = (("Cache-Control", "no-cache"),)
Make = Callable[[Sequence[Route]], bytes]


def document_of(routes: Sequence[Route]) -> bytes:
    return orjson.dumps(describe(routes), option=orjson.OPT_INDENT_2)


def page_of(routes: Sequence[Route]) -> bytes:
    return docs_page(describe(routes)).encode()


def describing(routes: Callable[[], Sequence[Route]], make: Make, content_type: str) -> Handler:
    """A handler that answers with what is made of the table it stands in."""

    def handler(_door: WebDoor, _asked: Asked) -> Answer:
        return Answer(200, make(routes()), content_type, _HEADERS)

    return handler


def style(_door: WebDoor, _asked: Asked) -> Answer:
    return Answer(200, STYLE.encode(), "text/css; charset=utf-8", _HEADERS)
