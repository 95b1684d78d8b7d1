"""The only way content comes into a library or goes: what was seen where, told by scans, watchers,
events and uploads. Every call may be repeated; each is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import assets, milliseconds, places
from eyebright.governance.vault import Vault
from eyebright.ids import Ids
from eyebright.library.removal import REMOVED, Publisher, Removal, same_digest
from eyebright.library.rows import begin_change
from eyebright.library.values import AssetId, AssetState, Library, LibrarySource, Media

KEPT = "kept"
"""The state of a place whose content is an asset."""
BATCH = 500
"""Rows of one statement; SQLite takes 999 values at least."""


class PlaceState(StrEnum):
    """Why there is no asset of what lies at a place."""

    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"


class Came(StrEnum):
    """NEW: content that the library did not have. KNOWN: content that it has, at this place or
    another. CHANGED: the place had other content before. REMOVED: a person took it out; it stays
    out."""

    NEW = "new"
    KNOWN = "known"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Seen:
    """Content at a place. path: as the source has it, relative to it. shown_path: for people.
    size: in bytes. version: what changes when the content does. content_sha256: 64 hex digits."""

    path: bytes
    shown_path: str
    size: int
    version: str
    content_sha256: str
    media: Media


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of it. asset_id: None when it stays out."""

    came: Came
    asset_id: AssetId | None


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """What is remembered of a place: enough to know that nothing changed there."""

    path: bytes
    size: int
    version: str
    state: str


class Inbox:
    """Safe to share between threads and processes."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        clock: Clock,
        ids: Ids,
        removal: Removal,
        publisher: Publisher,
        arrived: Callable[[], object] = lambda: None,
    ) -> None:
        """arrived: called after something new was written, to wake who works on it."""
        self._database = database
        self._vault = vault
        self._clock = clock
        self._ids = ids
        self._removal = removal
        self._publisher = publisher
        self._arrived = arrived

    def arrive(
        self,
        library: Library,
        source: LibrarySource,
        path: bytes,
        *,
        shown_path: str,
        size: int,
        version: str,
        content_sha256: str,
        media: Media,
        again: bool = False,
    ) -> Arrival:
        """Content lies at a path. again: bring it back even if a person removed it."""
        seen = Seen(path, shown_path, size, version, content_sha256, media)
        return self.arrive_many(library, source, [seen], again=again)[0]

    def arrive_many(
        self, library: Library, source: LibrarySource, seen: Sequence[Seen], *, again: bool = False
    ) -> list[Arrival]:
        """The same for some hundreds at once, in their order."""
        with self._database.write() as connection:
            work = _Arrivals(self, connection, library, source, again=again)
            arrivals = [work.arrive(one) for one in seen]
            work.end()
            if any(one.came in (Came.NEW, Came.CHANGED) for one in arrivals):
                self._database.after_commit(self._arrived)
        return arrivals

    def unusable(
        self,
        library: Library,
        source: LibrarySource,
        path: bytes,
        *,
        shown_path: str,
        size: int,
        version: str,
        state: PlaceState,
        message: str,
    ) -> None:
        """Something lies at a path that cannot be an asset; what was there before is gone."""
        with self._database.write() as connection:
            revision = begin_change(connection, library)
            row = _place(connection, source, path)
            values = self._values(size, version, shown_path) | {
                "asset_no": None,
                "state": state.value,
                "message": message,
            }
            _write_place(connection, library, source, path, row, values)
            if row is not None and row.asset_no is not None:
                self._removal.orphans(connection, library, [row.asset_no], revision=revision)

    def depart(self, library: Library, source: LibrarySource, path: bytes) -> bool:
        """Nothing lies at a path any more; whether something was known there."""
        return self._depart_where(library, [source], [path]) > 0

    def depart_many(self, library: Library, source: LibrarySource, paths: Sequence[bytes]) -> int:
        """The same for many; how many were known."""
        return self._depart_where(library, [source], paths)

    def move(
        self, library: Library, source: LibrarySource, old_path: bytes, new_path: bytes
    ) -> bool:
        """What lay at one path lies at another now, unchanged; False if nothing was known there.
        What was known of the new path is forgotten."""
        if old_path == new_path:
            return _known(self._database, source, old_path)
        with self._database.write() as connection:
            row = _place(connection, source, old_path)
            if row is None:
                return False
            revision = begin_change(connection, library)
            there = _place(connection, source, new_path)
            owners = [row.asset_no]
            if there is not None:
                connection.execute(delete(places).where(places.c.place_no == there.place_no))
                owners.append(there.asset_no)
            shown = new_path.decode("utf-8", "replace")
            connection.execute(
                update(places)
                .where(places.c.place_no == row.place_no)
                .values(path=new_path, shown_path=shown, seen_at=self._now_ms())
            )
            self._removal.orphans(
                connection, library, [n for n in owners if n is not None], revision=revision
            )
        return True

    def known(
        self, _library: Library, source: LibrarySource, paths: Sequence[bytes]
    ) -> dict[bytes, KnownPlace]:
        """What is remembered of those paths that are known."""
        found: dict[bytes, KnownPlace] = {}
        with self._database.read() as connection:
            for some in _parts(paths):
                rows = connection.execute(
                    select(places).where(
                        places.c.source_no == source.number, places.c.path.in_(some)
                    )
                )
                found.update((row.path, _known_place(row)) for row in rows)
        return found

    def seen(
        self, _library: Library, source: LibrarySource, paths: Sequence[bytes], at: datetime
    ) -> None:
        """These paths are still there, unchanged."""
        with self._database.write() as connection:
            for some in _parts(paths):
                connection.execute(
                    update(places)
                    .where(places.c.source_no == source.number, places.c.path.in_(some))
                    .values(seen_at=milliseconds(at))
                )

    def sweep(self, library: Library, source: LibrarySource, not_seen_since: datetime) -> int:
        """Forget the places that were last seen before, and the assets that lie nowhere else; how
        many assets were removed."""
        before = milliseconds(not_seen_since)
        return self._removal.remove_places(
            library,
            lambda: (places.c.source_no == source.number) & (places.c.seen_at < before),
        )

    def _depart_where(
        self, library: Library, sources: Sequence[LibrarySource], paths: Sequence[bytes]
    ) -> int:
        gone = 0
        numbers = [source.number for source in sources]
        for some in _parts(paths):
            with self._database.write() as connection:
                rows = connection.execute(
                    select(places.c.place_no, places.c.asset_no).where(
                        places.c.source_no.in_(numbers), places.c.path.in_(some)
                    )
                ).all()
                if not rows:
                    continue
                revision = begin_change(connection, library)
                gone += len(rows)
                connection.execute(
                    delete(places).where(places.c.place_no.in_([row.place_no for row in rows]))
                )
                owners = [row.asset_no for row in rows if row.asset_no is not None]
                self._removal.orphans(connection, library, owners, revision=revision)
        return gone

    def _now_ms(self) -> int:
        return milliseconds(self._clock.now())

    def _values(self, size: int, version: str, shown_path: str) -> dict[str, Any]:
        return {
            "byte_count": size,
            "version": version,
            "shown_path": shown_path,
            "seen_at": self._now_ms(),
        }


class _Arrivals:
    """Arrivals of one transaction."""

    def __init__(
        self,
        inbox: Inbox,
        connection: Connection,
        library: Library,
        source: LibrarySource,
        *,
        again: bool,
    ) -> None:
        self._inbox = inbox
        self._connection = connection
        self._library = library
        self._source = source
        self._again = again
        self._revision = begin_change(connection, library)
        self._left: list[int] = []
        self._renamed: list[int] = []

    def arrive(self, seen: Seen) -> Arrival:
        row = _place(self._connection, self._source, seen.path)
        if row is not None and row.state == REMOVED and self._stays_out(row, seen):
            values = self._inbox._values(seen.size, seen.version, seen.shown_path)
            _write_place(self._connection, self._library, self._source, seen.path, row, values)
            return Arrival(Came.REMOVED, None)
        number, asset_id, is_new = self._asset(seen)
        had = None if row is None else row.asset_no
        values = self._inbox._values(seen.size, seen.version, seen.shown_path) | {
            "asset_no": number,
            "state": KEPT,
            "message": "",
        }
        _write_place(self._connection, self._library, self._source, seen.path, row, values)
        if had is not None and had != number:
            self._left.append(had)
            return Arrival(Came.CHANGED, asset_id)
        if not is_new and had != number:
            self._renamed.append(number)
        return Arrival(Came.NEW if is_new else Came.KNOWN, asset_id)

    def end(self) -> None:
        """Let go of assets that lost their last place, and publish those that got another."""
        removal = self._inbox._removal
        changed = [*self._left, *self._renamed]
        removal.orphans(self._connection, self._library, changed, revision=self._revision)

    def _stays_out(self, row: Row[Any], seen: Seen) -> bool:
        if self._again:
            return False
        return same_digest(
            self._inbox._vault, self._library, row.place_no, row.message, seen.content_sha256
        )

    def _asset(self, seen: Seen) -> tuple[int, AssetId, bool]:
        """Number and id of the asset of this content, and whether it was made just now."""
        known = self._connection.execute(
            select(assets.c.asset_no, assets.c.asset_id).where(
                assets.c.library_no == self._library.number,
                assets.c.content_sha256 == seen.content_sha256,
            )
        ).one_or_none()
        if known is not None:
            return known.asset_no, AssetId(known.asset_id), False
        asset_id = AssetId(self._inbox._ids.uuid())
        number = self._connection.scalar(
            assets.insert().returning(assets.c.asset_no),
            {
                "library_no": self._library.number,
                "asset_id": asset_id,
                "content_sha256": seen.content_sha256,
                "media": seen.media.value,
                "byte_count": seen.size,
                "width": 0,
                "height": 0,
                "created_at": self._inbox._now_ms(),
                "revision": self._revision,
                "state": AssetState.WAITING.value,
                "not_before": 0,
                "claim_no": 0,
                "lease_until": 0,
            },
        )
        return int(number), asset_id, True


def _place(connection: Connection, source: LibrarySource, path: bytes) -> Row[Any] | None:
    return connection.execute(
        select(places).where(places.c.source_no == source.number, places.c.path == path)
    ).one_or_none()


def _write_place(
    connection: Connection,
    library: Library,
    source: LibrarySource,
    path: bytes,
    row: Row[Any] | None,
    values: dict[str, Any],
) -> None:
    if row is not None:
        connection.execute(update(places).where(places.c.place_no == row.place_no).values(**values))
        return
    connection.execute(
        places.insert().values(
            library_no=library.number, source_no=source.number, path=path, **values
        )
    )


def _known(database: Database, source: LibrarySource, path: bytes) -> bool:
    with database.read() as connection:
        return _place(connection, source, path) is not None


def _known_place(row: Row[Any]) -> KnownPlace:
    return KnownPlace(row.path, row.byte_count, row.version, row.state)


def _parts(paths: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(paths), BATCH):
        yield paths[start : start + BATCH]
