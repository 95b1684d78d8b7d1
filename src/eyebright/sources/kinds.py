"""What a file is that is no picture, by how it begins: a film, a picture that cannot be read, or
neither. Pictures that can be read are told by `imaging`. Names are believed only where they say
that it is neither.

Sources: the formats' own specifications (ISO/IEC 14496-12 for `ftyp`, RFC 8794 for EBML, ISO/IEC
13818-1 for transport streams).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

KINDS_VERSION = 2
"""Another one when files can be used that could not be: then those are looked at again. 2: HEIC."""
HEAD_BYTES = 4096
"""Enough to tell every kind."""
MediaName = Literal["video"]
_TRANSPORT_PACKET, _SYNC = 188, 0x47

_OTHER_SUFFIXES = frozenset(
    b".txt .md .html .htm .css .js .ts .json .jsonl .xml .xmp .aae .csv .tsv .yaml .yml .toml .ini "
    b".log .pdf .doc .docx .xls .xlsx .ppt .pptx .odt .zip .gz .bz2 .xz .zst .7z .rar .tar .db "
    b".sqlite .py .c .h .go .rs .java .sh .mp3 .wav .flac .aac .m4a .srt .vtt .exe .dll .so".split()
)
_RAW_SUFFIXES = frozenset(
    b".3fr .arw .cr2 .cr3 .crw .dcr .dng .erf .iiq .kdc .mef .mos .mrw .nef .nrw .orf .pef .raf "
    b".raw .rw2 .rwl .sr2 .srf .srw .x3f".split()
)
"""Many begin like a TIFF and hold a small preview where a TIFF has its picture."""
_STARTS: tuple[tuple[bytes, MediaName | None, str], ...] = (
    (b"\x1a\x45\xdf\xa3", "video", "Matroska"),
    (b"FLV\x01", "video", "FLV"),
    (b"OggS", "video", "Ogg"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video", "Windows Media"),
    (b"\x00\x00\x01\xba", "video", "MPEG"),
    (b"\x00\x00\x01\xb3", "video", "MPEG"),
    (b"\xff\x0a", None, "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", None, "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", None, "JPEG 2000"),
    (b"8BPS", None, "Photoshop"),
)
_PICTURE_BRANDS = frozenset(
    b"mif1 mif2 mif3 msf1 miaf heic heix heim heis hevc hevx hevm hevs avif avis".split()
)
_RAW_BRAND = b"crx "


@dataclass(frozen=True, slots=True)
class FileKind:
    """media: None for what cannot be used; then `reason` says why, else it is empty."""

    media: MediaName | None
    format: str
    reason: str


RAW_REASON = "camera raw files cannot be read; save them as JPEG"
NEITHER = FileKind(None, "", "neither a picture nor a film")
EMPTY = FileKind(None, "", "the file is empty")


def reason_by_name(path: bytes) -> str:
    """Why a file need not be opened, by its name; "" if it may be a picture or a film."""
    dot = path.rfind(b".")
    suffix = path[dot:].lower() if dot >= 0 else b""
    if suffix in _RAW_SUFFIXES:
        return RAW_REASON
    return "neither a picture nor a film, by its name" if suffix in _OTHER_SUFFIXES else ""


def kind_of(head: bytes) -> FileKind:
    """The kind of a file. head: its first `HEAD_BYTES` bytes, or all of them."""
    if not head:
        return EMPTY
    for start, media, name in _STARTS:
        if head.startswith(start):
            return _kind(media, name)
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12])
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip"):
        return _kind("video", "QuickTime")
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return _kind("video", "AVI")
    if _is_transport_stream(head):
        return _kind("video", "MPEG transport stream")
    return NEITHER


def _of_brand(brand: bytes) -> FileKind:
    if brand in _PICTURE_BRANDS:
        reason = "HEIF pictures can be read if they are HEVC or AV1; save others as JPEG"
        return FileKind(None, "HEIF", reason)
    return FileKind(None, "raw", RAW_REASON) if brand == _RAW_BRAND else _kind("video", "MP4")


def _kind(media: MediaName | None, name: str) -> FileKind:
    return FileKind(
        media, name, "" if media else f"{name} pictures cannot be read; save them as JPEG"
    )


def _is_transport_stream(head: bytes) -> bool:
    first = head[: 4 * _TRANSPORT_PACKET : _TRANSPORT_PACKET]
    return len(first) >= 3 and all(byte == _SYNC for byte in first)
