"""Libraries and where their assets come from: made, listed, deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import (
    assets,
    collections,
    libraries,
    library_sources,
    milliseconds,
    places,
)
from eyebright.errors import CollectionNotFound, InvalidInput, LibraryNotFound
from eyebright.governance.accounts import Scope
from eyebright.governance.deletion import condemn_libraries, finish_deletions
from eyebright.governance.vault import Vault
from eyebright.ids import CollectionId, Ids
from eyebright.library.blobs import DIRECTORY, remove_tree
from eyebright.library.removal import Removal
from eyebright.library.rows import begin_change, find_source, library_value, source_value
from eyebright.library.values import (
    AssetState,
    Library,
    LibrarySource,
    Progress,
    SourceId,
    SourceKind,
)
from eyebright.people.collections import Collections
from eyebright.sources.bucket_listing import bucket_location

NAME = "library"
"""Of the library that is meant when none is named."""
MAX_NAME = 100
UPLOADS = "uploads"
"""The location of a library's own source of uploads."""


class Libraries:
    """The libraries of all scopes. Safe to share between threads and processes."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        clock: Clock,
        ids: Ids,
        home: Path,
        collections: Collections,
        removal: Removal,
        left: Callable[[int], object] = lambda _library_no: None,
    ) -> None:
        """left: told the number of each library that is deleted, before its files go."""
        self._database = database
        self._vault = vault
        self._clock = clock
        self._ids = ids
        self._home = home
        self._collections = collections
        self._removal = removal
        self._left = left

    def open(self, scope: Scope, name: str = NAME) -> Library:
        """The library of this name, made if need be. Raises InvalidInput for a name that cannot be
        one."""
        try:
            return self.get(scope, name)
        except LibraryNotFound:
            return self._create(scope, _required_name(name))

    def get(self, scope: Scope, name: str = NAME) -> Library:
        """Raises LibraryNotFound."""
        with self._database.read() as connection:
            row = connection.execute(
                select(libraries).where(*_of(scope), libraries.c.name == name)
            ).one_or_none()
        if row is None:
            raise LibraryNotFound(
                f"There is no library {name!r}. `eyebright library add` makes one."
            )
        return library_value(row)

    def list(self, scope: Scope) -> tuple[Library, ...]:
        """In the order in which they were made."""
        query = select(libraries).where(*_of(scope)).order_by(libraries.c.library_no)
        with self._database.read() as connection:
            return tuple(library_value(row) for row in connection.execute(query))

    def all(self) -> tuple[Library, ...]:
        """Those of all accounts."""
        query = select(libraries).where(libraries.c.condemned_at.is_(None))
        with self._database.read() as connection:
            return tuple(
                library_value(row)
                for row in connection.execute(query.order_by(libraries.c.library_no))
            )

    def delete(self, library: Library) -> None:
        """Destroy the library's key, then its rows, its files and its collection."""
        with self._database.write() as connection:
            condemn_libraries(
                connection,
                libraries.c.library_no == library.number,
                now_ms=milliseconds(self._clock.now()),
            )
            with suppress(CollectionNotFound):  # nobody was seen yet
                self._collections.delete(library.scope, library.collection_id)
        finish_deletions(self._database, self._vault)
        self._left(library.number)
        self.finish()

    def finish(self) -> None:
        """Complete the deletions that a killed process began, and remove the files of libraries
        that are gone. To be called at every start."""
        finish_deletions(self._database, self._vault)
        sweep_directories(self._database, self._home)

    def progress(self, library: Library) -> Progress:
        """How far the library is."""
        with self._database.read() as connection:
            counts = {state: _count(connection, library, state) for state in AssetState}
            faces = connection.scalar(
                select(collections.c.face_count).where(
                    collections.c.account_id == library.scope.account_id,
                    collections.c.region == library.scope.region,
                    collections.c.collection_id == library.collection_id,
                )
            )
            unreadable = connection.scalar(
                select(func.count())
                .select_from(places)
                .where(places.c.library_no == library.number, places.c.state == "unreadable")
            )
        return Progress(
            total=sum(counts.values()),
            ready=counts[AssetState.READY],
            waiting=counts[AssetState.WAITING],
            failed=counts[AssetState.FAILED],
            faces=faces or 0,
            unreadable=unreadable or 0,
        )

    def add_source(
        self, library: Library, kind: SourceKind, location: str, *, watched: bool
    ) -> LibrarySource:
        """Where assets come from; the one that is there if it is known, watched from now on as
        asked. Raises InvalidInput for an empty location."""
        if not location or (kind is SourceKind.FOLDER and not Path(location).is_absolute()):
            raise InvalidInput(f"A source of kind {kind.value} cannot be at {location!r}.")
        if kind is SourceKind.BUCKET:
            location = bucket_location(location)
        with self._database.write() as connection:
            begin_change(connection, library)
            known = connection.execute(
                select(library_sources).where(
                    library_sources.c.library_no == library.number,
                    library_sources.c.kind == kind.value,
                    library_sources.c.location == location,
                )
            ).one_or_none()
            if known is None:
                source_id = SourceId(self._ids.uuid())
                connection.execute(
                    library_sources.insert().values(
                        library_no=library.number,
                        source_id=source_id,
                        kind=kind.value,
                        location=location,
                        is_watched=watched,
                        created_at=milliseconds(self._clock.now()),
                        message="",
                    )
                )
            else:
                source_id = SourceId(known.source_id)
                connection.execute(
                    update(library_sources)
                    .where(library_sources.c.source_no == known.source_no)
                    .values(is_watched=watched)
                )
            return find_source(connection, library, source_id)

    def uploads(self, library: Library) -> LibrarySource:
        """Where uploads come from; made if need be."""
        for source in self.sources(library):
            if source.kind is SourceKind.UPLOAD:
                return source
        return self.add_source(library, SourceKind.UPLOAD, UPLOADS, watched=False)

    def sources(self, library: Library) -> tuple[LibrarySource, ...]:
        """In the order in which they were added."""
        query = select(library_sources).where(library_sources.c.library_no == library.number)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(library_sources.c.source_no)).all()
        return tuple(source_value(row) for row in rows)

    def source(self, library: Library, source_id: SourceId) -> LibrarySource:
        """Raises SourceNotFound."""
        with self._database.read() as connection:
            return find_source(connection, library, source_id)

    def scanned(self, library: Library, source_id: SourceId, *, message: str) -> None:
        """A source was looked through. message: what went wrong, or empty."""
        now = milliseconds(self._clock.now())
        with self._database.write() as connection:
            source = find_source(connection, library, source_id)
            connection.execute(
                update(library_sources)
                .where(library_sources.c.source_no == source.number)
                .values(scanned_at=now, message=message)
            )

    def remove_source(self, library: Library, source_id: SourceId) -> int:
        """Forget a source, its places, and the assets that lie nowhere else; how many those were.
        A killed process leaves the source with fewer places; then call it again."""
        source = self.source(library, source_id)
        removed = self._removal.remove_places(library, lambda: places.c.source_no == source.number)
        with self._database.write() as connection:
            begin_change(connection, library)
            connection.execute(delete(places).where(places.c.source_no == source.number))
            connection.execute(
                delete(library_sources).where(library_sources.c.source_no == source.number)
            )
        return removed

    def _create(self, scope: Scope, name: str) -> Library:
        """The other's, if another was quicker."""
        key_id = self._vault.new_collection_key(scope.account_id)
        with ExitStack() as unless_kept:
            unless_kept.callback(self._vault.destroy_collection_key, scope.account_id, key_id)
            with self._database.write() as connection:
                if not _is_there(connection, scope, name):
                    self._insert(connection, scope, name, key_id)
                library = self.get(scope, name)
            if library.key_id == key_id:
                unless_kept.pop_all()
        return library

    def _insert(self, connection: Connection, scope: Scope, name: str, key_id: str) -> None:
        connection.execute(
            libraries.insert().values(
                account_id=scope.account_id,
                region=scope.region,
                name=name,
                collection_id=_free_collection_id(connection, scope, name),
                key_id=key_id,
                created_at=milliseconds(self._clock.now()),
                revision=0,
            )
        )


def sweep_directories(database: Database, home: Path) -> None:
    """Remove the folders of libraries that have no row any more: their index is not sealed."""
    folder = home / DIRECTORY
    if not folder.is_dir():
        return
    numbers = [int(path.name) for path in folder.iterdir() if path.name.isdecimal()]
    with database.read() as connection:
        alive = set(
            connection.scalars(
                select(libraries.c.library_no).where(libraries.c.condemned_at.is_(None))
            )
        )
    for number in numbers:
        if number not in alive:
            remove_tree(folder / str(number))


def _of(scope: Scope) -> Sequence[ColumnElement[bool]]:
    return (
        libraries.c.account_id == scope.account_id,
        libraries.c.region == scope.region,
        libraries.c.condemned_at.is_(None),
    )


def _is_there(connection: Connection, scope: Scope, name: str) -> bool:
    query = select(libraries.c.library_no).where(*_of(scope), libraries.c.name == name)
    return connection.scalar(query) is not None


def _required_name(name: str) -> str:
    allowed = name.replace("-", "").replace("_", "")
    if not (allowed.isascii() and allowed.isalnum() and len(name) <= MAX_NAME):
        raise InvalidInput(
            f"{name!r} cannot name a library; use 1 to {MAX_NAME} of a-z A-Z 0-9 _ -"
        )
    return name


def _free_collection_id(connection: Connection, scope: Scope, name: str) -> CollectionId:
    """ "library", "library.NAME", or with a number behind it if somebody has such a collection."""
    wanted = NAME if name == NAME else f"{NAME}.{name}"
    taken = set(
        connection.scalars(
            select(collections.c.collection_id).where(
                collections.c.account_id == scope.account_id, collections.c.region == scope.region
            )
        )
    )
    number = 1
    free = wanted
    while free in taken:
        number += 1
        free = f"{wanted}.{number}"
    return CollectionId(free)


def _count(connection: Connection, library: Library, state: AssetState) -> int:
    counted = connection.scalar(
        select(func.count())
        .select_from(assets)
        .where(assets.c.library_no == library.number, assets.c.state == state.value)
    )
    return counted or 0
