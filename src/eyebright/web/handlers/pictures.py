"""Pictures and films of assets, for the account that is signed in and nobody else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from eyebright.errors import InvalidInput, NotFound
from eyebright.imaging.encode import encode_jpeg
from eyebright.imaging.formats import decode_picture, picture_format
from eyebright.library.blobs import BlobKind
from eyebright.library.pictures import PROXY_PX, THUMBNAIL_PX
from eyebright.library.values import Asset, AssetId, Library, Media
from eyebright.sources.kinds import HEAD_BYTES, kind_of
from eyebright.web.answers import Answer, Asked
from eyebright.web.door import WebDoor
from eyebright.web.handlers.shelf import asset_id_of, asset_of, face_id_of, library_of, named
from eyebright.web.pages import is_known
from eyebright.web.parameters import Parameter
from eyebright.web.pictures import (
    LONGEST_CROP_PX,
    Cut,
    cut_picture,
    face_picture,
    kept_picture,
)
from eyebright.web.ranges import FilePart, wanted_range
from eyebright.web.security import quoted_file_name

JPEG = "image/jpeg"
CACHED = "private, max-age=3600"
"""In the browser of who may see it, and not in a proxy; signing out empties that."""
SIZES = {"thumb": BlobKind.THUMBNAIL, "proxy": BlobKind.PROXY}
FRAME_SIDES_PX = {"thumb": THUMBNAIL_PX, "proxy": PROXY_PX}
LONGEST_FILM_MS = 24 * 3600 * 1000
AT = Parameter("at", "Of a film: the frame of this moment, in milliseconds", "whole")
KEPT = ("faces", "clear")
GRAVITIES = ("centre", "top", "bottom", "left", "right")
_SHOWN = {"JPEG": JPEG, "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
"""Originals that every browser shows as they are."""
_FILMS = {"MP4": "video/mp4", "Matroska": "video/webm", "Ogg": "video/ogg"}
CROP_PARAMETERS: tuple[Parameter, ...] = (
    Parameter("width", f"Pixels, 1 to {LONGEST_CROP_PX}", "whole"),
    Parameter("height", f"Pixels, 1 to {LONGEST_CROP_PX}", "whole"),
    Parameter("keep", "faces: centred on them; clear: touching none", choices=("", *KEPT)),
    Parameter("gravity", "Where it is drawn to when there is no face", choices=GRAVITIES),
)


def picture(door: WebDoor, asked: Asked) -> Answer:
    """thumb: 320 px at its longer side; proxy: 1280 px; full: the original. Of films a frame: that
    of the moment `at`, or one that shows something."""
    size = asked.query.choice("size", (*SIZES, "full"), default="thumb")
    said = asked.query.text("at")
    at_ms = asked.query.whole("at", 0, low=0, high=LONGEST_FILM_MS) if said else None
    library, asset = asset_of(door, asked)
    etag = _etag(asset, size if at_ms is None else f"{size} {at_ms}")
    if is_known(etag, asked.headers):
        return _unchanged(etag)
    if at_ms is not None:
        side = FRAME_SIDES_PX.get(size)
        return _jpeg(door.library.frames.picture(library, asset, at_ms, longest_px=side), etag)
    if size == "full" and asset.media is Media.IMAGE:
        return _original(door, library, asset, etag)
    kind = SIZES.get(size, BlobKind.PROXY)
    return _jpeg(kept_picture(door.library, library, asset, kind), etag)


def face(door: WebDoor, asked: Asked) -> Answer:
    library = library_of(door, asked)
    detail = door.library.assets.detail(library, asset_id_of(asked))
    face_id = face_id_of(asked)
    etag = _etag(detail.asset, f"face {face_id}")
    if is_known(etag, asked.headers):
        return _unchanged(etag)
    if detail.asset.media is Media.VIDEO:
        return _jpeg(door.library.frames.face(library, detail, face_id), etag)
    return _jpeg(face_picture(door.library, library, detail, face_id=face_id), etag)


def crop(door: WebDoor, asked: Asked) -> Answer:
    """A part in the shape that is asked for: with the faces in it, or with room for a title."""
    said = asked.query
    cut = Cut(
        (
            said.whole("width", 0, low=1, high=LONGEST_CROP_PX),
            said.whole("height", 0, low=1, high=LONGEST_CROP_PX),
        ),
        keep=said.choice("keep", ("", *KEPT), default=""),
        gravity=said.choice("gravity", GRAVITIES, default="centre"),
    )
    if 0 in cut.size_wh:
        raise InvalidInput("Say width and height in pixels.")
    library = library_of(door, asked)
    detail = door.library.assets.detail(library, asset_id_of(asked))
    etag = _etag(detail.asset, f"{cut} {detail.asset.revision}")
    if is_known(etag, asked.headers):
        return _unchanged(etag)
    return _jpeg(cut_picture(door.library, library, detail, cut), etag)


def video(door: WebDoor, asked: Asked) -> Answer:
    """The film as it lies, whole or the part that is asked for."""
    library, asset = asset_of(door, asked)
    if asset.media is not Media.VIDEO:
        raise NotFound("The asset is no film.")
    etag = _etag(asset, "video")
    if is_known(etag, asked.headers):
        return _unchanged(etag)
    ranged = asked.headers.get("range") if _range_holds(etag, asked) else None
    part = wanted_range(ranged, asset.byte_count)
    opened = door.library.originals.open(library, asset)
    kind = _FILMS.get(kind_of(opened.file.read(HEAD_BYTES)).format, "application/octet-stream")
    first, last = part or (0, opened.size - 1)
    headers = [
        *_headers(etag),
        ("Accept-Ranges", "bytes"),
        ("Content-Disposition", quoted_file_name(named(door, library, [asset])[asset.number])),
    ]
    if part:
        headers.append(("Content-Range", f"bytes {first}-{last}/{opened.size}"))
    body = FilePart(opened.file, first, last)
    return Answer(206 if part else 200, body, kind, headers, length=last - first + 1)


def _original(door: WebDoor, library: Library, asset: Asset, etag: str) -> Answer:
    content = door.library.originals.read(library, asset)
    kind = _SHOWN.get(picture_format(content) or "")
    name = named(door, library, [asset])[asset.number]
    headers = [*_headers(etag), ("Content-Disposition", quoted_file_name(name))]
    if kind is None:
        content, kind = encode_jpeg(decode_picture(content).pixels), JPEG
    return Answer(200, content, kind, headers)


def _range_holds(etag: str, asked: Asked) -> bool:
    """If-Range: the part is wanted only of the version that the client has begun with."""
    condition = asked.headers.get("if-range")
    return condition is None or condition == etag


def _etag(asset: Asset, what: str) -> str:
    said = f"{asset.content_sha256} {what} {AssetId(asset.asset_id)}"
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:24]}"'


def _jpeg(content: bytes, etag: str) -> Answer:
    return Answer(200, content, JPEG, _headers(etag))


def _unchanged(etag: str) -> Answer:
    return Answer(304, content_type="", headers=_headers(etag))


def _headers(etag: str) -> Sequence[tuple[str, str]]:
    return [("ETag", etag), ("Cache-Control", CACHED), ("Vary", "Cookie")]
