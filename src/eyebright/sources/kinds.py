"""What a file is that is no picture, by how it begins: a film, a picture that cannot be read, or
neither. Pictures that can be read are told by `imaging`. Names are believed only where they say
that it is neither.

Sources: the formats' own specifications (ISO/IEC 14496-12 for `ftyp`, RFC 8794 for EBML, ISO/IEC
13818-1 for transport streams).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HEAD_BYTES = 4096
"""Enough to tell every kind."""
MediaName = Literal["video"]
_TRANSPORT_PACKET, _SYNC = 188, 0x47

_OTHER_SUFFIXES = frozenset(
    b".txt .md .html .htm .css .js .ts .json .jsonl .xml .xmp .aae .csv .tsv .yaml .yml .toml .ini "
    b".log .pdf .doc .docx .xls .xlsx .ppt .pptx .odt .zip .gz .bz2 .xz .zst .7z .rar .tar .db "
    b".sqlite .py .c .h .go .rs .java .sh .mp3 .wav .flac .aac .m4a .srt .vtt .exe .dll .so".split()
)
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
_PICTURE_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1"})


@dataclass(frozen=True, slots=True)
class FileKind:
    """media: None for what cannot be used; then `reason` says why, else it is empty."""

    media: MediaName | None
    format: str
    reason: str


NEITHER = FileKind(None, "", "neither a picture nor a film")
EMPTY = FileKind(None, "", "the file is empty")


def named_otherwise(path: bytes) -> bool:
    """Whether a file need not be opened, by its name."""
    dot = path.rfind(b".")
    return dot >= 0 and path[dot:].lower() in _OTHER_SUFFIXES


def kind_of(head: bytes) -> FileKind:
    """The kind of a file. head: its first `HEAD_BYTES` bytes, or all of them."""
    if not head:
        return EMPTY
    for start, media, name in _STARTS:
        if head.startswith(start):
            return _kind(media, name)
    if head[4:8] == b"ftyp":
        picture = head[8:12] in _PICTURE_BRANDS
        return _kind(None, "HEIF") if picture else _kind("video", "MP4")
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip"):
        return _kind("video", "QuickTime")
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return _kind("video", "AVI")
    if _is_transport_stream(head):
        return _kind("video", "MPEG transport stream")
    return NEITHER


def _kind(media: MediaName | None, name: str) -> FileKind:
    return FileKind(
        media, name, "" if media else f"{name} pictures cannot be read; save them as JPEG"
    )


def _is_transport_stream(head: bytes) -> bool:
    first = head[: 4 * _TRANSPORT_PACKET : _TRANSPORT_PACKET]
    return len(first) >= 3 and all(byte == _SYNC for byte in first)
