"""Files beside pictures that hold their XMP: what they are called, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

_SUFFIX = b".xmp"
_PICTURES = frozenset(
    b".jpg .jpeg .png .webp .gif .tif .tiff .bmp .avif .heic .heif .dng .cr2 .cr3 .nef .arw .raf "
    b".orf .rw2".split()
)


class SidecarStyle(StrEnum):
    """APPENDED: photo.jpg.xmp, as digiKam and darktable do. REPLACED: photo.xmp, as Lightroom."""

    APPENDED = "appended"
    REPLACED = "replaced"


def sidecar_of(path: bytes, style: SidecarStyle) -> bytes:
    """Where a picture's sidecar lies."""
    return (path if style is SidecarStyle.APPENDED else _stem(path)) + _SUFFIX


def sidecars_to_read(path: bytes, names: Sequence[bytes]) -> list[bytes]:
    """Those that are there, the surest first. names: all that lies in the picture's folder. One
    that other pictures might have too, as photo.xmp of photo.jpg and photo.png, is nobody's."""
    folder, slash, name = path.rpartition(b"/")
    wanted = [name + _SUFFIX]
    if not others_of_stem(name, names):
        wanted.append(_stem(name) + _SUFFIX)
    by_lower = {one.lower(): one for one in reversed(names)}
    found = [by_lower[one.lower()] for one in wanted if one.lower() in by_lower]
    return [folder + slash + one for one in dict.fromkeys(found)]


def others_of_stem(name: bytes, names: Sequence[bytes]) -> list[bytes]:
    """Other pictures of a folder that are called the same but for what is behind the dot."""
    stem = _stem(name).lower()
    return [
        one
        for one in names
        if one != name and _stem(one).lower() == stem and _ending(one) in _PICTURES
    ]


def _stem(path: bytes) -> bytes:
    ending = _ending(path)
    return path[: len(path) - len(ending)] if ending else path


def _ending(path: bytes) -> bytes:
    name = path.rpartition(b"/")[2]
    dot = name.rfind(b".")
    return name[dot:].lower() if dot > 0 else b""
