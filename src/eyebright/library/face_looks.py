"""When a library looks for faces: as assets come, or only when somebody asks.

In a library that waits to be asked, assets are ready without it: they wait for nothing, so that
nobody looks at them again and again. What was found before stays, and is kept up to date.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection, and_, delete, func, select, update

from eyebright.db.engine import Database
from eyebright.db.tables import assets, libraries, stage_runs
from eyebright.library.claims import Claims, awakened
from eyebright.library.recognition_rows import failed_in, were_looked_for
from eyebright.library.rows import begin_change
from eyebright.library.stages import ON_ASKING
from eyebright.library.values import AssetState, FaceLooks, Library


class FaceSetting:
    """Safe to share between threads and processes."""

    def __init__(
        self, database: Database, *, claims: Claims, wake: Callable[[], object] = lambda: None
    ) -> None:
        """wake: called after assets became due."""
        self._database = database
        self._claims = claims
        self._wake = wake

    def set(self, library: Library, looks: FaceLooks) -> Library:
        """From the return on it holds; a picture that is being looked at meanwhile is begun anew.
        ALWAYS: all assets that were not looked through are due. Raises LibraryNotFound."""
        with self._database.write() as connection:
            begin_change(connection, library)
            before = connection.scalar(
                select(libraries.c.faces).where(libraries.c.library_no == library.number)
            )
            connection.execute(
                update(libraries)
                .where(libraries.c.library_no == library.number)
                .values(faces=looks.value)
            )
            if before != looks.value and looks is FaceLooks.ALWAYS:
                _ask_all(connection, library)
            elif before != looks.value:
                _ask_nobody(connection, library, now_ms=self._claims.now_ms())
            self._database.after_commit(self._wake)
        return replace(library, faces=looks)


def _ask_all(connection: Connection, library: Library) -> None:
    mine = assets.c.library_no == library.number
    connection.execute(awakened(and_(mine, ~were_looked_for(), assets.c.faces_asked_at.is_(None))))


def _ask_nobody(connection: Connection, library: Library, *, now_ms: int) -> None:
    """Those that were looked through count as asked for, as those of runs do, so that they follow
    new models. Of the others, attempts that failed are forgotten, and claims are lost."""
    mine = assets.c.library_no == library.number
    asked = func.coalesce(assets.c.faces_asked_at, now_ms)
    connection.execute(update(assets).where(mine, were_looked_for()).values(faces_asked_at=asked))
    unasked = and_(mine, assets.c.faces_asked_at.is_(None))
    at_work = assets.c.state == AssetState.WAITING.value
    connection.execute(awakened(and_(unasked, at_work | failed_in(*ON_ASKING))))
    connection.execute(
        delete(stage_runs).where(
            stage_runs.c.stage.in_(ON_ASKING),
            stage_runs.c.sealed.is_(None),
            stage_runs.c.asset_no.in_(select(assets.c.asset_no).where(unasked)),
        )
    )
