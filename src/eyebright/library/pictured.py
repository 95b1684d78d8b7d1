"""A library's pictures as other programs talk of them: where they lie, what faces are in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from eyebright.db.engine import Database
from eyebright.db.tables import assets as assets_table
from eyebright.db.tables import library_sources, places
from eyebright.errors import CollectionNotFound, NotFound
from eyebright.ids import FaceId, image_id
from eyebright.library.assets import Assets
from eyebright.library.values import (
    Asset,
    AssetDetail,
    AssetFace,
    AssetId,
    Decoded,
    FacesFound,
    Library,
    Media,
    Person,
    SourceKind,
)
from eyebright.library.xmp import Box
from eyebright.people.drawn import NewTag, tags_in, taken_back_in
from eyebright.people.persons import Persons
from eyebright.people.rows import batches, find_collection
from eyebright.people.said import SaidOfFace, said_of
from eyebright.sources.listing import shown

NOTHING_SAID = SaidOfFace()
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class PicturedFace:
    """box_ltrb: left, top, right, bottom of the upright picture, 0-1. face_id: None if it was too
    poor to keep. person: None for nobody. is_drawn: a person drew it where none was seen. said:
    what somebody said of a face that is nobody's."""

    face_id: FaceId | None
    box_ltrb: Box
    person: Person | None
    is_drawn: bool = False
    said: SaidOfFace = NOTHING_SAID


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A file of a folder. path: below `root`, as the folder has it."""

    number: int
    root: Path
    path: bytes

    def shown(self) -> str:
        return f"{self.root}/{shown(self.path)}"


@dataclass(frozen=True, slots=True)
class Pictured:
    """size_wh: upright pixels of the original. files: where it lies in folders. elsewhere: where it
    lies that we do not write to, for people. is_seen: faces were looked for. taken_back: where
    somebody had drawn a face and took it back, 0-1."""

    asset: Asset
    size_wh: tuple[int, int]
    faces: tuple[PicturedFace, ...]
    files: tuple[FilePlace, ...]
    elsewhere: tuple[str, ...]
    is_seen: bool
    taken_back: tuple[Box, ...] = ()

    def drawn_first(self) -> list[PicturedFace]:
        """The faces; those that somebody drew go before those that were seen at the same place."""
        return sorted(self.faces, key=lambda face: not face.is_drawn)

    def shown(self) -> str:
        """Where it lies, for people."""
        if self.files:
            return self.files[0].shown()
        return self.elsewhere[0] if self.elsewhere else self.asset.asset_id


class Gallery:
    """The pictures of libraries. Safe to share between threads and processes."""

    def __init__(self, database: Database, assets: Assets, persons: Persons) -> None:
        self._database = database
        self._assets = assets
        self._persons = persons

    def pictures(
        self, library: Library, only: Sequence[AssetId] | None = None
    ) -> Iterator[Pictured]:
        """All that were decoded, the oldest first. only: those of these assets."""
        for numbers in self._numbers(library, only):
            details = self._assets.details(library, numbers)
            lie = self._places(numbers)
            drawn, taken_back = self._drawn(library, details)
            said = self._said(library, details)
            for detail in details:
                asset = detail.asset
                found = _pictured(
                    detail,
                    lie.get(asset.number, []),
                    drawn=drawn.get(asset.asset_id, []),
                    taken_back=taken_back.get(asset.asset_id, []),
                    said=said,
                )
                if found is not None:
                    yield found

    def _said(
        self, library: Library, details: Sequence[AssetDetail]
    ) -> Mapping[FaceId, SaidOfFace]:
        """What was said of the faces without a name."""
        ids = [
            face.face_id
            for detail in details
            for face in _faces_of(detail)
            if face.face_id is not None and face.face_id not in detail.people
        ]
        with self._database.read() as connection, suppress(CollectionNotFound):
            collection = find_collection(connection, library.scope, library.collection_id)
            return said_of(connection, collection.number, ids)
        return {}

    def _drawn(
        self, library: Library, details: Sequence[AssetDetail]
    ) -> tuple[dict[str, list[PicturedFace]], dict[str, list[Box]]]:
        """Faces that a person drew, and where one was drawn and taken back, by asset."""
        wanted = [image_id(bytes.fromhex(one.asset.content_sha256)) for one in details]
        try:
            with self._database.read() as connection:
                collection = find_collection(connection, library.scope, library.collection_id)
                tags = tags_in(connection, collection.number, wanted)
                nobodys = taken_back_in(connection, collection.number, wanted)
        except CollectionNotFound:  # no face was seen yet
            return {}, {}
        found: dict[str, list[PicturedFace]] = {}
        for tag in tags:
            try:
                known = self._persons.get(library.scope, library.collection_id, tag.user_id)
            except NotFound:  # forgotten meanwhile
                continue
            person = Person(known.user_id, known.name, known.role)
            face = PicturedFace(None, _box_of(tag.drawn), person, is_drawn=True)
            found.setdefault(tag.drawn.external_image_id or "", []).append(face)
        taken_back: dict[str, list[Box]] = {}
        for one in nobodys:
            taken_back.setdefault(one.external_image_id or "", []).append(_box_of(one))
        return found, taken_back

    def _numbers(self, library: Library, only: Sequence[AssetId] | None) -> Iterator[list[int]]:
        wanted = select(assets_table.c.asset_no).where(
            assets_table.c.library_no == library.number,
            assets_table.c.media == Media.IMAGE.value,
        )
        if only is not None:
            for some in batches(list(only)):
                with self._database.read() as connection:
                    query = wanted.where(assets_table.c.asset_id.in_(some))
                    found = list(connection.scalars(query.order_by(assets_table.c.asset_no)))
                yield found  # whoever gets it may write
            return
        last = 0
        while True:
            query = wanted.where(assets_table.c.asset_no > last)
            with self._database.read() as connection:
                numbers = list(
                    connection.scalars(query.order_by(assets_table.c.asset_no).limit(_AT_ONCE))
                )
            if not numbers:
                return
            yield numbers
            last = numbers[-1]

    def _places(self, numbers: Sequence[int]) -> dict[int, list[tuple[SourceKind, FilePlace]]]:
        query = (
            select(
                places.c.asset_no,
                places.c.place_no,
                places.c.path,
                library_sources.c.kind,
                library_sources.c.location,
            )
            .join(library_sources, library_sources.c.source_no == places.c.source_no)
            .where(places.c.asset_no.in_(numbers))
            .order_by(places.c.place_no)
        )
        found: dict[int, list[tuple[SourceKind, FilePlace]]] = {}
        with self._database.read() as connection:
            for row in connection.execute(query):
                place = FilePlace(row.place_no, Path(row.location), row.path)
                found.setdefault(row.asset_no, []).append((SourceKind(row.kind), place))
        return found


def _pictured(
    detail: AssetDetail,
    lie: Sequence[tuple[SourceKind, FilePlace]],
    *,
    drawn: Sequence[PicturedFace],
    taken_back: Sequence[Box],
    said: Mapping[FaceId, SaidOfFace],
) -> Pictured | None:
    """None for what was not decoded."""
    decoded, seen = detail.found.get("decode"), detail.found.get("faces")
    if not isinstance(decoded, Decoded):
        return None
    width, height = decoded.frame_wh
    faces = [
        PicturedFace(
            face.face_id,
            (
                face.box_xyxy[0] / width,
                face.box_xyxy[1] / height,
                face.box_xyxy[2] / width,
                face.box_xyxy[3] / height,
            ),
            None if face.face_id is None else detail.people.get(face.face_id),
            said=NOTHING_SAID if face.face_id is None else said.get(face.face_id, NOTHING_SAID),
        )
        for face in _faces_of(detail)
    ]
    return Pictured(
        detail.asset,
        decoded.size_wh,
        (*faces, *drawn),
        files=tuple(place for kind, place in lie if kind is SourceKind.FOLDER),
        elsewhere=tuple(
            _elsewhere(kind, place) for kind, place in lie if kind is not SourceKind.FOLDER
        ),
        is_seen=isinstance(seen, FacesFound),
        taken_back=tuple(taken_back),
    )


def _faces_of(detail: AssetDetail) -> tuple[AssetFace, ...]:
    seen = detail.found.get("faces")
    return seen.faces if isinstance(seen, FacesFound) else ()


def _box_of(drawn: NewTag) -> Box:
    width, height = drawn.image_size_wh
    left, top, right, bottom = drawn.box_xyxy
    return (left / width, top / height, right / width, bottom / height)


def _elsewhere(kind: SourceKind, place: FilePlace) -> str:
    if kind is SourceKind.UPLOAD:
        return f"an upload, {shown(place.path.rpartition(b'/')[2])}"
    return f"s3://{place.root}/{shown(place.path)}"
