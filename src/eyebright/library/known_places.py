"""What a scan asks of the places of a source, beside what the inbox answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from eyebright.db.engine import Database
from eyebright.db.tables import assets, places
from eyebright.library.values import LibrarySource, Media

BATCH = 500
_AFTER_SLASH = b"0"
"""The byte behind "/": paths of a directory lie between DIRECTORY/ and DIRECTORY0."""


@dataclass(frozen=True, slots=True)
class KnownContent:
    content_sha256: str
    media: Media


class KnownPlaces:
    """Safe to share between threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def contents(
        self, source: LibrarySource, versions: Sequence[str]
    ) -> dict[str, tuple[bytes, KnownContent]]:
        """Version -> a path of the source that had it, and what lies there; of those that are
        known."""
        found: dict[str, tuple[bytes, KnownContent]] = {}
        with self._database.read() as connection:
            for start in range(0, len(versions), BATCH):
                rows = connection.execute(
                    select(places.c.version, places.c.path, assets.c.content_sha256, assets.c.media)
                    .join(assets, assets.c.asset_no == places.c.asset_no)
                    .where(
                        places.c.source_no == source.number,
                        places.c.version.in_(versions[start : start + BATCH]),
                    )
                )
                for version, path, digest, media in rows:
                    found[version] = (path, KnownContent(digest, Media(media)))
        return found

    def below(self, source: LibrarySource, directory: bytes) -> Iterator[list[bytes]]:
        """Paths that are known below a directory, "" for all, and the directory's own if it was a
        file; some hundreds at a time."""
        at = b""
        while True:
            query = select(places.c.path).where(
                places.c.source_no == source.number, places.c.path > at
            )
            if directory:
                inside = (places.c.path > directory + b"/") & (
                    places.c.path < directory + _AFTER_SLASH
                )
                query = query.where((places.c.path == directory) | inside)
            with self._database.read() as connection:
                some = list(connection.scalars(query.order_by(places.c.path).limit(BATCH)))
            if not some:
                return
            yield some
            at = some[-1]

    def has_any(self, source: LibrarySource) -> bool:
        query = select(places.c.place_no).where(places.c.source_no == source.number).limit(1)
        with self._database.read() as connection:
            return connection.execute(query).first() is not None
