"""What a library holds, and what the service would have charged for looking at it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, func, select

from eyebright.db.engine import Database
from eyebright.db.tables import assets
from eyebright.governance.prices import OPERATIONS_OF_STAGE, library_price
from eyebright.library.values import AssetState, FaceLooks, Library, Media


@dataclass(frozen=True, slots=True)
class LibraryTotals:
    """byte_count: of the originals. photos, film_minutes: looked at so far. usd: by list prices."""

    byte_count: int
    photos: int
    film_minutes: float
    usd: Decimal


def library_totals(database: Database, library: Library) -> LibraryTotals:
    """Of the assets as they are now; one look over their rows."""
    query = (
        select(
            assets.c.media,
            assets.c.state,
            func.count(),
            func.coalesce(func.sum(assets.c.byte_count), 0),
            func.coalesce(func.sum(assets.c.duration_ms), 0),
        )
        .where(assets.c.library_no == library.number)
        .group_by(assets.c.media, assets.c.state)
    )
    with database.read() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
        unasked = _unasked(connection, library)
    seen = [row for row in rows if row[1] != AssetState.WAITING.value]
    photos = sum(int(row[2]) for row in seen if row[0] == Media.IMAGE.value)
    minutes = sum(int(row[4]) for row in seen if row[0] == Media.VIDEO.value) / 60_000
    units = {
        stage: minutes if stage.startswith("film-") else float(photos)
        for stage in OPERATIONS_OF_STAGE
    }
    for stage, units_unasked in unasked.items():
        units[stage] = max(0.0, units[stage] - units_unasked)
    return LibraryTotals(
        byte_count=sum(int(row[3]) for row in rows),
        photos=photos,
        film_minutes=minutes,
        usd=library_price(units),
    )


def _unasked(connection: Connection, library: Library) -> dict[str, float]:
    """Pictures, and minutes of films, that were looked at but not for faces: nobody asked."""
    if library.faces is FaceLooks.ALWAYS:
        return {}
    query = (
        select(assets.c.media, func.count(), func.coalesce(func.sum(assets.c.duration_ms), 0))
        .where(
            assets.c.library_no == library.number,
            assets.c.state != AssetState.WAITING.value,
            assets.c.faces_asked_at.is_(None),
        )
        .group_by(assets.c.media)
    )
    found = {media: (count, length) for media, count, length in connection.execute(query)}
    pictures, _ = found.get(Media.IMAGE.value, (0, 0))
    _, film_ms = found.get(Media.VIDEO.value, (0, 0))
    return {"faces": float(pictures), "film-faces": int(film_ms) / 60_000}
