"""Jobs: video analyses that were asked for through either door."""

from __future__ import annotations

import re

from eyebright.errors import JobNotFound
from eyebright.ids import JobId
from eyebright.web.answers import Answer, Asked, json_answer
from eyebright.web.door import WebDoor
from eyebright.web.shapes.jobs import JobsJson, job_json

MOST_JOBS = 500
_LIST = "jobs"
_ID = re.compile(r"[0-9a-f]{64}")


def recent(door: WebDoor, asked: Asked) -> Answer:
    """Newest first, of all regions of the account."""
    session = asked.whose
    after = door.cursors.number(session.scope, _LIST, asked.query.text("after"))
    limit = asked.query.whole("limit", 50, low=1, high=MOST_JOBS)
    page = door.jobs.recent(session.principal.account_id, limit=limit, after=after)
    position = None if page.next is None else (page.next,)
    body: JobsJson = {
        "jobs": [job_json(job) for job in page.jobs],
        "next": door.cursors.write(session.scope, _LIST, position),
    }
    return json_answer(body)


def show(door: WebDoor, asked: Asked) -> Answer:
    return json_answer(job_json(door.jobs.get(asked.whose.principal.account_id, _job_id(asked))))


def cancel(door: WebDoor, asked: Asked) -> Answer:
    job = door.jobs.cancel(asked.whose.principal.account_id, _job_id(asked))
    return json_answer(job_json(job))


def retry(door: WebDoor, asked: Asked) -> Answer:
    job = door.jobs.retry(asked.whose.principal.account_id, _job_id(asked))
    door.wake_workers()
    return json_answer(job_json(job))


def _job_id(asked: Asked) -> JobId:
    text = asked.names["job_id"]
    if not _ID.fullmatch(text):
        raise JobNotFound("There is no such job.")
    return JobId(text)
