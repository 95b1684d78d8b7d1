"""Where the faces of a library are seen: the asset, the moment of a film, the pose.

Lists show thousands of faces at a time, so nothing is read of a face or its asset that is not
shown. Faces that were put into the library's collection otherwise, through the Rekognition API, are
in no asset of the library; they are left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select
from sqlalchemy.sql.expression import Select

from eyebright.db.tables import assets as assets_table
from eyebright.db.tables import drawn_tags, face_states, faces, moment_of, users
from eyebright.ids import FaceId
from eyebright.library.assets import Assets
from eyebright.library.values import AssetId, FacesFound, Lane, Lanes, Library, Media
from eyebright.people.rows import NUMBERS_PER_QUERY, UNCACHED, in_numbers
from eyebright.people.values import Box


@dataclass(frozen=True, slots=True)
class Pose:
    """Degrees."""

    roll: float
    yaw: float
    pitch: float


@dataclass(frozen=True, slots=True)
class SeenIn:
    """An asset, as far as its faces need it."""

    number: int
    asset_id: AssetId
    media: Media
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class FaceSeen:
    """A face of an asset: one that was found (face_id), or one that somebody drew (tag_id). at_ms:
    in a film. quality: 0-1; None if it was not measured. box_xyxy: in pixels of a picture of the
    size `image_size_wh`."""

    face_id: FaceId | None
    tag_id: str | None
    asset: SeenIn
    at_ms: int | None
    quality: float | None
    box_xyxy: Box
    image_size_wh: tuple[int, int]
    pose: Pose | None = None

    @property
    def box_ltrb(self) -> Box:
        """0-1 of the picture."""
        width, height = (max(side, 1) for side in self.image_size_wh)
        left, top, right, bottom = self.box_xyxy
        return (left / width, top / height, right / width, bottom / height)


class Seeing:
    """Safe to share between threads and processes."""

    def __init__(self, *, assets: Assets) -> None:
        self._assets = assets

    def faces(
        self,
        connection: Connection,
        library: Library,
        numbers: Sequence[int],
        *,
        with_pose: bool = False,
    ) -> dict[int, FaceSeen]:
        """Where these faces are seen, by the face's number; those in no asset are left out.
        with_pose: opens what was found in each picture, which takes longer."""
        found: dict[int, FaceSeen] = {}
        assets: dict[int, SeenIn] = {}
        for row in _rows_of(connection, _FACES, faces.c.face_no, numbers):
            if row.library_no == library.number:
                asset = assets.get(row.asset_no)
                if asset is None:
                    asset = assets[row.asset_no] = _asset(row)
                found[row.face_no] = _face(row, asset)
        return self._completed(library, found, assets.values(), with_pose=with_pose)

    def tags(
        self, connection: Connection, library: Library, numbers: Sequence[int]
    ) -> dict[int, FaceSeen]:
        """The same for those of the drawn faces that are somebody's, by the tag's number."""
        return {
            row.tag_no: FaceSeen(None, row.tag_id, _asset(row), None, None, _box(row), _size(row))
            for row in _rows_of(connection, _TAGS, drawn_tags.c.tag_no, numbers)
            if row.library_no == library.number
        }

    def _completed(
        self,
        library: Library,
        found: dict[int, FaceSeen],
        assets: Collection[SeenIn],
        *,
        with_pose: bool,
    ) -> dict[int, FaceSeen]:
        """With what only the findings of the assets know."""
        films = [asset.number for asset in assets if asset.media is Media.VIDEO]
        pictures = [asset.number for asset in assets if asset.media is Media.IMAGE]
        if not films and not with_pose:
            return found
        moments = self._moments(library, films)
        poses = self._poses(library, pictures) if with_pose else {}
        for number, seen in found.items():
            if seen.face_id is None:
                continue
            is_film = seen.asset.media is Media.VIDEO
            found[number] = replace(
                seen,
                at_ms=moments.get(seen.face_id, 0) if is_film else None,
                pose=poses.get(seen.face_id),
            )
        return found

    def _moments(self, library: Library, films: Sequence[int]) -> Mapping[FaceId, int]:
        """When the faces of films are seen best, in milliseconds."""
        if not films:
            return {}
        found = self._assets.found(library, films, "film-faces")
        return {
            lane.face_id: _best_ms(lane)
            for lanes in found.values()
            if isinstance(lanes, Lanes)
            for lane in lanes.lanes
            if lane.face_id is not None and lane.stretches
        }

    def _poses(self, library: Library, pictures: Sequence[int]) -> Mapping[FaceId, Pose]:
        found = self._assets.found(library, pictures, "faces") if pictures else {}
        return {
            face.face_id: Pose(face.roll, face.yaw, face.pitch)
            for faces in found.values()
            if isinstance(faces, FacesFound)
            for face in faces.faces
            if face.face_id is not None
        }


def _best_ms(lane: Lane) -> int:
    if lane.best is not None:
        return lane.best.at_ms
    return max(lane.stretches, key=lambda stretch: stretch.score).best_ms


_ASSET = (
    assets_table.c.library_no,
    assets_table.c.asset_no,
    assets_table.c.asset_id,
    assets_table.c.media,
    assets_table.c.taken_at,
)
# without the library, or else SQLite would read all of it in order to find the assets
_FACES = (
    select(
        faces.c.face_no,
        faces.c.face_id,
        faces.c.left_px,
        faces.c.top_px,
        faces.c.right_px,
        faces.c.bottom_px,
        faces.c.image_width,
        faces.c.image_height,
        face_states.c.quality,
        *_ASSET,
    )
    .join(assets_table, assets_table.c.asset_id == faces.c.external_image_id)
    .outerjoin(face_states, face_states.c.face_no == faces.c.face_no)
)
_TAGS = (
    select(drawn_tags, *_ASSET)
    .join(assets_table, assets_table.c.asset_id == drawn_tags.c.external_image_id)
    .join(users, users.c.user_no == drawn_tags.c.user_no)
)


def _rows_of(
    connection: Connection, query: Select[Any], column: ColumnElement[int], numbers: Sequence[int]
) -> Iterator[Row[Any]]:
    """Rows in which the column has any of these numbers."""
    for start in range(0, len(numbers), NUMBERS_PER_QUERY):
        some = in_numbers(column, numbers[start : start + NUMBERS_PER_QUERY])
        yield from connection.execute(query.where(some), execution_options=UNCACHED)


def _asset(row: Row[Any]) -> SeenIn:
    taken_at = None if row.taken_at is None else moment_of(row.taken_at)
    return SeenIn(row.asset_no, AssetId(row.asset_id), Media(row.media), taken_at)


def _face(row: Row[Any], asset: SeenIn) -> FaceSeen:
    quality = None if row.quality is None or row.quality < 0 else row.quality
    return FaceSeen(FaceId(row.face_id), None, asset, None, quality, _box(row), _size(row))


def _box(row: Row[Any]) -> Box:
    return (row.left_px, row.top_px, row.right_px, row.bottom_px)


def _size(row: Row[Any]) -> tuple[int, int]:
    return (row.image_width, row.image_height)
