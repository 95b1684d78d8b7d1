"""Rows of jobs as values."""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import Row

from eyebright.db.tables import moment_of
from eyebright.ids import AccountId, JobId, Region
from eyebright.jobs.values import Job, JobState, Progress

JobRow: TypeAlias = Row[Any]
Changes: TypeAlias = dict[str, Any]
"""Columns of `jobs` and their new values."""
OPEN = (JobState.QUEUED.value, JobState.RUNNING.value)


def job_value(row: JobRow) -> Job:
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
        progress=None if row.position_ms is None else Progress(row.position_ms, row.length_ms),
        deadline=None if row.deadline_at is None else moment_of(row.deadline_at),
        cancel_asked=row.cancel_asked,
    )
