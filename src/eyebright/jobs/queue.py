"""Asking for work, claiming it, ending it. The row is the job; there is no other queue.

A claim is a lease: its worker renews it while it works, and when a worker dies, the job is there
for the next one as soon as the lease is over. A worker that was only slow finds its claim taken at
its next write, which then changes nothing: every claim has a number, and only the newest writes.

Leases are kept by the clock of the day, which may jump. A jump forward ends leases early, which
costs work done twice and nothing else. After a jump backward a lease seems to last too long; one
that reaches further than a lease ever does is taken to be over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, and_, delete, func, or_, select, update
from sqlalchemy.sql.expression import Select

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import jobs, milliseconds, moment_of
from eyebright.errors import ClaimLost, JobNotFound, TooManyJobs
from eyebright.ids import AccountId, JobId, Region
from eyebright.jobs.results import append_results, rank_results
from eyebright.jobs.values import Claim, Job, JobState, NewJob, Result

JobRow: TypeAlias = Row[Any]
Changes: TypeAlias = dict[str, Any]
"""Columns of `jobs` and their new values."""

_CANCELLED = "It was cancelled."
_OPEN = (JobState.QUEUED.value, JobState.RUNNING.value)


@dataclass(frozen=True, slots=True)
class QueueRules:
    """lease_seconds: how long a silent worker keeps a job. attempts: claims of one job before it
    has failed. retry_seconds: the first pause after a failed attempt, doubled each time. kept: how
    long ended jobs and their results stay. open_jobs: of one account and region at once."""

    lease_seconds: float = 30.0
    attempts: int = 5
    retry_seconds: float = 2.0
    kept: timedelta = timedelta(days=7)
    open_jobs: int = 20


class JobQueue:
    """All jobs of one database. Safe to share between threads and processes."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        rules: QueueRules | None = None,
        ended: Callable[[Job], None] = lambda _job: None,
    ) -> None:
        """ended: told of each job that ends, however it does, inside the transaction of that."""
        self._database = database
        self._clock = clock
        self._ended = ended
        self.rules = rules or QueueRules()

    def ask(self, new: NewJob) -> JobId:
        """Queue a job. Joins the caller's transaction, so that a request token and its job are
        written together. Raises TooManyJobs at the account's limit."""
        with self._database.write() as connection:
            self._require_room(connection, new)
            connection.execute(
                jobs.insert().values(
                    job_id=new.job_id,
                    account_id=new.account_id,
                    region=new.region,
                    kind=new.kind,
                    sealed_request=new.sealed_request,
                    state=JobState.QUEUED.value,
                    message="",
                    created_at=self._now_ms(),
                    not_before=0,
                    deadline_at=None if new.deadline is None else milliseconds(new.deadline),
                    attempts=0,
                    claim_no=0,
                    lease_until=0,
                    cancel_asked=False,
                    result_count=0,
                )
            )
        return new.job_id

    def get(self, account_id: AccountId, region: Region, job_id: JobId) -> Job:
        """Raises JobNotFound for another account's job too."""
        with self._database.read() as connection:
            row = connection.execute(
                select(jobs).where(
                    jobs.c.job_id == job_id,
                    jobs.c.account_id == account_id,
                    jobs.c.region == region,
                )
            ).first()
        if row is None:
            raise JobNotFound(f"There is no job {job_id}.")
        return _job(row)

    def claim(self, worker: str, *, kinds: Sequence[str]) -> Claim | None:
        """The oldest job of these kinds that waits or whose worker went silent; None if there is
        none. A job whose deadline or attempts are used up is ended as failed on the way."""
        while True:
            with self._database.write() as connection:
                row = connection.execute(self._claimable(kinds)).first()
                if row is None:
                    return None
                ending = self._end_of(row) or self._worn_out(row)
                if ending:
                    self._write(connection, row.job_no, ending)
                    continue
                return self._take(connection, row, worker)

    def renew(self, claim: Claim) -> None:
        """Say that the worker is alive. Raises ClaimLost when another has the job, or when it was
        cancelled or its deadline is over; this holds for `save`, `succeed`, `fail` and `release`
        too."""
        self._as_holder(claim, lambda _connection, _row: {})

    def save(
        self,
        claim: Claim,
        results: Sequence[Result],
        *,
        sealed_checkpoint: bytes,
        sealed_summary: bytes | None = None,
    ) -> None:
        """Add results and remember how far the work is: all of it or nothing. Renews the claim."""

        def add(connection: Connection, row: JobRow) -> Changes:
            append_results(connection, row.job_no, after=row.result_count, results=results)
            changes: Changes = {
                "result_count": row.result_count + len(results),
                "sealed_checkpoint": sealed_checkpoint,
            }
            return (
                changes if sealed_summary is None else changes | {"sealed_summary": sealed_summary}
            )

        self._as_holder(claim, add)

    def rank(self, claim: Claim, order: Sequence[int]) -> None:
        """Say in which other order the results may be read. order: ordinals, first to last."""

        def write(connection: Connection, row: JobRow) -> Changes:
            rank_results(connection, row.job_no, order)
            return {}

        self._as_holder(claim, write)

    def succeed(self, claim: Claim) -> None:
        """The work is done."""
        self._as_holder(claim, lambda _connection, _row: self._ending(JobState.SUCCEEDED, ""))

    def fail(self, claim: Claim, message: str, *, again: bool) -> None:
        """The work could not be done. again: whether another attempt may help; it begins where the
        last checkpoint is, after a pause."""
        attempts = claim.job.attempts
        if not again or attempts >= self.rules.attempts:
            ending = self._ending(JobState.FAILED, message)
        else:
            pause_ms = int(1000 * self.rules.retry_seconds * 2 ** (attempts - 1))
            ending = _waiting() | {"message": message, "not_before": self._now_ms() + pause_ms}
        self._as_holder(claim, lambda _connection, _row: ending)

    def release(self, claim: Claim) -> None:
        """Give a job back at once and without blame, as a worker that is told to stop does."""
        back = _waiting() | {"attempts": claim.job.attempts - 1}
        self._as_holder(claim, lambda _connection, _row: back)

    def cancel(self, account_id: AccountId, region: Region, job_id: JobId) -> Job:
        """Stop a job. One that waits ends at once, one in work at its worker's next sign of life.
        An ended job stays as it is. Raises JobNotFound."""
        with self._database.write() as connection:
            job = self.get(account_id, region, job_id)
            if job.state is JobState.QUEUED:
                self._write(connection, job.job_no, self._ending(JobState.CANCELLED, _CANCELLED))
            elif job.state is JobState.RUNNING:
                self._write(connection, job.job_no, {"cancel_asked": True})
            return self.get(account_id, region, job_id)

    def forget_old(self) -> int:
        """Delete jobs that ended longer ago than they are kept, with their results; how many."""
        oldest = milliseconds(self._clock.now() - self.rules.kept)
        with self._database.write() as connection:
            return connection.execute(delete(jobs).where(jobs.c.ended_at < oldest)).rowcount

    def _now_ms(self) -> int:
        return milliseconds(self._clock.now())

    def _require_room(self, connection: Connection, new: NewJob) -> None:
        mine = (jobs.c.account_id == new.account_id, jobs.c.region == new.region)
        waiting = connection.scalar(
            select(func.count()).select_from(jobs).where(*mine, jobs.c.state.in_(_OPEN))
        )
        open_jobs, limit = waiting or 0, self.rules.open_jobs
        if open_jobs >= limit:
            raise TooManyJobs(
                f"{open_jobs} jobs of account {new.account_id} are open; the limit is {limit}. "
                "Wait for one to end.",
                account_id=new.account_id,
                open_jobs=open_jobs,
                limit=limit,
            )

    def _claimable(self, kinds: Sequence[str]) -> Select[Any]:
        now = self._now_ms()
        furthest = now + int(2000 * self.rules.lease_seconds)
        waits = and_(jobs.c.state == JobState.QUEUED.value, jobs.c.not_before <= now)
        silent = and_(
            jobs.c.state == JobState.RUNNING.value,
            or_(jobs.c.lease_until <= now, jobs.c.lease_until > furthest),
        )
        chosen = select(jobs).where(jobs.c.kind.in_(kinds), or_(waits, silent))
        return chosen.order_by(jobs.c.job_no).limit(1).with_for_update(skip_locked=True)

    def _take(self, connection: Connection, row: JobRow, worker: str) -> Claim:
        changes: Changes = {
            "state": JobState.RUNNING.value,
            "worker": worker,
            "claim_no": row.claim_no + 1,
            "attempts": row.attempts + 1,
            "lease_until": self._lease_end(),
        }
        self._write(connection, row.job_no, changes)
        taken = connection.execute(select(jobs).where(jobs.c.job_no == row.job_no)).one()
        return Claim(_job(taken), worker, taken.claim_no, taken.sealed_checkpoint)

    def _as_holder(self, claim: Claim, act: Callable[[Connection, JobRow], Changes]) -> None:
        """Do something to a job that is still the claim's, and renew the claim with it."""
        with self._database.write() as connection:
            row = connection.execute(
                select(jobs).where(jobs.c.job_no == claim.job.job_no).with_for_update()
            ).first()
            if row is None or row.claim_no != claim.number or row.state != JobState.RUNNING.value:
                raise ClaimLost(f"Job {claim.job.job_id} is no longer {claim.worker}'s.")
            ending = self._end_of(row)
            changes = ending or {"lease_until": self._lease_end()} | act(connection, row)
            self._write(connection, row.job_no, changes)
        if ending:  # only now, so that the ending is written
            raise ClaimLost(f"Job {claim.job.job_id} has ended: {ending['message']}")

    def _end_of(self, row: JobRow) -> Changes:
        """How a job ends that must not go on; nothing for one that may."""
        if row.cancel_asked:
            return self._ending(JobState.CANCELLED, _CANCELLED)
        if row.deadline_at is not None and row.deadline_at <= self._now_ms():
            return self._ending(JobState.FAILED, "It was not done before its deadline.")
        return {}

    def _worn_out(self, row: JobRow) -> Changes:
        if row.attempts < self.rules.attempts:
            return {}
        reason = row.message or "its workers stopped without a word"
        return self._ending(JobState.FAILED, f"It was tried {row.attempts} times: {reason}")

    def _ending(self, state: JobState, message: str) -> Changes:
        """A checkpoint is of no use to an ended job."""
        return {
            "state": state.value,
            "message": message,
            "ended_at": self._now_ms(),
            "lease_until": 0,
            "sealed_checkpoint": None,
        }

    def _write(self, connection: Connection, job_no: int, changes: Changes) -> None:
        connection.execute(update(jobs).where(jobs.c.job_no == job_no).values(**changes))
        if "ended_at" in changes:
            row = connection.execute(select(jobs).where(jobs.c.job_no == job_no)).one()
            self._ended(_job(row))

    def _lease_end(self) -> int:
        return self._now_ms() + int(1000 * self.rules.lease_seconds)


def _waiting() -> Changes:
    return {"state": JobState.QUEUED.value, "lease_until": 0}


def _job(row: JobRow) -> Job:
    return Job(
        job_no=row.job_no,
        job_id=JobId(row.job_id),
        account_id=AccountId(row.account_id),
        region=Region(row.region),
        kind=row.kind,
        sealed_request=row.sealed_request,
        state=JobState(row.state),
        message=row.message,
        sealed_summary=row.sealed_summary,
        results=row.result_count,
        attempts=row.attempts,
        created_at=moment_of(row.created_at),
        ended_at=None if row.ended_at is None else moment_of(row.ended_at),
    )
