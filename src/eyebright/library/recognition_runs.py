"""Recognition runs as they stand: counted from their rows at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from eyebright.db.tables import moment_of, recognition_assets, recognition_runs
from eyebright.library.recognition_rows import DONE, FAILED, WAITING

WINDOW_SECONDS = 30.0
"""What the pace of a run is measured over."""


class RunState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Recognition:
    """A run. photos: what it is about, without those that were looked through before (already) and
    those that were removed since. faces: found in it and kept. faces_per_second: lately; of a run
    that ended, over all of it. None where nobody knows yet."""

    number: int
    run_id: str
    state: RunState
    photos: int
    already: int
    done: int
    failed: int
    faces: int
    created_at: datetime
    ended_at: datetime | None
    faces_per_second: float | None
    seconds_left: float | None


def read_runs(
    connection: Connection, where: ColumnElement[bool], *, limit: int, now_ms: int
) -> list[Recognition]:
    """The newest first."""
    query = select(recognition_runs).where(where).order_by(recognition_runs.c.run_no.desc())
    rows = connection.execute(query.limit(limit)).all()
    return [_value(connection, row, now_ms=now_ms) for row in rows]


def _value(connection: Connection, row: Row[Any], *, now_ms: int) -> Recognition:
    counts = _counts(connection, row.run_no)
    photos = sum(count for count, _ in counts.values())
    done, faces = counts.get(DONE, (0, 0))
    waiting, _ = counts.get(WAITING, (0, 0))
    state = RunState.RUNNING if waiting else RunState.DONE
    state = state if row.cancelled_at is None else RunState.CANCELLED
    ended_ms = _ended_ms(connection, row) if state is not RunState.RUNNING else None
    pace, left = (
        _pace(connection, row, waiting=waiting, now_ms=now_ms)
        if ended_ms is None
        else (_over_all(faces, row.created_at, ended_ms), None)
    )
    return Recognition(
        number=row.run_no,
        run_id=row.run_id,
        state=state,
        photos=photos,
        already=row.already,
        done=done,
        failed=counts.get(FAILED, (0, 0))[0],
        faces=faces,
        created_at=moment_of(row.created_at),
        ended_at=None if ended_ms is None else moment_of(ended_ms),
        faces_per_second=pace,
        seconds_left=left,
    )


def _counts(connection: Connection, run_no: int) -> dict[str, tuple[int, int]]:
    """State -> assets and their faces."""
    query = (
        select(
            recognition_assets.c.state,
            func.count(),
            func.sum(recognition_assets.c.face_count),
        )
        .where(recognition_assets.c.run_no == run_no)
        .group_by(recognition_assets.c.state)
    )
    return {state: (int(count), int(faces)) for state, count, faces in connection.execute(query)}


def _ended_ms(connection: Connection, row: Row[Any]) -> int:
    if row.cancelled_at is not None:
        return int(row.cancelled_at)
    last = connection.scalar(
        select(func.max(recognition_assets.c.ended_at)).where(
            recognition_assets.c.run_no == row.run_no
        )
    )
    return int(last or row.created_at)


def _over_all(faces: int, began_ms: int, ended_ms: int) -> float | None:
    return 1000 * faces / (ended_ms - began_ms) if ended_ms > began_ms else None


def _pace(
    connection: Connection, row: Row[Any], *, waiting: int, now_ms: int
) -> tuple[float | None, float | None]:
    """Faces a second lately, and seconds until the end at the pace of the photos."""
    since = max(row.created_at, now_ms - int(1000 * WINDOW_SECONDS))
    query = select(func.count(), func.sum(recognition_assets.c.face_count)).where(
        recognition_assets.c.run_no == row.run_no, recognition_assets.c.ended_at >= since
    )
    photos, faces = connection.execute(query).one()
    seconds = (now_ms - since) / 1000
    if not photos or seconds <= 0:
        return None, None
    return faces / seconds, waiting * seconds / photos
