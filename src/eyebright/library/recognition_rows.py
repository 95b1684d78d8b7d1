"""Rows of recognition runs: marked in the transaction that writes down what was found, so that a
run's counts are those of the library, whoever works and whoever is killed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, select, update

from eyebright.db.tables import assets, recognition_assets, stage_runs
from eyebright.library.stages import ON_ASKING
from eyebright.library.values import FacesFound, Lanes, StageState

WAITING, DONE, FAILED, CANCELLED = "waiting", "done", "failed", "cancelled"
"""States of an asset in a run."""


def kept_faces(found: object) -> int:
    """How many faces of what a stage found are in the library's collection."""
    if isinstance(found, FacesFound):
        return sum(face.face_id is not None for face in found.faces)
    if isinstance(found, Lanes):
        return sum(lane.face_id is not None for lane in found.lanes)
    return 0


def mark_looked(connection: Connection, looked: Mapping[int, int | None], *, now_ms: int) -> None:
    """Tell runs that the faces of some assets were looked for. looked: asset -> faces; None if that
    failed for good. What succeeds later counts, in a run where it had failed, too."""
    if not looked:
        return
    query = select(recognition_assets.c.asset_no).where(
        recognition_assets.c.asset_no.in_(list(looked)),
        recognition_assets.c.state.in_((WAITING, FAILED)),
    )
    for number in set(connection.scalars(query)):
        count = looked[number]
        before = (WAITING,) if count is None else (WAITING, FAILED)
        state = FAILED if count is None else DONE
        connection.execute(
            update(recognition_assets)
            .where(recognition_assets.c.asset_no == number, recognition_assets.c.state.in_(before))
            .values(state=state, face_count=count or 0, ended_at=now_ms)
        )


def were_looked_for() -> ColumnElement[bool]:
    """Of assets: their faces were, whatever was found."""
    return _has_run(StageState.DONE, *ON_ASKING)


def failed_in(*stages: str) -> ColumnElement[bool]:
    """Of assets: one of these stages failed when it last ran."""
    return _has_run(StageState.FAILED, *stages)


def waits_in(run_no: int) -> ColumnElement[bool]:
    """Of assets: they wait in this run."""
    return assets.c.asset_no.in_(
        select(recognition_assets.c.asset_no).where(
            recognition_assets.c.run_no == run_no, recognition_assets.c.state == WAITING
        )
    )


def waits_in_another(run_no: int) -> ColumnElement[bool]:
    """Of assets: they wait in another run than this one."""
    return (
        select(recognition_assets.c.asset_no)
        .where(
            recognition_assets.c.asset_no == assets.c.asset_no,
            recognition_assets.c.run_no != run_no,
            recognition_assets.c.state == WAITING,
        )
        .exists()
    )


def _has_run(state: StageState, *stages: str) -> ColumnElement[bool]:
    return (
        select(stage_runs.c.asset_no)
        .where(
            stage_runs.c.asset_no == assets.c.asset_no,
            stage_runs.c.stage.in_(stages),
            stage_runs.c.state == state.value,
        )
        .exists()
    )
