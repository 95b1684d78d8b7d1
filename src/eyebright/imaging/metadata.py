"""What a picture file says of how it was taken. Where it was taken is not read."""

from __future__ import annotations

import io
import re
import struct
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from PIL import Image as PillowImages

from eyebright.errors import InvalidImage
from eyebright.imaging.heif import heif_exif
from eyebright.imaging.heif_boxes import is_heif

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")
_ORIENTATION, _MAKE, _MODEL, _CHANGED = 0x0112, 0x010F, 0x0110, 0x0132
_EXIF_DIRECTORY, _TAKEN, _TAKEN_OFFSET = 0x8769, 0x9003, 0x9011
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    OverflowError,
    ZeroDivisionError,
    struct.error,
    PillowImages.DecompressionBombError,
    PillowImages.DecompressionBombWarning,
)
"""What Pillow raises for metadata that make no sense."""
_MOMENT = re.compile(r"(\d{4}):(\d\d):(\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
_EXIF_MARK = b"Exif\0\0"
_LONGEST = 100
"""Characters of a camera's name."""


@dataclass(frozen=True, slots=True)
class Taken:
    """orientation: 1-8, 1 for upright. at: None if the file does not say; taken as UTC if it does
    not say where that clock was. camera: make and model, or empty."""

    orientation: int = 1
    at: datetime | None = None
    camera: str = ""


def keep_quiet_about_broken_metadata() -> None:
    """Pillow prints a warning for each; what matters is said by the error. Process-wide."""
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
    warnings.filterwarnings("ignore", category=PillowImages.DecompressionBombWarning)


def read_exif(data: bytes) -> Taken:
    """What can be read; broken metadata say nothing. No pixel is decoded."""
    try:
        if is_heif(data):
            exif = PillowImages.Exif()
            said, orientation = heif_exif(data)
            exif.load(_EXIF_MARK + said)
            return _taken(exif, orientation)
        with PillowImages.open(io.BytesIO(data), formats=_FORMATS) as picture:
            exif = picture.getexif()
            return _taken(exif, exif.get(_ORIENTATION))
    except (*_BROKEN, InvalidImage):
        return Taken()


def _taken(exif: PillowImages.Exif, orientation: object) -> Taken:
    inner = exif.get_ifd(_EXIF_DIRECTORY)
    moment = _moment(inner.get(_TAKEN) or exif.get(_CHANGED), inner.get(_TAKEN_OFFSET))
    upright = orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1
    return Taken(upright, moment, _camera(exif.get(_MAKE), exif.get(_MODEL)))


def _moment(text: object, offset: object) -> datetime | None:
    found = _MOMENT.match(text) if isinstance(text, str) else None
    if found is None:
        return None
    zone = _zone(offset)
    try:
        moment = datetime(*(int(part) for part in found.groups()), tzinfo=zone)  # type: ignore[arg-type, misc]
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # a clock that was never set says 0000:00:00
        return None


def _zone(offset: object) -> timezone:
    found = _OFFSET.match(offset) if isinstance(offset, str) else None
    if found is None or int(found[2]) > 23 or int(found[3]) > 59:
        return UTC
    span = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-span if found[1] == "-" else span)


def _camera(make: object, model: object) -> str:
    parts = [_clean(part) for part in (make, model) if isinstance(part, str)]
    if len(parts) == 2 and parts[1].casefold().startswith(parts[0].casefold()):
        parts = parts[1:]
    return " ".join(part for part in parts if part)[:_LONGEST]


def _clean(text: str) -> str:
    return "".join(one for one in text.strip(" \0") if one.isprintable())
