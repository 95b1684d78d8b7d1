"""Writing who is in a picture into an XMP packet, beside what others wrote there.

Nothing that is in a packet goes: regions and names of people whom we do not know stay, and so do
pets, points of focus and all that is not about people. A packet that says already what is to be
said is not changed by a byte. Where the packet gives a face another name, the packet's stays unless
ours is to be written over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from eyebright.errors import InvalidInput
from eyebright.library.region_matching import match_regions
from eyebright.library.xmp import (
    Box,
    Drawn,
    Found,
    Frame,
    People,
    Region,
    drawn_on,
    microsoft_regions,
    mwg_regions,
    mwg_structures,
    plain_names,
    turned_back,
)
from eyebright.library.xmp_tree import (
    RDF,
    clean,
    container,
    descriptions,
    empty_packet,
    packet_bytes,
    parse_packet,
    say,
    structure,
    tag,
)


@dataclass(frozen=True, slots=True)
class Merged:
    """packet: the very bytes that were given, if they say everything already. written: regions and
    names that were added or changed. conflicts: what the packet says otherwise, for people."""

    packet: bytes
    written: int
    conflicts: tuple[str, ...] = ()


@dataclass(slots=True)
class _Work:
    frame: Frame
    overwrite: bool
    written: int = 0
    conflicts: list[str] = field(default_factory=list)
    dropped: set[str] = field(default_factory=set)


def merge_people(
    packet: bytes | None,
    people: People,
    *,
    stored_wh: tuple[int, int],
    orientation: int = 1,
    overwrite: bool = False,
) -> Merged:
    """A packet that says this of people beside all that the old one says, if there is one.

    overwrite: ours instead of what the packet says of the same face. Raises InvalidInput for an old
    packet that is no XMP: better no change than a loss.
    """
    parsed = parse_packet(packet) if packet else empty_packet()
    work = _Work(Frame(stored_wh, orientation), overwrite)
    _merge_regions(parsed.root, people.regions, work)
    _merge_names(parsed.root, people.names, work)
    if packet and not work.written:
        return Merged(packet, 0, tuple(work.conflicts))
    return Merged(packet_bytes(parsed), work.written, tuple(work.conflicts))


def _merge_regions(root: Element, regions: Sequence[Region], work: _Work) -> None:
    _drop_stale(root, work)
    theirs = [one for each in mwg_structures(root) for one in mwg_regions(each, work.frame)]
    theirs += microsoft_regions(root, work.frame)
    known = [one for one in theirs if one.region is not None]
    left, free = _merge_into([one for one in known if not one.is_microsoft], regions, work)
    # programs write both kinds
    _, also_free = _merge_into([one for one in known if one.is_microsoft], regions, work)
    for region in left:
        if not _is_elsewhere(region, [*free, *also_free], work):
            _append(root, region, work)


def _drop_stale(root: Element, work: _Work) -> None:
    """Regions that were drawn on a picture of another shape cannot stand beside ours: the sizes
    that they are measured by are said once for all of them."""
    for regions in list(mwg_structures(root)):
        if drawn_on(regions, work.frame) is not Drawn.ANOTHER:
            continue
        if not work.overwrite:
            raise InvalidInput(
                "The regions that are there were drawn on a picture of another shape; they would "
                "have to be overwritten."
            )
        for description in descriptions(root):
            for found in description.findall(tag("mwg-rs", "Regions")):
                if regions in list(found.iter()):
                    description.remove(found)
        work.written += 1


def _merge_into(
    theirs: Sequence[Found], regions: Sequence[Region], work: _Work
) -> tuple[list[Region], list[Found]]:
    """Our regions that none of theirs is for, and theirs that are for none of ours."""
    boxes = [one.region.box_ltrb for one in theirs if one.region is not None]
    matching = match_regions([one.box_ltrb for one in regions], boxes)
    for match in matching.matches:
        _agree(theirs[match.face], regions[match.region], work)
    taken = {match.face for match in matching.matches}
    free = [one for place, one in enumerate(theirs) if place not in taken]
    return [regions[one.region] for one in matching.unmatched], free


def _agree(found: Found, ours: Region, work: _Work) -> None:
    """Have their region of a face say what we know."""
    theirs = found.region
    assert theirs is not None
    prefix, name_of = ("MPReg", "PersonDisplayName") if found.is_microsoft else ("mwg-rs", "Name")
    if theirs.name != plain(ours.name):
        if theirs.name and not work.overwrite:
            work.conflicts.append(f"{theirs.name!r} stands where {ours.name!r} is")
            return
        say(found.inner, prefix, name_of, text=ours.name)
        work.dropped.add(theirs.name)
        work.written += 1
    if found.is_microsoft or not ours.role or theirs.role == plain(ours.role):
        return
    if theirs.role and not work.overwrite:
        work.conflicts.append(f"{ours.name!r} is {theirs.role!r} there and {ours.role!r} here")
        return
    say(found.inner, "mwg-rs", "Description", text=ours.role)
    work.written += 1


def _is_elsewhere(region: Region, theirs: Iterable[Found], work: _Work) -> bool:
    """Whether they have this person at another place: nobody is in a picture twice."""
    for one in theirs:
        if one.region is not None and one.region.name == plain(region.name):
            work.conflicts.append(f"{region.name!r} is at another place there")
            return True
    return False


def _append(root: Element, region: Region, work: _Work) -> None:
    regions = next(mwg_structures(root), None)
    if regions is None:
        regions = ElementTree.SubElement(
            _description(root), tag("mwg-rs", "Regions"), {f"{RDF}parseType": "Resource"}
        )
        _say_dimensions(regions, work.frame.stored_wh)
    in_list = structure(regions, "mwg-rs", "RegionList")
    if in_list is None:
        in_list = ElementTree.SubElement(regions, tag("mwg-rs", "RegionList"))
    bag = container(in_list)
    if bag is None:
        bag = ElementTree.SubElement(in_list, f"{RDF}Bag")
    shown = drawn_on(regions, work.frame) is Drawn.SHOWN
    box = region.box_ltrb
    bag.append(_region(region, box if shown else turned_back(box, work.frame.orientation)))
    work.written += 1


def _description(root: Element) -> Element:
    found = next(descriptions(root), None)
    if found is not None:
        return found
    rdf = next(root.iter(f"{RDF}RDF"))
    return ElementTree.SubElement(rdf, f"{RDF}Description", {f"{RDF}about": ""})


def _say_dimensions(regions: Element, stored_wh: tuple[int, int]) -> None:
    sides = {"w": str(stored_wh[0]), "h": str(stored_wh[1]), "unit": "pixel"}
    ElementTree.SubElement(
        regions,
        tag("mwg-rs", "AppliedToDimensions"),
        {tag("stDim", name): value for name, value in sides.items()},
    )


def _region(region: Region, box: Box) -> Element:
    """box: in the coordinates of the packet."""
    item = Element(f"{RDF}li", {f"{RDF}parseType": "Resource"})
    left, top, right, bottom = box
    middle = {
        "x": (left + right) / 2,
        "y": (top + bottom) / 2,
        "w": right - left,
        "h": bottom - top,
    }
    area = {tag("stArea", name): f"{value:.6f}" for name, value in middle.items()}
    ElementTree.SubElement(
        item, tag("mwg-rs", "Area"), area | {tag("stArea", "unit"): "normalized"}
    )
    for name, text in (("Name", region.name), ("Type", "Face"), ("Description", region.role)):
        if text:
            ElementTree.SubElement(item, tag("mwg-rs", name)).text = clean(text)
    return item


def _merge_names(root: Element, names: Sequence[str], work: _Work) -> None:
    """Everybody's name once; a name that was written over goes, unless somebody still has it."""
    known = plain_names(root)
    still = {one.region.name for one in _all_found(root, work.frame) if one.region is not None}
    gone = {name for name in work.dropped if name and name not in still and name not in names}
    missing = [name for name in dict.fromkeys(names) if plain(name) and plain(name) not in known]
    _take_out(root, gone, work)
    if not missing:
        return
    bag = _bag_of_names(root)
    for name in missing:
        ElementTree.SubElement(bag, f"{RDF}li").text = clean(name)
    work.written += len(missing)


def _all_found(root: Element, frame: Frame) -> list[Found]:
    found = [one for each in mwg_structures(root) for one in mwg_regions(each, frame)]
    return [*found, *microsoft_regions(root, frame)]


def _take_out(root: Element, names: set[str], work: _Work) -> None:
    for description in descriptions(root):
        bag = container(structure(description, "Iptc4xmpExt", "PersonInImage"))
        for item in [] if bag is None else bag.findall(f"{RDF}li"):
            if bag is not None and plain(item.text or "") in names:
                bag.remove(item)
                work.written += 1


def _bag_of_names(root: Element) -> Element:
    for description in descriptions(root):
        found = structure(description, "Iptc4xmpExt", "PersonInImage")
        if found is not None:
            bag = container(found)
            return ElementTree.SubElement(found, f"{RDF}Bag") if bag is None else bag
    person = ElementTree.SubElement(_description(root), tag("Iptc4xmpExt", "PersonInImage"))
    return ElementTree.SubElement(person, f"{RDF}Bag")


def plain(text: str) -> str:
    """As it reads after it was written: without what XML cannot hold, blanks as one."""
    return " ".join(clean(text).split())
