"""The jobs of an account, for whoever looks after them: a page, a command."""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy import select

from eyebright.db.engine import Database
from eyebright.db.tables import jobs
from eyebright.errors import InvalidInput, JobNotFound
from eyebright.ids import AccountId, JobId
from eyebright.jobs.queue import JobQueue
from eyebright.jobs.rows import job_value
from eyebright.jobs.values import Job, JobPage, JobState

MOST_AT_ONCE = 1_000
_ID_BEGINS = re.compile(r"[0-9a-f]{1,64}")


class JobDesk:
    """All jobs of all accounts, whatever their region and kind. Safe to share between threads and
    processes. Another account's job is a job that does not exist."""

    def __init__(self, database: Database, queue: JobQueue) -> None:
        self._database = database
        self._queue = queue

    def recent(
        self,
        account_id: AccountId,
        *,
        limit: int,
        after: int | None = None,
        states: Collection[JobState] = (),
    ) -> JobPage:
        """Jobs, newest first. limit: 1 to 1000. after: `next` of the page before, None for the
        first; a job that is asked for meanwhile moves no other from its page. states: only jobs
        that are in one of these; none means all."""
        if not 1 <= limit <= MOST_AT_ONCE:
            raise ValueError(f"A page has 1 to {MOST_AT_ONCE} jobs, not {limit}.")
        query = select(jobs).where(jobs.c.account_id == account_id)
        if after is not None:
            query = query.where(jobs.c.job_no < after)
        if states:
            query = query.where(jobs.c.state.in_([state.value for state in states]))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(jobs.c.job_no.desc()).limit(limit + 1)).all()
        more = len(rows) > limit
        page = tuple(job_value(row) for row in rows[:limit])
        return JobPage(page, page[-1].job_no if more else None)

    def get(self, account_id: AccountId, job_id: JobId) -> Job:
        """Raises JobNotFound."""
        query = select(jobs).where(jobs.c.job_id == job_id, jobs.c.account_id == account_id)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise JobNotFound(f"There is no job {job_id}.")
        return job_value(row)

    def named(self, account_id: AccountId, beginning: str) -> JobId:
        """The one job whose id begins so. Raises JobNotFound for none, InvalidInput for several or
        for what no id begins with."""
        if not _ID_BEGINS.fullmatch(beginning):
            raise InvalidInput(f"{beginning!r} is no beginning of a job's id.")
        query = select(jobs.c.job_id).where(
            jobs.c.account_id == account_id, jobs.c.job_id.startswith(beginning)
        )
        with self._database.read() as connection:
            found = connection.scalars(query.limit(2)).all()
        if not found:
            raise JobNotFound(f"There is no job {beginning}; `eyebright jobs list` names them.")
        if len(found) > 1:
            raise InvalidInput(f"Several jobs begin with {beginning}; say more of the id.")
        return JobId(found[0])

    def cancel(self, account_id: AccountId, job_id: JobId) -> Job:
        """Stop a job, as `JobQueue.cancel` does. Raises JobNotFound."""
        return self._queue.cancel(account_id, self.get(account_id, job_id).region, job_id)

    def retry(self, account_id: AccountId, job_id: JobId) -> Job:
        """Do a job again that failed or was cancelled, as `JobQueue.retry` does. Raises
        JobNotFound, JobNotOver, TooManyJobs."""
        return self._queue.retry(account_id, self.get(account_id, job_id).region, job_id)
