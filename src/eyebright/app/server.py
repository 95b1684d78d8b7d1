"""Both doors on one port: the AWS API, and the page with its own API.

The private door takes `/api` and whatever a browser gets without a signature; everything else is
the AWS door's, exactly as if it were alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from eyebright.app.counting import counted_coverage
from eyebright.app.door import build_door
from eyebright.app.library import MediaLibrary
from eyebright.app.operations import build_console
from eyebright.app.pages import build_web_door
from eyebright.app.rooms import Eyebright
from eyebright.library.scans_aside import ScansAside
from eyebright.rekognition.coverage import COVERAGE
from eyebright.rekognition.server import build_app
from eyebright.web.pages import Pages
from eyebright.web.routes import ROUTES
from eyebright.web.server import API, WebApp

STATIC = Path(__file__).parent.parent / "web" / "static"
"""Where the frontend is built to."""
_HEALTH = "/healthz"
_SIGNED = (b"X-Amz-Signature=", b"X-Amz-Algorithm=", b"AWSAccessKeyId=")


def build_server(
    rooms: Eyebright,
    media: MediaLibrary,
    *,
    buckets: Mapping[str, Path],
    scans: ScansAside,
    hosts: Sequence[str] = (),
    wake_workers: Callable[[], None] = lambda: None,
    stopping: Callable[[], bool] = lambda: False,
    static: Path = STATIC,
    strict: bool = False,
) -> ASGIApp:
    """Both doors over the rooms.

    buckets: bucket name -> folder that serves it. scans: those that pages begin. hosts: names under
    which browsers may ask for this server, beside those of this machine. stopping: whether the
    server is to end, which ends streams of events. strict: as of `build_app`.
    """
    coverage = counted_coverage(COVERAGE, rooms.usage)
    door = build_door(rooms, buckets=buckets, wake_workers=wake_workers)
    web = build_web_door(
        rooms,
        media,
        scans=scans,
        console=build_console(door, rooms, coverage=coverage),
        hosts=hosts,
        wake_workers=wake_workers,
        stopping=stopping,
    )
    return BothDoors(
        build_app(door, coverage=coverage, strict=strict),
        WebApp(web, routes=ROUTES, pages=Pages(static)),
    )


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
