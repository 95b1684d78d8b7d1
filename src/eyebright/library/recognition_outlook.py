"""What it would take to look for faces: how many there will be, how long, and what others charge.

A library that was looked through in part is its own measure; before that, measured figures stand
in.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, func, select

from eyebright.db.tables import (
    assets,
    collections,
    recognition_assets,
    recognition_runs,
    stage_runs,
)
from eyebright.governance.prices import FACES, PER_FACE, PER_FACE_SERVICE, VIDEO
from eyebright.library.recognition_rows import DONE, were_looked_for
from eyebright.library.values import Library, StageState

ENOUGH = 20
"""Assets that were looked through from which on a library is its own measure."""
FACES_EACH = 2.1
"""2,071 faces in 974 pictures of five kinds; "cost" in bench/results/detection-2026-11-22.json."""
PHOTO_SECONDS = 0.05
"""44 ms with two processors; "faces" of 1600x1200 in bench/results/pictures-2026-11-22.json."""
FACES_TO_LABELS = 44 / 101
"""Time for faces over time for labels, of the same pictures."""
FILM_SECONDS_PER_MINUTE = 4.3
"""13.9 times real time, two looks a second; bench/results/video-2026-11-22.json."""
_LATEST = 200
"""Assets whose stages say how long one takes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """photos: pictures and films. minutes: of the films. looked: of the photos, how many were
    looked through before."""

    photos: int
    looked: int
    to_do_pictures: int
    to_do_films: int
    to_do_minutes: float

    @property
    def to_do(self) -> int:
        return self.to_do_pictures + self.to_do_films


@dataclass(frozen=True, slots=True)
class Outlook:
    """Before a run. already: looked through before; they are left out. is_measured: the library
    itself says how many faces there are in a photo, not a figure from elsewhere. aws_usd: list
    price of IndexFaces for each photo, StartFaceSearch for films and SearchUsers for each face.
    per_face_usd: of per_face_service, which charges for each face."""

    photos: int
    already: int
    to_do: int
    faces_expected: int
    is_measured: bool
    seconds_expected: float
    aws_usd: Decimal
    per_face_usd: Decimal
    per_face_service: str = PER_FACE_SERVICE


@dataclass(frozen=True, slots=True)
class Measure:
    """What a library says of itself. faces_each: in a photo; None while nobody knows."""

    faces_each: float | None
    photo_seconds: float


def measured(connection: Connection, library: Library, *, slots: int) -> Measure:
    """slots: pictures that are looked at side by side. Takes a second in a library of a million."""
    return Measure(
        _faces_each(connection, library), _photo_seconds(connection, library, slots=slots)
    )


def outlook(asked: Asked, measure: Measure) -> Outlook:
    """What it would take."""
    each = measure.faces_each
    faces = round(asked.to_do * (FACES_EACH if each is None else each))
    seconds = asked.to_do_pictures * measure.photo_seconds
    return Outlook(
        photos=asked.photos,
        already=asked.looked,
        to_do=asked.to_do,
        faces_expected=faces,
        is_measured=each is not None,
        seconds_expected=seconds + asked.to_do_minutes * FILM_SECONDS_PER_MINUTE,
        aws_usd=FACES.cost(asked.to_do_pictures + faces) + VIDEO.cost(asked.to_do_minutes),
        per_face_usd=faces * PER_FACE,
    )


def _faces_each(connection: Connection, library: Library) -> float | None:
    """Mean of those that were looked through; None while they are few."""
    looked = connection.scalar(
        select(func.count())
        .select_from(assets)
        .where(assets.c.library_no == library.number, were_looked_for())
    )
    if not looked or looked < ENOUGH:
        return None
    faces = connection.scalar(
        select(collections.c.face_count).where(
            collections.c.account_id == library.scope.account_id,
            collections.c.region == library.scope.region,
            collections.c.collection_id == library.collection_id,
        )
    )
    return (faces or 0) / looked


def _photo_seconds(connection: Connection, library: Library, *, slots: int) -> float:
    """Of the run before this one, of the stages as they ran, or measured elsewhere."""
    return (
        _seconds_of_last_run(connection, library)
        or _seconds_of_stages(connection, library, slots=slots)
        or PHOTO_SECONDS
    )


def _seconds_of_last_run(connection: Connection, library: Library) -> float | None:
    run = connection.execute(
        select(
            recognition_runs.c.created_at,
            func.count().label("done"),
            func.max(recognition_assets.c.ended_at).label("ended_at"),
        )
        .join(recognition_assets, recognition_assets.c.run_no == recognition_runs.c.run_no)
        .where(
            recognition_runs.c.library_no == library.number,
            recognition_assets.c.state == DONE,
        )
        .group_by(recognition_runs.c.run_no, recognition_runs.c.created_at)
        .having(func.count() >= ENOUGH)
        .order_by(recognition_runs.c.run_no.desc())
        .limit(1)
    ).one_or_none()
    if run is None or run.ended_at <= run.created_at:
        return None
    return float(run.ended_at - run.created_at) / 1000 / int(run.done)


def _seconds_of_stages(connection: Connection, library: Library, *, slots: int) -> float | None:
    """A photo is opened again for it, and measured again behind it. Before faces were looked for,
    labels tell how fast this machine is."""
    took = _took(connection, library, were_looked_for())
    if "faces" not in took:
        took = _took(connection, library, ~were_looked_for())
        took["faces"] = FACES_TO_LABELS * took.get("labels", 0.0)
    needed = [took.get(stage, 0.0) for stage in ("decode", "faces", "group")]
    return sum(needed) / 1000 / max(slots, 1) if took["faces"] else None


def _took(connection: Connection, library: Library, where: ColumnElement[bool]) -> dict[str, float]:
    """Stage -> milliseconds, of those that ran over enough of the latest assets."""
    latest = (
        select(assets.c.asset_no)
        .where(assets.c.library_no == library.number, where)
        .order_by(assets.c.asset_no.desc())
        .limit(_LATEST)
        .subquery()
    )
    rows = connection.execute(
        select(stage_runs.c.stage, func.avg(stage_runs.c.took_ms))
        .where(
            stage_runs.c.asset_no.in_(select(latest.c.asset_no)),
            stage_runs.c.stage.in_(("decode", "labels", "faces", "group")),
            stage_runs.c.state == StageState.DONE.value,
        )
        .group_by(stage_runs.c.stage)
        .having(func.count() >= ENOUGH)
    )
    return {stage: float(mean) for stage, mean in rows}
