"""Reading a library: its assets, what is known of them, what failed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from eyebright.db.engine import Database
from eyebright.db.tables import assets, library_sources, places, stage_runs
from eyebright.errors import AssetNotFound, CollectionNotFound
from eyebright.governance.vault import Vault
from eyebright.ids import FaceId, UserId, image_id
from eyebright.library.codec import LibrarySeal
from eyebright.library.films import named
from eyebright.library.findings import DRAWN, FINDINGS
from eyebright.library.rows import asset_row, asset_value, run_value
from eyebright.library.values import (
    Asset,
    AssetDetail,
    AssetId,
    AssetState,
    FacesFound,
    Lanes,
    Library,
    Media,
    Person,
    Place,
    SourceId,
    SourceKind,
    TagSeen,
)
from eyebright.people.drawn import tags_in
from eyebright.people.persons import Persons
from eyebright.people.rows import (
    batches,
    find_collection,
    number_after,
    page_of,
    require_limit,
)
from eyebright.people.said import SaidOfFace, said_of
from eyebright.people.values import Page, Position


class Assets:
    """Safe to share between threads and processes."""

    def __init__(self, database: Database, vault: Vault, *, persons: Persons) -> None:
        self._database = database
        self._vault = vault
        self._persons = persons

    def get(self, library: Library, asset_id: AssetId) -> Asset:
        """Raises AssetNotFound."""
        with self._database.read() as connection:
            return asset_value(self._row(connection, library, asset_id))

    def detail(self, library: Library, asset_id: AssetId) -> AssetDetail:
        """All that is known of an asset. Raises AssetNotFound."""
        with self._database.read() as connection:
            row = self._row(connection, library, asset_id)
            return self._details(connection, library, [row])[0]

    def details(self, library: Library, numbers: Sequence[int]) -> tuple[AssetDetail, ...]:
        """Of those that are there, in order of their numbers."""
        found: tuple[AssetDetail, ...] = ()
        with self._database.read() as connection:
            for some in batches(sorted(set(numbers))):
                query = select(assets).where(
                    assets.c.library_no == library.number, assets.c.asset_no.in_(some)
                )
                rows = connection.execute(query.order_by(assets.c.asset_no)).all()
                found += self._details(connection, library, rows)
        return found

    def list(self, library: Library, *, limit: int, after: Position | None = None) -> Page[Asset]:
        """The newest first."""
        return self._page(library, limit, after, ())

    def failures(
        self, library: Library, *, limit: int, after: Position | None = None
    ) -> Page[AssetDetail]:
        """Assets with a stage that was given up, the newest first."""
        page = self._page(library, limit, after, (assets.c.state == AssetState.FAILED.value,))
        details = self.details(library, [asset.number for asset in page.items])
        return Page(tuple(reversed(details)), page.next)

    def by_numbers(self, library: Library, numbers: Sequence[int]) -> dict[int, Asset]:
        """Those that are there, by number."""
        found: dict[int, Asset] = {}
        with self._database.read() as connection:
            for some in batches(numbers):
                rows = connection.execute(
                    select(assets).where(
                        assets.c.library_no == library.number, assets.c.asset_no.in_(some)
                    )
                )
                found.update((row.asset_no, asset_value(row)) for row in rows)
        return found

    def names(self, library: Library, numbers: Sequence[int]) -> dict[int, str]:
        """Where each of the assets lies first, for people, by number."""
        found: dict[int, str] = {}
        with self._database.read() as connection:
            for some in batches(numbers):
                query = (
                    select(places.c.asset_no, places.c.shown_path)
                    .where(places.c.library_no == library.number, places.c.asset_no.in_(some))
                    .order_by(places.c.place_no.desc())
                )
                found.update((number, path) for number, path in connection.execute(query))
        return found

    def changed(self, library: Library, *, since: int, limit: int) -> tuple[Asset, ...]:
        """Assets that changed after a revision of the library, the latest changes first."""
        query = (
            select(assets)
            .where(assets.c.library_no == library.number, assets.c.revision > since)
            .order_by(assets.c.revision.desc(), assets.c.asset_no.desc())
        )
        with self._database.read() as connection:
            return tuple(asset_value(row) for row in connection.execute(query.limit(limit)))

    def found(self, library: Library, numbers: Sequence[int], stage: str) -> dict[int, object]:
        """What a stage found in those of the assets where it is done, by number."""
        seal = LibrarySeal(self._vault, library)
        found: dict[int, object] = {}
        with self._database.read() as connection:
            for some in batches(numbers):
                query = (
                    select(stage_runs.c.asset_no, stage_runs.c.sealed, assets.c.asset_id)
                    .join(assets, assets.c.asset_no == stage_runs.c.asset_no)
                    .where(
                        assets.c.library_no == library.number,
                        stage_runs.c.asset_no.in_(some),
                        stage_runs.c.stage == stage,
                        stage_runs.c.sealed.is_not(None),
                    )
                )
                for number, sealed, asset_id in connection.execute(query):
                    found[number] = seal.open(
                        AssetId(asset_id), stage, sealed, kind=FINDINGS[stage]
                    )
        return found

    def said(self, library: Library, detail: AssetDetail) -> dict[FaceId, SaidOfFace]:
        """What was said of the faces of an asset."""
        ids = list(_face_ids(detail.found))
        with self._database.read() as connection, suppress(CollectionNotFound):
            collection = find_collection(connection, library.scope, library.collection_id)
            return said_of(connection, collection.number, ids)
        return {}

    def _row(self, connection: Connection, library: Library, asset_id: AssetId) -> Row[Any]:
        row = asset_row(connection, library, asset_id)
        if row is None:
            raise AssetNotFound(f"The library {library.name!r} has no asset {asset_id!r}.")
        return row

    def _page(
        self,
        library: Library,
        limit: int,
        after: Position | None,
        where: Sequence[ColumnElement[bool]],
    ) -> Page[Asset]:
        require_limit(limit)
        query = select(assets).where(assets.c.library_no == library.number, *where)
        if after is not None:
            query = query.where(assets.c.asset_no < number_after(after))
        with self._database.read() as connection:
            rows = connection.execute(
                query.order_by(assets.c.asset_no.desc()).limit(limit + 1)
            ).all()
        return page_of(rows, limit=limit, column="asset_no", value=asset_value)

    def _details(
        self, connection: Connection, library: Library, rows: Sequence[Row[Any]]
    ) -> tuple[AssetDetail, ...]:
        numbers = [row.asset_no for row in rows]
        lie = _places_of(connection, numbers)
        ran = _runs_of(connection, numbers)
        seal = LibrarySeal(self._vault, library)
        found = {
            row.asset_no: _with_drawn(
                _opened(seal, AssetId(row.asset_id), ran.get(row.asset_no, ()))
            )
            for row in rows
        }
        drawn = self._drawn(connection, library, rows)
        people = self._people(library, found.values())
        seen = self._recognised(library, found.values())
        return tuple(
            _detail(
                row,
                lie.get(row.asset_no, ()),
                ran.get(row.asset_no, ()),
                found=found[row.asset_no],
                people=people,
                seen=seen,
                drawn=drawn.get(row.asset_id, ()),
            )
            for row in rows
        )

    def _drawn(
        self, connection: Connection, library: Library, rows: Sequence[Row[Any]]
    ) -> Mapping[str, Sequence[TagSeen]]:
        """Faces that somebody drew, by asset."""
        where = library.scope, library.collection_id
        pictures = [
            image_id(bytes.fromhex(row.content_sha256))
            for row in rows
            if row.media == Media.IMAGE.value
        ]
        found = defaultdict[str, list[TagSeen]](list)
        with suppress(CollectionNotFound):  # no face was seen yet
            tags = tags_in(connection, find_collection(connection, *where).number, pictures)
            known = self._persons.of_users(*where, [tag.user_id for tag in tags])
            for tag in tags:
                drawn, one = tag.drawn, known[tag.user_id]
                person = Person(one.user_id, one.name, one.role)
                seen = TagSeen(tag.tag_id, drawn.box_xyxy, drawn.image_size_wh, person)
                found[drawn.external_image_id or ""].append(seen)
        return found

    def _recognised(
        self, library: Library, found: Iterable[Mapping[str, object]]
    ) -> dict[UserId, Person]:
        """Who was recognised in films, if they still are somebody. Who became somebody else in
        a merge is that person, told of by both ids."""
        ids = {one for each in found for one in _user_ids(each)}
        if not ids:
            return {}
        where = library.scope, library.collection_id
        known: dict[UserId, Person] = {}
        with suppress(CollectionNotFound):
            there = dict(self._persons.of_users(*where, ids))
            there |= self._persons.merged(*where, sorted(ids - there.keys()))
            for user_id, one in there.items():
                person = Person(one.user_id, one.name, one.role)
                known |= {user_id: person, one.user_id: person}
        return known

    def _people(
        self, library: Library, found: Iterable[Mapping[str, object]]
    ) -> dict[FaceId, Person]:
        """Who the faces of some assets are, by face id."""
        ids = [face_id for one in found for face_id in _face_ids(one)]
        if not ids:
            return {}
        try:
            known = self._persons.of_faces(library.scope, library.collection_id, ids)
        except CollectionNotFound:  # deleted by whoever deletes collections
            return {}
        return {face_id: Person(one.user_id, one.name, one.role) for face_id, one in known.items()}


def _detail(
    row: Row[Any],
    lie: Sequence[Place],
    runs: Sequence[Row[Any]],
    *,
    found: Mapping[str, object],
    people: Mapping[FaceId, Person],
    seen: Mapping[UserId, Person],
    drawn: Sequence[TagSeen],
) -> AssetDetail:
    """people, seen: of all assets that are asked about."""
    told = {
        stage: Lanes(named(one.lanes, people, seen), one.broke_off)
        if isinstance(one, Lanes)
        else one
        for stage, one in found.items()
    }
    mine = {face_id: people[face_id] for face_id in _face_ids(found) if face_id in people}
    shown = [seen[user_id] for user_id in _user_ids(found) if user_id in seen]
    recognised = {person.user_id: person for person in shown}
    ran = tuple(run_value(run) for run in runs if run.stage != DRAWN)
    return AssetDetail(asset_value(row), tuple(lie), ran, told, mine, recognised, tuple(drawn))


def _with_drawn(found: Mapping[str, object]) -> Mapping[str, object]:
    """Faces that were drawn and then seen are faces of the asset like all others."""
    drawn, seen = found.get(DRAWN), found.get("faces")
    if not isinstance(drawn, FacesFound):
        return found
    faces = seen.faces if isinstance(seen, FacesFound) else ()
    ids = {face.face_id for face in faces}  # a new model may see them by itself
    whole = FacesFound((*faces, *(face for face in drawn.faces if face.face_id not in ids)))
    return {**{stage: one for stage, one in found.items() if stage != DRAWN}, "faces": whole}


def _user_ids(found: Mapping[str, object]) -> Iterator[UserId]:
    for one in found.values():
        if isinstance(one, Lanes):
            yield from (lane.user_id for lane in one.lanes if lane.user_id is not None)


def _opened(seal: LibrarySeal, asset_id: AssetId, runs: Sequence[Row[Any]]) -> Mapping[str, object]:
    return {
        run.stage: seal.open(asset_id, run.stage, run.sealed, kind=FINDINGS[run.stage])
        for run in runs
        if run.sealed is not None and run.stage in FINDINGS
    }


def _places_of(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Place]]:
    query = (
        select(
            places.c.asset_no,
            places.c.shown_path,
            library_sources.c.source_id,
            library_sources.c.kind,
            library_sources.c.location,
        )
        .join(library_sources, library_sources.c.source_no == places.c.source_no)
        .where(places.c.asset_no.in_(numbers))
        .order_by(places.c.place_no)
    )
    found: dict[int, list[Place]] = {}
    for row in connection.execute(query):
        place = Place(SourceId(row.source_id), SourceKind(row.kind), row.location, row.shown_path)
        found.setdefault(row.asset_no, []).append(place)
    return found


def _runs_of(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Row[Any]]]:
    query = select(stage_runs).where(stage_runs.c.asset_no.in_(numbers))
    found: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(query.order_by(stage_runs.c.ended_at, stage_runs.c.stage)):
        found.setdefault(row.asset_no, []).append(row)
    return found


def _face_ids(found: Mapping[str, object]) -> Iterator[FaceId]:
    """Faces of the library's collection that were seen in an asset."""
    for one in found.values():
        if isinstance(one, FacesFound):
            yield from (face.face_id for face in one.faces if face.face_id is not None)
        elif isinstance(one, Lanes):
            yield from (lane.face_id for lane in one.lanes if lane.face_id is not None)
