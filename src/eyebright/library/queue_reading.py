"""Reading the queues of bucket sources: a thread for each queue, as long as a source names it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from eyebright.errors import EyebrightError, InvalidInput
from eyebright.jobs.workers import Background
from eyebright.library.arrivals import Arrivals, Departing
from eyebright.library.feeding import Fed
from eyebright.library.libraries import Libraries
from eyebright.sources.events import ObjectEvent, parse_events
from eyebright.sources.queues import Message

_LOG = logging.getLogger(__name__)
_SHOWN = 200


class Reader(Protocol):
    """Queues of a service (`sources.queues.Queues`)."""

    def receive(self, url: str, /, *, wait_seconds: int) -> list[Message]: ...

    def delete(self, url: str, receipts: Sequence[str], /) -> None: ...

    def has_dead_letters(self, url: str, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class QueueRules:
    """refresh: seconds between looks which queues there are. wait: seconds of a long poll, and so
    until a stop is noticed. grace: seconds until what is gone is believed to be. pause: seconds
    after a failure. tries: how often a message that is no event is looked at before it is deleted,
    if the queue has no dead-letter queue that takes it."""

    refresh: float = 2.0
    wait: int = 4
    grace: float = 1.5
    pause: float = 5.0
    tries: int = 5


@dataclass(frozen=True, slots=True)
class _Held:
    """What goes when its time has come, and the messages that are done with then."""

    at: float
    departing: Sequence[Departing]
    receipts: Sequence[str]


class QueueReading(Background):
    """Use as a `with` block, or `start` and `stop`."""

    def __init__(
        self,
        arrivals: Arrivals,
        libraries: Libraries,
        queues: Reader,
        *,
        rules: QueueRules | None = None,
    ) -> None:
        self._arrivals = arrivals
        self._libraries = libraries
        self._queues = queues
        self._rules = rules or QueueRules()
        self._stopping = threading.Event()
        self._fed: dict[str, list[Fed]] = {}
        self._complaints: set[str] = set()
        self._readers: dict[str, threading.Thread] = {}
        self._thread = threading.Thread(target=self._run, name="queues")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End; messages in work are given to the next reader."""
        self._stopping.set()
        for thread in (self._thread, *self._readers.values()):
            if thread.is_alive():
                thread.join()

    def _run(self) -> None:
        """Have a reader for each queue."""
        while not self._stopping.is_set():
            try:
                self._fed = self._arrivals.queues()
            except EyebrightError:
                _LOG.exception("Which queues there are is asked again.")
            for url in self._fed:
                reader = self._readers.get(url)
                if reader is None or not reader.is_alive():
                    self._readers[url] = threading.Thread(
                        target=self._read, args=(url,), name="queue"
                    )
                    self._readers[url].start()
            self._stopping.wait(self._rules.refresh)

    def _read(self, url: str) -> None:
        """Until nobody names the queue any more. What is held then comes again."""
        held: list[_Held] = []
        while not self._stopping.is_set() and url in self._fed:
            try:
                wait = 0 if held else self._rules.wait
                if held and time.monotonic() < held[0].at:
                    self._stopping.wait(0.05)
                self._take(url, self._queues.receive(url, wait_seconds=wait), held)
                self._let_go(url, held)
            except EyebrightError as error:
                self._say(url, error.message)
                held.clear()
                self._stopping.wait(self._rules.pause)

    def _take(self, url: str, messages: Sequence[Message], held: list[_Held]) -> None:
        parsed = [(message, self._parsed(url, message)) for message in messages]
        known = [(message, events) for message, events in parsed if events is not None]
        if not known:
            return
        try:
            self._look(url, known, held)
        except EyebrightError:  # some message is at fault: the others need not wait for it
            for one in known:
                self._try(url, one, held)
        else:
            self._say(url, "")

    def _try(
        self, url: str, one: tuple[Message, tuple[ObjectEvent, ...]], held: list[_Held]
    ) -> None:
        try:
            self._look(url, [one], held)
        except EyebrightError as error:
            _LOG.warning("Queue %s gives a message again later: %s", url, error.message)
            self._say(url, error.message)

    def _look(
        self,
        url: str,
        messages: Sequence[tuple[Message, tuple[ObjectEvent, ...]]],
        held: list[_Held],
    ) -> None:
        events = [event for _, of_message in messages for event in of_message]
        receipts = [message.receipt for message, _ in messages]
        departing = self._arrivals.take(events, self._fed.get(url, []))
        if departing:
            held.append(_Held(time.monotonic() + self._rules.grace, departing, receipts))
        else:
            self._queues.delete(url, receipts)

    def _let_go(self, url: str, held: list[_Held]) -> None:
        while held and held[0].at <= time.monotonic():
            one = held.pop(0)
            self._arrivals.depart(one.departing)
            self._queues.delete(url, one.receipts)

    def _parsed(self, url: str, message: Message) -> tuple[ObjectEvent, ...] | None:
        """None for garbage, which is left to the queue until it was tried often enough."""
        try:
            return parse_events(message.body)
        except InvalidInput as error:
            _LOG.warning(
                "Queue %s gave what is no event (%s): %.*r", url, error, _SHOWN, message.body
            )
        if message.receives >= self._rules.tries and not self._queues.has_dead_letters(url):
            _LOG.warning("It was tried %d times and is deleted.", message.receives)
            self._queues.delete(url, [message.receipt])
        return None

    def _say(self, url: str, message: str) -> None:
        """On the sources that the queue feeds: what went wrong, or that it does not any more."""
        if not message and url not in self._complaints:
            return
        (self._complaints.add if message else self._complaints.discard)(url)
        for fed in self._fed.get(url, ()):
            try:
                now = self._libraries.source(fed.library, fed.source.source_id)
                if now.message != message:
                    self._libraries.scanned(fed.library, now.source_id, message=message)
            except EyebrightError:
                _LOG.exception("%s", message)
