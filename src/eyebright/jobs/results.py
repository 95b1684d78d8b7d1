"""What jobs have found, in order, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, bindparam, select, update

from eyebright.db.engine import Database
from eyebright.db.tables import job_results
from eyebright.jobs.values import Result

_AT_ONCE = 1_000


def append_results(
    connection: Connection, job_no: int, *, after: int, results: Sequence[Result]
) -> None:
    """Write results behind the first `after` ones, in the caller's transaction."""
    if not results:
        return
    connection.execute(
        job_results.insert(),
        [
            {"job_no": job_no, "ordinal": after + place, "at_ms": one.at_ms, "sealed": one.sealed}
            for place, one in enumerate(results)
        ],
    )


def rank_results(connection: Connection, job_no: int, order: Sequence[int]) -> None:
    """Number results in another order, in the caller's transaction."""
    if not order:
        return
    connection.execute(
        update(job_results)
        .where(job_results.c.job_no == job_no, job_results.c.ordinal == bindparam("which"))
        .values(rank=bindparam("place")),
        [{"which": ordinal, "place": place} for place, ordinal in enumerate(order)],
    )


def page_of_results(
    database: Database, job_no: int, *, start: int, limit: int, ranked: bool = False
) -> tuple[Result, ...]:
    """Results `start` to `start + limit - 1`, counted from 0; ranked: in the other order."""
    place = job_results.c.rank if ranked else job_results.c.ordinal
    with database.read() as connection:
        rows = connection.execute(
            select(job_results.c.at_ms, job_results.c.sealed)
            .where(job_results.c.job_no == job_no, place >= start)
            .order_by(place)
            .limit(limit)
        ).all()
    return tuple(Result(row.at_ms, row.sealed) for row in rows)


def all_results(database: Database, job_no: int) -> Iterator[Result]:
    """Every result in order, read in pages."""
    start = 0
    while page := page_of_results(database, job_no, start=start, limit=_AT_ONCE):
        yield from page
        start += len(page)
