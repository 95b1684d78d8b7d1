"""Asking for work on a video and reading what it found, for whoever stands at the door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from eyebright.db.engine import Database
from eyebright.errors import JobNotFound
from eyebright.governance.accounts import Scope
from eyebright.governance.vault import Vault
from eyebright.ids import AccountId, Ids, JobId
from eyebright.jobs.queue import JobQueue
from eyebright.jobs.results import page_of_results
from eyebright.jobs.values import Job, NewJob
from eyebright.videojobs.codec import decode, encode
from eyebright.videojobs.values import VideoJob, VideoKind, VideoRequest, VideoSummary
from eyebright.videojobs.work import Timed

Item = TypeVar("Item")


class JobSeal:
    """Seals what a job keeps under its account's key, each piece bound to its job and place."""

    def __init__(self, vault: Vault, account_id: AccountId, job_id: JobId) -> None:
        self._sealer = vault.account(account_id)
        self._job_id = job_id

    def seal(self, what: str, value: bytes) -> bytes:
        return self._sealer.seal(value, bound_to=self._place(what))

    def open(self, what: str, sealed: bytes) -> bytes:
        return self._sealer.open(sealed, bound_to=self._place(what))

    def _place(self, what: str) -> bytes:
        return f"job\n{self._job_id}\n{what}".encode()


class VideoDesk:
    """All video jobs of all scopes. Safe to share between threads and processes."""

    def __init__(self, database: Database, vault: Vault, *, queue: JobQueue, ids: Ids) -> None:
        self._database = database
        self._vault = vault
        self._queue = queue
        self._ids = ids

    def ask(self, scope: Scope, request: VideoRequest) -> JobId:
        """Queue the work. Joins the caller's transaction. Raises TooManyJobs."""
        job_id = self._ids.job()
        seal = JobSeal(self._vault, scope.account_id, job_id)
        sealed = seal.seal("request", encode(request))
        return self._queue.ask(
            NewJob(job_id, scope.account_id, scope.region, request.kind.value, sealed)
        )

    def get(self, scope: Scope, kind: VideoKind, job_id: JobId) -> VideoJob:
        """Raises JobNotFound for unknown jobs, other accounts' and other kinds'."""
        job = self._queue.get(scope.account_id, scope.region, job_id)
        if job.kind != kind.value:
            raise JobNotFound(f"Job {job_id} is no {kind.value}.")
        return self._opened(job)

    def results(
        self, scope: Scope, job: VideoJob, item: type[Item], *, start: int, limit: int, ranked: bool
    ) -> Sequence[Timed[Item]]:
        """A page of what was found, by time or in the work's other order."""
        rows = page_of_results(self._database, job.job_no, start=start, limit=limit, ranked=ranked)
        seal = JobSeal(self._vault, scope.account_id, job.job_id)
        return [Timed(row.at_ms, decode(seal.open("result", row.sealed), item)) for row in rows]

    def _opened(self, job: Job) -> VideoJob:
        seal = JobSeal(self._vault, job.account_id, job.job_id)
        sealed = job.sealed_summary
        summary = None if sealed is None else decode(seal.open("summary", sealed), VideoSummary)
        return VideoJob(
            job_no=job.job_no,
            job_id=job.job_id,
            request=decode(seal.open("request", job.sealed_request), VideoRequest),
            state=job.state,
            message=job.message,
            summary=summary,
            results=job.results,
        )
