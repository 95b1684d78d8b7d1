"""Jobs as values. Bytes called sealed are opaque here; governance seals and opens them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from eyebright.ids import AccountId, JobId, Region


class JobState(StrEnum):
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
class NewJob:
    """kind: what to do, such as "FaceSearch"; workers claim by it. deadline: when to give up."""

    job_id: JobId
    account_id: AccountId
    region: Region
    kind: str
    sealed_request: bytes
    deadline: datetime | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is now. message: why it failed, or empty. sealed_summary: what the work said of
    the whole, None until it said something. results: how many there are so far."""

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
