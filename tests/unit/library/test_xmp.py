"""Names and face regions in XMP packets, ours and those of other programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eyebright.errors import InvalidInput
from eyebright.library.xmp import People, Region, read_people, turned, turned_back
from eyebright.library.xmp_merge import merge_people
from eyebright.library.xmp_tree import MAX_PACKET_BYTES
from eyebright.testing.exiftool import require_exiftool

WH = (4000, 3000)
ADA = Region((0.1, 0.2, 0.3, 0.5), "Ada Lovelace", "Guest")
BEN = Region((0.6, 0.25, 0.7, 0.4), "Ben")
EVE = """<rdf:li rdf:parseType="Resource"><mwg-rs:Name>Eve</mwg-rs:Name><mwg-rs:Area stArea:x="0.9"
    stArea:y="0.9" stArea:w="0.1" stArea:h="0.1" stArea:unit="normalized"/></rdf:li>"""


def packet(properties: str) -> bytes:
    return f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#"
 xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#"
 xmlns:MP="http://ns.microsoft.com/photo/1.2/"
 xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#"
 xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description rdf:about="">
 {properties}</rdf:Description></rdf:RDF></x:xmpmeta>""".encode()


def mwg(item: str, *, w: int = 4000, h: int = 3000) -> bytes:
    return packet(
        f"""<mwg-rs:Regions><rdf:Description>
        <mwg-rs:AppliedToDimensions stDim:w="{w}" stDim:h="{h}" stDim:unit="pixel"/>
        <mwg-rs:RegionList><rdf:Bag>{item}</rdf:Bag></mwg-rs:RegionList>
        </rdf:Description></mwg-rs:Regions>"""
    )


def written(
    packet: bytes | None, people: People, *, stored_wh: tuple[int, int] = WH, orientation: int = 1
) -> bytes:
    return merge_people(packet, people, stored_wh=stored_wh, orientation=orientation).packet


def near(box: tuple[float, ...]) -> object:
    return pytest.approx(box, abs=1e-5)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_is_written_is_read_whichever_way_the_picture_is_turned(orientation: int) -> None:
    people = People((ADA, BEN), ("Ada Lovelace", "Ben", "Somebody behind"))
    packet = written(None, people, orientation=orientation)
    again = read_people(packet, stored_wh=WH, orientation=orientation)
    assert again.names == people.names
    assert [(one.name, one.role) for one in again.regions] == [
        ("Ada Lovelace", "Guest"),
        ("Ben", ""),
    ]
    for one, other in zip(again.regions, people.regions, strict=True):
        assert one.box_ltrb == near(other.box_ltrb)


@given(
    st.tuples(*[st.floats(0, 0.49)] * 2, *[st.floats(0.51, 1)] * 2),
    st.integers(1, 8),
)
def test_turning_there_and_back_is_nothing(
    box: tuple[float, float, float, float], orientation: int
) -> None:
    assert turned_back(turned(box, orientation), orientation) == near(box)


def test_a_picture_turned_to_the_right_shows_its_left_on_top() -> None:
    assert turned((0.0, 0.4, 0.1, 0.6), 6) == near((0.4, 0.0, 0.6, 0.1))


def test_what_others_wrote_about_other_things_stays() -> None:
    before = packet(
        "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Tea</rdf:li></rdf:Alt></dc:title>"
        "<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>Eve</rdf:li></rdf:Bag>"
        "</Iptc4xmpExt:PersonInImage>"
    )
    after = written(before, People((ADA,), ("Ada Lovelace",)), stored_wh=WH)
    assert b"Tea" in after
    assert read_people(after, stored_wh=WH).names == ("Ada Lovelace", "Eve")
    assert written(after, People((ADA,), ("Ada Lovelace",)), stored_wh=WH) == after


def test_attributes_and_elements_mean_the_same() -> None:
    attributes = mwg(
        """<rdf:li><rdf:Description mwg-rs:Name="Ada" mwg-rs:Type="Face"><mwg-rs:Area
        stArea:x="0.2" stArea:y="0.35" stArea:w="0.2" stArea:h="0.3" stArea:unit="normalized"/>
        </rdf:Description></rdf:li>"""
    )
    elements = mwg(
        """<rdf:li rdf:parseType="Resource"><mwg-rs:Name>Ada</mwg-rs:Name>
        <mwg-rs:Type>Face</mwg-rs:Type><mwg-rs:Area rdf:parseType="Resource">
        <stArea:x>0.2</stArea:x><stArea:y>0.35</stArea:y><stArea:w>0.2</stArea:w>
        <stArea:h>3/10</stArea:h></mwg-rs:Area></rdf:li>"""
    )
    for one in (attributes, elements):
        (region,) = read_people(one, stored_wh=WH).regions
        assert region.name == "Ada"
        assert region.box_ltrb == near((0.1, 0.2, 0.3, 0.5))


def test_areas_in_pixels_and_circles_are_understood() -> None:
    pixels = mwg(
        """<rdf:li rdf:parseType="Resource" mwg-rs:Name="Ada"><mwg-rs:Area stArea:x="800"
        stArea:y="1050" stArea:w="800" stArea:h="900" stArea:unit="pixel"/></rdf:li>"""
    )
    assert read_people(pixels, stored_wh=WH).regions[0].box_ltrb == near((0.1, 0.2, 0.3, 0.5))
    circle = mwg(
        """<rdf:li rdf:parseType="Resource" mwg-rs:Name="Ada"><mwg-rs:Area stArea:x="0.5"
        stArea:y="0.5" stArea:d="0.2" stArea:unit="normalized"/></rdf:li>"""
    )
    assert read_people(circle, stored_wh=WH).regions[0].box_ltrb == near((0.4, 0.4, 0.6, 0.6))


def test_regions_that_were_drawn_on_the_turned_picture_are_not_turned_again() -> None:
    item = """<rdf:li rdf:parseType="Resource" mwg-rs:Name="Ada"><mwg-rs:Area stArea:x="0.2"
        stArea:y="0.35" stArea:w="0.2" stArea:h="0.3" stArea:unit="normalized"/></rdf:li>"""
    shown = read_people(mwg(item, w=3000, h=4000), stored_wh=WH, orientation=6)
    assert shown.regions[0].box_ltrb == near((0.1, 0.2, 0.3, 0.5))
    stored = read_people(mwg(item), stored_wh=WH, orientation=6)
    assert stored.regions[0].box_ltrb == near(turned((0.1, 0.2, 0.3, 0.5), 6))


def test_people_tags_of_microsoft_are_read_but_not_who_was_ignored() -> None:
    found = read_people(
        packet(
            """<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>
            <rdf:li MPReg:Rectangle="0.1, 0.2, 0.2, 0.3" MPReg:PersonDisplayName="Ada"/>
            <rdf:li MPReg:Rectangle="0.5, 0.2, 0.2, 0.3"
             MPReg:PersonDisplayName="ffffffffffffffff"/>
            <rdf:li MPReg:PersonDisplayName="Nowhere"/>
            </rdf:Bag></MPRI:Regions></MP:RegionInfo>"""
        ),
        stored_wh=WH,
    )
    assert [(one.name, one.box_ltrb) for one in found.regions] == [
        ("Ada", near((0.1, 0.2, 0.3, 0.5)))
    ]


@pytest.mark.parametrize(
    "area",
    [
        'stArea:x="1.5" stArea:y="0.5" stArea:w="0.2" stArea:h="0.2"',
        'stArea:x="0.5" stArea:y="0.5" stArea:w="0" stArea:h="0.2"',
        'stArea:x="nan" stArea:y="0.5" stArea:w="0.2" stArea:h="0.2"',
        'stArea:x="0.5" stArea:y="0.5" stArea:w="1/0" stArea:h="0.2"',
        'stArea:x="0.5" stArea:y="" stArea:w="0.1" stArea:h="inf"',
    ],
)
def test_areas_that_are_nowhere_are_left_out(area: str) -> None:
    item = f'<rdf:li rdf:parseType="Resource" mwg-rs:Name="Ada"><mwg-rs:Area {area}/></rdf:li>'
    found = read_people(mwg(item), stored_wh=WH)
    assert (found.regions, found.names) == ((), ())
    assert found.problems == ("Ada is nowhere in the picture",)


def test_what_is_no_face_is_no_person() -> None:
    item = """<rdf:li rdf:parseType="Resource" mwg-rs:Name="Rex" mwg-rs:Type="Pet"><mwg-rs:Area
        stArea:x="0.5" stArea:y="0.5" stArea:w="0.2" stArea:h="0.2"/></rdf:li>"""
    assert read_people(mwg(item), stored_wh=WH) == People()


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"<x",
        b"<a/>",
        b"\x00\xff\xfe",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b" " * (MAX_PACKET_BYTES + 1),
        b"<?xml version='1.0' encoding='utf-99'?><a/>",
    ],
)
def test_hostile_packets_are_refused_and_never_overwritten(hostile: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_people(hostile, stored_wh=WH)
    if hostile:
        with pytest.raises(InvalidInput):
            written(hostile, People((ADA,)), stored_wh=WH)


@given(st.binary(max_size=200))
def test_no_bytes_do_worse_than_be_refused(noise: bytes) -> None:
    try:
        read_people(packet("") + noise, stored_wh=WH)
    except InvalidInput:
        return


def test_comments_prefixes_and_what_we_do_not_know_stay() -> None:
    before = packet("<q:Odd xmlns:q='urn:odd' q:a='1&#10;2'>&lt;kept&gt;</q:Odd><!-- said -->")
    after = written(before, People((ADA,), ("Ada Lovelace",)))
    assert b'<q:Odd q:a="1&#10;2">&lt;kept&gt;</q:Odd><!-- said -->' in after
    assert after.count(b"xmlns:q=") == 1


def test_regions_beside_ones_that_were_drawn_on_the_turned_picture_are_as_those() -> None:
    after = written(mwg(EVE, w=3000, h=4000), People((ADA,)), orientation=6)
    found = read_people(after, stored_wh=WH, orientation=6)
    assert [one.name for one in found.regions] == ["Eve", "Ada Lovelace"]
    assert found.regions[1].box_ltrb == near(ADA.box_ltrb)


def test_regions_of_a_picture_before_it_was_cropped_are_no_one_s_and_not_built_upon() -> None:
    stale = mwg(EVE, w=4000, h=1000)
    assert read_people(stale, stored_wh=WH).regions == ()
    with pytest.raises(InvalidInput, match="another shape"):
        merge_people(stale, People((ADA,)), stored_wh=WH)
    forced = merge_people(stale, People((ADA,)), stored_wh=WH, overwrite=True)
    assert [one.name for one in read_people(forced.packet, stored_wh=WH).regions] == [ADA.name]


def test_a_face_without_a_name_gets_it_and_one_at_another_place_is_told() -> None:
    nameless = merge_people(None, People((Region(ADA.box_ltrb, ""),)), stored_wh=WH).packet
    named = merge_people(nameless, People((ADA,)), stored_wh=WH)
    assert named.written == 2  # name and role
    assert len(read_people(named.packet, stored_wh=WH).regions) == 1
    moved = Region((0.7, 0.7, 0.8, 0.9), ADA.name)
    other = merge_people(named.packet, People((moved,)), stored_wh=WH)
    assert other.conflicts == ("'Ada Lovelace' is at another place there",)
    assert other.packet == named.packet


@given(st.text(max_size=20), st.text(max_size=20))
@example("\x00", "\x01")
def test_any_text_is_written_as_xml_that_can_be_read(name: str, role: str) -> None:
    people = People((Region(ADA.box_ltrb, name, role),), (name,) if name.strip() else ())
    once = written(None, people)
    found = read_people(once, stored_wh=WH)
    assert len(found.regions) == 1
    assert written(once, people) == once


def test_exiftool_reads_what_we_write(tmp_path: Path) -> None:
    exiftool = require_exiftool(pytest.skip)
    sidecar = tmp_path / "photo.xmp"
    names = ("Ada Lovelace", "Ben", "Zoë & <co>")
    sidecar.write_bytes(written(None, People((ADA, BEN), names)))
    found = exiftool.read(sidecar)
    assert found["PersonInImage"] == list(names)
    first = found["RegionInfo"]["RegionList"][0]
    assert (first["Name"], first["Type"], first["Description"]) == ("Ada Lovelace", "Face", "Guest")
    assert first["Area"] == {"X": 0.2, "Y": 0.35, "W": 0.2, "H": 0.3, "Unit": "normalized"}
    assert found["RegionInfo"]["AppliedToDimensions"] == {"W": 4000, "H": 3000, "Unit": "pixel"}
