"""Workers: the name of the process in which they claim rows, and the block in which they work."""

from __future__ import annotations

import os
import socket
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Background(ABC):
    """Works in threads of its own from `start` to `stop`; a `with` block does both."""

    @abstractmethod
    def start(self) -> None:
        """Does not wait for anything that is done."""

    @abstractmethod
    def stop(self) -> None:
        """Waits until all threads have ended; nothing, for what was not started."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()


def this_process() -> str:
    """HOST:PID. Whoever claims rows is named so, with more behind a colon."""
    return f"{socket.gethostname()}:{os.getpid()}"


def is_gone(worker: str) -> bool:
    """Whether a worker named HOST:PID:... was of this machine and lives no more.

    One of another container with this host's name may look gone from here.
    """
    host, _, rest = worker.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:  # somebody else's
        return False
    return False
