"""Claims of processes of this machine that are gone: a run that was killed is taken up at once,
without waiting for the end of its leases."""

from __future__ import annotations

from sqlalchemy import select, update

from eyebright.db.engine import Database
from eyebright.db.tables import assets
from eyebright.jobs.workers import is_gone
from eyebright.library.values import AssetState, Library


def release_dead(database: Database, library: Library, *, now_ms: int) -> int:
    """Give back what workers named HOST:PID:... hold that do not live any more; how many assets.

    If a process of another container looks dead from here, its assets are worked on twice and
    written once, by whoever claimed them last.
    """
    mine = (
        assets.c.library_no == library.number,
        assets.c.state == AssetState.WAITING.value,
        assets.c.lease_until > now_ms,
    )
    with database.read() as connection:
        workers = connection.scalars(select(assets.c.worker).where(*mine).distinct()).all()
    dead = [worker for worker in workers if worker and is_gone(worker)]
    if not dead:
        return 0
    with database.write() as connection:
        return connection.execute(
            update(assets).where(*mine, assets.c.worker.in_(dead)).values(lease_until=0)
        ).rowcount
