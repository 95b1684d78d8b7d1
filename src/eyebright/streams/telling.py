"""What a run tells: records of frames to a data stream, events to a topic. How they are worded is
the door's to say."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from eyebright.errors import DeliveryFailed
from eyebright.ids import AccountId
from eyebright.streams.connected_home import SeenLabel
from eyebright.streams.face_search import SeenFace
from eyebright.streams.values import Processor, StreamMoment, StreamSession

MOST_WAITING = 1000
"""Records; the oldest are given up for newer ones."""
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds after a delivery that failed, doubled each time."""
_LOG = logging.getLogger(__name__)


class Wording(Protocol):
    """Texts as receivers expect them."""

    def face_record(
        self, processor: Processor, moment: StreamMoment, faces: tuple[SeenFace, ...]
    ) -> str: ...

    def label_event(
        self, told: Telling, moment: StreamMoment, seen: tuple[PicturedLabel, ...]
    ) -> str: ...

    def complete_event(self, told: Telling, message: str) -> str: ...


@dataclass(frozen=True, slots=True)
class PicturedLabel:
    """A label, and where pictures of it are: of the whole frame, and of the thing; None where none
    could be kept."""

    seen: SeenLabel
    frame_uri: str | None = None
    crop_uri: str | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """What every event of a run says of it."""

    processor: Processor
    session: StreamSession
    event_id: str
    tags: Mapping[str, str]


class RecordSink(Protocol):
    """Takes records of data streams."""

    def put(self, stream_arn: str, text: str, *, key: str) -> None:
        """Raises DeliveryFailed."""
        ...


class PictureSink(Protocol):
    """Takes pictures of things that were seen."""

    def put(
        self, bucket: str, key: str, data: bytes, *, media_type: str, kms_key: str | None = None
    ) -> None:
        """Raises DeliveryFailed."""
        ...


Tell = Callable[[AccountId, str, str], None]
"""Queues a message for a topic of an account, in the caller's transaction."""


class Outlet:
    """Records of one run, in order. What cannot be delivered waits in memory."""

    def __init__(
        self,
        sink: RecordSink,
        stream_arn: str,
        *,
        key: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sink = sink
        self._stream_arn = stream_arn
        self._key = key
        self._monotonic = monotonic
        self._waiting: deque[str] = deque(maxlen=MOST_WAITING)
        self._pause = FIRST_PAUSE
        self._next_at = 0.0
        self.trouble = ""
        """Why records wait, or nothing."""

    def put(self, text: str) -> None:
        if len(self._waiting) == MOST_WAITING:
            _LOG.warning("A record for %s is given up.", self._stream_arn)
        self._waiting.append(text)
        self.flush()

    def flush(self, *, at_once: bool = False) -> None:
        """Deliver what waits, unless that failed a moment ago."""
        if not at_once and self._monotonic() < self._next_at:
            return
        while self._waiting:
            try:
                self._sink.put(self._stream_arn, self._waiting[0], key=self._key)
            except DeliveryFailed as error:
                self.trouble = f"Records wait: {error.message}"
                self._next_at = self._monotonic() + self._pause
                self._pause = min(2 * self._pause, LONGEST_PAUSE)
                _LOG.warning("%s", error.message)
                return
            self._waiting.popleft()
        self._pause, self.trouble = FIRST_PAUSE, ""
