"""The faces of a library's collection seen again with another model.

Each picture is read from where it lies, or else the small picture that is kept of it is used. The
new model looks for faces, each stored face is matched with the one at its place, and that one's
vector is kept beside the old. What was kept is never done again, so a run that was stopped or
killed goes on where it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from eyebright.analysis.faces.observation import Detections
from eyebright.analysis.faces.vision import FaceVision
from eyebright.errors import AssetNotFound, InvalidInput, SourceUnavailable
from eyebright.geometry.arrays import FloatArray
from eyebright.geometry.boxes import iou_matrix
from eyebright.imaging.formats import decode_picture
from eyebright.imaging.image import Image
from eyebright.jobs.workers import this_process
from eyebright.library.assets import Assets
from eyebright.library.blobs import BlobKind, Blobs
from eyebright.library.originals import Originals
from eyebright.library.values import Asset, AssetId, Library, Media
from eyebright.library.work import FRAME_PX
from eyebright.people.enrolment import SAME_PLACE_IOU
from eyebright.people.migration import Migrations
from eyebright.people.migration_values import Gap, GapReason, Generation, MadeVector, PendingFace
from eyebright.people.values import Face

BATCH_FACES = 64
"""Written in one transaction: what a killed run does again at most."""


@dataclass(frozen=True, slots=True)
class Reembedded:
    """Faces looked at in this run. from_proxy: of those done, in a small picture only."""

    done: int = 0
    from_proxy: int = 0
    missing: int = 0

    def __add__(self, other: Reembedded) -> Reembedded:
        return Reembedded(
            self.done + other.done,
            self.from_proxy + other.from_proxy,
            self.missing + other.missing,
        )


Tell = Callable[[Reembedded], object]


@dataclass(frozen=True, slots=True)
class _Seen:
    made: tuple[MadeVector, ...] = ()
    gaps: tuple[Gap, ...] = ()


class Reembedding:
    """Safe to share between threads."""

    def __init__(
        self, migrations: Migrations, *, assets: Assets, originals: Originals, blobs: Blobs
    ) -> None:
        self._migrations = migrations
        self._assets = assets
        self._originals = originals
        self._blobs = blobs

    def run(
        self,
        library: Library,
        vision: FaceVision,
        *,
        batch: int = BATCH_FACES,
        tell: Tell = lambda _done: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Reembedded:
        """Look at all faces that have no vector of the vision's space; what was done.

        tell: called after each batch. stopping: asked before each batch; a run that was stopped
        goes on with the next. Raises MigrationRefused without a migration or while another process
        is at it, EmbeddingSpaceMismatch for a vision of a third space.
        """
        scope, collection_id = library.scope, library.collection_id
        worker = f"{this_process()}:{id(self)}"
        self._migrations.claim(scope, collection_id, worker=worker)
        done = Reembedded()
        try:
            generation = self._generation(library, vision)
            for faces in self._batches(library, generation, batch):
                if stopping():
                    break
                seen = self._seen(library, faces, vision)
                self._migrations.keep(
                    scope, collection_id, generation, seen.made, gaps=seen.gaps, worker=worker
                )
                done += _counted(seen)
                tell(done)
        finally:
            self._migrations.release(scope, collection_id, worker=worker)
        return done

    def _generation(self, library: Library, vision: FaceVision) -> Generation:
        migration = self._migrations.current(library.scope, library.collection_id)
        assert migration is not None  # it was claimed
        return migration.of(vision.space)

    def _batches(
        self, library: Library, generation: Generation, batch: int
    ) -> Iterator[list[PendingFace]]:
        """Until no face is left, those that come meanwhile included."""
        after = 0
        while True:
            faces = self._migrations.pending(
                library.scope, library.collection_id, generation, limit=batch, after=after
            )
            if not faces:
                return
            yield faces
            after = faces[-1].number

    def _seen(self, library: Library, faces: Sequence[PendingFace], vision: FaceVision) -> _Seen:
        made: list[MadeVector] = []
        gaps: list[Gap] = []
        in_order = sorted(faces, key=lambda one: (one.face.external_image_id or "", one.number))
        for asset_id, mine in groupby(in_order, key=lambda one: one.face.external_image_id):
            seen = self._seen_in(library, asset_id, list(mine), vision)
            made += seen.made
            gaps += seen.gaps
        return _Seen(tuple(made), tuple(gaps))

    def _seen_in(
        self,
        library: Library,
        asset_id: str | None,
        faces: Sequence[PendingFace],
        vision: FaceVision,
    ) -> _Seen:
        asset = self._asset(library, asset_id)
        if asset is None:
            return _all_missing(faces, GapReason.PICTURE_GONE)
        if asset.media is Media.VIDEO:
            return _all_missing(faces, GapReason.IN_FILM)
        image, from_proxy = self._picture(library, asset)
        if image is None:
            return _all_missing(faces, GapReason.PICTURE_GONE)
        return _embedded(image, faces, vision, from_proxy=from_proxy)

    def _asset(self, library: Library, asset_id: str | None) -> Asset | None:
        if asset_id is None:
            return None
        try:
            return self._assets.get(library, AssetId(asset_id))
        except AssetNotFound:
            return None

    def _picture(self, library: Library, asset: Asset) -> tuple[Image | None, bool]:
        """The picture as the library looks at it, or the small one that is kept; whether it is the
        small one."""
        try:
            original = self._originals.read(library, asset)
            return decode_picture(original, longest_side=FRAME_PX), False
        except (SourceUnavailable, InvalidInput):
            small = self._blobs.get(library, asset.asset_id, BlobKind.PROXY)
        return (None, False) if small is None else (decode_picture(small), True)


def places_of(faces: Sequence[Face], detections: Detections, image: Image) -> list[int | None]:
    """For each stored face the detection at its place, or None; each detection is given once.

    Both are compared as parts of their pictures, which may be of two sizes.
    """
    found: list[int | None] = [None] * len(faces)
    if not faces or not len(detections):
        return found
    stored = _ratios(
        np.array([face.box_xyxy for face in faces], np.float32),
        np.array([face.image_size_wh for face in faces], np.float32),
    )
    size_wh = np.array([image.size_wh], np.float32)
    overlap = iou_matrix(stored, _ratios(detections.boxes_xyxy, size_wh))
    while overlap.max() > SAME_PLACE_IOU:
        i, j = divmod(int(overlap.argmax()), len(detections))
        found[i] = j
        overlap[i, :] = overlap[:, j] = 0.0
    return found


def _embedded(
    image: Image, faces: Sequence[PendingFace], vision: FaceVision, *, from_proxy: bool
) -> _Seen:
    detections = vision.detect(image)
    places = places_of([one.face for one in faces], detections, image)
    gaps = [
        Gap(one.number, GapReason.NOT_FOUND)
        for one, place in zip(faces, places, strict=True)
        if place is None
    ]
    numbers = [one.number for one, place in zip(faces, places, strict=True) if place is not None]
    if not numbers:
        return _Seen((), tuple(gaps))
    wanted = detections.take([place for place in places if place is not None])
    vectors = vision.embed(image, wanted)
    made = [
        MadeVector(number, vector, from_proxy=from_proxy)
        for number, vector in zip(numbers, vectors, strict=True)
    ]
    return _Seen(tuple(made), tuple(gaps))


def _ratios(boxes_xyxy: FloatArray, sizes_wh: FloatArray) -> FloatArray:
    """(n, 4) boxes as parts of their pictures, of (n, 2) or (1, 2) sizes."""
    ratios: FloatArray = boxes_xyxy / np.concatenate([sizes_wh, sizes_wh], axis=1)
    return ratios


def _all_missing(faces: Sequence[PendingFace], reason: GapReason) -> _Seen:
    return _Seen((), tuple(Gap(one.number, reason) for one in faces))


def _counted(seen: _Seen) -> Reembedded:
    by_proxy = sum(one.from_proxy for one in seen.made)
    return Reembedded(len(seen.made), by_proxy, len(seen.gaps))
