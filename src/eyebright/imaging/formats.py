"""Pictures of a person's own library: JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF and HEIC.

The service takes JPEG and PNG only, see `decode.py`; what is decided there holds here, too, but:
the orientation that Exif states is applied whatever the format. Of moving pictures the first one is
shown. As there, everything that can be refused by the stated size is refused before a pixel is
decoded, and the decoder is chosen by us and not by the file.
"""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Callable
from dataclasses import dataclass

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    ImageOps,
    TiffImagePlugin,
    WebPImagePlugin,
)
from PIL.ImageFile import ImageFile

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.decode import (
    DECODER_ERRORS,
    ImageLimits,
    check_bytes,
    check_size,
    decode_image,
    reduction_for,
    shrunk,
    to_rgb,
    turn_upright,
)
from eyebright.imaging.headers import JPEG_MAGIC, PNG_MAGIC, invalid
from eyebright.imaging.heif import decode_heif
from eyebright.imaging.heif_boxes import is_heif
from eyebright.imaging.image import Image, ImageFormat
from eyebright.imaging.metadata import read_exif

LIBRARY_LIMITS = ImageLimits(
    min_side_px=16, max_side_px=32_768, max_pixels=2**27, max_bytes=256 * 2**20
)
"""A photo of 100 megapixels is let in; decoded it takes 400 MB for a moment."""


def picture_format(data: bytes) -> ImageFormat | None:
    """By the first bytes; None for what is no picture that can be read here."""
    if data.startswith(JPEG_MAGIC):
        return "JPEG"
    if data.startswith(PNG_MAGIC):
        return "PNG"
    if is_heif(data):
        return "HEIF"
    return next((kind.name for kind in _KINDS if kind.begins(data)), None)


def decode_picture(
    data: bytes, *, limits: ImageLimits = LIBRARY_LIMITS, longest_side: int | None = None
) -> Image:
    """As `decode_image`, for all formats. Raises InvalidImage, ImageTooLarge or ImageTooSmall."""
    name = picture_format(data)
    if name == "JPEG":
        return decode_image(data, limits=limits, longest_side=longest_side)
    if name == "PNG":
        return _turned(decode_image(data, limits=limits, longest_side=longest_side), data)
    if name is None:
        raise invalid("the bytes are of no known picture format")
    check_bytes(data, limits)
    if name == "HEIF":
        pixels, full_wh = decode_heif(data, limits=limits, longest_side=longest_side)
    else:
        pixels, full_wh = _decode_other(name, data, limits=limits, longest_side=longest_side)
    return Image(pixels, name, hashlib.sha256(data).digest(), full_wh)


def _decode_other(
    name: ImageFormat, data: bytes, *, limits: ImageLimits, longest_side: int | None
) -> tuple[ByteArray, tuple[int, int]]:
    """Upright pixels, and the full size."""
    kind = next(kind for kind in _KINDS if kind.name == name)
    check_size(_stated(kind, data), limits)
    pixels = _decoded(kind, data, limits)
    full_wh = _size_wh(pixels)
    by = reduction_for(full_wh, longest_side)
    return shrunk(pixels, by) if by > 1 else pixels, full_wh


_ERRORS = (
    *DECODER_ERRORS,
    RuntimeError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    ZeroDivisionError,
    struct.error,
)
"""What Pillow raises for files of these formats that it cannot decode."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """begins: whether a file is of this format. size_wh: what its head states, where a decoder
    would make room for it before it can be asked; None leaves it to the decoder."""

    name: ImageFormat
    reader: Callable[[io.BytesIO], ImageFile]
    begins: Callable[[bytes], bool]
    size_wh: Callable[[bytes], tuple[int, int] | None] = lambda _data: None


def _stated(kind: _Kind, data: bytes) -> tuple[int, int]:
    """Width and height that the file states, before anything is decoded."""
    stated = kind.size_wh(data)
    if stated is not None:
        return stated
    try:
        with kind.reader(io.BytesIO(data)) as picture:
            return picture.size
    except _ERRORS as error:
        raise invalid(f"the {kind.name} cannot be read") from error


def _decoded(kind: _Kind, data: bytes, limits: ImageLimits) -> ByteArray:
    """(height, width, 3) RGB, upright."""
    try:
        with kind.reader(io.BytesIO(data)) as picture:
            check_size(picture.size, limits)
            picture.load()
            ImageOps.exif_transpose(picture, in_place=True)
            return to_rgb(picture)
    except _ERRORS as error:
        raise invalid(f"the {kind.name} cannot be decoded") from error


def _turned(image: Image, data: bytes) -> Image:
    """A PNG, turned as its Exif says."""
    orientation = read_exif(data).orientation
    if orientation == 1:
        return image
    pixels = turn_upright(image.pixels, orientation)
    width, height = image.full_size_wh
    full = (height, width) if orientation >= 5 else (width, height)
    return Image(pixels, image.format, image.content_sha256, full)


def _size_wh(pixels: ByteArray) -> tuple[int, int]:
    return int(pixels.shape[1]), int(pixels.shape[0])


def _webp_size(data: bytes) -> tuple[int, int] | None:
    """Of the first chunk (RFC 9649): the decoder makes room for the whole canvas at once."""
    chunk, body = data[12:16], data[20:30]
    if chunk == b"VP8X" and len(body) == 10:
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if chunk == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        (bits,) = struct.unpack_from("<I", body, 1)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 " and len(body) == 10 and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    raise invalid("the WEBP does not state its size")


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _is_avif(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and b"avi" in data[8 : min(int.from_bytes(data[:4], "big"), 64)]


_KINDS: tuple[_Kind, ...] = (
    _Kind("WEBP", WebPImagePlugin.WebPImageFile, _is_webp, _webp_size),
    _Kind("GIF", GifImagePlugin.GifImageFile, lambda data: data[:6] in (b"GIF87a", b"GIF89a")),
    _Kind(
        "TIFF",
        TiffImagePlugin.TiffImageFile,
        lambda data: data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    ),
    _Kind("BMP", BmpImagePlugin.BmpImageFile, lambda data: data[:2] == b"BM"),
    _Kind("AVIF", AvifImagePlugin.AvifImageFile, _is_avif),
)
