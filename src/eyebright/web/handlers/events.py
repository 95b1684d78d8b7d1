"""What happens in the session's account, while it happens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

from eyebright.errors import NotAuthenticated
from eyebright.library.recognition_runs import Recognition, RunState
from eyebright.web.answers import Answer, Asked
from eyebright.web.door import WebDoor
from eyebright.web.events import Event, stream
from eyebright.web.handlers.library import state_of
from eyebright.web.handlers.recognising import told
from eyebright.web.handlers.shelf import library_of, named
from eyebright.web.security import cookie_of
from eyebright.web.shapes.cards import card_json
from eyebright.web.shapes.jobs import JobJson, job_json

MOST_ASSETS_TOLD = 100
"""Of one look; a page that misses some asks for the list."""
JOBS_WATCHED = 50
RUNS_WATCHED = 5


def listen(door: WebDoor, asked: Asked) -> Answer:
    account_id = asked.whose.principal.account_id
    door.listeners.require_room(account_id)
    watcher = _Watcher(door, asked)

    def events() -> AsyncIterator[bytes]:
        return stream(
            watcher.look,
            account_id=account_id,
            listeners=door.listeners,
            stopping=door.stopping,
        )

    headers = [("Cache-Control", "no-store"), ("X-Accel-Buffering", "no")]
    return Answer(200, content_type="text/event-stream", headers=headers, events=events)


@dataclass(slots=True)
class _Watcher:
    """What one page was told so far."""

    door: WebDoor
    asked: Asked
    state: object = None
    revision: int | None = None
    jobs: dict[str, JobJson] = field(default_factory=dict)
    runs: dict[str, Recognition] = field(default_factory=dict)
    runs_revision: int | None = None
    began: bool = False

    def look(self) -> Iterator[Event]:
        self._require_session()
        yield from self._library()
        yield from self._jobs()
        yield from self._recognitions()
        self.began = True

    def _require_session(self) -> None:
        cookie = cookie_of(self.asked.headers, secure=self.asked.secure)
        if cookie is None:
            raise NotAuthenticated("There is no session; sign in.")
        self.door.sessions.open(cookie)

    def _library(self) -> Iterator[Event]:
        library = library_of(self.door, self.asked)
        if library.revision == self.revision and not self._is_waiting():
            return
        state = state_of(self.door, library)
        if state != self.state:
            self.state = state
            yield Event("indexing", {**state, **state["indexing"]})
        if self.revision is not None and library.revision != self.revision:
            changed = self.door.library.assets.changed(
                library, since=self.revision, limit=MOST_ASSETS_TOLD
            )
            names = named(self.door, library, changed)
            for asset in changed:
                yield Event("asset", card_json(asset, name=names[asset.number]))
        self.revision = library.revision

    def _is_waiting(self) -> bool:
        return isinstance(self.state, dict) and bool(self.state["waiting"])

    def _recognitions(self) -> Iterator[Event]:
        """Counting the photos of runs takes a while; those that have ended do not change."""
        library = library_of(self.door, self.asked)
        is_running = any(run.state is RunState.RUNNING for run in self.runs.values())
        if library.revision == self.runs_revision and not is_running:
            return
        self.runs_revision = library.revision
        for run in self.door.library.recognising.runs(library, limit=RUNS_WATCHED):
            if self.runs.get(run.run_id) != run:
                self.runs[run.run_id] = run
                if self.began or run.state is RunState.RUNNING:
                    yield Event("recognition", told(self.door, library, run))

    def _jobs(self) -> Iterator[Event]:
        page = self.door.jobs.recent(self.asked.whose.principal.account_id, limit=JOBS_WATCHED)
        for job in page.jobs:
            said = job_json(job)
            if self.jobs.get(job.job_id) != said:
                self.jobs[job.job_id] = said
                if self.began:
                    yield Event("job", said)
