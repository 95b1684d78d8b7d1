"""The private door as an ASGI application. A request of the API is the list of steps in `_asked`.

Async only here: bodies are read and answers sent on the event loop, everything else runs as plain
functions in one of a bounded number of threads.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import anyio
import anyio.to_thread
from starlette.types import Receive, Scope, Send

from eyebright.errors import NotAuthenticated
from eyebright.web.answers import Answer, Asked
from eyebright.web.bodies import Body, ClientGone
from eyebright.web.door import WebDoor
from eyebright.web.errors import Refused, error_answer
from eyebright.web.pages import Pages
from eyebright.web.parameters import Parameters
from eyebright.web.routing import MEGABYTE, Found, Route, Table
from eyebright.web.security import (
    SAFE_METHODS,
    cookie_of,
    require_same_origin,
    require_token,
    set_cookie,
)
from eyebright.web.sending import send_answer
from eyebright.web.sessions import IDLE, PageSession

API = "/api"
MOST_LARGE_BODIES = 16
"""Bodies over a megabyte that are in memory at once."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Head:
    """A request without its body. headers: names in lower case, the last of several."""

    method: str
    path: str
    query_string: bytes
    headers: Mapping[str, str]
    address: str
    secure: bool
    request_id: str

    @property
    def of_api(self) -> bool:
        return self.path == API or self.path.startswith(API + "/")


class WebApp:
    """Pages and API."""

    def __init__(
        self, door: WebDoor, *, routes: Sequence[Route], pages: Pages, threads: int = 0
    ) -> None:
        """threads: how many requests are worked on at once; 0 means four per processor."""
        self._door = door
        self._table = Table(routes)
        self._pages = pages
        self._threads = anyio.CapacityLimiter(threads or 4 * (os.cpu_count() or 1))
        self._large_bodies = anyio.CapacityLimiter(MOST_LARGE_BODIES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read a request, answer it, and send the answer; nobody is answered who hung up."""
        if scope["type"] != "http":
            return
        head = _head(scope, self._door.ids.request())
        try:
            answer = await self._answered(head, receive)
        except ClientGone:
            return
        await send_answer(
            answer,
            send,
            receive=receive,
            head_only=head.method == "HEAD",
            secure=head.secure,
            limiter=self._threads,
        )

    async def _answered(self, head: _Head, receive: Receive) -> Answer:
        if not head.of_api:
            return await anyio.to_thread.run_sync(self._page, head, limiter=self._threads)
        body = Body(head.headers, receive)
        try:
            return await self._asked(head, body)
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - the one place where errors become answers
            if head.method not in SAFE_METHODS:
                await body.discard()
            return self._translated(error, head)

    async def _asked(self, head: _Head, body: Body) -> Answer:
        """Strangers and forgeries are refused before their bodies are read."""
        found = self._found(head)
        session = await anyio.to_thread.run_sync(
            self._session, found.route, head, limiter=self._threads
        )
        asked = Asked(
            session=session,
            names=found.names,
            query=Parameters.of(head.query_string),
            headers=head.headers,
            body=b"",
            address=head.address,
            secure=head.secure,
            request_id=head.request_id,
        )
        return await self._with_body(found.route, asked, body)

    def _found(self, head: _Head) -> Found:
        """The line of the table. Raises Refused for a request that no page of ours made."""
        try:
            found = self._table.find(head.method, head.path)
        except Refused:
            self._door.hosts.require(head.headers)
            raise
        if not found.route.any_host:
            self._door.hosts.require(head.headers)
            require_same_origin(head.method, head.headers)
        return found

    async def _with_body(self, route: Route, asked: Asked, body: Body) -> Answer:
        async with AsyncExitStack() as held:
            if route.to_file:
                file = await body.to_file(self._door.drafts, most=route.limit)
                held.callback(file.unlink, missing_ok=True)
                asked = replace(asked, file=file)
            elif route.method != "GET":
                if route.limit > MEGABYTE:
                    await held.enter_async_context(self._large_bodies)
                asked = replace(asked, body=await body.read(most=route.limit))
            return await anyio.to_thread.run_sync(
                self._handled, route, asked, limiter=self._threads
            )

    def _handled(self, route: Route, asked: Asked) -> Answer:
        answer = route.handler(self._door, asked)
        renewed = self._door.sessions.renewed(asked.session) if asked.session else None
        if renewed is None or any(name == "Set-Cookie" for name, _ in answer.headers):
            return answer
        cookie = self._door.sessions.cookie(renewed)
        seconds = int(IDLE.total_seconds())
        header = set_cookie(cookie, secure=asked.secure, seconds=seconds)
        return replace(answer, headers=[*answer.headers, header])

    def _session(self, route: Route, head: _Head) -> PageSession | None:
        """Whose request it is. Raises NotAuthenticated, and Refused for a change without token."""
        if route.open:
            return None
        cookie = cookie_of(head.headers, secure=head.secure)
        if cookie is None:
            raise NotAuthenticated("There is no session; sign in.")
        session = self._door.sessions.open(cookie)
        if head.method not in SAFE_METHODS:
            require_token(head.headers, expected=self._door.sessions.token(session))
        return session

    def _page(self, head: _Head) -> Answer:
        try:
            self._door.hosts.require(head.headers)
            return self._pages.answer(head.path, head.headers)
        except Exception as error:  # noqa: BLE001 - as above
            return self._translated(error, head)

    def _translated(self, error: Exception, head: _Head) -> Answer:
        answer = error_answer(error)
        if answer.status == 500:
            _log.error("%s %s failed", head.method, head.path, exc_info=error)
        if isinstance(error, NotAuthenticated) and cookie_of(head.headers, secure=head.secure):
            gone = set_cookie("", secure=head.secure, seconds=0)
            return replace(answer, headers=[*answer.headers, gone])
        if isinstance(error, Refused) and error.status == 413:
            return replace(answer, headers=[*answer.headers, ("Connection", "close")])
        return answer


def _head(scope: Scope, request_id: str) -> _Head:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        # Browsers may send cookies in several lines; any other header twice is the last one.
        joined = name == "cookie" and name in headers
        headers[name] = f"{headers[name]}; {value}" if joined else value
    client = scope.get("client")
    return _Head(
        method=scope["method"],
        path=scope["path"],
        query_string=scope["query_string"],
        headers=headers,
        address=client[0] if client else "",
        secure=scope["scheme"] == "https",
        request_id=request_id,
    )
