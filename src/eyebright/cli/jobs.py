"""`eyebright jobs`: video jobs that were asked for, and how far they are."""

from __future__ import annotations

from collections.abc import Iterator

import click

from eyebright.api.local import LocalEyebright
from eyebright.cli.session import Session, pass_session
from eyebright.governance.accounts import Scope
from eyebright.jobs.desk import MOST_AT_ONCE
from eyebright.jobs.values import Job, JobState
from eyebright.videojobs.values import VideoKind

_SHORT = 10
"""Characters of an id that a table shows; any beginning that is one job's names it."""
_KINDS = frozenset(kind.value for kind in VideoKind)


@click.group("jobs")
def command() -> None:
    """Video jobs that were asked for over the API.

    JOB is an id or its beginning.
    """


@command.command("list")
@click.option(
    "--state",
    "states",
    type=click.Choice([state.value for state in JobState], case_sensitive=False),
    multiple=True,
    help="Only jobs in this state. May be said again.",
)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Jobs.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def show_all(session: Session, states: tuple[str, ...], limit: int, as_json: bool) -> None:
    """List jobs, newest first."""
    wanted = [JobState(state.upper()) for state in states]
    with session.opened() as eyebright:
        found = list(_jobs(eyebright, limit=limit, states=wanted))
        films = [_film(eyebright, job) for job in found]
    if as_json:
        listed = zip(found, films, strict=True)
        session.terminal.json([_as_json(job, film) for job, film in listed])
    elif not found:
        session.terminal.say("No jobs. A Start call of the API makes one.")
    else:
        rows = [
            (job.job_id[:_SHORT], job.kind, _state(job), _done(job), _when(job), film)
            for job, film in zip(found, films, strict=True)
        ]
        session.terminal.table(
            ("Job", "Kind", "State", "Done", "Asked", "Video"), rows, Done="right"
        )


@command.command("show")
@click.argument("job")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def show(session: Session, job: str, as_json: bool) -> None:
    """Show one job."""
    with session.opened() as eyebright:
        account, desk = eyebright.scope.account_id, eyebright.rooms.jobs
        found = desk.get(account, desk.named(account, job))
        film = _film(eyebright, found)
    _show(session, found, film, as_json=as_json)


@command.command("cancel")
@click.argument("job")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def cancel(session: Session, job: str, as_json: bool) -> None:
    """Stop a job; one in work stops within seconds.

    What it has found so far stays until it is forgotten.
    """
    with session.opened() as eyebright:
        account, desk = eyebright.scope.account_id, eyebright.rooms.jobs
        found = desk.cancel(account, desk.named(account, job))
        film = _film(eyebright, found)
    _show(session, found, film, as_json=as_json)


@command.command("retry")
@click.argument("job")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@pass_session
def retry(session: Session, job: str, as_json: bool) -> None:
    """Do a failed or cancelled job again, from its beginning.

    It keeps its id, so whoever waits for it finds it.
    """
    with session.opened() as eyebright:
        account, desk = eyebright.scope.account_id, eyebright.rooms.jobs
        found = desk.retry(account, desk.named(account, job))
        film = _film(eyebright, found)
    _show(session, found, film, as_json=as_json)


def _jobs(eyebright: LocalEyebright, *, limit: int, states: list[JobState]) -> Iterator[Job]:
    after: int | None = None
    while limit > 0:
        page = eyebright.rooms.jobs.recent(
            eyebright.scope.account_id,
            limit=min(limit, MOST_AT_ONCE),
            after=after,
            states=states,
        )
        yield from page.jobs
        limit, after = limit - len(page.jobs), page.next
        if after is None:
            return


def _film(eyebright: LocalEyebright, job: Job) -> str:
    """Where the video lies; nothing for work that has none."""
    if job.kind not in _KINDS:
        return ""
    scope = Scope(job.account_id, job.region)
    video = eyebright.rooms.videos.get(scope, VideoKind(job.kind), job.job_id).request.video
    return f"{video.bucket}/{video.name}"


def _state(job: Job) -> str:
    is_waiting = job.state is JobState.RUNNING and job.cancel_asked
    return "CANCELLING" if is_waiting else job.state.value


def _done(job: Job) -> str:
    """The share of the video, or its seconds where nobody knows how long it is."""
    if job.progress is None:
        return ""
    share = job.progress.share
    return f"{job.progress.at_ms / 1000:.0f} s" if share is None else f"{share:.0%}"


def _when(job: Job) -> str:
    return f"{job.created_at:%m-%d %H:%M}"


def _show(session: Session, job: Job, film: str, *, as_json: bool) -> None:
    if as_json:
        session.terminal.json(_as_json(job, film))
        return
    rows = [
        ("Kind", job.kind),
        ("Video", film),
        ("Region", job.region),
        ("State", _state(job)),
        ("Reason", job.message),
        ("Done", _position(job)),
        ("Results", job.results),
        ("Attempts", job.attempts),
        ("Asked", f"{job.created_at:%Y-%m-%d %H:%M:%S} UTC"),
        ("Deadline", "" if job.deadline is None else f"{job.deadline:%Y-%m-%d %H:%M:%S} UTC"),
        ("Ended", "" if job.ended_at is None else f"{job.ended_at:%Y-%m-%d %H:%M:%S} UTC"),
    ]
    session.terminal.table(("Job", job.job_id), [row for row in rows if row[1] != ""])


def _position(job: Job) -> str:
    if job.progress is None:
        return ""
    at = f"{job.progress.at_ms / 1000:.1f} s"
    length = job.progress.of_ms
    return at if not length else f"{at} of {length / 1000:.1f} s ({_done(job)})"


def _as_json(job: Job, film: str) -> dict[str, object]:
    progress = job.progress
    return {
        "job": job.job_id,
        "kind": job.kind,
        "video": film,
        "region": job.region,
        "state": _state(job),
        "reason": job.message,
        "position_ms": None if progress is None else progress.at_ms,
        "length_ms": None if progress is None else progress.of_ms,
        "results": job.results,
        "attempts": job.attempts,
        "created_at": job.created_at.isoformat(),
        "deadline": None if job.deadline is None else job.deadline.isoformat(),
        "ended_at": None if job.ended_at is None else job.ended_at.isoformat(),
    }
