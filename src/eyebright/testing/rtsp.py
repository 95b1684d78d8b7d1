"""A camera on loopback: somebody else's RTSP server, in a process of its own that can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_PROGRAM = """
import asyncio, sys
from aio_rtsp_toolkit.server import serve
asyncio.run(serve(sys.argv[1], host="127.0.0.1", port=int(sys.argv[2])))
"""
_PATIENCE_SECONDS = 120.0


class Camera:
    """Plays a film again and again over RTSP, to each who asks from its beginning, as fast as time
    goes. Use as a `with` block. `kill` it, and `start` it again at the same address; `freeze` it,
    and it says nothing more until it may `go_on`."""

    def __init__(self, film: Path) -> None:
        """film: an MP4 or MKV of H.264 or H.265."""
        self._film = film
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"rtsp://127.0.0.1:{self._port}/{self._film.name}/play_count_0"

    def start(self) -> None:
        """Returns when it listens."""
        self._process = subprocess.Popen(  # noqa: S603 (our own words)
            [sys.executable, "-c", _PROGRAM, str(self._film.parent), str(self._port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                assert self._process.poll() is None, "The camera does not start."
                assert time.monotonic() < deadline, "The camera does not listen."
                time.sleep(0.02)
            else:
                return

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.kill()
