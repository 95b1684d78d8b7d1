"""Names and face regions as other programs keep them: what an XMP packet says of people.

Read are regions of the Metadata Working Group (guidelines 2.0, 5.9), which digiKam, Lightroom,
Picasa and ExifTool know, Microsoft's people tags, and PersonInImage of the IPTC Extension.
Coordinates in packets belong to the picture as it is stored, not as it is turned for display; here
all boxes are upright, 0-1 of width and height. `xmp_merge` writes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from xml.etree.ElementTree import Element

from eyebright.library.xmp_tree import (
    MAX_PACKET_BYTES,
    descriptions,
    listed,
    parse_packet,
    said,
    structure,
)

__all__ = ["MAX_PACKET_BYTES", "Box", "People", "Region", "read_people", "turned", "turned_back"]

Box: TypeAlias = tuple[float, float, float, float]

MAX_REGIONS = 1_000
SAME_SHAPE = 0.02
"""How much two pictures' ratios of width to height may differ and still show the same."""
_UNNAMED = "ffffffffffffffff"
"""What Microsoft's gallery calls a face that was to be ignored."""
_UPRIGHT = 1


@dataclass(frozen=True, slots=True)
class Region:
    """A face with a name. box_ltrb: left, top, right, bottom of the upright picture, 0-1. name: may
    be empty: somebody drew the face and did not know it. role: what stands in the description."""

    box_ltrb: Box
    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Who is in a picture. regions: those whose place is known. names: everybody. problems: why
    other regions were left out, for people."""

    regions: tuple[Region, ...] = ()
    names: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture as stored. stored_wh: its size before it is turned by `orientation` (EXIF, 1-8)."""

    stored_wh: tuple[int, int]
    orientation: int = _UPRIGHT


class Drawn(StrEnum):
    """What the regions of a packet were drawn on: the picture as STORED, as SHOWN (turned), or
    ANOTHER one, such as this before it was cropped."""

    STORED = "stored"
    SHOWN = "shown"
    ANOTHER = "another"


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A region of a packet. item: its place in the list. inner: what holds its properties. list:
    the structure of regions that it is in. region: None when it is nowhere in the picture."""

    item: Element
    inner: Element
    region: Region | None
    is_microsoft: bool = False


def read_people(
    packet: bytes, *, stored_wh: tuple[int, int], orientation: int = _UPRIGHT
) -> People:
    """What a packet says of people.

    Regions that lie outside of the picture, have no size, or were drawn on another picture are left
    out and told: other programs keep such when a picture is cropped. Raises InvalidInput for what
    is no XMP.
    """
    frame = Frame(stored_wh, orientation)
    root = parse_packet(packet).root
    problems: list[str] = []
    regions: list[Region] = []
    for one in _all_regions(root, frame, problems):
        if one.region is None:
            problems.append(f"{_name_of(one) or 'a region'} is nowhere in the picture")
        elif len(regions) == MAX_REGIONS:
            problems.append(f"more than {MAX_REGIONS} regions; the others were not read")
            break
        elif not (one.is_microsoft and _is_known(one.region, regions)):
            regions.append(one.region)
    names = [one.name for one in regions if one.name] + plain_names(root)
    shown = problems[:20] + (["..."] if len(problems) > 20 else [])
    return People(tuple(regions), tuple(dict.fromkeys(names)), tuple(shown))


def plain_names(root: Element) -> list[str]:
    """Of people who are in the picture, wherever in it."""
    return [
        " ".join(item.text.split())
        for description in descriptions(root)
        for _, item in listed(structure(description, "Iptc4xmpExt", "PersonInImage"))
        if item.text and item.text.strip()
    ]


def mwg_structures(root: Element) -> Iterator[Element]:
    """The structures of regions in a packet; one, as a rule."""
    for description in descriptions(root):
        found = structure(description, "mwg-rs", "Regions")
        if found is not None:
            yield found


def drawn_on(regions: Element, frame: Frame) -> Drawn:
    """What a structure of regions says that it was drawn on."""
    applied = _dimensions(structure(regions, "mwg-rs", "AppliedToDimensions"))
    stored = frame.stored_wh
    if applied is None or _is_same_shape(applied, stored):
        return Drawn.STORED
    if frame.orientation >= 5 and _is_same_shape(applied, (stored[1], stored[0])):
        return Drawn.SHOWN
    return Drawn.ANOTHER


def mwg_regions(regions: Element, frame: Frame) -> Iterator[Found]:
    """The faces of a structure of regions; pets, points of focus and bar codes are none."""
    drawn = drawn_on(regions, frame)
    applied = _dimensions(structure(regions, "mwg-rs", "AppliedToDimensions"))
    for item, inner in listed(structure(regions, "mwg-rs", "RegionList")):
        if said(inner, "mwg-rs", "Type").casefold() not in ("face", ""):
            continue
        area = structure(inner, "mwg-rs", "Area")
        box = None if area is None else _area(area, applied or frame.stored_wh)
        name = said(inner, "mwg-rs", "Name")
        region = None
        if box is not None and drawn is not Drawn.ANOTHER:
            upright = box if drawn is Drawn.SHOWN else turned(box, frame.orientation)
            region = Region(upright, name, said(inner, "mwg-rs", "Description"))
        yield Found(item, inner, region)


def microsoft_regions(root: Element, frame: Frame) -> Iterator[Found]:
    """People tags of Microsoft's gallery, but who was to be ignored."""
    for description in descriptions(root):
        info = structure(description, "MP", "RegionInfo")
        if info is None:
            continue
        for item, inner in listed(structure(info, "MPRI", "Regions")):
            name = said(inner, "MPReg", "PersonDisplayName")
            if name == _UNNAMED or not (corners := said(inner, "MPReg", "Rectangle")):
                continue
            edges = [_number(one) for one in corners.split(",")]
            known = [edge for edge in edges if edge is not None]
            box = None
            if len(known) == len(edges) == 4:
                left, top, width, height = known
                box = _inside((left, top, left + width, top + height))
            region = None if box is None else Region(turned(box, frame.orientation), name)
            yield Found(item, inner, region, is_microsoft=True)


def turned(box: Box, orientation: int) -> Box:
    """A box of the picture as stored in the picture as shown. orientation: EXIF, 1-8."""
    corners = [_turn(box[at], box[at + 1], orientation) for at in (0, 2)]
    return _box_of(corners)


def turned_back(box: Box, orientation: int) -> Box:
    """A box of the picture as shown in the picture as stored."""
    back = {6: 8, 8: 6}.get(orientation, orientation)
    return turned(box, back)


def _all_regions(root: Element, frame: Frame, problems: list[str]) -> Iterator[Found]:
    for regions in mwg_structures(root):
        if drawn_on(regions, frame) is Drawn.ANOTHER:
            problems.append("its regions were drawn on a picture of another shape")
            continue
        yield from mwg_regions(regions, frame)
    yield from microsoft_regions(root, frame)


def _is_known(region: Region, regions: Sequence[Region]) -> bool:
    """Whether the other kind of region says the same: programs write both."""
    return any(
        one.name == region.name and _is_near(one.box_ltrb, region.box_ltrb) for one in regions
    )


def _is_near(one: Box, other: Box) -> bool:
    """Whether the middle of each lies in the other."""
    return _holds(one, _middle(other)) and _holds(other, _middle(one))


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _name_of(found: Found) -> str:
    return said(found.inner, "mwg-rs", "Name") or said(found.inner, "MPReg", "PersonDisplayName")


def _turn(x: float, y: float, orientation: int) -> tuple[float, float]:
    """Where a point of the stored picture is shown (EXIF 2.32, 4.6.4, tag Orientation)."""
    return {
        2: (1 - x, y),
        3: (1 - x, 1 - y),
        4: (x, 1 - y),
        5: (y, x),
        6: (1 - y, x),
        7: (1 - y, 1 - x),
        8: (y, 1 - x),
    }.get(orientation, (x, y))


def _box_of(corners: Sequence[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return (min(xs), min(ys), max(xs), max(ys))


def _is_same_shape(one_wh: tuple[int, int], other_wh: tuple[int, int]) -> bool:
    across = one_wh[0] * other_wh[1], one_wh[1] * other_wh[0]
    return abs(across[0] - across[1]) <= SAME_SHAPE * max(across)


def _area(area: Element, size_wh: tuple[int, int]) -> Box | None:
    """Left, top, right, bottom, 0-1; None for an area that is nowhere in the picture. Areas name
    their middle."""
    x, y, w, h, d = (_number(said(area, "stArea", name)) for name in ("x", "y", "w", "h", "d"))
    w, h = (w, h) if w is not None and h is not None else (d, d)  # a circle
    if x is None or y is None or w is None or h is None:
        return None
    if said(area, "stArea", "unit").casefold() == "pixel":
        x, w, y, h = x / size_wh[0], w / size_wh[0], y / size_wh[1], h / size_wh[1]
    return _inside((x - w / 2, y - h / 2, x + w / 2, y + h / 2))


def _inside(box: Box) -> Box | None:
    """The part within the picture; None if there is none worth the name."""
    left, top, right, bottom = (min(max(edge, 0.0), 1.0) for edge in box)
    return (left, top, right, bottom) if right - left > 1e-4 and bottom - top > 1e-4 else None


def _dimensions(element: Element | None) -> tuple[int, int] | None:
    if element is None:
        return None
    width, height = (_number(said(element, "stDim", side)) for side in ("w", "h"))
    if not width or not height or width < 1 or height < 1:
        return None
    return round(width), round(height)


def _number(text: str) -> float | None:
    """A finite number; fractions as "1/4" too."""
    numerator, slash, denominator = text.partition("/")
    try:
        value = float(numerator) / (float(denominator) if slash else 1.0)
    except (ValueError, ZeroDivisionError):
        return None
    return value if math.isfinite(value) else None
