"""A job queue over a real database, for tests of what works on jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from eyebright.governance.accounts import Scope
from eyebright.ids import JobId
from eyebright.jobs.queue import JobQueue, QueueRules
from eyebright.jobs.values import Claim, Job, NewJob
from eyebright.testing.clock import FixedClock
from eyebright.testing.ids import SequentialIds
from eyebright.testing.rooms import Rooms, open_rooms

KIND = "FaceSearch"


@dataclass(frozen=True)
class JobBench:
    """A queue over a real database, one account, and a clock that the test moves."""

    rooms: Rooms
    queue: JobQueue
    clock: FixedClock
    ids: SequentialIds
    scope: Scope

    def ask(self, *, scope: Scope | None = None, seconds: float | None = None) -> JobId:
        """A new job; seconds: until its deadline."""
        who = scope or self.scope
        deadline = None if seconds is None else self.clock.now() + timedelta(seconds=seconds)
        return self.queue.ask(
            NewJob(self.ids.job(), who.account_id, who.region, KIND, b"request", deadline)
        )

    def get(self, job_id: JobId) -> Job:
        return self.queue.get(self.scope.account_id, self.scope.region, job_id)

    def claim(self, worker: str = "w1") -> Claim:
        claim = self.queue.claim(worker, kinds=[KIND])
        assert claim is not None, "There is nothing to claim."
        return claim

    def nothing_to_claim(self) -> bool:
        return self.queue.claim("w9", kinds=[KIND]) is None

    def wait(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))


def open_job_bench(home: Path, *, open_jobs: int = 3) -> JobBench:
    """A fresh queue with one account; close `rooms.database` when done."""
    clock = FixedClock()
    rooms = open_rooms(home, clock=clock)
    queue = JobQueue(rooms.database, clock=clock, rules=QueueRules(open_jobs=open_jobs))
    return JobBench(rooms, queue, clock, SequentialIds(), rooms.new_scope("first"))
