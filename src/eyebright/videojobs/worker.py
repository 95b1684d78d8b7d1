"""Workers: threads that claim jobs and do them until they are told to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from eyebright.errors import EyebrightError
from eyebright.jobs.queue import JobQueue
from eyebright.jobs.workers import Background, this_process
from eyebright.videojobs.notices import Notices
from eyebright.videojobs.runner import Runner

IDLE_SECONDS = 1.0
"""Between looks into an empty queue; a worker in the process that queued is woken at once."""
CLEANING_SECONDS = 3600.0
_LOG = logging.getLogger(__name__)


class Worker(Background):
    """Some threads over one queue, and one that sends notices.

    Use as a `with` block, or `start` and `stop`.
    """

    def __init__(
        self,
        queue: JobQueue,
        runner: Runner,
        *,
        notices: Notices,
        threads: int = 1,
        chores: Sequence[Callable[[], object]] = (),
        chores_seconds: float = CLEANING_SECONDS,
    ) -> None:
        """chores: what else is to be done now and then, beside forgetting old jobs."""
        self._chores = (queue.forget_old, *chores)
        self._chores_seconds = chores_seconds
        self._queue = queue
        self._runner = runner
        self._notices = notices
        self._stopping = threading.Event()
        self._wake = threading.Condition()
        name = this_process()
        self._threads = [
            threading.Thread(target=self._work, args=(f"{name}:{number}",), name=f"worker-{number}")
            for number in range(threads)
        ]
        self._threads.append(threading.Thread(target=self._tell, name="worker-notices"))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Give the jobs in work back with a checkpoint and end. Waits for it."""
        self._stopping.set()
        self.wake()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def wake(self) -> None:
        """There is something to do: do not wait for the next look."""
        with self._wake:
            self._wake.notify_all()

    def _work(self, name: str) -> None:
        while not self._stopping.is_set():
            if not self._one(name):
                with self._wake:
                    if not self._stopping.is_set():
                        self._wake.wait(IDLE_SECONDS)

    def _tell(self) -> None:
        """Send what is due, and do the chores now and then."""
        cleaned_at = time.monotonic()
        while not self._stopping.wait(min(IDLE_SECONDS, self._chores_seconds)):
            try:
                self._notices.send_due()
            except EyebrightError:
                _LOG.exception("Notices wait for a moment.")
            if time.monotonic() - cleaned_at >= self._chores_seconds:
                cleaned_at = time.monotonic()
                self._do_chores()

    def _do_chores(self) -> None:
        for chore in self._chores:
            try:
                chore()
            except EyebrightError:
                _LOG.exception("What is to be done now and then is left for the next time.")

    def _one(self, name: str) -> bool:
        """Do one job if there is one."""
        try:
            claim = self._queue.claim(name, kinds=self._runner.kinds)
            if claim is None:
                return False
            self._runner.run(claim, stop=self._stopping.is_set)
        except EyebrightError:  # a database that is busy or gone for the moment
            _LOG.exception("Worker %s goes on after an error.", name)
            return False
        return True
