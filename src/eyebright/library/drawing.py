"""Faces that somebody draws into a picture where none was seen.

Inside the box the picture is looked at again, larger: a face that is good enough is enrolled as all
others are, so that likeness finds it. Otherwise the box is kept with the name, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection, delete, select

from eyebright.analysis.faces.observation import ALL_ATTRIBUTES, Detections
from eyebright.analysis.faces.selection import QualityFilter, refusals
from eyebright.analysis.faces.space import UNSETTLED
from eyebright.analysis.faces.vision import FaceVision
from eyebright.clock import Clock
from eyebright.db.engine import Database
from eyebright.db.tables import milliseconds, stage_runs
from eyebright.errors import (
    EmbeddingSpaceMismatch,
    InvalidInput,
    PackError,
    SourceUnavailable,
)
from eyebright.geometry.arrays import FloatArray
from eyebright.geometry.boxes import box_centres, iou_matrix
from eyebright.governance.vault import Vault
from eyebright.ids import FaceId, ImageId, image_id
from eyebright.imaging.formats import decode_picture
from eyebright.imaging.image import Image
from eyebright.library.assets import Assets
from eyebright.library.blobs import BlobKind, Blobs
from eyebright.library.codec import LibrarySeal
from eyebright.library.deciding import Decided, Deciding
from eyebright.library.findings import DRAWN
from eyebright.library.originals import Originals
from eyebright.library.pictures import face_of
from eyebright.library.rows import begin_change
from eyebright.library.values import (
    Asset,
    AssetDetail,
    AssetFace,
    AssetId,
    Box,
    Decoded,
    FacesFound,
    Library,
    Media,
    StageState,
)
from eyebright.people.collections import Collections
from eyebright.people.drawn import NewTag, tag_ids
from eyebright.people.enrolment import SAME_PLACE_IOU
from eyebright.people.faces import Faces
from eyebright.people.facts import require_name, require_role
from eyebright.people.values import NewFace

MARGIN = 1.0
"""Of the box's size, looked at beyond each of its sides: a detector needs some of the head."""
LEAST_IOU = 0.2
"""Of what was drawn and what is seen: people draw hair and chin, detectors the face alone."""
_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Drawn:
    """face_id: of a face that was seen in the box; else tag_id is that of what was drawn."""

    decided: Decided
    face_id: FaceId | None = None
    tag_id: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """A face in the box, in pixels of the asset's frame."""

    face: AssetFace
    vector: FloatArray


class Drawing:
    """Safe to share between threads and processes."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        clock: Clock,
        deciding: Deciding,
        assets: Assets,
        originals: Originals,
        blobs: Blobs,
        collections: Collections,
        faces: Faces,
        vision: FaceVision,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._deciding = deciding
        self._assets = assets
        self._originals = originals
        self._blobs = blobs
        self._collections = collections
        self._faces = faces
        self._vision = vision

    def draw(
        self,
        library: Library,
        asset_id: AssetId,
        box_ltrb: Box,
        *,
        actor: str,
        name: str,
        role: str = "",
        override: bool = False,
    ) -> Drawn:
        """Somebody is in a picture at a place. box_ltrb: 0-1 of the picture.

        A face that was seen at that very place before is named. Raises AssetNotFound, InvalidInput
        for a film, a box outside the picture and what is no name, TwiceInPhoto unless `override`.
        """
        require_name(name)  # before anything is looked at
        require_role(role)
        detail = self._assets.detail(library, asset_id)
        frame_wh = _frame_of(detail)
        left, top, right, bottom = (float(edge) for edge in _in_pixels(box_ltrb, frame_wh))
        box = (left, top, right, bottom)
        desk = self._deciding.by(library, actor)
        self._open_collection(library)

        def named(face_id: FaceId) -> Drawn:
            decided = desk.name([face_id], name=name, role=role, override=override)
            return Drawn(decided, face_id=face_id)

        known = _at(box, detail)
        if known is not None:
            return named(known)
        seen = self._look(library, detail, box_ltrb, frame_wh)
        beside = None if seen is None else _at(seen.face.box_xyxy, detail)
        if beside is not None and beside not in detail.people:
            return named(beside)
        with self._database.write() as connection:
            begin_change(connection, library)  # before the collection, as everywhere
            asset = self._assets.get(library, asset_id)  # it may be gone by now
            if seen is not None and beside is None:
                return named(self._enrol(connection, library, asset, seen, frame_wh))
            new = NewTag(_image_of(asset), asset_id, box, frame_wh)
            decided = desk.tag(new, name=name, role=role, override=override)
            (tag_id,) = tag_ids(connection, list(decided.done.change.tags_after))
            return Drawn(decided, tag_id=tag_id)

    def _look(
        self, library: Library, detail: AssetDetail, box_ltrb: Box, frame_wh: tuple[int, int]
    ) -> _Seen | None:
        """The face in the box, if it is good enough to be known by."""
        image = self._picture(library, detail.asset)
        if image is None:
            return None
        try:
            self._collections.get(library.scope, library.collection_id).space.require(
                self._vision.space
            )
            return look_inside(self._vision, image, box_ltrb, frame_wh)
        except (PackError, EmbeddingSpaceMismatch):
            return None  # nothing sees faces here at present, or otherwise than the collection

    def _picture(self, library: Library, asset: Asset) -> Image | None:
        """With all its pixels, or the small one that is kept."""
        try:
            return decode_picture(self._originals.read(library, asset))
        except (SourceUnavailable, InvalidInput):
            small = self._blobs.get(library, asset.asset_id, BlobKind.PROXY)
            return None if small is None else decode_picture(small)

    def _enrol(
        self,
        connection: Connection,
        library: Library,
        asset: Asset,
        seen: _Seen,
        frame_wh: tuple[int, int],
    ) -> FaceId:
        """Keep the face as all others are kept, and what was seen of it with the asset."""
        new = NewFace(
            seen.vector, seen.face.box_xyxy, frame_wh, seen.face.score, self._vision.space
        )
        (face,) = self._faces.enrol(
            library.scope,
            library.collection_id,
            image_id=_image_of(asset),
            external_image_id=asset.asset_id,
            new_faces=[new],
        )
        self._keep(connection, library, asset, replace(seen.face, face_id=face.face_id))
        return face.face_id

    def _keep(
        self, connection: Connection, library: Library, asset: Asset, face: AssetFace
    ) -> None:
        where = stage_runs.c.asset_no == asset.number, stage_runs.c.stage == DRAWN
        seal = LibrarySeal(self._vault, library)
        sealed = connection.scalar(select(stage_runs.c.sealed).where(*where))
        before: tuple[AssetFace, ...] = ()
        if sealed is not None:
            before = tuple(  # two may draw the same face at once
                one
                for one in seal.open(asset.asset_id, DRAWN, sealed, kind=FacesFound).faces
                if one.face_id != face.face_id
            )
        now = FacesFound((*before, face))
        connection.execute(delete(stage_runs).where(*where))
        connection.execute(
            stage_runs.insert().values(
                asset_no=asset.number,
                stage=DRAWN,
                version=_VERSION,
                state=StageState.DONE.value,
                attempts=1,
                message="",
                ended_at=milliseconds(self._clock.now()),
                took_ms=0,
                sealed=seal.seal(asset.asset_id, DRAWN, now),
            )
        )

    def _open_collection(self, library: Library) -> None:
        """Make the library's collection, if no face was seen yet. Without a pack that sees faces
        nobody can say of which space they will be; the first face that is seen says it."""
        try:
            space = self._vision.space
        except PackError:
            space = UNSETTLED
        self._collections.open(library.scope, library.collection_id, space=space)


def look_inside(
    vision: FaceVision, image: Image, box_ltrb: Box, frame_wh: tuple[int, int]
) -> _Seen | None:
    """The face in a box of a picture, in pixels of a frame that shows the same; None if there is
    none, or none that the quality filter lets pass. box_ltrb: 0-1 of the picture."""
    crop, (left, top) = _around(image, box_ltrb)
    wanted = _in_pixels(box_ltrb, image.size_wh) - np.array([left, top, left, top], np.float32)
    detections = vision.detect(crop)
    place = _inside(detections, wanted)
    if place is None:
        return None
    chosen = detections.take([place])
    descriptions = vision.describe(crop, chosen, wanted=ALL_ATTRIBUTES)
    if refusals(chosen, descriptions, level=QualityFilter.AUTO)[0]:
        return None
    scale = np.array(frame_wh, np.float32) / np.array(image.size_wh, np.float32)
    box = (chosen.boxes_xyxy[0] + np.array([left, top, left, top])) * np.tile(scale, 2)
    face = face_of(descriptions[0], box.astype(np.float32), float(chosen.scores[0]), ())
    return _Seen(replace(face, is_drawn=True), vision.embed(crop, chosen)[0])


def _around(image: Image, box_ltrb: Box) -> tuple[Image, tuple[int, int]]:
    """The part of a picture that is looked at, and where its left upper corner lies."""
    width, height = image.size_wh
    left, top, right, bottom = box_ltrb
    across, down = MARGIN * (right - left), MARGIN * (bottom - top)
    x = max(0, int((left - across) * width)), min(width, int((right + across) * width) + 1)
    y = max(0, int((top - down) * height)), min(height, int((bottom + down) * height) + 1)
    pixels = np.ascontiguousarray(image.pixels[slice(*y), slice(*x)])
    return Image(pixels, image.format, b"", (pixels.shape[1], pixels.shape[0])), (x[0], y[0])


def _inside(detections: Detections, wanted: FloatArray) -> int | None:
    """The face that was meant: it overlaps the box most, and its middle is in it."""
    if not len(detections):
        return None
    overlaps = iou_matrix(detections.boxes_xyxy, wanted[np.newaxis])[:, 0]
    centres = box_centres(detections.boxes_xyxy)
    outside = np.any((centres < wanted[:2]) | (centres > wanted[2:]), axis=1)
    fitting = np.where(outside, 0.0, overlaps)
    best = int(np.argmax(fitting))
    return best if fitting[best] >= LEAST_IOU else None


def _at(box_xyxy: Sequence[float] | FloatArray, detail: AssetDetail) -> FaceId | None:
    """The face of the asset that is kept and is at this place."""
    found = detail.found.get("faces")
    kept = [
        face
        for face in (found.faces if isinstance(found, FacesFound) else ())
        if face.face_id is not None
    ]
    if not kept:
        return None
    boxes = np.array([face.box_xyxy for face in kept], np.float32)
    overlaps = iou_matrix(boxes, np.array([box_xyxy], np.float32))[:, 0]
    best = int(np.argmax(overlaps))
    return kept[best].face_id if overlaps[best] > SAME_PLACE_IOU else None


def _frame_of(detail: AssetDetail) -> tuple[int, int]:
    """Width and height of the picture that the asset's boxes refer to. Raises InvalidInput."""
    decoded = detail.found.get("decode")
    if detail.asset.media is not Media.IMAGE:
        raise InvalidInput("Faces are drawn into pictures; name a film's faces in its lanes.")
    if not isinstance(decoded, Decoded):
        raise InvalidInput("The picture was not looked at yet; draw again in a moment.")
    return decoded.frame_wh


def _in_pixels(box_ltrb: Box, size_wh: tuple[int, int]) -> FloatArray:
    """(4,) xyxy. Raises InvalidInput for a box that is empty or outside the picture."""
    left, top, right, bottom = box_ltrb
    if not (0.0 <= left < right <= 1.0 and 0.0 <= top < bottom <= 1.0):  # NaN too
        raise InvalidInput("The box must lie within the picture, 0 to 1, and not be empty.")
    return np.array(box_ltrb, np.float32) * np.tile(np.array(size_wh, np.float32), 2)


def _image_of(asset: Asset) -> ImageId:
    return image_id(bytes.fromhex(asset.content_sha256))
