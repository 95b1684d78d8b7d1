"""An XMP packet as a tree: parsed with limits, read in all the forms that RDF has, written again.

Whatever is not changed stays as it was: comments, properties that we do not know, and the prefixes
that the packet gives to its namespaces. The processing instructions around it are written anew.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from eyebright.errors import InvalidInput

MAX_PACKET_BYTES = 16 << 20
MAX_ELEMENTS = 400_000
"""Ten thousand regions have about a hundred thousand."""
MAX_DEPTH = 100
"""XMP nests about ten deep; what goes on for ever is not read on."""
NAMESPACES: Mapping[str, str] = {
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
}
RDF = f"{{{NAMESPACES['rdf']}}}"
_XML = "http://www.w3.org/XML/1998/namespace"
_BEGIN = "<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>"
_END = "<?xpacket end='w'?>"


@dataclass(frozen=True, slots=True)
class Packet:
    """root: with an rdf:RDF in it. prefixes: namespace -> the prefix that the packet gives it."""

    root: Element
    prefixes: Mapping[str, str]


class _Builder(ElementTree.TreeBuilder):
    """Counts what it builds, and takes no document types: entities in them grow without bound."""

    def __init__(self) -> None:
        super().__init__(insert_comments=True)
        self._depth = 0
        self._elements = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise InvalidInput("An XMP packet of so many parts, or so deep, is not read.")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)

    def doctype(self, _name: str, _public: str | None, _system: str | None, /) -> None:
        raise InvalidInput("An XMP packet with a document type is not read.")


def parse_packet(packet: bytes) -> Packet:
    """Raises InvalidInput for what is no XMP, or is too large or too deep."""
    if len(packet) > MAX_PACKET_BYTES:
        raise InvalidInput(
            f"An XMP packet of {len(packet)} bytes; at most {MAX_PACKET_BYTES} are read."
        )
    stripped = packet.strip(b"\x00 \r\n\t") if b"\x00" not in packet[:4] else packet
    if b"<!DOCTYPE" in stripped or b"<!ENTITY" in stripped:
        raise InvalidInput("An XMP packet with a document type is not read.")
    parser = ElementTree.XMLParser(target=_Builder())  # noqa: S314 - no document types, see above
    try:
        parser.feed(stripped)
        root = parser.close()
        prefixes = _prefixes(stripped)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise InvalidInput(f"An XMP packet is no well-formed XML: {error}.") from error
    if next(root.iter(f"{RDF}RDF"), None) is None:
        raise InvalidInput("The XML is no XMP packet: it holds no rdf:RDF.")
    return Packet(root, prefixes)


def empty_packet() -> Packet:
    root = Element(tag("x", "xmpmeta"))
    ElementTree.SubElement(root, f"{RDF}RDF")
    return Packet(root, {})


def packet_bytes(packet: Packet) -> bytes:
    """UTF-8, with the instructions around it that programs look for."""
    ours = {address: prefix for prefix, address in NAMESPACES.items()}
    prefixes = _Prefixes({**packet.prefixes, _XML: "xml"}, ours)
    pieces: list[str] = []
    _write(packet.root, prefixes, pieces)
    body = "".join(pieces)
    end_of_name = len(prefixes.of(packet.root.tag)) + 1
    declared = "".join(
        f" xmlns:{prefix}={quoteattr(address)}"
        for address, prefix in prefixes.used.items()
        if address != _XML
    )
    return (
        f"{_BEGIN}\n{body[:end_of_name]}{declared}{body[end_of_name:].rstrip()}\n{_END}\n".encode()
    )


def tag(prefix: str, name: str) -> str:
    return f"{{{NAMESPACES[prefix]}}}{name}"


def descriptions(root: Element) -> Iterator[Element]:
    for rdf in root.iter(f"{RDF}RDF"):
        yield from rdf.findall(f"{RDF}Description")


def structure(element: Element, prefix: str, name: str) -> Element | None:
    """A property whose value is a structure or a list, in any of the forms that RDF has: itself
    with parseType Resource, or what a Description in it holds."""
    found = element.find(tag(prefix, name))
    if found is None:
        return None
    inner = found.find(f"{RDF}Description")
    return found if inner is None else inner


def container(element: Element | None) -> Element | None:
    """The list in a property; None if there is none."""
    if element is None:
        return None
    found = (element.find(f"{RDF}{kind}") for kind in ("Bag", "Seq", "Alt"))
    return next((one for one in found if one is not None), None)


def listed(element: Element | None) -> Iterator[tuple[Element, Element]]:
    """Each item of a list, and the element that holds its properties: itself or a Description."""
    inside = container(element)
    for item in () if inside is None else inside.findall(f"{RDF}li"):
        inner = item.find(f"{RDF}Description")
        yield item, item if inner is None else inner


def said(element: Element, prefix: str, name: str) -> str:
    """A simple property, as an attribute or an element; empty if it is not there."""
    text = element.get(tag(prefix, name))
    if text is None:
        found = element.find(tag(prefix, name))
        text = "" if found is None else _content(found)
    return " ".join(text.split())


def say(element: Element, prefix: str, name: str, *, text: str) -> None:
    """Set a simple property, in the form that it has already; an element if it is new."""
    whole = tag(prefix, name)
    if whole in element.attrib:
        element.set(whole, clean(text))
        return
    for old in element.findall(whole):
        element.remove(old)
    ElementTree.SubElement(element, whole).text = clean(text)


def clean(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold."""
    return "".join(letter for letter in text if _is_allowed(ord(letter)))


def _is_allowed(code: int) -> bool:
    return (
        code in (0x9, 0xA) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
    )


def _content(element: Element) -> str:
    """The text of a property, also of one in several languages: then the first."""
    item = next((inner for _, inner in listed(element)), None)
    return (element.text if item is None else item.text) or ""


def _prefixes(packet: bytes) -> Mapping[str, str]:
    """The first prefix of each namespace, and none twice."""
    found: dict[str, str] = {}
    events = ElementTree.iterparse(io.BytesIO(packet), events=("start-ns",))  # noqa: S314
    for _event, (prefix, address) in events:
        if prefix and prefix not in found.values():
            found.setdefault(address, prefix)
    return found


class _Prefixes:
    """Prefixes of namespaces. used: those that something was written with."""

    def __init__(self, theirs: Mapping[str, str], ours: Mapping[str, str]) -> None:
        self._theirs = theirs
        self._ours = ours
        self.used: dict[str, str] = {}

    def of(self, name: str) -> str:
        """A name as ElementTree has it, {namespace}name, with a prefix instead."""
        if not name.startswith("{"):
            return name
        address, _, local = name[1:].rpartition("}")
        return f"{self._of_namespace(address)}:{local}"

    def _of_namespace(self, address: str) -> str:
        if address not in self.used:
            prefix = self._theirs.get(address) or self._ours.get(address, "")
            number = 0
            while not prefix or prefix in self.used.values():
                number += 1
                prefix = f"ns{number}"
            self.used[address] = prefix
        return self.used[address]


def _write(element: Element, prefixes: _Prefixes, pieces: list[str]) -> None:
    """All namespaces are declared at the root, so that no name is declared twice."""
    if not isinstance(element.tag, str):  # a comment's is a function
        pieces.append(f"<!--{element.text}-->")  # type: ignore[unreachable]
    else:
        name = prefixes.of(element.tag)
        pieces.append(f"<{name}")
        for key, value in element.attrib.items():
            pieces.append(f" {prefixes.of(key)}={_attribute(value)}")
        if element.text or len(element):
            pieces.append(f">{escape(element.text or '')}")
            for child in element:
                _write(child, prefixes, pieces)
            pieces.append(f"</{name}>")
        else:
            pieces.append("/>")
    pieces.append(escape(element.tail or ""))


def _attribute(value: str) -> str:
    return quoteattr(value, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
