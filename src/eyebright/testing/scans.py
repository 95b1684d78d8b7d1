"""A library over storage rooms only, with the scans that fill it; nothing is analysed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from eyebright.clock import Clock, SystemClock
from eyebright.db.engine import Database
from eyebright.db.tables import assets, places
from eyebright.governance.accounts import Scope
from eyebright.ids import RandomIds
from eyebright.library.blobs import Blobs
from eyebright.library.inbox import Inbox
from eyebright.library.libraries import Libraries
from eyebright.library.removal import Removal, Unpublished
from eyebright.library.scan_report import Patience
from eyebright.library.scanning import Opener, Scans
from eyebright.library.values import Library, LibrarySource, SourceKind
from eyebright.people.persons import Persons
from eyebright.sources.bucket_listing import Listings
from eyebright.testing.rooms import REGION, Rooms, open_rooms

QUICK = Patience(settle=0.01, most=0.2)


@dataclass(frozen=True, slots=True)
class ScanDesk:
    """One library of one account."""

    rooms: Rooms
    libraries: Libraries
    inbox: Inbox
    removal: Removal
    scans: Scans
    library: Library
    clock: Clock

    @property
    def database(self) -> Database:
        return self.rooms.database

    def folder(self, path: Path, *, watched: bool = False) -> LibrarySource:
        """A folder as a source."""
        return self.libraries.add_source(
            self.library, SourceKind.FOLDER, str(path), watched=watched
        )

    def bucket(self, location: str, *, watched: bool = False) -> LibrarySource:
        """A bucket as a source."""
        return self.libraries.add_source(self.library, SourceKind.BUCKET, location, watched=watched)

    def again(self, source: LibrarySource) -> LibrarySource:
        """The source as it is now."""
        return self.libraries.source(self.library, source.source_id)

    def state(self) -> Mapping[bytes, str]:
        """Path -> digest of what lies there, or why it is no asset."""
        query = select(places.c.path, places.c.state, assets.c.content_sha256).outerjoin(
            assets, assets.c.asset_no == places.c.asset_no
        )
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        return {path: digest or state for path, state, digest in rows}

    def asset_ids(self) -> set[str]:
        with self.database.read() as connection:
            return set(connection.scalars(select(assets.c.asset_id)))


def open_scan_desk(
    home: Path,
    *,
    clock: Clock | None = None,
    listings: Opener | None = None,
    patience: Patience = QUICK,
) -> ScanDesk:
    """Make or open the home and its library; several may be open over one home."""
    clock = clock or SystemClock()
    home.mkdir(parents=True, exist_ok=True)
    rooms = open_rooms(home, clock=clock)
    blobs = Blobs(home, rooms.vault)
    removal = Removal(
        rooms.database,
        rooms.vault,
        faces=rooms.faces,
        persons=Persons(rooms.database, rooms.vault, users=rooms.users),
        blobs=blobs,
        publisher=Unpublished(),
    )
    libraries = Libraries(
        rooms.database,
        rooms.vault,
        clock=clock,
        ids=RandomIds(),
        home=home,
        collections=rooms.collections,
        removal=removal,
    )
    inbox = Inbox(
        rooms.database,
        rooms.vault,
        clock=clock,
        ids=RandomIds(),
        removal=removal,
        publisher=Unpublished(),
    )
    scans = Scans(
        rooms.database,
        libraries=libraries,
        inbox=inbox,
        listings=listings or Listings({}, endpoint="", region="us-east-1"),
        clock=clock,
        patience=patience,
    )
    known = rooms.accounts.list()
    scope = Scope(known[0].account_id, REGION) if known else rooms.new_scope("owner")
    return ScanDesk(rooms, libraries, inbox, removal, scans, libraries.open(scope), clock)


def write_picture(path: Path, content: bytes, *, seconds_old: float = 60.0) -> Path:
    """A file that begins as a JPEG does and was written a while ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\xff\xd8\xff" + content)
    make_older(path, seconds_old)
    return path


def make_older(path: Path, seconds: float) -> None:
    """Move the time of a file's last change into the past, keeping its fraction of a second."""
    status = path.stat()
    at = status.st_mtime_ns - int(seconds * 1_000_000_000)
    os.utime(path, ns=(at, at))
