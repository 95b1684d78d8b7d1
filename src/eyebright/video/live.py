"""Live streams: the newest frame now and then, however often the connection breaks.

A thread of its own reads, so that a stream is never held up by whoever looks at its frames: it
keeps the newest wanted frame and drops those that nobody fetched in time. A recording, which says
how long it is, waits instead, and nothing of it is dropped.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import av

from eyebright.errors import InvalidVideo, VideoTooLarge
from eyebright.settings import public_address
from eyebright.video.reader import VideoLimits, VideoReader
from eyebright.video.sampling import Every
from eyebright.video.values import Frame

_LOG = logging.getLogger(__name__)
_SOON = {"analyzeduration": "1000000", "fpsprobesize": "0"}
"""A stream is known by its first second (in microseconds) and its rate is of no interest: FFmpeg
would take five seconds to be sure of it."""
_ENDLESS_SECONDS = 100 * 365 * 86_400


@dataclass(frozen=True, slots=True)
class LiveRules:
    """stall_seconds: without a packet, before the connection is given up; open_seconds: until it is
    known what the stream holds. first_pause: before the
    next attempt, doubled each time up to longest_pause; a connection that gave a frame begins with
    the first again. longest_side: of the frames given out."""

    stall_seconds: float = 10.0
    open_seconds: float = 15.0
    first_pause: float = 0.5
    longest_pause: float = 30.0
    longest_side: int = 1920
    max_pixels: int = 36_000_000


@dataclass(frozen=True, slots=True, eq=False)
class LiveFrame:
    """frame: its seconds count from the first frame of this connection. connection: from 1.
    arrived_at: when its last byte came, on the reader's clock of the day; seconds since 1970.
    dropped: wanted frames since the last one that was fetched. recorded: not live."""

    frame: Frame
    connection: int
    arrived_at: float
    dropped: int
    recorded: bool


class LiveReader:
    """One stream, read in a thread until it is closed. Use as a `with` block."""

    def __init__(
        self,
        address: str,
        every: Every,
        *,
        rules: LiveRules | None = None,
        time_of_day: Callable[[], float] = time.time,
    ) -> None:
        """address: a URL that FFmpeg opens, or the path of a file."""
        self._address = address
        self._name = public_address(address)
        self._every = every
        self._rules = rules or LiveRules()
        self._time_of_day = time_of_day
        self._changed = threading.Condition()
        self._closed = False
        self._ended = False
        self._trouble = ""
        self._waiting: LiveFrame | None = None
        self._connections = 0
        self._dropped = 0
        # a read that hangs is left behind when the process ends
        self._thread = threading.Thread(target=self._read, name="live-reader", daemon=True)

    @property
    def trouble(self) -> str:
        """Why no frames come just now, or nothing."""
        with self._changed:
            return self._trouble

    @property
    def ended(self) -> bool:
        """A recording was read to its end and every frame of it was fetched."""
        with self._changed:
            return self._ended and self._waiting is None

    def next(self, wait_seconds: float) -> LiveFrame | None:
        """The newest frame that was not fetched yet; None if none comes in time."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._waiting is not None or self._ended, timeout=wait_seconds
            )
            found, self._waiting = self._waiting, None
            self._changed.notify_all()
            return found

    def close(self, wait_seconds: float = 0.0) -> None:
        """Let the stream go; a read that hangs ends by itself after the stall time."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if wait_seconds and self._thread.is_alive():
            self._thread.join(wait_seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self) -> None:
        pause = self._rules.first_pause
        while not self._closed:
            before = self._connections
            trouble = self._one_connection()
            if not trouble:
                return
            if self._connections > before:
                pause = self._rules.first_pause
            self._say(f"{trouble} Trying again in {pause:g} s.")
            with self._changed:
                self._changed.wait_for(lambda: self._closed, timeout=pause)
            pause = min(2 * pause, self._rules.longest_pause)

    def _one_connection(self) -> str:
        """Read until it breaks off; why, or nothing when there is nothing more to read."""
        limits = VideoLimits(
            max_seconds=_ENDLESS_SECONDS,
            max_pixels=self._rules.max_pixels,
            stall_seconds=self._rules.stall_seconds,
            open_seconds=self._rules.open_seconds,
        )
        source = Path(self._address) if self._address.startswith("/") else self._address
        try:
            with VideoReader.open(source, limits=limits, options=_options(self._address)) as video:
                recorded = video.info.duration_seconds is not None
                for frame in video.live_frames(self._every, longest_side=self._rules.longest_side):
                    if not self._hand_over(frame, first=frame.seconds == 0, recorded=recorded):
                        return ""
                broke = video.ended_early
        except (InvalidVideo, VideoTooLarge) as error:
            return error.message
        except OSError as error:
            return f"It cannot be opened: {error.strerror or error}."
        except av.FFmpegError as error:  # its text has the address in it, and so the password
            _LOG.error("%s cannot be decoded: %s", self._name, error.strerror)
            return f"It cannot be decoded ({type(error).__name__})."
        except (ValueError, RuntimeError, MemoryError) as error:
            _LOG.exception("%s cannot be decoded.", self._name)
            return f"It cannot be decoded ({type(error).__name__})."
        if recorded and not broke:
            with self._changed:
                self._ended = True
                self._changed.notify_all()
            return ""
        return f"The stream broke off: {broke}." if broke else "The stream broke off."

    def _hand_over(self, frame: Frame, *, first: bool, recorded: bool) -> bool:
        """False when nobody wants any more."""
        arrived_at = self._time_of_day()
        with self._changed:
            if recorded:
                self._changed.wait_for(lambda: self._closed or self._waiting is None)
            if self._closed:
                return False
            if first or not self._connections:
                self._connections += 1
            self._dropped = self._dropped + 1 if self._waiting is not None else 0
            self._waiting = LiveFrame(frame, self._connections, arrived_at, self._dropped, recorded)
            self._trouble = ""
            self._changed.notify_all()
        return True

    def _say(self, trouble: str) -> None:
        _LOG.warning("%s: %s", self._name, trouble)
        with self._changed:
            self._trouble = trouble


def _options(address: str) -> dict[str, str]:
    """FFmpeg's options for an address. The protocols are named, so that no list of segments that a
    server sends can make this machine read its own files."""
    if address.startswith(("rtsp://", "rtsps://")):
        return _SOON | {"rtsp_transport": "tcp"}
    if address.startswith(("http://", "https://")):
        return _SOON | {
            "protocol_whitelist": "http,https,tcp,tls,crypto,httpproxy",
            "live_start_index": "-1",  # of HLS: the newest segment
        }
    return {}
