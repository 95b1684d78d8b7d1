"""uvicorn, set up for this server."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_GRACE_SECONDS = 20
"""How long requests in work may take after SIGTERM."""
_KEEP_ALIVE_SECONDS = 75
"""Longer than AWS clients keep an idle connection in their pool, so that they close first."""


class _AnnouncingServer(uvicorn.Server):
    """Says when it can be connected to, and when it is about to end."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], ending: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._ending = ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending()
        await super().shutdown(sockets)


def make_server(
    app: ASGIApp,
    *,
    tls: tuple[Path, Path] | None,
    ready: Callable[[], None],
    ending: Callable[[], None] = lambda: None,
) -> uvicorn.Server:
    """A server to `run(sockets=[...])`. tls: certificate chain and key. ending: told before it
    waits for the requests in work, so that those without an end can end."""
    certificate, key = tls or (None, None)
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    return _AnnouncingServer(config, ready, ending)
