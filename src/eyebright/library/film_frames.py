"""Pictures out of films: the frame of a moment, and the faces of people who were seen in them.

Films are read where they lie, whenever somebody asks; of what was asked lately the JPEGs are kept
in memory, as others may ask for it next. Faces are kept on disk, too (`film_crops`): a page shows
dozens of them, and each would be a film opened and decoded.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from eyebright.errors import CollectionNotFound, InvalidInput, NotFound, SourceUnavailable
from eyebright.geometry.arrays import ByteArray
from eyebright.ids import FaceId
from eyebright.imaging.crops import resize
from eyebright.imaging.encode import encode_jpeg
from eyebright.library.film_crops import FilmCrops
from eyebright.library.framing import Box, face_crop
from eyebright.library.originals import Originals
from eyebright.library.values import (
    Asset,
    AssetDetail,
    Lane,
    Lanes,
    Library,
    Media,
    SeenBest,
)
from eyebright.people.faces import Faces
from eyebright.video.reader import VideoReader

FACE_SIDE_PX = 256
QUALITY = 88
MEMORY_BYTES = 24 * 2**20
AT_ONCE = 2
"""Films that are decoded at a time: a page asks for the faces of all its lanes at once."""


class FilmFrames:
    """Safe to share between threads."""

    def __init__(self, originals: Originals, faces: Faces, crops: FilmCrops) -> None:
        self._originals = originals
        self._faces = faces
        self._crops = crops
        self._lately = _Lately(MEMORY_BYTES)
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def picture(
        self, library: Library, asset: Asset, at_ms: int, *, longest_px: int | None
    ) -> bytes:
        """The frame of a moment as a JPEG. longest_px: brought down to it.

        Raises InvalidInput for a picture and for a moment outside of the film; NotFound, with the
        reason, when the film is away; InvalidVideo, VideoTooLarge."""
        _require_moment(asset, at_ms)
        return self._lately.get(
            f"{asset.asset_id} {at_ms} {longest_px}",
            lambda: encode_jpeg(
                _within(self._frame(library, asset, at_ms), longest_px), quality=QUALITY
            ),
        )

    def face(self, library: Library, detail: AssetDetail, face_id: FaceId) -> bytes:
        """A square JPEG of somebody at the moment in which they are seen best.

        Raises NotFound for a face that the film does not show or that is gone, and as `picture`."""
        best = self._best(library, detail, face_id)
        return self._lately.get(
            f"{detail.asset.asset_id} {best}",
            lambda: self._kept(library, detail.asset, face_id, best),
        )

    def tidy(self, library: Library) -> int:
        """Remove from disk what shows faces that are gone, through whichever door they went; how
        many. Raises StorageError."""
        kept = self._crops.face_ids(library)
        if not kept:
            return 0
        try:
            page = self._faces.list(
                library.scope, library.collection_id, limit=len(kept), face_ids=sorted(kept)
            )
            there = {face.face_id for face in page.items}
        except CollectionNotFound:
            there = set()
        return self._crops.drop(library, kept - there)

    def _kept(self, library: Library, asset: Asset, face_id: FaceId, best: SeenBest) -> bytes:
        """As it was cut before, or else now."""
        moment = f"{best.at_ms} {best.box_ltrb}"
        kept = self._crops.get(library, asset.asset_id, face_id, moment)
        if kept is not None:
            return kept
        made = self._cut(library, asset, best)
        self._crops.put(library, asset.asset_id, face_id, moment, content=made)
        if self._box(library, face_id) is None:  # forgotten or removed while it was cut
            self._crops.drop(library, [face_id])
        return made

    def _best(self, library: Library, detail: AssetDetail, face_id: FaceId) -> SeenBest:
        """Where the face is, by the film and by the collection: who was forgotten is in none."""
        lane = next((one for one in lanes_of(detail) if one.face_id == face_id), None)
        box = self._box(library, face_id) if lane is not None else None
        if lane is None or box is None:
            raise NotFound("The film has no such face.")
        return lane.best or SeenBest(best_moment(lane), box)

    def _box(self, library: Library, face_id: FaceId) -> Box | None:
        try:
            page = self._faces.list(
                library.scope, library.collection_id, limit=1, face_ids=[face_id]
            )
        except CollectionNotFound:
            return None
        for face in page.items:
            left, top, right, bottom = face.box_xyxy
            width, height = face.image_size_wh
            return (left / width, top / height, right / width, bottom / height)
        return None

    def _cut(self, library: Library, asset: Asset, best: SeenBest) -> bytes:
        pixels = self._frame(library, asset, best.at_ms)
        height, width = pixels.shape[:2]
        left, top, right, bottom = best.box_ltrb
        box = (left * width, top * height, right * width, bottom * height)
        x, y, x_end, _ = (max(0, round(edge)) for edge in face_crop((width, height), box))
        side = max(1, x_end - x)
        part = pixels[y : y + side, x : x + side]
        shown = min(FACE_SIDE_PX, *part.shape[:2])
        return encode_jpeg(resize(part, (shown, shown)), quality=QUALITY)

    def _frame(self, library: Library, asset: Asset, at_ms: int) -> ByteArray:
        """(h, w, 3), upright."""
        with self._turns:
            try:
                opened = self._originals.open(library, asset)
            except SourceUnavailable as error:
                raise NotFound(
                    f"The film is away, so there is no picture of this moment. {error.message}"
                ) from error
            with opened.file, VideoReader.open(opened.file) as video:
                return video.frame_at(at_ms).pixels


def lanes_of(detail: AssetDetail) -> tuple[Lane, ...]:
    """The rows of the people of a film."""
    found = detail.found.get("film-faces")
    return found.lanes if isinstance(found, Lanes) else ()


def best_moment(lane: Lane) -> int:
    """Milliseconds: when somebody is seen best."""
    if lane.best is not None:
        return lane.best.at_ms
    return max(lane.stretches, key=lambda one: one.score).best_ms if lane.stretches else 0


def _require_moment(asset: Asset, at_ms: int) -> None:
    if asset.media is not Media.VIDEO:
        raise InvalidInput("Only films have moments; this is a picture.")
    if at_ms < 0:
        raise InvalidInput("A moment of a film is 0 ms or later.")
    if asset.duration_ms is not None and at_ms > asset.duration_ms:
        raise InvalidInput(
            f"The film ends after {asset.duration_ms} ms; {at_ms} ms is past its end."
        )


def _within(pixels: ByteArray, longest_px: int | None) -> ByteArray:
    height, width = pixels.shape[:2]
    if longest_px is None or max(height, width) <= longest_px:
        return pixels
    scale = longest_px / max(height, width)
    return resize(pixels, (max(1, round(width * scale)), max(1, round(height * scale))))


class _Lately:
    """JPEGs by what they show, of those that were asked for lately."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0
        self._known: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, make: Callable[[], bytes]) -> bytes:
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        made = make()
        with self._lock:
            self._held += len(made) - len(self._known.pop(key, b""))
            self._known[key] = made
            while self._held > self._most and len(self._known) > 1:
                self._held -= len(self._known.popitem(last=False)[1])
        return made
