"""What did not work, for people: files that cannot be used, stages that were given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.sql.expression import Select

from eyebright.db.engine import Database
from eyebright.db.tables import assets, library_sources, places, stage_runs
from eyebright.library.inbox import PlaceState
from eyebright.library.values import AssetId, Library, StageState


@dataclass(frozen=True, slots=True)
class FailedStage:
    """path: where the asset lies, or lay first; the source's location is before it."""

    asset_id: AssetId
    path: str
    stage: str
    message: str


@dataclass(frozen=True, slots=True)
class UnusableFile:
    path: str
    state: str
    message: str


@dataclass(frozen=True, slots=True)
class Reason:
    """So many of a kind. what: the stage, or "unreadable" or "unsupported"."""

    what: str
    message: str
    count: int


class Failures:
    """Safe to share between threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lacking(self, library: Library) -> tuple[Reason, ...]:
        """Stages for which no pack is installed, and of how many assets, most first."""
        with self._database.read() as connection:
            rows = connection.execute(_stages_that(StageState.LACKING, library)).all()
        found = [Reason(what, message, count) for what, message, count in rows]
        return tuple(sorted(found, key=lambda one: (-one.count, one.what)))

    def reasons(self, library: Library, limit: int = 50) -> tuple[Reason, ...]:
        """What went wrong how often, most first."""
        stages = _stages_that(StageState.FAILED, library)
        files = (
            select(places.c.state, places.c.message, func.count().label("count"))
            .where(places.c.library_no == library.number, places.c.state.in_(_UNUSABLE))
            .group_by(places.c.state, places.c.message)
        )
        with self._database.read() as connection:
            rows = [*connection.execute(stages), *connection.execute(files)]
        found = [Reason(what, message, count) for what, message, count in rows]
        return tuple(sorted(found, key=lambda one: (-one.count, one.what, one.message))[:limit])

    def stages(self, library: Library, limit: int = 1000) -> tuple[FailedStage, ...]:
        """The newest assets first."""
        query = (
            select(assets.c.asset_no, assets.c.asset_id, stage_runs.c.stage, stage_runs.c.message)
            .join(stage_runs, stage_runs.c.asset_no == assets.c.asset_no)
            .where(
                assets.c.library_no == library.number,
                stage_runs.c.state == StageState.FAILED.value,
            )
            .order_by(assets.c.asset_no.desc(), stage_runs.c.stage)
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        lies = self.paths([row.asset_no for row in rows])
        return tuple(
            FailedStage(AssetId(row.asset_id), lies.get(row.asset_no, ""), row.stage, row.message)
            for row in rows
        )

    def files(self, library: Library, limit: int = 1000) -> tuple[UnusableFile, ...]:
        """Unreadable ones first."""
        query = (
            select(
                library_sources.c.location,
                places.c.shown_path,
                places.c.state,
                places.c.message,
            )
            .join(library_sources, library_sources.c.source_no == places.c.source_no)
            .where(places.c.library_no == library.number, places.c.state.in_(_UNUSABLE))
            .order_by(places.c.state, places.c.place_no)
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return tuple(
            UnusableFile(joined(location, path), state, message)
            for location, path, state, message in rows
        )

    def paths(self, asset_numbers: Sequence[int]) -> dict[int, str]:
        """Where assets lie, the first place of each."""
        found: dict[int, str] = {}
        numbers = sorted(set(asset_numbers))
        with self._database.read() as connection:
            for start in range(0, len(numbers), 500):
                query = (
                    select(places.c.asset_no, library_sources.c.location, places.c.shown_path)
                    .join(library_sources, library_sources.c.source_no == places.c.source_no)
                    .where(places.c.asset_no.in_(numbers[start : start + 500]))
                    .order_by(places.c.place_no)
                )
                for number, location, path in connection.execute(query):
                    found.setdefault(number, joined(location, path))
        return found


def joined(location: str, path: str) -> str:
    """A place for people."""
    return f"{location.rstrip('/')}/{path}"


def _stages_that(state: StageState, library: Library) -> Select[Any]:
    return (
        select(stage_runs.c.stage, stage_runs.c.message, func.count().label("count"))
        .join(assets, assets.c.asset_no == stage_runs.c.asset_no)
        .where(assets.c.library_no == library.number, stage_runs.c.state == state.value)
        .group_by(stage_runs.c.stage, stage_runs.c.message)
    )


_UNUSABLE = [PlaceState.UNREADABLE.value, PlaceState.UNSUPPORTED.value]
