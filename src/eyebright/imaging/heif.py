"""HEIC and other HEIF files with pictures coded as HEVC, as phones make them.

libheif decodes, through pi-heif. What is decided here:

- The decoder gets a copy of the file with nothing in it but the picture. A coded part that is
  larger than the file states is refused by the decoder.
- The file's own turns are applied, and nothing that Exif says of orientation: the standard has it
  so, and phones say the same thing twice.
- Ten and twelve bits become eight. Gain maps, depth maps, thumbnails and further pictures are left
  alone; alpha is laid over white.
"""

from __future__ import annotations

import struct

import numpy as np
from pi_heif.heif import HeifFile

from eyebright.errors import ImageTooLarge
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.decode import ImageLimits, check_size, over_white, reduction_for, shrunk
from eyebright.imaging.headers import invalid
from eyebright.imaging.heif_boxes import Tables, bytes_of, read_tables
from eyebright.imaging.heif_plain import PlainHeif, heif_orientation, read_plain

_ERRORS = (OSError, ValueError, EOFError, SyntaxError, RuntimeError, IndexError, KeyError)
"""What pi-heif raises for files that it cannot decode."""
_SPARE = 3
"""How much more may be coded than the largest picture may have: a picture and its tiles are both
counted, and their rims."""
_CHANNELS = {"L": 1, "LA": 2, "La": 2, "RGB": 3, "RGBA": 4, "RGBa": 4}
_XMP_TYPE = b"application/rdf+xml"


def decode_heif(
    data: bytes, *, limits: ImageLimits, longest_side: int | None
) -> tuple[ByteArray, tuple[int, int]]:
    """Upright (height, width, 3) RGB, smaller as `decode_image` says, and the full size.

    Raises InvalidImage, ImageTooLarge or ImageTooSmall.
    """
    heif = read_plain(data)
    _check_parts(heif, limits)
    try:
        file = HeifFile(heif.plain)  # type: ignore[no-untyped-call]
        picture = file[file.primary_index]
        check_size(picture.size, limits)
        # a view of the decoder's memory, which goes with `picture`
        samples = np.frombuffer(picture.data, np.uint8)
        size_wh: tuple[int, int] = picture.size
        samples = samples.reshape(size_wh[1], size_wh[0], _CHANNELS[picture.mode])
        by = reduction_for(size_wh, longest_side)
        pixels = _rgb(shrunk(samples, by) if by > 1 else samples, picture.mode)
    except _ERRORS as error:
        raise invalid("the HEIF cannot be decoded") from error
    return pixels, size_wh


def heif_exif(data: bytes) -> tuple[bytes, int]:
    """The Exif of the picture from its byte order on, or nothing, and the orientation, 1-8, that
    the picture has. Raises InvalidImage."""
    tables = read_tables(data)
    said = _said(tables, data, b"Exif") or bytes(4)
    (skipped,) = struct.unpack_from(">I", said.ljust(4, b"\0"))  # for some it is "Exif\0\0"
    return said[4 + skipped :], heif_orientation(tables)


def heif_packet(data: bytes) -> bytes | None:
    """The XMP packet of the picture. Raises InvalidImage."""
    return _said(read_tables(data), data, b"mime", _XMP_TYPE)


def _said(tables: Tables, data: bytes, kind: bytes, content_type: bytes = b"") -> bytes | None:
    """What the first item of a kind holds that says something of the picture."""
    for item in tables.items.values():
        if item.is_of(kind, content_type) and tables.primary in item.describes:
            return bytes_of(item, tables, data)
    return None


def _check_parts(heif: PlainHeif, limits: ImageLimits) -> None:
    if heif.largest > limits.max_pixels or heif.coded > _SPARE * limits.max_pixels:
        raise ImageTooLarge(
            f"The image has parts of {max(heif.largest, heif.coded)} pixels, over the limit of "
            f"{limits.max_pixels} pixels in all; send it smaller."
        )


def _rgb(samples: ByteArray, mode: str) -> ByteArray:
    """A copy of its own. samples: (height, width, channels)."""
    samples = samples.reshape(*samples.shape[:2], -1)  # a shrunk grey one has lost its last axis
    colours = samples[..., :-1] if mode[-1] in "Aa" else samples
    if colours.shape[2] == 1:
        colours = np.repeat(colours, 3, axis=2)
    if mode[-1] == "A":
        return over_white(np.concatenate((colours, samples[..., -1:]), axis=2))
    if mode[-1] == "a":  # the colours were multiplied by alpha already
        return colours + np.minimum(255 - samples[..., -1:], 255 - colours)
    return np.array(colours)
