"""A media library without a server: what `eyebright library` does, from Python."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eyebright.api.values import LibraryStats
from eyebright.app.library import MediaLibrary, open_library
from eyebright.app.rooms import Eyebright
from eyebright.errors import InvalidInput, SourceNotFound
from eyebright.governance.accounts import Scope
from eyebright.governance.credentials import saved_access_key_id
from eyebright.imaging.decode import decode_image
from eyebright.library.asset_names import S3, AssetNames
from eyebright.library.failures import Failures, Reason
from eyebright.library.finding import Likeness
from eyebright.library.index_run import IndexProgress, IndexReport, IndexRun
from eyebright.library.libraries import NAME
from eyebright.library.naming import SOMEBODY
from eyebright.library.removal import Receipt
from eyebright.library.scan_report import ScanReport, Watchers
from eyebright.library.totals import library_totals
from eyebright.library.values import (
    Asset,
    AssetDetail,
    AssetId,
    Library,
    LibrarySource,
    SourceKind,
)
from eyebright.search.values import Found, Query
from eyebright.sources.reader import Sources

if TYPE_CHECKING:
    from eyebright.api.people import LocalPeople
    from eyebright.api.recognising import LocalRecognising

_PAGE = 500
Target = Path | str


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be looked through: a source, or some files of it only."""

    source: LibrarySource
    paths: tuple[bytes, ...] = ()


class LocalLibrary:
    """One library of one account on this machine.

    media: the wired objects, for everything that has no method here. library: the row.
    """

    def __init__(
        self, rooms: Eyebright, scope: Scope, sources: Sources, *, name: str = NAME
    ) -> None:
        """The library is made if there is none of this name."""
        self.rooms = rooms
        self.media: MediaLibrary = open_library(rooms, sources)
        self.library: Library = self.media.libraries.open(scope, name)
        self.failures = Failures(rooms.database)
        self._sources = sources
        self._names = AssetNames(rooms.database, self.media.libraries, self.library)
        self._has_worked = False

    @property
    def buckets(self) -> Mapping[str, Path]:
        """Bucket name -> the folder that plays it."""
        return self._sources.folders

    def add(
        self, location: Target, *, watched: bool = True, queue: str | None = None
    ) -> LibrarySource:
        """Add a folder or s3://BUCKET/PREFIX to look through. watched: followed from now on by a
        running server. queue: address of the queue that tells of a bucket's changes.

        Raises InvalidInput for what is neither.
        """
        kind, at = _location(location)
        if kind is SourceKind.FOLDER:
            _require_folder(Path(at), home=self.rooms.settings.home.resolve())
        source = self.media.libraries.add_source(self.library, kind, at, watched=watched)
        if queue is not None:
            self.media.arrivals.set_queue(source, queue)
        return self.media.libraries.source(self.library, source.source_id)

    def sources(self) -> tuple[LibrarySource, ...]:
        """In the order in which they were added."""
        return self.media.libraries.sources(self.library)

    def remove_source(self, location: Target) -> int:
        """Forget a folder or bucket, and the assets that lie nowhere else; how many. Files stay.

        Raises SourceNotFound.
        """
        source = self._source(location)
        if source is None:
            raise SourceNotFound(f"{location} is no source of the library.")
        return self.media.libraries.remove_source(self.library, source.source_id)

    def index(
        self,
        *targets: Target,
        again: bool = False,
        tell: Callable[[IndexProgress], object] = lambda _progress: None,
        workers: AbstractContextManager[object] | None = None,
    ) -> IndexReport:
        """Look through folders, buckets and files, all sources if none is named, and analyse what
        is new or changed. Goes on where an earlier run stopped, Ctrl-C ends it well.

        again: bring back what was removed. tell: called a few times a second. workers: what works
        instead of the threads of this process.
        """
        wanted = self._wanted(targets)
        media = self._fresh() if workers is None else self.media
        run = IndexRun(
            self.rooms.database,
            self.library,
            libraries=self.media.libraries,
            claims=self.media.claims,
            workers=workers or media.indexer,
            wake=media.indexer.wake,
            tell=tell,
        )
        return run.run(lambda watchers: self._scan(wanted, watchers, again=again))

    def search(self, query: Query | str) -> Found:
        """Assets by words, filters and facets; a text alone is free words."""
        asked = Query(text=query) if isinstance(query, str) else query
        return self.media.finding.search(self.library, asked)

    def similar(self, picture: Target | bytes | AssetId, *, limit: int = 20) -> list[Likeness]:
        """Assets that look like an asset, or like a picture that need not be in the library."""
        if isinstance(picture, str) and (asset_id := self._names.by_id(picture)) is not None:
            return self.media.finding.similar(self.library, asset_id, limit)
        content = picture if isinstance(picture, bytes) else Path(picture).read_bytes()
        return self.media.finding.similar_to_picture(self.library, decode_image(content), limit)

    def show(self, asset: Target) -> AssetDetail:
        """All that is known of an asset: by its id, the beginning of it, or where it lies.

        Raises AssetNotFound.
        """
        return self.media.assets.detail(self.library, self._names.one(os.fspath(asset)))

    def assets(self, limit: int = 100) -> list[Asset]:
        """The newest first."""
        found: list[Asset] = []
        after = None
        while len(found) < limit:
            page = self.media.assets.list(
                self.library, limit=min(_PAGE, limit - len(found)), after=after
            )
            found += page.items
            after = page.next
            if after is None:
                break
        return found

    def places(self, assets: Iterable[Asset]) -> dict[int, str]:
        """Where assets lie, by number; the first place of each."""
        return self.failures.paths([one.number for one in assets])

    def remove(self, *assets: Target) -> Receipt:
        """Take assets out for good: rows, faces, vectors, files of ours, index entries. By ids,
        files, or folders for all that lies below them. The files themselves stay, and a scan does
        not bring them back unless they change. Raises AssetNotFound, before anything is removed."""
        return self.media.removal.remove_many(self.library, self.named(*assets))

    def named(self, *assets: Target) -> list[AssetId]:
        """The assets that are meant. Raises AssetNotFound."""
        found = [one for named in assets for one in self._names.all_of(os.fspath(named))]
        return list(dict.fromkeys(found))

    def stats(self) -> LibraryStats:
        """How large the library is and how far."""
        return LibraryStats(
            progress=self.media.libraries.progress(self.library),
            totals=library_totals(self.rooms.database, self.library),
            sources=self.sources(),
            reasons=self.reasons(),
        )

    def reasons(self) -> tuple[Reason, ...]:
        """Why files and stages failed, most frequent first."""
        return self.failures.reasons(self.library)

    def lacking(self) -> tuple[Reason, ...]:
        """Stages that wait for a pack to be installed, and in how many assets."""
        return self.failures.lacking(self.library)

    def retry(self) -> int:
        """Have failed stages tried again with the next `index`; of how many assets."""
        return self.media.indexer.retry(self.library)

    @property
    def people(self) -> LocalPeople:
        """Who is in the library, and exchange of names with other programs."""
        from eyebright.api.people import LocalPeople

        return LocalPeople(
            self.rooms.database,
            self.rooms.vault,
            media=self.media,
            library=self.library,
            names=self._names,
            faces=self.rooms.faces,
            actor=self._actor,
        )

    @property
    def _actor(self) -> str:
        """Whose decisions these are: the key's that this home has, so that pages and the command
        line undo each other's."""
        saved = saved_access_key_id(self.rooms.settings.home)
        account = self.rooms.accounts.find(self.library.scope.account_id)
        return saved if saved in account.access_key_ids else SOMEBODY

    @property
    def recognising(self) -> LocalRecognising:
        """Looks for faces on request."""
        from eyebright.api.recognising import LocalRecognising

        return LocalRecognising(self)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Index what waits, until the block ends."""
        with self._fresh().indexer:
            yield

    @contextmanager
    def following(self) -> Iterator[None]:
        """Index and follow watched sources of all libraries, until the block ends."""
        with self._fresh().at_work():
            yield

    def _fresh(self) -> MediaLibrary:
        """The rooms, with threads that were not started yet: each can be once."""
        if self._has_worked:
            self.media = open_library(self.rooms, self._sources)
        self._has_worked = True
        return self.media

    def _wanted(self, targets: Sequence[Target]) -> list[_Wanted]:
        if not targets:
            return [
                _Wanted(source) for source in self.sources() if source.kind is not SourceKind.UPLOAD
            ]
        wanted: list[_Wanted] = []
        files: dict[Path, list[bytes]] = {}
        for target in targets:
            kind, at = _location(target)
            if kind is SourceKind.FOLDER and Path(at).is_file():
                path = Path(at)
                files.setdefault(path.parent, []).append(os.fsencode(path.name))
            else:
                wanted.append(_Wanted(self._known_or_added(target)))
        for folder, names in files.items():
            wanted.append(_Wanted(self._known_or_added(folder), tuple(names)))
        return wanted

    def _known_or_added(self, target: Target) -> LibrarySource:
        return self._source(target) or self.add(target, watched=False)

    def _source(self, location: Target) -> LibrarySource | None:
        kind, at = _location(location)
        return next(
            (one for one in self.sources() if one.kind is kind and one.location == at), None
        )

    def _scan(
        self, wanted: Sequence[_Wanted], watchers: Watchers, *, again: bool
    ) -> list[ScanReport]:
        scans = self.media.scans
        reports = scans.run_all(
            self.library,
            [one.source for one in wanted if not one.paths],
            again=again,
            watchers=watchers,
        )
        for one in wanted:
            if one.paths:
                # somebody names these very files: that they were removed once does not count
                reports.append(
                    scans.look(self.library, one.source, one.paths, again=True, watchers=watchers)
                )
        return reports


def _location(target: Target) -> tuple[SourceKind, str]:
    """The kind and the location, as they are kept. Raises InvalidInput."""
    from eyebright.sources.bucket_listing import bucket_location

    text = os.fspath(target)
    if text.startswith(S3):
        return SourceKind.BUCKET, bucket_location(text)
    return SourceKind.FOLDER, str(Path(text).expanduser().resolve())


def _require_folder(folder: Path, *, home: Path) -> None:
    """Raise InvalidInput for what is no folder, and for our own: whatever we write there would be
    a change to look at, which is written down there, and so on."""
    if not folder.is_dir():
        raise InvalidInput(f"{folder} is no folder.")
    is_seen = home.is_relative_to(folder) and not any(
        name.startswith(".") for name in home.relative_to(folder).parts
    )
    if is_seen or folder.is_relative_to(home):
        raise InvalidInput(f"{folder} holds Eyebright's own files, or lies among them.")
