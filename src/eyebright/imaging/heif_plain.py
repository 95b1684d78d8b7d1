"""A HEIF file again, reduced to what decides the pixels of its picture.

So whatever else hides in it never reaches the decoder: metadata, profiles, thumbnails, gain and
depth maps, further pictures, properties that nobody asked for. What is left is checked first: what
it is coded as, how large each part is said to be, that all of it is there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.decode import turn_upright
from eyebright.imaging.headers import invalid
from eyebright.imaging.heif_boxes import Item, Tables, bytes_of, read_tables

MAX_PARTS = 70_000
"""Of one picture: a grid has up to 65,536 tiles."""
_DERIVED = frozenset({b"grid", b"iden", b"iovl"})
_HEVC = frozenset({b"hvc1", b"hev1"})
_KEPT = frozenset(b"hvcC ispe pixi irot imir clap auxC".split())
_ALPHA = (b"urn:mpeg:hevc:2015:auxid:1\0", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0")


@dataclass(frozen=True, slots=True)
class PlainHeif:
    """orientation: 1-8, as Exif would say how the stored picture is turned. largest, coded: pixels
    of the largest picture that has to be made on the way, and of all of them. plain: the file."""

    orientation: int
    largest: int
    coded: int
    plain: bytes


def read_plain(data: bytes) -> PlainHeif:
    """Raises InvalidImage."""
    tables = read_tables(data)
    alpha = [number for number, item in tables.items.items() if _is_alpha(item, tables.primary)]
    needed, largest, coded = _needed(tables, [tables.primary, *alpha[:1]])
    orientation = heif_orientation(tables)
    plain = _written(tables, data, needed)
    return PlainHeif(orientation, largest, coded, plain)


def heif_orientation(tables: Tables) -> int:
    """Follow the corners of a picture of four pixels through what is done to the picture."""
    upright = stored = np.arange(4, dtype=np.uint8).reshape(2, 2)
    for _, box in tables.items[tables.primary].properties:
        kind, payload = box[4:8], box[8:] or b"\0"
        if kind == b"irot":
            upright = np.rot90(upright, payload[0] & 3)
        elif kind == b"imir":
            upright = upright[:, ::-1] if payload[0] & 1 else upright[::-1]
    return next(one for one in range(1, 9) if _is_turned(stored, upright, one))


def _is_turned(stored: ByteArray, upright: ByteArray, orientation: int) -> bool:
    return np.array_equal(turn_upright(stored, orientation), upright)


def _is_alpha(item: Item, primary: int) -> bool:
    kind = item.property(b"auxC")
    return primary in item.belongs_to and kind is not None and kind[4:].startswith(_ALPHA)


def _needed(tables: Tables, roots: Iterable[int]) -> tuple[list[int], int, int]:
    """The items that the picture takes, the first first; pixels of the largest, and of all."""
    largest = coded = 0
    needed: dict[int, None] = {}
    waiting = list(roots)[::-1]
    for _ in range(MAX_PARTS):
        if not waiting:
            return list(needed), largest, coded
        number = waiting.pop()
        item = tables.items.get(number)
        if item is None:
            raise invalid("a part of the HEIF's picture is missing")
        if item.kind not in _DERIVED | _HEVC:
            coding = item.kind.decode("ascii", "replace")
            raise invalid(f"the HEIF's picture is coded as {coding!r}; save it as JPEG")
        needed[number] = None
        area = _area(item)
        largest, coded = max(largest, area), coded + area
        waiting += item.parts[::-1]
    raise invalid(f"the HEIF's picture has over {MAX_PARTS} parts")


def _area(item: Item) -> int:
    said = item.property(b"ispe")
    if said is None or len(said) < 12:
        raise invalid("the HEIF does not state its size")
    width, height = struct.unpack_from(">II", said, 4)
    return int(width) * int(height)


def _written(tables: Tables, data: bytes, needed: list[int]) -> bytes:
    """The items anew, numbered from 1 as they stand in `needed`."""
    new = {number: place for place, number in enumerate(needed, 1)}
    contents = []
    room = 2 * len(data)
    for number in needed:
        contents.append(bytes_of(tables.items[number], tables, data))
        room -= len(contents[-1])
        if room < 0:
            raise invalid("the parts of the HEIF's picture share their bytes")
    items = [tables.items[number] for number in needed]
    head = _box(b"ftyp", b"heic\0\0\0\0mif1heic")
    inside = _full(b"hdlr", b"\0\0\0\0pict" + bytes(13)) + _full(b"pitm", b"\0\1")
    inside += _listed(items) + _references(items, new) + _properties(items)
    at = len(head) + 12 + len(inside) + len(_places(contents, 0)) + 8
    meta = _full(b"meta", inside + _places(contents, at))
    return head + meta + _box(b"mdat", b"".join(contents))


def _listed(items: list[Item]) -> bytes:
    """All but the first are hidden."""
    entries = b"".join(
        _full(b"infe", struct.pack(">HH4sx", number, 0, item.kind), version=2, flags=number > 1)
        for number, item in enumerate(items, 1)
    )
    return _full(b"iinf", struct.pack(">H", len(items)) + entries)


def _references(items: list[Item], new: dict[int, int]) -> bytes:
    said = b""
    for number, item in enumerate(items, 1):
        parts = [new[part] for part in item.parts]
        if parts:
            said += _box(b"dimg", struct.pack(f">HH{len(parts)}H", number, len(parts), *parts))
        if number > 1 and item.property(b"auxC") is not None:
            said += _box(b"auxl", struct.pack(">HHH", number, 1, 1))
    return _full(b"iref", said) if said else b""


def _properties(items: list[Item]) -> bytes:
    each = [[(must, box) for must, box in item.properties if _is_kept(box)] for item in items]
    kept = {
        box: place for place, box in enumerate(dict.fromkeys(b for one in each for _, b in one))
    }
    said = struct.pack(">I", len(items))
    for number, properties in enumerate(each, 1):
        said += struct.pack(">HB", number, len(properties))
        said += b"".join(struct.pack(">H", must << 15 | kept[box] + 1) for must, box in properties)
    return _box(b"iprp", _box(b"ipco", b"".join(kept)) + _full(b"ipma", said, flags=1))


def _is_kept(box: bytes) -> bool:
    """Of colours only what is needed to make RGB; profiles are not heeded."""
    return box[4:8] in _KEPT or (box[4:8] == b"colr" and box[8:12] == b"nclx")


def _places(contents: list[bytes], at: int) -> bytes:
    """Four bytes for offsets and lengths, none for bases."""
    said = struct.pack(">BBH", 0x44, 0, len(contents))
    for number, content in enumerate(contents, 1):
        said += struct.pack(">HHHII", number, 0, 1, at, len(content))
        at += len(content)
    return _full(b"iloc", said)


def _full(kind: bytes, payload: bytes, *, version: int = 0, flags: int = 0) -> bytes:
    return _box(kind, bytes((version,)) + int(flags).to_bytes(3, "big") + payload)


def _box(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", 8 + len(payload)) + kind + payload
