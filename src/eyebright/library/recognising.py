"""Select, then recognise: somebody asks for the faces of some assets, or of all.

A run is rows: which assets it is about, and what became of each. Whoever indexes looks the assets
through and marks the rows as it writes down what it found, so that a run survives whatever happens
to the processes, and counts nothing twice. What was looked through before is left out; an asset
that is removed meanwhile leaves its runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import (
    assets,
    milliseconds,
    recognition_assets,
    recognition_runs,
    stage_runs,
)
from eyebright.errors import CollectionNotFound, RecognitionNotFound
from eyebright.ids import Ids, image_id
from eyebright.library.claims import awakened
from eyebright.library.recognition_choice import Ids as AssetIds
from eyebright.library.recognition_choice import count_asked, put_assets
from eyebright.library.recognition_outlook import Measure, Outlook, measured, outlook
from eyebright.library.recognition_rows import (
    CANCELLED,
    DONE,
    WAITING,
    waits_in,
    waits_in_another,
)
from eyebright.library.recognition_runs import Recognition, RunState, read_runs
from eyebright.library.rows import begin_change, find_library
from eyebright.library.stages import ON_ASKING
from eyebright.library.values import AssetState, FaceLooks, Library, StageState
from eyebright.people.found_faces import Found, FoundFaces

SAMPLE = 300
"""Photos with faces that are looked up to say what became of a run's; of fewer, all are."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the faces of a run. is_estimate: it is what a sample says."""

    found: Found
    is_estimate: bool


class Recognising:
    """Safe to share between threads and processes."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        ids: Ids,
        found: FoundFaces,
        slots: int,
        wake: Callable[[], object] = lambda: None,
    ) -> None:
        """slots: pictures that are looked at side by side. wake: there is something to do."""
        self._database = database
        self._clock = clock
        self._ids = ids
        self._found = found
        self._slots = slots
        self._wake = wake
        self._measures: dict[int, tuple[int, Measure]] = {}
        """Library -> its revision, and what it said of itself then."""

    def estimate(self, library: Library, asset_ids: AssetIds = None) -> Outlook:
        """Before a run over these assets (None: all) is started. Ids of no asset count for nothing.
        Raises InvalidInput for more than MOST_ASSETS."""
        with self._database.read() as connection:
            asked = count_asked(connection, library, asset_ids)
            return outlook(asked, self._measured(connection, library))

    def start(self, library: Library, asset_ids: AssetIds = None) -> Recognition:
        """Ask for the faces of these assets (None: all) that were not looked through yet. What
        failed before is tried again. Raises InvalidInput as `estimate` does, LibraryNotFound."""
        now = milliseconds(self._clock.now())
        with self._database.write() as connection:
            begin_change(connection, library)
            library = find_library(connection, library.number)
            run_no = int(
                connection.scalar(
                    recognition_runs.insert().returning(recognition_runs.c.run_no),
                    {
                        "run_id": self._ids.uuid(),
                        "library_no": library.number,
                        "already": 0,
                        "created_at": now,
                    },
                )
                or 0
            )
            asked = put_assets(connection, library, asset_ids, run_no=run_no)
            connection.execute(
                update(recognition_runs)
                .where(recognition_runs.c.run_no == run_no)
                .values(already=asked.looked)
            )
            _make_due(connection, library, run_no, now_ms=now)
            self._database.after_commit(self._wake)
            return self._read(connection, recognition_runs.c.run_no == run_no, limit=1)[0]

    def get(self, library: Library, run_id: str) -> Recognition:
        """Raises RecognitionNotFound."""
        with self._database.read() as connection:
            return self._one(connection, library, run_id)

    def runs(self, library: Library, *, limit: int = 10) -> tuple[Recognition, ...]:
        """The newest first."""
        with self._database.read() as connection:
            mine = recognition_runs.c.library_no == library.number
            return tuple(self._read(connection, mine, limit=limit))

    def cancel(self, library: Library, run_id: str) -> Recognition:
        """No more faces are looked for on behalf of this run; what it found stays. A run that has
        ended is left as it is. In a library that always looks for faces, or for photos that another
        run asked for too, they are looked for all the same. Raises RecognitionNotFound."""
        now = milliseconds(self._clock.now())
        with self._database.write() as connection:
            begin_change(connection, library)
            run = self._one(connection, library, run_id)
            if run.state is not RunState.RUNNING:
                return run
            _take_back(connection, run.number)
            waiting = and_(
                recognition_assets.c.run_no == run.number, recognition_assets.c.state == WAITING
            )
            connection.execute(update(recognition_assets).where(waiting).values(state=CANCELLED))
            connection.execute(
                update(recognition_runs)
                .where(recognition_runs.c.run_no == run.number)
                .values(cancelled_at=now)
            )
            self._database.after_commit(self._wake)
            return self._one(connection, library, run_id)

    def can_go_on(self, run: Recognition) -> bool:
        """Whether an asset of a run can be worked on now, or is worked on by whomever; others wait
        for another attempt."""
        now = milliseconds(self._clock.now())
        query = select(assets.c.asset_no).where(
            waits_in(run.number), or_(assets.c.not_before <= now, assets.c.lease_until > now)
        )
        with self._database.read() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def outcome(self, library: Library, run: Recognition) -> Outcome:
        """Who the faces of a run are, may be or are not, as it is now; of a large run, what a
        sample says."""
        with self._database.read() as connection:
            query = (
                select(assets.c.content_sha256)
                .join(recognition_assets, recognition_assets.c.asset_no == assets.c.asset_no)
                .where(
                    recognition_assets.c.run_no == run.number,
                    recognition_assets.c.state == DONE,
                    recognition_assets.c.face_count > 0,
                )
                .order_by(assets.c.asset_no)
            )
            contents = list(connection.scalars(query))
        step = max(1, math.ceil(len(contents) / SAMPLE))
        images = [image_id(bytes.fromhex(content)) for content in contents[::step]]
        try:
            found = self._found.of(library.scope, library.collection_id, images)
        except CollectionNotFound:  # no face was seen yet, or somebody deleted them all
            found = Found()
        return Outcome(found, is_estimate=False) if step == 1 else _scaled(found, run.faces)

    def _measured(self, connection: Connection, library: Library) -> Measure:
        """Asked anew once the library has changed: whoever chooses photos asks with every click."""
        revision = find_library(connection, library.number).revision
        known = self._measures.get(library.number)
        if known is None or known[0] != revision:
            known = revision, measured(connection, library, slots=self._slots)
            self._measures[library.number] = known
        return known[1]

    def _one(self, connection: Connection, library: Library, run_id: str) -> Recognition:
        found = self._read(
            connection,
            and_(
                recognition_runs.c.library_no == library.number,
                recognition_runs.c.run_id == run_id,
            ),
            limit=1,
        )
        if not found:
            raise RecognitionNotFound("The library has no such recognition run.")
        return found[0]

    def _read(
        self, connection: Connection, where: ColumnElement[bool], *, limit: int
    ) -> list[Recognition]:
        now_ms = milliseconds(self._clock.now())
        return read_runs(connection, where, limit=limit, now_ms=now_ms)


def _scaled(found: Found, faces: int) -> Outcome:
    """What a sample says of all."""
    seen = found.named + found.suggested + found.unknown + found.aside
    share = faces / seen if seen else 0.0
    named, suggested, aside = (
        round(share * one) for one in (found.named, found.suggested, found.aside)
    )
    rest = max(0, faces - named - suggested - aside)
    return Outcome(Found(named, suggested, rest, aside), is_estimate=True)


def _make_due(connection: Connection, library: Library, run_no: int, *, now_ms: int) -> None:
    """Have the assets of a run looked at. Whoever works on one that nobody had asked for begins it
    anew; who looks for its faces already goes on."""
    waiting = waits_in(run_no)
    unknown = assets.c.faces_asked_at.is_(None)
    idle = assets.c.state != AssetState.WAITING.value
    anew = or_(idle, unknown) if library.faces is FaceLooks.ASKED else idle
    connection.execute(awakened(and_(waiting, anew)))
    connection.execute(update(assets).where(waiting, unknown).values(faces_asked_at=now_ms))
    connection.execute(
        update(stage_runs)
        .where(
            stage_runs.c.asset_no.in_(
                select(recognition_assets.c.asset_no).where(recognition_assets.c.run_no == run_no)
            ),
            stage_runs.c.stage.in_(("decode", *ON_ASKING)),
            stage_runs.c.state == StageState.FAILED.value,
        )
        .values(version="", attempts=0)
    )


def _take_back(connection: Connection, run_no: int) -> None:
    """Nobody asked for these any more; a claim from before is lost, so that nothing comes of it."""
    connection.execute(
        awakened(and_(waits_in(run_no), ~waits_in_another(run_no))).values(faces_asked_at=None)
    )
