"""The XMP packet inside a picture file: taken out, and put in without touching a pixel.

JPEG: segments APP1 (XMP specification part 3, 1.1.3). PNG: a chunk iTXt (1.1.5). WebP: a chunk
"XMP " (RFC 9649, 2.7.1.4). Whatever else a file holds is copied byte for byte. A HEIF's is only
read: everything in such a file lies where tables say that it does.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eyebright.errors import InvalidInput
from eyebright.imaging.headers import JPEG_MAGIC, PNG_MAGIC, invalid
from eyebright.imaging.heif import heif_packet
from eyebright.imaging.heif_boxes import is_heif

_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_JPEG_EXTENSION = b"http://ns.adobe.com/xmp/extension/\x00"
_JPEG_MOST = 65_535 - 2 - len(_JPEG_XMP)
"""Bytes of a packet in one segment. Longer ones would need the extension, which many readers do not
know; they are refused."""
_PNG_KEYWORD = b"XML:com.adobe.xmp"
_PNG_HEAD = _PNG_KEYWORD + b"\x00\x00\x00\x00\x00"
"""Not compressed, no language, no translated keyword."""
_WEBP_XMP, _WEBP_EXTENDED, _WEBP_XMP_FLAG = b"XMP ", b"VP8X", 0x04
_WEBP_ALPHA_FLAG = 0x10
_APP1, _START_OF_SCAN = 0xE1, 0xDA


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment or chunk: its name, what it holds, and all of its bytes."""

    name: bytes
    payload: bytes
    whole: bytes


def read_packet(data: bytes) -> bytes | None:
    """The packet of a JPEG, PNG, WebP or HEIF; None if it has none.

    Raises InvalidImage for a file that is broken before it, or is none of these.
    """
    if is_heif(data):
        return heif_packet(data)
    for part in _parts(data):
        packet = _packet_in(part)
        if packet is not None:
            return packet
    return None


def with_packet(data: bytes, packet: bytes) -> bytes:
    """The same file with this packet instead of the one it had, if any.

    Raises InvalidImage as `read_packet` does, and InvalidInput for a packet that does not fit, or a
    file whose packet goes on in extension segments, which would be lost.
    """
    if data.startswith(JPEG_MAGIC):
        return _jpeg_with(data, packet)
    if data.startswith(PNG_MAGIC):
        return _png_with(data, packet)
    return _webp_with(data, packet)


def without_packet(data: bytes) -> bytes:
    """The same file without a packet. Raises InvalidImage as `read_packet` does."""
    parts = [part for part in _parts(data) if _packet_in(part) is None]
    if data.startswith(JPEG_MAGIC):
        return data[:2] + b"".join(part.whole for part in parts)
    if data.startswith(PNG_MAGIC):
        return PNG_MAGIC + b"".join(part.whole for part in parts)
    return _webp_file([part.whole for part in _webp_flagged(parts, is_set=False)])


def is_same_but_for_packet(one: bytes, other: bytes) -> bool:
    """Whether two files hold the same of everything but the packet. Raises InvalidImage."""
    return _rest(one) == _rest(other)


def can_read(data: bytes) -> bool:
    """Whether files that begin like this may hold a packet that is found here."""
    return can_embed(data) or is_heif(data)


def can_embed(data: bytes) -> bool:
    """Whether files that begin like this take a packet here; others need one beside them."""
    return data.startswith((JPEG_MAGIC, PNG_MAGIC)) or _is_webp(data)


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _parts(data: bytes) -> Iterator[_Part]:
    if data.startswith(JPEG_MAGIC):
        return _jpeg_parts(data)
    if data.startswith(PNG_MAGIC):
        return _png_parts(data)
    if _is_webp(data):
        return _webp_parts(data)
    raise invalid("names are written into JPEG, PNG and WebP files only")


def _packet_in(part: _Part) -> bytes | None:
    if part.name == bytes((_APP1,)) and part.payload.startswith(_JPEG_XMP):
        return part.payload[len(_JPEG_XMP) :]
    if part.name == _WEBP_XMP:
        return part.payload
    if part.name == b"iTXt" and part.payload.startswith(_PNG_KEYWORD + b"\x00"):
        return _international_text(part.payload[len(_PNG_KEYWORD) + 1 :])
    return None


def _international_text(rest: bytes) -> bytes:
    """The text of an iTXt chunk behind its keyword (PNG third edition, 11.3.3.4)."""
    compressed, _method = rest[:1], rest[1:2]
    _language, _, rest = rest[2:].partition(b"\x00")
    _translated, _, text = rest.partition(b"\x00")
    if compressed != b"\x01":
        return text
    unpacker = zlib.decompressobj()
    try:
        packet = unpacker.decompress(text, 16 << 20)
    except zlib.error as error:
        raise invalid(f"its XMP packet cannot be unpacked: {error}") from error
    if unpacker.unconsumed_tail:
        raise invalid("its XMP packet unpacks to more than 16 MB")
    return packet


def _jpeg_parts(data: bytes) -> Iterator[_Part]:
    """The segments before the picture, then all the rest as one part."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # fill bytes
            at += 1
            continue
        if marker == _START_OF_SCAN:
            yield _Part(b"", b"", data[at:])
            return
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(data):
            break
        yield _Part(bytes((marker,)), data[at + 4 : end], data[at:end])
        at = end
    raise invalid("the JPEG ends before its picture")


def _jpeg_with(data: bytes, packet: bytes) -> bytes:
    if len(packet) > _JPEG_MOST:
        raise InvalidInput(
            f"An XMP packet of {len(packet)} bytes does not fit into a JPEG, which takes "
            f"{_JPEG_MOST}; write it into a file beside it."
        )
    segment = _JPEG_XMP + packet
    new = struct.pack(">BBH", 0xFF, _APP1, len(segment) + 2) + segment
    parts = list(_jpeg_parts(data))
    if any(part.payload.startswith(_JPEG_EXTENSION) for part in parts):
        raise InvalidInput(
            "The JPEG's XMP packet goes on in further segments; write names into a file beside it."
        )
    headers = 0  # JFIF and Exif come first
    while parts[headers].name in (b"\xe0", b"\xe1") and _packet_in(parts[headers]) is None:
        headers += 1
    return data[:2] + b"".join(_replaced(parts, new, otherwise_at=headers))


def _replaced(parts: Sequence[_Part], new: bytes, *, otherwise_at: int) -> list[bytes]:
    """All parts, the packet's with new bytes where it was; if there was none, at a place."""
    at = [place for place, part in enumerate(parts) if _packet_in(part) is not None]
    whole = [part.whole for place, part in enumerate(parts) if place not in at]
    whole.insert(at[0] if at else otherwise_at, new)
    return whole


def _png_parts(data: bytes) -> Iterator[_Part]:
    at = len(PNG_MAGIC)
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            break
        yield _Part(name, data[at + 8 : end - 4], data[at:end])
        at = end
        if name == b"IEND":
            if at < len(data):
                yield _Part(b"", b"", data[at:])
            return
    raise invalid("the PNG is cut off")


def _png_with(data: bytes, packet: bytes) -> bytes:
    body = b"iTXt" + _PNG_HEAD + packet
    new = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    # behind the header, if there was none
    return PNG_MAGIC + b"".join(_replaced(list(_png_parts(data)), new, otherwise_at=1))


def _webp_parts(data: bytes) -> Iterator[_Part]:
    end_of_file = min(8 + int.from_bytes(data[4:8], "little"), len(data))
    at = 12
    while at + 8 <= end_of_file:
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length + (length & 1)
        if at + 8 + length > end_of_file:
            break
        yield _Part(name, data[at + 8 : at + 8 + length], data[at:end])
        at = end
    if at < end_of_file:
        raise invalid("the WebP is cut off")


def _webp_with(data: bytes, packet: bytes) -> bytes:
    parts = _webp_flagged(list(_webp_parts(data)), is_set=True)
    new = _webp_chunk(_WEBP_XMP, packet)
    return _webp_file(_replaced(parts, new, otherwise_at=len(parts)))


def _webp_flagged(parts: Sequence[_Part], *, is_set: bool) -> list[_Part]:
    """The chunks, with a header that says whether there is a packet."""
    if not parts:
        raise invalid("the WebP holds nothing")
    first = parts[0]
    if first.name == _WEBP_EXTENDED:
        if not first.payload:
            raise invalid("the WebP's header is empty")
        kept = first.payload[0] & ~_WEBP_XMP_FLAG
        flags = kept | (_WEBP_XMP_FLAG if is_set else 0)
        whole = _webp_chunk(_WEBP_EXTENDED, bytes((flags,)) + first.payload[1:])
        return [_Part(_WEBP_EXTENDED, whole[8:], whole), *parts[1:]]
    if not is_set:
        return list(parts)
    whole = _webp_extended(first)
    return [_Part(_WEBP_EXTENDED, whole[8:], whole), *parts]


def _webp_file(chunks: Sequence[bytes]) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _rest(data: bytes) -> list[bytes]:
    """All parts but the packet, and but a WebP's header, which says that there is one."""
    skipped = (_WEBP_EXTENDED,) if _is_webp(data) else ()
    return [
        part.whole for part in _parts(data) if _packet_in(part) is None and part.name not in skipped
    ]


def _webp_chunk(name: bytes, payload: bytes) -> bytes:
    return name + struct.pack("<I", len(payload)) + payload + b"\x00" * (len(payload) & 1)


def _webp_extended(picture: _Part) -> bytes:
    """The header that a simple file lacks, with its size and whether it is see-through (RFC 9649,
    2.7.1)."""
    if picture.name == b"VP8L" and picture.payload[:1] == b"\x2f":
        (bits,) = struct.unpack_from("<I", picture.payload, 1)
        width, height, alpha = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bits >> 28 & 1
    elif picture.name == b"VP8 " and picture.payload[3:6] == b"\x9d\x01\x2a":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", picture.payload, 6))
        alpha = 0
    else:
        raise invalid("the WebP states no size")
    flags = _WEBP_XMP_FLAG | (_WEBP_ALPHA_FLAG if alpha else 0)
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return _webp_chunk(_WEBP_EXTENDED, bytes((flags, 0, 0, 0)) + sides)
