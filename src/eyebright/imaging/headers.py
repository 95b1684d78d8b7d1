"""What a JPEG or PNG file says of itself, read before any pixel is decoded.

The readers walk the file's segments, take from them what decoding needs, and write a plain copy
of the file without the rest: text, profiles, previews, animation frames, maker notes. So whatever
hides in those never reaches a decoder, and a decoder's opinion of them never spoils a picture.

Sources: ITU-T T.81 annex B (JPEG), T.872 (Adobe's segment), PNG third edition, Exif 2.32 4.5.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from eyebright.errors import InvalidImage
from eyebright.imaging.image import ImageFormat

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
JPEG_MAGIC = b"\xff\xd8\xff"

MAX_JPEG_SEGMENTS = 4_000
"""Ahead of the first scan; real files have under a hundred."""
MAX_JPEG_SCANS = 50
"""A progressive file has about ten, and each costs a pass over the whole picture."""
MAX_PNG_CHUNKS = 65_536
"""A file of 15 MB in the smallest usual chunks (4 kB) has under 4,000."""

_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE_MARKERS = frozenset(range(0xD0, 0xD9)) | {0x01}  # no length follows
_START_OF_SCAN, _END_OF_IMAGE, _EXIF, _COMMENT = 0xDA, 0xD9, 0xE1, 0xFE
_KEPT_APPLICATION_MARKERS = frozenset({0xE0, 0xEE})  # JFIF and Adobe decide the colour space
_PNG_COLOUR_TYPE, _PNG_PALETTE = 25, 3  # where it is stated, and the value with a palette
_KEPT_CHUNKS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


@dataclass(frozen=True, slots=True)
class Header:
    """A picture file, before decoding.

    size_wh: width and height as stored, before any rotation.
    orientation: Exif orientation 1-8; always 1 for PNG.
    plain: the file again, reduced to what decides the pixels of the first frame.
    """

    format: ImageFormat
    size_wh: tuple[int, int]
    orientation: int
    plain: bytes


def read_header(data: bytes) -> Header:
    """The header of a JPEG or PNG, told apart by content.

    Raises InvalidImage for anything else, and for files whose structure is broken or cut off.
    """
    if data.startswith(JPEG_MAGIC):
        return _read_jpeg(data)
    if data.startswith(PNG_MAGIC):
        return _read_png(data)
    raise invalid("the bytes are neither a JPEG nor a PNG")


def invalid(why: str) -> InvalidImage:
    """The error of all unusable files. What clients of the service know it by, their door says."""
    return InvalidImage(f"The image cannot be read: {why}.")


def _read_jpeg(data: bytes) -> Header:
    size_wh: tuple[int, int] | None = None
    orientation: int | None = None
    kept = [data[:2]]
    at = 2
    for _ in range(MAX_JPEG_SEGMENTS):
        marker, at = _next_marker(data, at)
        if marker in _BARE_MARKERS:
            continue
        segment = _jpeg_segment(data, at)
        if marker == _START_OF_SCAN:
            if size_wh is None:
                raise invalid("the JPEG has no frame")
            kept.append(_scans(data[at - 2 :]))
            return Header("JPEG", size_wh, orientation or 1, b"".join(kept))
        if marker in _FRAME_MARKERS:
            size_wh = _jpeg_frame_size(segment, size_wh)
        elif marker == _EXIF and orientation is None:
            orientation = exif_orientation(segment)
        if _is_kept(marker):
            kept += [bytes((0xFF, marker)), data[at : at + 2], segment]
        at += 2 + len(segment)
    raise invalid(f"the JPEG has over {MAX_JPEG_SEGMENTS} segments before its picture")


def _is_kept(marker: int) -> bool:
    application = 0xE0 <= marker <= 0xEF or marker == _COMMENT
    return not application or marker in _KEPT_APPLICATION_MARKERS


def _next_marker(data: bytes, at: int) -> tuple[int, int]:
    """The next marker's code and the offset behind it; stray bytes are skipped as decoders do."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise invalid("the JPEG ends before its picture")
        code = data[at + 1]
        if code == _END_OF_IMAGE:
            raise invalid("the JPEG ends before its picture")
        if code not in (0x00, 0xFF):
            return code, at + 2
        at += 1


def _jpeg_segment(data: bytes, at: int) -> bytes:
    """The payload of the segment whose length field is at this offset."""
    length = int.from_bytes(data[at : at + 2], "big")
    segment = data[at + 2 : at + length]
    if length < 2 or len(segment) != length - 2:
        raise invalid("a segment of the JPEG is cut off")
    return segment


def _jpeg_frame_size(segment: bytes, known: tuple[int, int] | None) -> tuple[int, int]:
    if known is not None:
        raise invalid("the JPEG states its size twice")
    if len(segment) < 6:
        raise invalid("the JPEG's frame is cut off")
    _precision, height, width = struct.unpack_from(">BHH", segment)
    if not (width and height):
        raise invalid("the JPEG does not state its size")
    return width, height


def _scans(tail: bytes) -> bytes:
    """The compressed picture, when it has an end and a sane number of scans."""
    end = tail.find(b"\xff\xd9")  # coded data never holds these two bytes
    if end < 0:
        raise invalid("the JPEG is cut off")
    if tail.count(b"\xff\xda", 0, end) > MAX_JPEG_SCANS:
        raise invalid(f"the JPEG has over {MAX_JPEG_SCANS} scans")
    return tail


def exif_orientation(segment: bytes) -> int | None:
    """Orientation 1-8 of an APP1 payload; None when it is not Exif, 1 when it is broken."""
    if not segment.startswith(b"Exif\x00"):
        return None
    tiff = segment[6:]
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return 1
    (directory,) = struct.unpack_from(order + "I", tiff, 4)
    if directory + 2 > len(tiff):
        return 1
    (count,) = struct.unpack_from(order + "H", tiff, directory)
    for entry in range(directory + 2, min(directory + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, _values, value = struct.unpack_from(order + "HHIH", tiff, entry)
        if tag == 0x0112:
            return value if kind == 3 and 1 <= value <= 8 else 1
    return 1


def _read_png(data: bytes) -> Header:
    kept = [PNG_MAGIC]
    seen: set[bytes] = set()
    size_wh: tuple[int, int] | None = None
    at = len(PNG_MAGIC)
    for _ in range(MAX_PNG_CHUNKS):
        length, kind = _png_chunk(data, at)
        if size_wh is None:
            if kind != b"IHDR" or length != 13:
                raise invalid("the PNG does not begin with its header")
            size_wh = _png_size(data[at + 8 : at + 16])
        elif kind == b"IHDR":
            raise invalid("the PNG states its size twice")
        if kind in _KEPT_CHUNKS:
            kept.append(data[at : at + 12 + length])
            seen.add(kind)
        if kind == b"IEND":
            if data[_PNG_COLOUR_TYPE] == _PNG_PALETTE and b"PLTE" not in seen:
                raise invalid("the PNG has no palette")
            return Header("PNG", size_wh, 1, b"".join(kept))
        at += 12 + length
    raise invalid(f"the PNG has over {MAX_PNG_CHUNKS} chunks")


def _png_chunk(data: bytes, at: int) -> tuple[int, bytes]:
    """Length and name of the chunk at this offset, which is there as a whole."""
    if at + 12 > len(data):
        raise invalid("the PNG is cut off")
    length, kind = struct.unpack_from(">I4s", data, at)
    if at + 12 + length > len(data):
        raise invalid("the PNG is cut off")
    return length, kind


def _png_size(payload: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", payload)
    if not (width and height):
        raise invalid("the PNG does not state its size")
    return width, height
