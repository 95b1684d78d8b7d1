"""Pictures of assets as pages show them: small ones as they are kept, parts made on request."""

from __future__ import annotations

from dataclasses import dataclass

from eyebright.errors import NotFound
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.crops import resize
from eyebright.imaging.decode import ImageLimits, decode_image
from eyebright.imaging.encode import encode_jpeg
from eyebright.imaging.formats import decode_picture
from eyebright.library.blobs import BlobKind
from eyebright.library.framing import Box, clear_of_faces, face_crop, frame_faces
from eyebright.library.values import Asset, AssetDetail, FacesFound, Library, Media
from eyebright.web.library import LibraryRooms
from eyebright.web.shapes.assets import frame_of

FACE_SIDE_PX = 256
_KEPT = ImageLimits(min_side_px=1)
LONGEST_CROP_PX = 4096


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of the given size that is asked for. keep: "faces" in it, "clear" of faces, or "" for
    the middle of `gravity`."""

    size_wh: tuple[int, int]
    keep: str = ""
    gravity: str = "centre"


def kept_picture(rooms: LibraryRooms, library: Library, asset: Asset, kind: BlobKind) -> bytes:
    """A JPEG that the library keeps. Raises NotFound while there is none."""
    found = rooms.blobs.get(library, asset.asset_id, kind)
    if found is None:
        raise NotFound("There is no picture of this asset yet.")
    return found


def face_picture(
    rooms: LibraryRooms, library: Library, detail: AssetDetail, *, face_id: str
) -> bytes:
    """A square JPEG of one face. Raises NotFound."""
    found = detail.found.get("faces")
    faces = found.faces if isinstance(found, FacesFound) else ()
    box = next((face.box_xyxy for face in faces if face.face_id == face_id), None)
    if box is None:
        raise NotFound("The asset has no such face.")
    frame = frame_of(detail)
    part = face_crop(frame, box)
    pixels = _part(rooms, library, detail, part, least_px=FACE_SIDE_PX)
    side = min(FACE_SIDE_PX, pixels.shape[0])
    return encode_jpeg(resize(pixels, (side, side)), quality=88)


def cut_picture(rooms: LibraryRooms, library: Library, detail: AssetDetail, cut: Cut) -> bytes:
    """A JPEG of the size that was asked for. Raises NotFound when no part is clear of faces."""
    frame = frame_of(detail)
    width, height = cut.size_wh
    part = _chosen(frame, detail, cut, aspect=width / height)
    pixels = _part(rooms, library, detail, part, least_px=max(width, height))
    return encode_jpeg(resize(pixels, cut.size_wh), quality=88)


def _chosen(frame: tuple[int, int], detail: AssetDetail, cut: Cut, *, aspect: float) -> Box:
    found = detail.found.get("faces")
    faces = [face.box_xyxy for face in found.faces] if isinstance(found, FacesFound) else []
    if cut.keep == "clear":
        part = clear_of_faces(frame, faces, aspect=aspect)
        if part is None:
            raise NotFound("No part of this shape is clear of faces.")
        return part
    focus = _focus(frame, cut.gravity)
    return frame_faces(frame, faces if cut.keep == "faces" else [], aspect=aspect, focus=focus)


def _focus(frame: tuple[int, int], gravity: str) -> Box:
    """A point at the side that the part is drawn to."""
    width, height = frame
    x = {"left": 0.0, "right": float(width)}.get(gravity, width / 2)
    y = {"top": 0.0, "bottom": float(height)}.get(gravity, height / 2)
    return (x, y, x, y)


def _part(
    rooms: LibraryRooms, library: Library, detail: AssetDetail, part: Box, *, least_px: int
) -> ByteArray:
    """(h, w, 3) of a part of the analysed frame: from the kept picture if that has so many pixels
    at the part's longer side, else from the original."""
    frame = frame_of(detail)
    proxy = decode_image(kept_picture(rooms, library, detail.asset, BlobKind.PROXY), limits=_KEPT)
    share = max((part[2] - part[0]) / frame[0], (part[3] - part[1]) / frame[1])
    pixels = proxy.pixels
    smaller = max(proxy.size_wh) < max(detail.asset.size_wh)
    if share * max(proxy.size_wh) < least_px and smaller and detail.asset.media is Media.IMAGE:
        pixels = decode_picture(rooms.originals.read(library, detail.asset)).pixels
    across, down = pixels.shape[1] / frame[0], pixels.shape[0] / frame[1]
    left, right = round(part[0] * across), max(round(part[2] * across), round(part[0] * across) + 1)
    top, bottom = round(part[1] * down), max(round(part[3] * down), round(part[1] * down) + 1)
    return pixels[top:bottom, left:right]
