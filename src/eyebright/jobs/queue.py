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
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, func, or_, select, update
from sqlalchemy.sql.expression import Select

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import job_results, jobs, milliseconds
from eyebright.errors import ClaimLost, JobNotFound, JobNotOver, TooManyJobs
from eyebright.ids import AccountId, JobId, Region
from eyebright.jobs.results import append_results, rank_results
from eyebright.jobs.rows import OPEN, Changes, JobRow, job_value
from eyebright.jobs.values import Claim, Deadlines, Job, JobState, NewJob, Progress, Result

_CANCELLED = "It was cancelled."
_MOST_DOUBLINGS = 16


@dataclass(frozen=True, slots=True)
class QueueRules:
    """lease_seconds: how long a silent worker keeps a job. attempts: claims of one job before it
    has failed. retry_seconds: the first pause after a failed attempt, doubled each time. kept: how
    long ended jobs and their results stay. open_jobs: of one account and region at once.
    deadlines: for jobs that are asked for without one."""

    lease_seconds: float = 30.0
    attempts: int = 5
    retry_seconds: float = 2.0
    kept: timedelta = timedelta(days=7)
    open_jobs: int = 20
    deadlines: Deadlines = field(default_factory=Deadlines)


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
            self._require_room(connection, new.account_id, new.region)
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
                    deadline_at=milliseconds(new.deadline)
                    if new.deadline
                    else self._deadline_ms(new.account_id),
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
            return job_value(_found(connection, _named(account_id, region, job_id)))

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
        progress: Progress | None = None,
    ) -> None:
        """Add results and remember how far the work is: all of it or nothing. Renews the claim.

        sealed_summary, progress: as they were before, when there is nothing to say.
        """

        def add(connection: Connection, row: JobRow) -> Changes:
            append_results(connection, row.job_no, after=row.result_count, results=results)
            changes: Changes = {
                "result_count": row.result_count + len(results),
                "sealed_checkpoint": sealed_checkpoint,
            }
            if sealed_summary is not None:
                changes["sealed_summary"] = sealed_summary
            if progress is not None:
                changes |= {"position_ms": progress.at_ms, "length_ms": progress.of_ms}
            return changes

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
            pause_ms = self._pause_ms(attempts)
            ending = _waiting() | {"message": message, "not_before": self._now_ms() + pause_ms}
        self._as_holder(claim, lambda _connection, _row: ending)

    def release(self, claim: Claim) -> None:
        """Give a job back at once and without blame, as a worker that is told to stop does."""
        back = _waiting() | {"attempts": claim.job.attempts - 1}
        self._as_holder(claim, lambda _connection, _row: back)

    def cancel(self, account_id: AccountId, region: Region, job_id: JobId) -> Job:
        """Stop a job. One that waits, or whose worker went silent, ends at once; one in work at its
        worker's next sign of life. An ended job stays as it is. Raises JobNotFound."""
        query = _named(account_id, region, job_id)
        with self._database.write() as connection:
            row = _found(connection, query.with_for_update())
            if row.state == JobState.QUEUED.value or self._is_silent(row):
                self._write(connection, row.job_no, self._ending(JobState.CANCELLED, _CANCELLED))
            elif row.state == JobState.RUNNING.value:
                self._write(connection, row.job_no, {"cancel_asked": True})
            return job_value(_found(connection, query))

    def retry(self, account_id: AccountId, region: Region, job_id: JobId) -> Job:
        """Queue a job again that failed or was cancelled, under its own id and so under its request
        token. It begins anew, with the time that the account's jobs have: what it had found goes,
        for its checkpoint went when it ended.

        Raises JobNotFound, JobNotOver for any other job, and TooManyJobs.
        """
        query = _named(account_id, region, job_id)
        with self._database.write() as connection:
            row = _found(connection, query.with_for_update())
            if row.state not in (JobState.FAILED.value, JobState.CANCELLED.value):
                raise JobNotOver(
                    f"Job {job_id} is {row.state}; one that failed or was cancelled can be tried "
                    "again."
                )
            self._require_room(connection, account_id, region)
            connection.execute(delete(job_results).where(job_results.c.job_no == row.job_no))
            self._write(connection, row.job_no, self._anew(account_id))
            return job_value(_found(connection, query))

    def forget_old(self) -> int:
        """Delete jobs that ended longer ago than they are kept, with their results; how many."""
        oldest = milliseconds(self._clock.now() - self.rules.kept)
        with self._database.write() as connection:
            return connection.execute(delete(jobs).where(jobs.c.ended_at < oldest)).rowcount

    def _now_ms(self) -> int:
        return milliseconds(self._clock.now())

    def _deadline_ms(self, account_id: AccountId) -> int | None:
        span = self.rules.deadlines.of(account_id)
        return None if span is None else milliseconds(self._clock.now() + span)

    def _require_room(self, connection: Connection, account_id: AccountId, region: Region) -> None:
        mine = (jobs.c.account_id == account_id, jobs.c.region == region)
        waiting = connection.scalar(
            select(func.count()).select_from(jobs).where(*mine, jobs.c.state.in_(OPEN))
        )
        open_jobs, limit = waiting or 0, self.rules.open_jobs
        if open_jobs >= limit:
            raise TooManyJobs(
                f"{open_jobs} jobs of account {account_id} are open; the limit is {limit}. "
                "Wait for one to end.",
                account_id=account_id,
                open_jobs=open_jobs,
                limit=limit,
            )

    def _claimable(self, kinds: Sequence[str]) -> Select[Any]:
        now = self._now_ms()
        waits = and_(
            jobs.c.state == JobState.QUEUED.value,
            or_(jobs.c.not_before <= now, jobs.c.not_before > now + 2 * self._longest_pause_ms()),
        )
        silent = and_(
            jobs.c.state == JobState.RUNNING.value,
            or_(jobs.c.lease_until <= now, jobs.c.lease_until > self._furthest_lease()),
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
        return Claim(job_value(taken), worker, taken.claim_no, taken.sealed_checkpoint)

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
        if changes.get("ended_at") is not None:
            row = connection.execute(select(jobs).where(jobs.c.job_no == job_no)).one()
            self._ended(job_value(row))

    def _anew(self, account_id: AccountId) -> Changes:
        """An ended job as if it had just been asked for."""
        return _waiting() | {
            "message": "",
            "ended_at": None,
            "not_before": 0,
            "deadline_at": self._deadline_ms(account_id),
            "attempts": 0,
            "cancel_asked": False,
            "result_count": 0,
            "sealed_checkpoint": None,
            "sealed_summary": None,
            "position_ms": None,
            "length_ms": None,
        }

    def _is_silent(self, row: JobRow) -> bool:
        """Whether the job is in work and its claim is over."""
        is_held = self._now_ms() < row.lease_until <= self._furthest_lease()
        return row.state == JobState.RUNNING.value and not is_held

    def _lease_end(self) -> int:
        return self._now_ms() + int(1000 * self.rules.lease_seconds)

    def _furthest_lease(self) -> int:
        """Beyond it no lease reaches, unless the clock was put back."""
        return self._now_ms() + int(2000 * self.rules.lease_seconds)

    def _pause_ms(self, attempts: int) -> int:
        """Doubled each time, to a day and a half: it must fit into a column."""
        doubled = min(attempts - 1, _MOST_DOUBLINGS)
        return int(1000 * self.rules.retry_seconds * 2**doubled)

    def _longest_pause_ms(self) -> int:
        return self._pause_ms(self.rules.attempts)


def _waiting() -> Changes:
    return {"state": JobState.QUEUED.value, "lease_until": 0}


def _named(account_id: AccountId, region: Region, job_id: JobId) -> Select[Any]:
    return select(jobs).where(
        jobs.c.job_id == job_id, jobs.c.account_id == account_id, jobs.c.region == region
    )


def _found(connection: Connection, query: Select[Any]) -> JobRow:
    """Raises JobNotFound; another account's is not found either."""
    row = connection.execute(query).first()
    if row is None:
        raise JobNotFound("There is no such job. `eyebright jobs list` names them.")
    return row
