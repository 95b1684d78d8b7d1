"""Files beside pictures that hold their XMP: what they are called, and whose they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TypeAlias

_SUFFIX = b".xmp"
_PICTURES = (
    b".jpg .jpeg .png .webp .gif .tif .tiff .bmp .avif .heic .heif .dng .cr2 .cr3 .nef .arw .raf "
    b".orf .rw2"
).split()


Lookup: TypeAlias = Callable[[Sequence[bytes]], list[bytes]]
"""Which of some paths of one folder are files. A folder may hold a hundred thousand photos, so it
is asked for few names rather than listed for each."""


class SidecarStyle(StrEnum):
    """APPENDED: photo.jpg.xmp, as digiKam and darktable do. REPLACED: photo.xmp, as Lightroom."""

    APPENDED = "appended"
    REPLACED = "replaced"


def sidecar_of(path: bytes, style: SidecarStyle) -> bytes:
    """Where a picture's sidecar lies."""
    return (path if style is SidecarStyle.APPENDED else _stem(path)) + _SUFFIX


def sidecars_to_read(path: bytes, there: Lookup) -> list[bytes]:
    """Those that are there, the surest first. One that other pictures might have too, as photo.xmp
    of photo.jpg and photo.png, is nobody's."""
    stems = [path]
    if not others_of_stem(path, there):
        stems.append(_stem(path))
    wanted = [stem + suffix for stem in stems for suffix in (_SUFFIX, _SUFFIX.upper())]
    return there(list(dict.fromkeys(wanted)))


def others_of_stem(path: bytes, there: Lookup) -> list[bytes]:
    """Other pictures of a folder that are called the same but for what is behind the dot."""
    stem = _stem(path)
    wanted = [stem + spelt for one in _PICTURES for spelt in (one, one.upper())]
    return there([one for one in wanted if one.lower() != path.lower()])


def _stem(path: bytes) -> bytes:
    ending = _ending(path)
    return path[: len(path) - len(ending)] if ending else path


def _ending(path: bytes) -> bytes:
    name = path.rpartition(b"/")[2]
    dot = name.rfind(b".")
    return name[dot:].lower() if dot > 0 else b""
