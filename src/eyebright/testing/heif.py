"""HEIF files of known pictures, put together box by box around coded pictures of our own.

An encoder would be needed otherwise, and those for HEVC are under the GPL. The coded pictures were
made once from the patterns that they are named for.

Sources: ISO/IEC 14496-12 (boxes), 23008-12 (items and their properties), 14496-15 8.3.3 (hvcC).
"""

from __future__ import annotations

import struct
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass

QUARTERS = ((200, 30, 30), (30, 200, 30), (30, 30, 200), (220, 220, 220))
"""Red, green / blue, white."""
FULL_RANGE_SRGB = b"nclx" + struct.pack(">HHHB", 1, 13, 6, 0x80)


@dataclass(frozen=True, slots=True)
class Coded:
    """One HEVC picture. sets: its parameter sets (video, sequence, picture). bits: per sample."""

    size_wh: tuple[int, int]
    sets: tuple[bytes, ...]
    slices: bytes
    bits: int = 8


@dataclass(frozen=True, slots=True)
class Item:
    """kind: such as hvc1 or grid. properties: whole boxes. refers: (kind of reference, to items).
    Items are numbered from 1 as they stand in the file; the first is the picture."""

    kind: bytes
    data: bytes
    properties: tuple[bytes, ...] = ()
    refers: tuple[tuple[bytes, tuple[int, ...]], ...] = ()
    content_type: bytes = b""
    hidden: bool = False


def _coded(size_wh: tuple[int, int], sets: str, slices: str, *, bits: int = 8) -> Coded:
    return Coded(size_wh, tuple(b64decode(one) for one in sets.split()), b64decode(slices), bits)


EIGHT_BITS = _coded(
    (96, 64),
    "QAEMAf//BAgAAAMAn6gAAAMAAB66AkA= "
    "QgEBBAgAAAMAn6gAAAMAAB6gMIEFlupJMrm4CGgwIAAAAwAgAAADACE= RAHBcrAiQA==",
    "KAGvCeDjaB0+9i//eth/86xofJQrt/leJa85zs5xfcWjE6AqxirddMr+VTz+8pHJA8wddxGkar5vin4H8HMjbLNV8TN//"
    "0ThKvzTL/NTfPRp1VvYvayGtjvf6f6Zm/1dF4Y3+jhJwUt22bBUWot4rJx/EADBST3fqyVcictUn2L4z4ABhItk3lqmiG"
    "NbMTAtJ65aPIamivhW",
)
"""The four quarters."""
TEN_BITS = _coded(
    (96, 64),
    "QAEMAf//BAgAAAMAnagAAAMAAB66AkA= "
    "QgEBBAgAAAMAnagAAAMAAB6gMIEE2W6kkyubgIaDAgAAAwACAAADAAIQ RAHBcrAiQA==",
    "KAGvCeB5NI69i//eth/86xofKWzipnjkWzGzDkEf3/vcybWsbPce7ra/Mj//SvMZWwqaelSeeaQAVXf/ynOfm9eJ92SOR"
    "61Bch/7CO4LRwSMLrKrWOqMGy688QZ41aCUbcJfflsxXP3Nvog=",
    bits=10,
)
"""The four quarters."""
_TILE_SETS = (
    "QAEMAf//BAgAAAMAn6gAAAMAAB66AkA= "
    "QgEBBAgAAAMAn6gAAAMAAB6gIIEFlupJMrm4CGgwIAAAAwAgAAADACE= RAHBcrAiQA=="
)
TILES = tuple(
    _coded((64, 64), _TILE_SETS, slices)
    for slices in (
        "KAGvCeAjNfH/+aNr/+Ap2X2lIUAm1j+A",
        "KAGvCeAjNfGQRK//wEn//RM9AJtY/g==",
        "KAGvCeAjNfH//GqDX/Y1H/7+HQCbWP4=",
        "KAGvCeAjNfGQ/Mia+5/S0Am1j+A=",
    )
)
"""One for each quarter, each of one colour."""
LARGE = _coded(
    (1024, 1024),
    "QAEMAf//BAgAAAMAn6gAAAMAAHi6AkA= "
    "QgEBBAgAAAMAn6gAAAMAAHigAgCAEAWW6kkyubgIaDAgAAADACAAAAMAIQ== RAHBcrAiQA==",
    "KAGvCeAjj6j9z+loGHOZyOC4SlUgdYAQoByhcgAAAwAA" + "AwAA" * 75 + "AwAADqg=",
)
"""Grey."""


def heif(
    coded: Coded = EIGHT_BITS,
    *,
    turns: Sequence[bytes] = (),
    stated_wh: tuple[int, int] | None = None,
    exif: bytes = b"",
    xmp: bytes = b"",
    others: Sequence[Item] = (),
    brands: Sequence[bytes] = (b"heic", b"mif1", b"heic"),
) -> bytes:
    """A file of one picture. turns: `turned` and `mirrored`, as they are applied. exif: the TIFF
    structure. others: further items, numbered from 2."""
    first = still(coded, stated_wh=stated_wh, turns=turns)
    return written([first, *others, *_about(exif, xmp)], brands=brands)


def heif_of_tiles(
    *,
    columns: int = 2,
    rows: int = 2,
    size_wh: tuple[int, int] = (120, 80),
    tiles: Sequence[Coded] = TILES,
    turns: Sequence[bytes] = (),
    exif: bytes = b"",
    xmp: bytes = b"",
    wide: bool = False,
) -> bytes:
    """A file of a picture in tiles, row by row, cut to its size at the right and below."""
    plan = bytes((0, 1, rows - 1, columns - 1)) + struct.pack(">II", *size_wh)
    numbers = tuple(2 + at for at in range(len(tiles)))
    grid = Item(b"grid", plan, (_ispe(size_wh), *turns), ((b"dimg", numbers),))
    inside = [still(one, hidden=True) for one in tiles]
    return written([grid, *inside, *_about(exif, xmp)], wide=wide)


def still(
    coded: Coded,
    *,
    stated_wh: tuple[int, int] | None = None,
    turns: Sequence[bytes] = (),
    refers: tuple[tuple[bytes, tuple[int, ...]], ...] = (),
    more: Sequence[bytes] = (),
    hidden: bool = False,
) -> Item:
    """One coded picture. stated_wh: a size that the file gives instead of the true one."""
    colour = box(b"colr", FULL_RANGE_SRGB)
    properties = (_hvcc(coded), _ispe(stated_wh or coded.size_wh), colour, *more, *turns)
    data = struct.pack(">I", len(coded.slices)) + coded.slices
    return Item(b"hvc1", data, properties, refers, hidden=hidden)


def turned(quarters: int) -> bytes:
    """Anti-clockwise, 0-3."""
    return box(b"irot", bytes((quarters,)))


def mirrored(axis: int) -> bytes:
    """0: top and bottom change places; 1: left and right."""
    return box(b"imir", bytes((axis,)))


def auxiliary(kind: str) -> bytes:
    """The property that says what an auxiliary picture is, such as a depth map."""
    return box(b"auxC", b"\0\0\0\0" + kind.encode() + b"\0")


def box(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", 8 + len(payload)) + kind + payload


def written(
    items: Sequence[Item],
    *,
    brands: Sequence[bytes] = (b"heic", b"mif1", b"heic"),
    wide: bool = False,
) -> bytes:
    """A file with these items. brands: the major one, then the others. wide: the tables in their
    other forms, with numbers of 32 bits; plans of grids are in the tables, as phones have them, and
    all else lies in two pieces."""
    head = box(b"ftyp", brands[0] + b"\0\0\0\0" + b"".join(brands[1:]))
    size = len(_meta(items, 0, wide=wide))
    meta = _meta(items, len(head) + size + 8, wide=wide)
    return head + meta + box(b"mdat", b"".join(one.data for one in items if not _inside(one, wide)))


def _about(exif: bytes, xmp: bytes) -> list[Item]:
    found = []
    refers = ((b"cdsc", (1,)),)
    if exif:
        found.append(Item(b"Exif", b"\0\0\0\0" + exif, refers=refers))
    if xmp:
        found.append(Item(b"mime", xmp, refers=refers, content_type=b"application/rdf+xml"))
    return found


def _meta(items: Sequence[Item], data_at: int, *, wide: bool) -> bytes:
    version, number = (1, "I") if wide else (0, "H")
    primary = _full(b"pitm", struct.pack(">" + number, 1), version=version)
    entries = b"".join(_entry(at, item, wide=wide) for at, item in enumerate(items, 1))
    listed = _full(b"iinf", struct.pack(">" + number, len(items)) + entries, version=version)
    references = b"".join(
        box(kind, struct.pack(f">{number}H{len(to)}{number}", at, len(to), *to))
        for at, item in enumerate(items, 1)
        for kind, to in item.refers
    )
    places = _wide_places(items, data_at) if wide else _places(items, data_at)
    inside = _full(b"hdlr", b"\0\0\0\0pict" + bytes(13)) + primary + places + listed
    inside += _properties(items, wide=wide)
    if references:
        inside += _full(b"iref", references, version=version)
    if wide:
        inside += box(b"idat", b"".join(one.data for one in items if _inside(one, wide)))
    return _full(b"meta", inside)


def _inside(item: Item, wide: bool) -> bool:
    return wide and item.kind == b"grid"


def _entry(number: int, item: Item, *, wide: bool) -> bytes:
    more = item.content_type + b"\0" if item.content_type else b""
    said = struct.pack(">IH" if wide else ">HH", number, 0) + item.kind + b"\0" + more
    return _full(b"infe", said, version=3 if wide else 2, flags=int(item.hidden))


def _places(items: Sequence[Item], data_at: int) -> bytes:
    """Where each item's bytes are: four bytes for offsets and lengths, none for bases."""
    said = struct.pack(">BBH", 0x44, 0, len(items))
    for number, item in enumerate(items, 1):
        said += struct.pack(">HHHII", number, 0, 1, data_at, len(item.data))
        data_at += len(item.data)
    return _full(b"iloc", said)


def _wide_places(items: Sequence[Item], data_at: int) -> bytes:
    """Eight bytes for offsets, lengths and bases; in two pieces."""
    said = struct.pack(">BBI", 0x88, 0x80, len(items))
    at = {True: 0, False: data_at}
    for number, item in enumerate(items, 1):
        inside = _inside(item, wide=True)
        half, rest = len(item.data) // 2, len(item.data) - len(item.data) // 2
        said += struct.pack(">IHHQH", number, int(inside), 0, at[inside], 2)
        said += struct.pack(">QQQQ", 0, half, half, rest)
        at[inside] += len(item.data)
    return _full(b"iloc", said, version=2)


def _properties(items: Sequence[Item], *, wide: bool) -> bytes:
    kept = list(dict.fromkeys(one for item in items for one in item.properties))
    said = b""
    with_any = [(number, item) for number, item in enumerate(items, 1) if item.properties]
    for number, item in with_any:
        said += struct.pack(">IB" if wide else ">HB", number, len(item.properties))
        places = [kept.index(one) + 1 for one in item.properties]
        said += b"".join(struct.pack(">H", 0x8000 | at) if wide else bytes((0x80 | at,))
                         for at in places)  # fmt: skip
    table = _full(
        b"ipma", struct.pack(">I", len(with_any)) + said, version=int(wide), flags=int(wide)
    )
    return box(b"iprp", box(b"ipco", b"".join(kept)) + table)


def _hvcc(coded: Coded) -> bytes:
    profile = coded.sets[1][3:15]
    deep = 0xF8 | coded.bits - 8
    said = b"\x01" + profile + b"\xf0\x00\xfc\xfd" + bytes((deep, deep, 0, 0, 0x0F))
    said += bytes((len(coded.sets),))
    for one in coded.sets:
        said += struct.pack(">BHH", 0x80 | one[0] >> 1 & 0x3F, 1, len(one)) + one
    return box(b"hvcC", said)


def _ispe(size_wh: tuple[int, int]) -> bytes:
    return _full(b"ispe", struct.pack(">II", *size_wh))


def _full(kind: bytes, payload: bytes, *, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, bytes((version,)) + flags.to_bytes(3, "big") + payload)
