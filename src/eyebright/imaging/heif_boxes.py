"""The items of a HEIF file: what the tables at its beginning say, read before a decoder sees it.

Sources: ISO/IEC 14496-12 8.11 (meta, iloc, iinf, iref, iprp), 23008-12 clause 6.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from eyebright.imaging.headers import invalid

HEVC_BRANDS = frozenset(b"heic heix heim heis hevc hevx hevm hevs".split())
_FILM_BRANDS = frozenset({b"isom", b"mp41", b"mp42", b"qt  "})
MAX_BOXES = 20_000
"""In one box; a photo of 200 megapixels has about 800 tiles, each with an entry of its own."""
_LONGEST_FTYP = 256
_IN_FILE, _IN_TABLES = 0, 1


@dataclass(slots=True)
class Item:
    """kind: such as hvc1, grid, Exif. content_type: of kind mime. properties: whole boxes, with
    whether who does not know them must not show the item. parts: the items that it is made of.
    describes, belongs_to: the items that it says something of, or is an auxiliary picture of.
    extents: from and to in `data` of the file, or in `idat` of its tables."""

    kind: bytes
    content_type: bytes = b""
    properties: list[tuple[bool, bytes]] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    describes: list[int] = field(default_factory=list)
    belongs_to: list[int] = field(default_factory=list)
    extents: list[tuple[int, int]] = field(default_factory=list)
    in_tables: bool = False

    def is_of(self, kind: bytes, content_type: bytes) -> bool:
        return self.kind == kind and self.content_type == content_type

    def property(self, kind: bytes) -> bytes | None:
        """The payload of its first property of a kind."""
        found = (box[8:] for _, box in self.properties if box[4:8] == kind)
        return next(found, None)


@dataclass(slots=True)
class Tables:
    """primary: the number of the item that is the picture. idat: bytes of items in the tables."""

    primary: int = 0
    items: dict[int, Item] = field(default_factory=dict)
    idat: memoryview = field(default_factory=lambda: memoryview(b""))


def is_heif(data: bytes) -> bool:
    """Whether a file begins as one whose picture may be coded as HEVC."""
    if data[4:8] != b"ftyp":
        return False
    said = data[8 : min(int.from_bytes(data[:4], "big"), _LONGEST_FTYP)]
    brands = {said[at : at + 4] for at in range(0, len(said), 4) if at != 4}  # 4: a version
    return bool(brands & HEVC_BRANDS) and said[:4] not in _FILM_BRANDS


def read_tables(data: bytes) -> Tables:
    """Raises InvalidImage for a file without a picture, or whose tables are broken."""
    try:
        tables = _tables(data)
    except (struct.error, IndexError) as error:
        raise invalid("the HEIF is cut off") from error
    if tables.primary not in tables.items:
        raise invalid("the HEIF holds no still picture")
    return tables


def bytes_of(item: Item, tables: Tables, data: bytes) -> bytes:
    """What an item holds. Raises InvalidImage when the file ends before it."""
    source = tables.idat if item.in_tables else memoryview(data)
    if any(end > len(source) for _, end in item.extents):
        raise invalid("the HEIF is cut off")
    return b"".join(source[start:end] for start, end in item.extents)


def _tables(data: bytes) -> Tables:
    tables = Tables()
    whole = memoryview(data)
    meta = next((body for kind, body in boxes(whole) if kind == b"meta"), whole[:0])
    inside = dict(boxes(meta[4:]))
    if b"pitm" not in inside or b"iinf" not in inside:
        return tables
    tables.idat = inside.get(b"idat", tables.idat)
    tables.primary = _number(inside[b"pitm"], 4, wide=inside[b"pitm"][0] > 0)
    tables.items = dict(_kinds(inside[b"iinf"]))
    _read_references(tables.items, inside.get(b"iref"))
    _read_properties(tables.items, inside.get(b"iprp"))
    _read_places(tables.items, inside.get(b"iloc"))
    return tables


def _kinds(body: memoryview) -> Iterator[tuple[int, Item]]:
    for kind, entry in boxes(body[6 if body[0] == 0 else 8 :]):
        if kind == b"infe" and entry[0] in (2, 3):
            wide = entry[0] == 3
            at = 4 + (4 if wide else 2) + 2  # its number, then two bytes of protection
            said = bytes(entry[at : at + 4])
            _name, _, rest = bytes(entry[at + 4 :]).partition(b"\0")
            content_type, _, encoding = rest.partition(b"\0")
            if said == b"mime" and encoding.strip(b"\0"):  # packed: nobody does that
                content_type = b""
            yield _number(entry, 4, wide=wide), Item(said, content_type)


def _read_references(items: dict[int, Item], body: memoryview | None) -> None:
    if body is None:
        return
    wide = body[0] > 0
    step = 4 if wide else 2
    for kind, entry in boxes(body[4:]):
        item = items.get(_number(entry, 0, wide=wide))
        (count,) = struct.unpack_from(">H", entry, step)
        others = struct.unpack_from(f">{count}{'I' if wide else 'H'}", entry, step + 2)
        if item is None:
            continue
        if kind == b"dimg":
            item.parts += others
        elif kind == b"cdsc":
            item.describes += others
        elif kind == b"auxl":
            item.belongs_to += others


def _read_properties(items: dict[int, Item], body: memoryview | None) -> None:
    known: list[bytes] = []
    for kind, inner in boxes(body or memoryview(b"")):
        if kind == b"ipco":
            known = [_box(name, bytes(said)) for name, said in boxes(inner)]
        elif kind == b"ipma":
            for number, said in _associations(inner):
                if number in items:
                    items[number].properties += (
                        (essential, known[one - 1]) for essential, one in said if one <= len(known)
                    )


def _associations(body: memoryview) -> Iterator[tuple[int, list[tuple[bool, int]]]]:
    """Item, and of each of its properties whether it is essential and its number from 1."""
    wide, long = body[0] > 0, bool(body[3] & 1)
    flag = 0x8000 if long else 0x80
    (count,) = struct.unpack_from(">I", body, 4)
    at = 8
    for _ in range(min(count, MAX_BOXES)):
        item, at = _number(body, at, wide=wide), at + (4 if wide else 2)
        listed, at = body[at], at + 1
        numbers = struct.unpack_from(f">{listed}{'H' if long else 'B'}", body, at)
        at += listed * (2 if long else 1)
        yield item, [(bool(one & flag), one & (flag - 1)) for one in numbers if one & (flag - 1)]


def _read_places(items: dict[int, Item], body: memoryview | None) -> None:
    if body is None:
        return
    version, wide = body[0], body[0] == 2
    sizes = body[4] >> 4, body[4] & 15, body[5] >> 4, body[5] & 15 if version else 0
    count, at = _number(body, 6, wide=wide), 10 if wide else 8
    for _ in range(min(count, MAX_BOXES)):
        number, at = _number(body, at, wide=wide), at + (4 if wide else 2)
        method = body[at + 1] & 15 if version else _IN_FILE
        at += (2 if version else 0) + 2  # how it is kept, and in which file
        extents, at = _extents(body, at, sizes)
        item = items.get(number)
        if item is not None and method in (_IN_FILE, _IN_TABLES):
            item.extents, item.in_tables = extents, method == _IN_TABLES


def _extents(
    body: memoryview, at: int, sizes: tuple[int, int, int, int]
) -> tuple[list[tuple[int, int]], int]:
    """From and to of each, and where the next item begins."""
    offset, length, base, index = sizes
    start, at = _sized(body, at, base), at + base
    (count,) = struct.unpack_from(">H", body, at)
    at += 2
    extents = []
    for _ in range(count):
        at += index
        begin = start + _sized(body, at, offset)
        extents.append((begin, begin + _sized(body, at + offset, length)))
        at += offset + length
    return extents, at


def _sized(body: memoryview, at: int, size: int) -> int:
    """A number of 0, 4 or 8 bytes."""
    if at + size > len(body):
        raise invalid("the HEIF is cut off")
    return int.from_bytes(body[at : at + size], "big")


def _number(body: memoryview, at: int, *, wide: bool) -> int:
    (number,) = struct.unpack_from(">I" if wide else ">H", body, at)
    return int(number)


def boxes(body: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Kind and payload of each box."""
    at = 0
    for _ in range(MAX_BOXES):
        if at + 8 > len(body):
            return
        size, kind = struct.unpack_from(">I4s", body, at)
        head = 8
        if size == 1:  # a longer number follows
            (size,) = struct.unpack_from(">Q", body, at + 8)
            head = 16
        elif size == 0:  # to the end
            size = len(body) - at
        if size < head:
            raise invalid("a box of the HEIF is shorter than its head")
        yield kind, body[at + head : at + size]
        at += size
    raise invalid(f"the HEIF has over {MAX_BOXES} boxes in one")


def _box(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", 8 + len(payload)) + kind + payload
