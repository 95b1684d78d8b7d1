"""Workers of streams: one thread looks for streams to run, and one runs each."""

from __future__ import annotations

import logging
import threading

from eyebright.errors import EyebrightError
from eyebright.jobs.workers import Background, this_process
from eyebright.streams.leases import StreamClaim, StreamLeases
from eyebright.streams.runner import StreamRunner

IDLE_SECONDS = 1.0
"""Between looks for streams; a worker in the process that was asked is woken at once."""
_LOG = logging.getLogger(__name__)


class StreamWorker(Background):
    """Runs streams until it is told to stop. Use as a `with` block, or `start` and `stop`."""

    def __init__(self, leases: StreamLeases, runner: StreamRunner, *, at_once: int) -> None:
        """at_once: streams that this process runs; 0 runs none."""
        self._leases = leases
        self._runner = runner
        self._at_once = at_once
        self._name = this_process()
        self._stopping = threading.Event()
        self._wake = threading.Condition()
        self._running: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._seek, name="streams")

    def start(self) -> None:
        if self._at_once:
            self._thread.start()

    def stop(self) -> None:
        """Give the streams back and end. Waits for it."""
        self._stopping.set()
        self.wake()
        if self._thread.is_alive():
            self._thread.join()
        for thread in self._running:
            thread.join()

    @property
    def running(self) -> int:
        """Streams that are run just now."""
        return sum(thread.is_alive() for thread in self._running)

    def wake(self) -> None:
        """There may be a stream to run: do not wait for the next look."""
        with self._wake:
            self._wake.notify_all()

    def _seek(self) -> None:
        while not self._stopping.is_set():
            if not self._one():
                with self._wake:
                    if not self._stopping.is_set():
                        self._wake.wait(IDLE_SECONDS)

    def _one(self) -> bool:
        """Begin to run one stream, if there is one and there is room for it."""
        self._running = [thread for thread in self._running if thread.is_alive()]
        if len(self._running) >= self._at_once:
            return False
        try:
            claim = self._leases.claim(self._name)
        except EyebrightError:  # a database that is busy or gone for the moment
            _LOG.exception("Streams wait for a moment.")
            return False
        if claim is None:
            return False
        thread = threading.Thread(
            target=self._run, args=(claim,), name=f"stream-{claim.processor.name}"
        )
        self._running.append(thread)
        thread.start()
        return True

    def _run(self, claim: StreamClaim) -> None:
        try:
            self._runner.run(claim, stop=self._stopping.is_set)
        except EyebrightError:  # not even the failure could be written: the lease runs out
            _LOG.exception("Stream %s waits for its next worker.", claim.processor.name)
        self.wake()
