"""Finding assets of a library: by words, by likeness, by a face. What every search shares is that
it knows all rows that were committed before it began, whichever process wrote them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, select

from eyebright.analysis.sight import Sight
from eyebright.db.engine import Database
from eyebright.db.tables import asset_departures, assets, libraries
from eyebright.errors import AssetNotFound, CollectionNotFound, LibraryNotFound, StorageError
from eyebright.governance.vault import Vault
from eyebright.ids import FaceId
from eyebright.imaging.image import Image
from eyebright.library.assets import Assets
from eyebright.library.blobs import library_directory
from eyebright.library.likeness import SAME_COSINE, LibraryVectors, LikenessIndex
from eyebright.library.projection import compact, space_of
from eyebright.library.publishing import document_of
from eyebright.library.rows import asset_row, asset_value
from eyebright.library.stages import PUBLISH_VERSION
from eyebright.library.values import Asset, AssetId, Library
from eyebright.people.search import FaceSearch
from eyebright.people.values import FaceMatch
from eyebright.search.damage import IndexBroken
from eyebright.search.index import PURGED_AT_ONCE, MediaIndex
from eyebright.search.values import Document, Found, Query, Suggestion
from eyebright.vectors.index import VectorIndex

DIRECTORY = "search"
"""Of a library's index, in the library's own folder."""
DOCUMENTS_AT_ONCE = 20_000
"""In one commit; a search that waits for a long catching-up is as far as the last one."""
READ_AT_ONCE = 400
_LOG = logging.getLogger(__name__)

T = TypeVar("T")
Tell = Callable[[int, int], object]
"""Called with how many documents are in the index and how many there will be."""


def tell_nobody(_done: int, _total: int) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """An asset that is like what was asked for. percent: 0-100; of whole pictures as
    `likeness.percent_of` says, of faces the calibrated similarity. face_id: the face that is."""

    asset: Asset
    percent: float
    face_id: FaceId | None = None


@dataclass(frozen=True, slots=True)
class _News:
    """What the index lacks. numbers: of assets, oldest revision first."""

    revision: int
    changed: Sequence[tuple[int, int]]
    departed: Sequence[int]


class Finding:
    """Safe to share between threads; other processes may search and write the same libraries."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        assets: Assets,
        home: Path,
        faces: FaceSearch,
        sight: Sight,
        packs: Mapping[str, str],
        new_index: Callable[[int], VectorIndex],
    ) -> None:
        self._database = database
        self._vault = vault
        self._assets = assets
        self._home = home
        self._faces = faces
        self._sight = sight
        self._packs = packs
        self._likeness = LikenessIndex(new_index)
        self._indexes: dict[int, MediaIndex] = {}
        self._lock = threading.Lock()

    def search(self, library: Library, query: Query) -> Found:
        """Assets by words and filters. Raises LibraryNotFound."""
        return self._asked(library, lambda index: index.search(query))

    def suggest(self, library: Library, typed: str, limit: int = 10) -> tuple[Suggestion, ...]:
        """What a person who typed this may be about to type, what finds most first."""
        return self._asked(library, lambda index: index.suggest(typed, limit))

    def similar(self, library: Library, asset_id: AssetId, limit: int) -> list[Likeness]:
        """Assets that look like this one, most alike first, that one left out; none for an asset
        whose labels were not looked for. Raises AssetNotFound."""
        with self._vectors(library) as (connection, vectors):
            row = asset_row(connection, library, asset_id)
            if row is None:
                raise AssetNotFound(f"The library {library.name!r} has no asset {asset_id!r}.")
            own = vectors.vector(int(row.asset_no))
            if own is None:
                return []
            near = vectors.near(*own, limit + 1)
            others = [(number, percent) for number, percent in near if number != row.asset_no]
            return self._likenesses(library, others[:limit])

    def similar_to_picture(self, library: Library, image: Image, limit: int) -> list[Likeness]:
        """Assets that look like a picture, which need not be in the library."""
        features = self._sight.observe(image).classes.features
        with self._vectors(library) as (_, vectors):
            near = vectors.near(space_of(self._packs), compact(features), limit)
            return self._likenesses(library, near)

    def same_pictures(self, library: Library) -> Callable[[int, int], bool]:
        """What says of two assets, by number, whether they may be one picture in two files. Of
        assets that cannot be compared it says yes."""
        with self._vectors(library) as (_, vectors):
            known = vectors

        def same(one: int, other: int) -> bool:
            first, second = known.vector(one), known.vector(other)
            if first is None or second is None or first[0] != second[0]:
                return True
            return float(first[1] @ second[1]) >= SAME_COSINE

        return same

    def with_face(
        self, library: Library, face_id: FaceId, limit: int, min_percent: float = 80.0
    ) -> list[Likeness]:
        """Assets with a face like this one of the library, most alike first; that face's own asset
        only if it has another such face. Raises FaceNotInCollection."""
        try:
            found = self._faces.by_face(
                library.scope,
                library.collection_id,
                face_id,
                max_faces=2 * limit,
                min_percent=min_percent,
            )
        except CollectionNotFound:
            return []  # made with the first face
        return self._with_faces(library, found)[:limit]

    def publish(self, library: Library, numbers: Sequence[int]) -> None:
        """These assets were changed: they are found as they are now when this returns. An index
        that cannot be written is left to the next search; the rows are what counts."""
        del numbers  # the rows say what the index lacks, of other writers too
        try:
            self._asked(library, lambda index: index.stamp)
        except LibraryNotFound:
            return  # deleted meanwhile
        except StorageError as error:
            _LOG.warning("The search index of library %s lags: %s", library.name, error.message)

    def withdraw(self, library: Library, numbers: Sequence[int]) -> None:
        """These assets are gone: nothing finds them when this returns. Their bytes leave a small
        index at once, a large one with `purge`. Raises StorageError."""
        self._likeness.drop(library.number, numbers)
        with suppress(LibraryNotFound):
            self._asked(library, lambda index: index.purge(at_most=PURGED_AT_ONCE))

    def purge(self, library: Library) -> bool:
        """Take the bytes of what was withdrawn out of the index's files, however large it is;
        whether nothing is owed now. Writers wait meanwhile, searches go on."""
        return self._index_of(library).purge()

    def owed(self, library: Library) -> int:
        """How many withdrawn documents may still have bytes in the index's files."""
        return self._index_of(library).owed

    def reindex(self, library: Library, tell: Tell = tell_nobody) -> int:
        """Make the index anew from the rows; how many documents it has. Searches go on in the old
        one until the new one is whole."""
        index = self._index_of(library)
        with index.alone():
            news = self._news(library, since=-1)
            documents = self._documents(library, [number for _, number in news.changed])
            index.replace(_told(documents, len(news.changed), tell), stamp=_stamp(news.revision))
        return index.count

    def forget(self, library_no: int) -> None:
        """Let go of a library that was deleted."""
        self._likeness.forget(library_no)
        with self._lock:
            self._indexes.pop(library_no, None)

    def _asked(self, library: Library, ask: Callable[[MediaIndex], T]) -> T:
        """Ask the index, knowing all rows; one that turns out to be damaged is made anew first."""
        try:
            return ask(self._followed(library))
        except IndexBroken:
            return ask(self._followed(library))

    def _followed(self, library: Library, tell: Tell = tell_nobody) -> MediaIndex:
        """The index, knowing all rows committed before this began."""
        try:
            with self._database.read() as connection:
                revision = _revision(connection, library)
        except LibraryNotFound:
            self.forget(library.number)
            raise
        index = self._index_of(library)
        if index.stamp == _stamp(revision):
            return index
        with index.alone():
            since = _revision_of(index.stamp)
            if since is None or since > revision:  # made otherwise, or of a later database
                since = -1
                index.clear()
            if since < revision:
                self._catch_up(library, index, since, tell)
        return index

    def _catch_up(self, library: Library, index: MediaIndex, since: int, tell: Tell) -> None:
        news = self._news(library, since)
        gone: Sequence[int] = news.departed
        for start in range(0, max(len(news.changed), 1), DOCUMENTS_AT_ONCE):
            some = news.changed[start : start + DOCUMENTS_AT_ONCE]
            is_last = start + DOCUMENTS_AT_ONCE >= len(news.changed)
            # of the last revision in an unfinished part there may be more
            complete = news.revision if is_last else some[-1][0] - 1
            numbers = [number for _, number in some]
            index.apply(self._documents(library, numbers), gone, _stamp(complete))
            gone = ()
            tell(min(start + DOCUMENTS_AT_ONCE, len(news.changed)), len(news.changed))

    def _news(self, library: Library, since: int) -> _News:
        with self._database.read() as connection:
            revision = _revision(connection, library)
            changed = connection.execute(
                select(assets.c.revision, assets.c.asset_no)
                .where(
                    assets.c.library_no == library.number,
                    assets.c.revision > since,
                )
                .order_by(assets.c.revision, assets.c.asset_no)
            )
            departed = connection.scalars(
                select(asset_departures.c.asset_no).where(
                    asset_departures.c.library_no == library.number,
                    asset_departures.c.revision > since,
                )
            )
            return _News(revision, [(row[0], row[1]) for row in changed], list(departed))

    def _documents(self, library: Library, numbers: Sequence[int]) -> Iterator[Document]:
        """Of the assets that are still there."""
        for start in range(0, len(numbers), READ_AT_ONCE):
            for detail in self._assets.details(library, numbers[start : start + READ_AT_ONCE]):
                yield document_of(detail)

    def _index_of(self, library: Library) -> MediaIndex:
        with self._lock:
            if library.number not in self._indexes:
                folder = library_directory(self._home, library.number) / DIRECTORY
                self._indexes[library.number] = MediaIndex.open(folder)
            return self._indexes[library.number]

    @contextmanager
    def _vectors(self, library: Library) -> Iterator[tuple[Connection, LibraryVectors]]:
        with self._database.read() as connection:
            revision = _revision(connection, library)
            yield (
                connection,
                self._likeness.of(
                    connection,
                    library,
                    revision,
                    lambda: self._vault.collection(library.scope.account_id, library.key_id),
                ),
            )

    def _likenesses(self, library: Library, near: Sequence[tuple[int, float]]) -> list[Likeness]:
        found = self._assets.by_numbers(library, [number for number, _ in near])
        return [Likeness(found[number], percent) for number, percent in near if number in found]

    def _with_faces(self, library: Library, matches: Sequence[FaceMatch]) -> list[Likeness]:
        """Each asset once, with the face that is most alike."""
        best: dict[str, FaceMatch] = {}
        for match in matches:
            if match.face.external_image_id is not None:
                best.setdefault(match.face.external_image_id, match)
        with self._database.read() as connection:
            rows = connection.execute(
                select(assets).where(
                    assets.c.library_no == library.number, assets.c.asset_id.in_(list(best))
                )
            )
            found = {row.asset_id: asset_value(row) for row in rows}
        return [
            Likeness(found[asset_id], match.percent, match.face.face_id)
            for asset_id, match in best.items()
            if asset_id in found
        ]


def _revision(connection: Connection, library: Library) -> int:
    """Raises LibraryNotFound for one that was deleted."""
    revision = connection.scalar(
        select(libraries.c.revision).where(
            libraries.c.library_no == library.number, libraries.c.condemned_at.is_(None)
        )
    )
    if revision is None:
        raise LibraryNotFound(f"The library {library.name!r} is gone.")
    return int(revision)


def _stamp(revision: int) -> str:
    return f"{PUBLISH_VERSION}:{revision}"


def _revision_of(stamp: str) -> int | None:
    """None for a stamp of documents that were made otherwise."""
    version, _, revision = stamp.partition(":")
    return int(revision) if version == PUBLISH_VERSION and revision.lstrip("-").isdigit() else None


def _told(documents: Iterator[Document], total: int, tell: Tell) -> Iterator[Document]:
    for done, document in enumerate(documents, start=1):
        yield document
        if done % READ_AT_ONCE == 0 or done == total:
            tell(done, total)
