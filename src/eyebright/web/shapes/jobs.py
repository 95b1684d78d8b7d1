"""Jobs of an account."""

from __future__ import annotations

from typing import TypedDict

from eyebright.jobs.values import Job
from eyebright.web.shapes.values import maybe_moment, moment


class JobJson(TypedDict):
    """state: "queued", "running", "succeeded", "failed" or "cancelled". progress: 0-1; null when
    nobody knows. ending: it was cancelled and stops at its worker's next sign of life."""

    job_id: str
    kind: str
    region: str
    state: str
    message: str
    created_at: str
    ended_at: str | None
    progress: float | None
    results: int
    attempts: int
    ending: bool


class JobsJson(TypedDict):
    jobs: list[JobJson]
    next: str | None


def job_json(job: Job) -> JobJson:
    share = job.progress.share if job.progress else None
    return {
        "job_id": job.job_id,
        "kind": job.kind,
        "region": job.region,
        "state": job.state.value.lower(),
        "message": job.message,
        "created_at": moment(job.created_at),
        "ended_at": maybe_moment(job.ended_at),
        "progress": None if share is None else round(share, 4),
        "results": job.results,
        "attempts": job.attempts,
        "ending": job.cancel_asked and job.state.is_open,
    }
