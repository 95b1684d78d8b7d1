"""Jobs as values. Bytes called sealed are opaque here; governance seals and opens them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from eyebright.ids import AccountId, JobId, Region


class JobState(StrEnum):
    """A job begins QUEUED and ends in one of the last three."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long a job may take from when it is asked for; None means as long as it likes.

    of_accounts: for accounts that the general one does not hold for.
    """

    general: timedelta | None = None
    of_accounts: Mapping[AccountId, timedelta | None] = field(default_factory=dict)

    def of(self, account_id: AccountId) -> timedelta | None:
        return self.of_accounts.get(account_id, self.general)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is. at_ms: the time in the video that was looked at last. of_ms: how long
    the video is; None for one that does not say."""

    at_ms: int
    of_ms: int | None = None

    @property
    def share(self) -> float | None:
        """0-1; None when nobody knows."""
        return None if not self.of_ms else min(1.0, max(0.0, self.at_ms / self.of_ms))


@dataclass(frozen=True, slots=True)
class NewJob:
    """kind: what to do, such as "FaceSearch"; workers claim by it. deadline: when to give up; None
    for what the queue's rules say of the account."""

    job_id: JobId
    account_id: AccountId
    region: Region
    kind: str
    sealed_request: bytes
    deadline: datetime | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is now. message: why it failed, or why it waits for another attempt, or empty.
    sealed_summary: what the work said of the whole, None until it said something. results: how
    many there are so far. progress: None until the work said how far it is. cancel_asked: it ends
    at its worker's next sign of life."""

    job_no: int
    job_id: JobId
    account_id: AccountId
    region: Region
    kind: str
    sealed_request: bytes
    state: JobState
    message: str
    sealed_summary: bytes | None
    results: int
    attempts: int
    created_at: datetime
    ended_at: datetime | None
    progress: Progress | None = None
    deadline: datetime | None = None
    cancel_asked: bool = False


@dataclass(frozen=True, slots=True)
class JobPage:
    """Some jobs of an account, newest first. next: what `after` is for the page behind this one;
    None when there is none."""

    jobs: tuple[Job, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a job, for a while. number: rises with every claim of the job; work done
    under an older one is refused. sealed_checkpoint: where an earlier worker was, or None."""

    job: Job
    worker: str
    number: int
    sealed_checkpoint: bytes | None


@dataclass(frozen=True, slots=True)
class Result:
    """One item of an answer. at_ms: its time in the video, which results are ordered by."""

    at_ms: int
    sealed: bytes
