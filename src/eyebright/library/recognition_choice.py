"""Which assets somebody asks about: some by their ids, or all of a library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, literal, select

from eyebright.db.tables import assets, recognition_assets
from eyebright.errors import InvalidInput
from eyebright.library.recognition_outlook import Asked
from eyebright.library.recognition_rows import WAITING, were_looked_for
from eyebright.library.values import AssetId, Library, Media
from eyebright.people.rows import batches

MOST_ASSETS = 100_000
"""That can be named in one call: 4 MB of ids. "All" has no end."""
MANY = 5_000
"""Ids; for more, all rows of the library are read at once rather than some at a time."""

Ids = Sequence[AssetId] | None
"""None: all."""


def count_asked(connection: Connection, library: Library, asset_ids: Ids) -> Asked:
    """What the ids come to; those of no asset count for nothing. Raises InvalidInput for more than
    MOST_ASSETS."""
    if asset_ids is None:
        return _summed(_counted(connection, library))
    return _summed((*_kind(row), 1) for row in _rows(connection, library, asset_ids))


def put_assets(connection: Connection, library: Library, asset_ids: Ids, *, run_no: int) -> Asked:
    """Write down what a run is about: those that were not looked through. Raises as
    `count_asked` does."""
    if asset_ids is None:
        asked = _summed(_counted(connection, library))
        fresh = select(literal(run_no), assets.c.asset_no, literal(WAITING), literal(0)).where(
            assets.c.library_no == library.number, ~were_looked_for()
        )
        columns = ["run_no", "asset_no", "state", "face_count"]
        connection.execute(recognition_assets.insert().from_select(columns, fresh))
        return asked
    rows = _rows(connection, library, asset_ids)
    new = [
        {"run_no": run_no, "asset_no": row.asset_no, "state": WAITING, "face_count": 0}
        for row in rows
        if not row.is_looked
    ]
    if new:
        connection.execute(recognition_assets.insert(), new)
    return _summed((*_kind(row), 1) for row in rows)


def _rows(
    connection: Connection, library: Library, asset_ids: Sequence[AssetId]
) -> Sequence[Row[Any]]:
    if len(asset_ids) > MOST_ASSETS:
        raise InvalidInput(
            f"{len(asset_ids)} assets are named; at most {MOST_ASSETS} can be in one call. "
            "Ask for all, or in several calls."
        )
    query = select(
        assets.c.asset_no,
        assets.c.asset_id,
        assets.c.media,
        assets.c.duration_ms,
        were_looked_for().label("is_looked"),
    ).where(assets.c.library_no == library.number)
    wanted = dict.fromkeys(asset_ids)
    if len(wanted) > MANY:
        return [row for row in connection.execute(query) if row.asset_id in wanted]
    return [
        row
        for some in batches(list(wanted))
        for row in connection.execute(query.where(assets.c.asset_id.in_(some)))
    ]


def _kind(row: Row[Any]) -> tuple[str, bool, int]:
    return row.media, row.is_looked, row.duration_ms or 0


def _counted(connection: Connection, library: Library) -> Sequence[Row[Any]]:
    """Media, whether looked through, milliseconds of film, and how many."""
    each = (
        select(
            assets.c.media,
            assets.c.duration_ms,
            were_looked_for().label("is_looked"),
        )
        .where(assets.c.library_no == library.number)
        .subquery()
    )
    query = select(
        each.c.media,
        each.c.is_looked,
        func.coalesce(func.sum(each.c.duration_ms), 0),
        func.count(),
    )
    return connection.execute(query.group_by(each.c.media, each.c.is_looked)).all()


def _summed(rows: Iterable[Any]) -> Asked:
    photos = looked = pictures = films = film_ms = 0
    for media, is_looked, length, count in rows:
        photos += count
        if is_looked:
            looked += count
        elif media == Media.VIDEO.value:
            films, film_ms = films + count, film_ms + int(length)
        else:
            pictures += count
    return Asked(photos, looked, pictures, films, film_ms / 60_000)
