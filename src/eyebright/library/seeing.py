"""Where the faces of a library are seen: the asset, the moment of a film, the pose.

Faces that were put into the library's collection otherwise, through the Rekognition API, are in no
asset of the library; they are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from eyebright.db.engine import Database
from eyebright.db.tables import assets as table
from eyebright.ids import FaceId
from eyebright.library.assets import Assets
from eyebright.library.rows import asset_value
from eyebright.library.values import (
    Asset,
    FacesFound,
    Lane,
    Lanes,
    Library,
    Media,
)
from eyebright.people.drawn import DrawnTag
from eyebright.people.face_records import FaceRecord
from eyebright.people.rows import batches
from eyebright.people.values import Box


@dataclass(frozen=True, slots=True)
class Pose:
    """Degrees."""

    roll: float
    yaw: float
    pitch: float


@dataclass(frozen=True, slots=True)
class FaceSeen:
    """A face of an asset: one that was found (face_id), or one that somebody drew (tag_id). at_ms:
    in a film. box_ltrb: 0-1 of the picture. quality: 0-1; None if it was not measured."""

    face_id: FaceId | None
    tag_id: str | None
    asset: Asset
    at_ms: int | None
    quality: float | None
    box_ltrb: Box
    pose: Pose | None = None


class Seeing:
    """Safe to share between threads and processes."""

    def __init__(self, database: Database, *, assets: Assets) -> None:
        self._database = database
        self._assets = assets

    def faces(
        self, library: Library, records: Iterable[FaceRecord], *, with_pose: bool = False
    ) -> dict[int, FaceSeen]:
        """Where these faces are seen, by the face's number; those in no asset are left out.
        with_pose: opens what was found in each picture, which takes longer."""
        kept = list(records)
        assets = self._by_id(library, [record.face.external_image_id for record in kept])
        moments = self._moments(library, assets.values())
        poses = self._poses(library, assets.values()) if with_pose else {}
        found: dict[int, FaceSeen] = {}
        for record in kept:
            face = record.face
            asset = assets.get(face.external_image_id or "")
            if asset is not None:
                found[record.number] = FaceSeen(
                    face_id=face.face_id,
                    tag_id=None,
                    asset=asset,
                    at_ms=moments.get(face.face_id, 0) if asset.media is Media.VIDEO else None,
                    quality=record.quality,
                    box_ltrb=_ratios(face.box_xyxy, face.image_size_wh),
                    pose=poses.get(face.face_id),
                )
        return found

    def tags(self, library: Library, tags: Mapping[int, DrawnTag]) -> dict[int, FaceSeen]:
        """The same for drawn faces, by the tag's number."""
        assets = self._by_id(library, [tag.drawn.external_image_id for tag in tags.values()])
        found: dict[int, FaceSeen] = {}
        for number, tag in tags.items():
            asset = assets.get(tag.drawn.external_image_id or "")
            if asset is not None:
                box = _ratios(tag.drawn.box_xyxy, tag.drawn.image_size_wh)
                found[number] = FaceSeen(None, tag.tag_id, asset, None, None, box)
        return found

    def _by_id(self, library: Library, ids: Iterable[str | None]) -> dict[str, Asset]:
        wanted = sorted({one for one in ids if one is not None})
        found: dict[str, Asset] = {}
        with self._database.read() as connection:
            for some in batches(wanted):
                # without the library, or else SQLite would read all of it in order to find them
                rows = connection.execute(select(table).where(table.c.asset_id.in_(some)))
                found.update(
                    (row.asset_id, asset_value(row))
                    for row in rows
                    if row.library_no == library.number
                )
        return found

    def _moments(self, library: Library, assets: Iterable[Asset]) -> Mapping[FaceId, int]:
        """When the faces of films are seen best, in milliseconds."""
        films = [asset.number for asset in assets if asset.media is Media.VIDEO]
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

    def _poses(self, library: Library, assets: Iterable[Asset]) -> Mapping[FaceId, Pose]:
        pictures = [asset.number for asset in assets if asset.media is Media.IMAGE]
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


def _ratios(box_xyxy: Box, size_wh: tuple[int, int]) -> Box:
    width, height = max(size_wh[0], 1), max(size_wh[1], 1)
    left, top, right, bottom = box_xyxy
    return (left / width, top / height, right / width, bottom / height)
