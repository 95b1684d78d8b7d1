"""Both doors on one port: the AWS API, and the page with its own API.

The private door takes `/api` and whatever a browser gets without a signature; everything else is
the AWS door's, exactly as if it were alone.
"""

from __future__ import annotations

import hmac
import socket
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Receive, Scope, Send

from eyebright.app.counting import counted_coverage
from eyebright.app.door import build_door
from eyebright.app.operations import build_console
from eyebright.app.rooms import Eyebright
from eyebright.ids import Region
from eyebright.rekognition.coverage import COVERAGE
from eyebright.rekognition.server import build_app
from eyebright.web.attempts import Attempts
from eyebright.web.cursors import PageCursors
from eyebright.web.door import WebDoor
from eyebright.web.pages import Pages
from eyebright.web.routes import ROUTES
from eyebright.web.security import Hosts
from eyebright.web.server import API, WebApp
from eyebright.web.sessions import PageSessions

if TYPE_CHECKING:
    from eyebright.rekognition.door import Door

STATIC = Path(__file__).parent.parent / "web" / "static"
"""Where the frontend is built to."""
DRAFTS = "uploads"
_HEALTH = "/healthz"
_SIGNED = (b"X-Amz-Signature=", b"X-Amz-Algorithm=", b"AWSAccessKeyId=")


def build_server(
    rooms: Eyebright,
    *,
    buckets: Mapping[str, Path],
    hosts: Sequence[str] = (),
    wake_workers: Callable[[], None] = lambda: None,
    stopping: Callable[[], bool] = lambda: False,
    static: Path = STATIC,
    strict: bool = False,
) -> ASGIApp:
    """Both doors over the rooms.

    buckets: bucket name -> folder that serves it. hosts: names under which browsers may ask for
    this server, beside those of this machine. stopping: whether the server is to end, which ends
    streams of events. strict: as of `build_app`.
    """
    coverage = counted_coverage(COVERAGE, rooms.usage)
    door = build_door(rooms, buckets=buckets, wake_workers=wake_workers)
    aws = build_app(door, coverage=coverage, strict=strict)
    web = WebApp(
        _web_door(rooms, door, hosts=hosts, wake_workers=wake_workers, stopping=stopping),
        routes=ROUTES,
        pages=Pages(static),
    )
    return BothDoors(aws, web)


class BothDoors:
    """Gives each request to the door that it is meant for."""

    def __init__(self, aws: ASGIApp, web: ASGIApp) -> None:
        self._aws = aws
        self._web = web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        door = self._web if scope["type"] == "http" and is_for_page(scope) else self._aws
        await door(scope, receive, send)


def is_for_page(scope: Scope) -> bool:
    """Whether a request is the private door's: under /api, or a GET that is not signed."""
    path: str = scope["path"]
    if path == API or path.startswith(API + "/"):
        return True
    if scope["method"] not in ("GET", "HEAD") or path == _HEALTH:
        return False
    if any(mark in scope["query_string"] for mark in _SIGNED):
        return False
    return not any(
        name == b"x-amz-target" or (name == b"authorization" and value.startswith(b"AWS4-"))
        for name, value in scope["headers"]
    )


def _web_door(
    rooms: Eyebright,
    door: Door,
    *,
    hosts: Sequence[str],
    wake_workers: Callable[[], None],
    stopping: Callable[[], bool],
) -> WebDoor:
    secret = hmac.digest(rooms.cursor_secret, b"eyebright pages", "sha256")
    settings = rooms.settings
    names = {socket.gethostname(), settings.host, *settings.page_hosts.split(), *hosts}
    return WebDoor(
        accounts=rooms.accounts,
        sessions=PageSessions(rooms.accounts, rooms.vault, clock=rooms.clock, secret=secret),
        attempts=Attempts(rooms.clock),
        hosts=Hosts(frozenset(name.lower() for name in names if name)),
        cursors=PageCursors(secret),
        console=build_console(door, rooms, coverage=counted_coverage(COVERAGE, rooms.usage)),
        jobs=rooms.jobs,
        usage=rooms.usage,
        drafts=settings.home / DRAFTS,
        region=Region(settings.region),
        wake_workers=wake_workers,
        stopping=stopping,
        clock=rooms.clock,
        ids=rooms.ids,
    )
