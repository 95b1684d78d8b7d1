"""Names and face regions as other programs keep them: an XMP packet, read and written.

Written are regions of the Metadata Working Group (guidelines 2.0, 5.9), which digiKam, Lightroom,
Picasa and ExifTool know, PersonInImage of the IPTC Extension, and a hierarchy of keywords. Read are
these and Microsoft's people tags. Coordinates in packets belong to the picture as it is stored, not
as it is turned for display; here all boxes are upright, 0-1 of width and height.

What a packet says beside people is kept as it was: only our own properties are replaced.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from eyebright.errors import InvalidInput

Box: TypeAlias = tuple[float, float, float, float]

MAX_PACKET_BYTES = 16 << 20
MAX_REGIONS = 1_000
_NAMES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
    "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "MP": "http://ns.microsoft.com/photo/1.2/",
    "MPRI": "http://ns.microsoft.com/photo/1.2/t/RegionInfo#",
    "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
}
_RDF = f"{{{_NAMES['rdf']}}}"
_OURS = (("mwg-rs", "Regions"), ("MP", "RegionInfo"), ("Iptc4xmpExt", "PersonInImage"))
"""Properties that say who is in a picture; writing replaces them."""
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
    """Who is in a picture. regions: those whose place is known. names: everybody."""

    regions: tuple[Region, ...] = ()
    names: tuple[str, ...] = ()


def read_people(
    packet: bytes, *, stored_wh: tuple[int, int], orientation: int = _UPRIGHT
) -> People:
    """What a packet says of people. stored_wh: the picture's size as stored, before it is turned by
    `orientation` (EXIF, 1-8).

    Regions that lie outside of the picture, or have no size, are left out: other programs write
    such when a picture was cropped after they looked at it. Raises InvalidInput for what is no XMP.
    """
    descriptions = list(_descriptions(_parsed(packet)))
    regions = [*_mwg_regions(descriptions, stored_wh, orientation)]
    regions = regions or [*_microsoft_regions(descriptions, orientation)]
    names = [
        text.strip()
        for description in descriptions
        for item in _items(_property(description, "Iptc4xmpExt", "PersonInImage"))
        if (text := item.text) and text.strip()
    ]
    everybody = dict.fromkeys([*(one.name for one in regions if one.name), *names])
    return People(tuple(regions[:MAX_REGIONS]), tuple(everybody))


def write_people(
    packet: bytes | None,
    people: People,
    *,
    stored_wh: tuple[int, int],
    orientation: int = _UPRIGHT,
) -> bytes:
    """A packet that says this of people, and all that the old one (if any) says of other things.

    Raises InvalidInput for an old packet that is no XMP; better no change than a loss.
    """
    root = _parsed(packet) if packet else _empty()
    for description in _descriptions(root):
        for prefix, name in _OURS:
            _remove(description, prefix, name)
    rdf = next(root.iter(f"{_RDF}RDF"))
    target = next(_descriptions(root), None)
    if target is None:
        target = ElementTree.SubElement(rdf, f"{_RDF}Description", {f"{_RDF}about": ""})
    if people.regions:
        target.append(_regions_element(people.regions, stored_wh, orientation))
    if people.names:
        target.append(_bag("Iptc4xmpExt", "PersonInImage", people.names))
    for prefix, address in _NAMES.items():
        ElementTree.register_namespace(prefix, address)
    body = ElementTree.tostring(root, encoding="unicode")
    return (
        f"<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>\n{body}\n<?xpacket end='w'?>\n"
    ).encode()


def turned(box: Box, orientation: int) -> Box:
    """A box of the picture as stored in the picture as shown. orientation: EXIF, 1-8."""
    corners = [_turn(box[at], box[at + 1], orientation) for at in (0, 2)]
    return _box_of(corners)


def turned_back(box: Box, orientation: int) -> Box:
    """A box of the picture as shown in the picture as stored."""
    back = {6: 8, 8: 6}.get(orientation, orientation)
    return turned(box, back)


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


def _parsed(packet: bytes) -> Element:
    """The packet's tree. No document types: entities in them can grow without bound."""
    if len(packet) > MAX_PACKET_BYTES:
        raise InvalidInput(
            f"An XMP packet of {len(packet)} bytes; at most {MAX_PACKET_BYTES} are read."
        )
    if b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
        raise InvalidInput("An XMP packet with a document type is not read.")
    try:
        root = ElementTree.fromstring(packet.strip(b"\x00 \r\n\t"))  # noqa: S314 - no document type
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise InvalidInput(f"An XMP packet is no well-formed XML: {error}.") from error
    if next(root.iter(f"{_RDF}RDF"), None) is None:
        raise InvalidInput("The XML is no XMP packet: it holds no rdf:RDF.")
    return root


def _empty() -> Element:
    root = Element(_tag("x", "xmpmeta"))
    ElementTree.SubElement(root, f"{_RDF}RDF")
    return root


def _descriptions(root: Element) -> Iterator[Element]:
    for rdf in root.iter(f"{_RDF}RDF"):
        yield from rdf.findall(f"{_RDF}Description")


def _mwg_regions(
    descriptions: Sequence[Element], stored_wh: tuple[int, int], orientation: int
) -> Iterator[Region]:
    for description in descriptions:
        regions = _property(description, "mwg-rs", "Regions")
        if regions is None:
            continue
        applied = _dimensions(_property(regions, "mwg-rs", "AppliedToDimensions"))
        shown = _was_turned(applied, stored_wh, orientation)
        for item in _items(_property(regions, "mwg-rs", "RegionList")):
            kind = _text(item, "mwg-rs", "Type")
            area = _property(item, "mwg-rs", "Area")
            box = None if area is None else _area(area, applied or stored_wh)
            if box is not None and kind.casefold() in ("face", ""):
                yield Region(
                    box if shown else turned(box, orientation),
                    _text(item, "mwg-rs", "Name"),
                    _text(item, "mwg-rs", "Description"),
                )


def _was_turned(
    applied: tuple[int, int] | None, stored_wh: tuple[int, int], orientation: int
) -> bool:
    """Whether the regions were drawn on the picture as shown: then its sides are exchanged."""
    if applied is None or orientation < 5 or stored_wh[0] == stored_wh[1]:
        return False
    return (applied[0] > applied[1]) != (stored_wh[0] > stored_wh[1])


def _area(area: Element, size_wh: tuple[int, int]) -> Box | None:
    """Left, top, right, bottom, 0-1; None for an area that is nowhere in the picture. Areas name
    their middle."""
    x, y, w, h, d = (_number(_text(area, "stArea", name)) for name in ("x", "y", "w", "h", "d"))
    w, h = (w, h) if w is not None and h is not None else (d, d)  # a circle
    if x is None or y is None or w is None or h is None:
        return None
    if _text(area, "stArea", "unit").casefold() == "pixel":
        x, w, y, h = x / size_wh[0], w / size_wh[0], y / size_wh[1], h / size_wh[1]
    return _inside((x - w / 2, y - h / 2, x + w / 2, y + h / 2))


def _microsoft_regions(descriptions: Sequence[Element], orientation: int) -> Iterator[Region]:
    for description in descriptions:
        info = _property(description, "MP", "RegionInfo")
        if info is None:
            continue
        for item in _items(_property(info, "MPRI", "Regions")):
            name = _text(item, "MPReg", "PersonDisplayName")
            edges = [_number(one) for one in _text(item, "MPReg", "Rectangle").split(",")]
            known = [edge for edge in edges if edge is not None]
            if len(known) != 4 or name == _UNNAMED:
                continue
            left, top, width, height = known
            box = _inside((left, top, left + width, top + height))
            if box is not None:
                yield Region(turned(box, orientation), name)


def _inside(box: Box) -> Box | None:
    """The part within the picture; None if there is none worth the name."""
    left, top, right, bottom = (min(max(edge, 0.0), 1.0) for edge in box)
    return (left, top, right, bottom) if right - left > 1e-4 and bottom - top > 1e-4 else None


def _regions_element(
    regions: Sequence[Region], stored_wh: tuple[int, int], orientation: int
) -> Element:
    element = Element(_tag("mwg-rs", "Regions"), {f"{_RDF}parseType": "Resource"})
    ElementTree.SubElement(
        element,
        _tag("mwg-rs", "AppliedToDimensions"),
        {
            _tag("stDim", "w"): str(stored_wh[0]),
            _tag("stDim", "h"): str(stored_wh[1]),
            _tag("stDim", "unit"): "pixel",
        },
    )
    listed = ElementTree.SubElement(element, _tag("mwg-rs", "RegionList"))
    bag = ElementTree.SubElement(listed, f"{_RDF}Bag")
    for region in regions:
        bag.append(_region_element(region, orientation))
    return element


def _region_element(region: Region, orientation: int) -> Element:
    item = Element(f"{_RDF}li", {f"{_RDF}parseType": "Resource"})
    left, top, right, bottom = turned_back(region.box_ltrb, orientation)
    middle = {
        "x": (left + right) / 2,
        "y": (top + bottom) / 2,
        "w": right - left,
        "h": bottom - top,
    }
    area = {_tag("stArea", name): f"{value:.6f}" for name, value in middle.items()}
    ElementTree.SubElement(
        item, _tag("mwg-rs", "Area"), area | {_tag("stArea", "unit"): "normalized"}
    )
    said = {"Name": region.name, "Type": "Face", "Description": region.role}
    for name, text in said.items():
        if text:
            ElementTree.SubElement(item, _tag("mwg-rs", name)).text = _clean(text)
    return item


def _bag(prefix: str, name: str, texts: Sequence[str]) -> Element:
    element = Element(_tag(prefix, name))
    bag = ElementTree.SubElement(element, f"{_RDF}Bag")
    for text in texts:
        ElementTree.SubElement(bag, f"{_RDF}li").text = _clean(text)
    return element


def _property(element: Element, prefix: str, name: str) -> Element | None:
    """A property whose value is a structure or a list, in any of the forms that RDF has: itself
    with parseType Resource, or what a Description in it holds."""
    found = element.find(_tag(prefix, name))
    if found is None:
        return None
    inner = found.find(f"{_RDF}Description")
    return found if inner is None else inner


def _items(element: Element | None) -> Iterator[Element]:
    """The items of a list; each may again be a structure in a Description."""
    if element is None:
        return
    for container in ("Bag", "Seq", "Alt"):
        for listed in element.findall(f"{_RDF}{container}"):
            for item in listed.findall(f"{_RDF}li"):
                inner = item.find(f"{_RDF}Description")
                yield item if inner is None else inner


def _text(element: Element, prefix: str, name: str) -> str:
    """A simple property, as an attribute or an element; empty if it is not there."""
    said = element.get(_tag(prefix, name))
    if said is None:
        found = element.find(_tag(prefix, name))
        said = "" if found is None else _content(found)
    return " ".join(said.split())


def _content(element: Element) -> str:
    """The text of a property, also of one in several languages: then the first."""
    item = next(_items(element), None)
    return (element.text if item is None else item.text) or ""


def _dimensions(element: Element | None) -> tuple[int, int] | None:
    if element is None:
        return None
    width, height = (_number(_text(element, "stDim", side)) for side in ("w", "h"))
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


def _remove(description: Element, prefix: str, name: str) -> None:
    for found in description.findall(_tag(prefix, name)):
        description.remove(found)
    description.attrib.pop(_tag(prefix, name), None)


def _clean(text: str) -> str:
    """Without the control characters that XML 1.0 cannot hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n")


def _tag(prefix: str, name: str) -> str:
    return f"{{{_NAMES[prefix]}}}{name}"
