"""Names that other programs wrote, taken over with care: wrong ones do no harm."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImages

from eyebright.analysis.faces.observation import Detections
from eyebright.ids import FaceId
from eyebright.imaging.image import Image
from eyebright.imaging.packets import with_packet
from eyebright.library.name_wishes import Fate, NameReport
from eyebright.library.pictured import Gallery, Pictured
from eyebright.library.said_names import SaidNames
from eyebright.library.values import Asset
from eyebright.library.xmp import Box, People, Region
from eyebright.library.xmp_import import XmpImport
from eyebright.library.xmp_merge import merge_people
from eyebright.people.events import Kind
from eyebright.people.persons import Person
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.library import Shelf, open_shelf, picture_bytes
from eyebright.testing.sight import fake_sight


class Doubtful(FakeAnalyser):
    """Is not sure enough of any face to have it kept."""

    def detect(self, image: Image) -> Detections:
        found = super().detect(image)
        return replace(found, scores=np.full(len(found), 0.1, np.float32))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """For tests that look at photos of their own only."""
    shelf = open_shelf(tmp_path_factory.mktemp("shared"))
    yield shelf
    shelf.close()


@pytest.fixture(scope="module")
def unnamed(shared: Shelf) -> Asset:
    """A photo whose only face nobody names."""
    return shared.add("unnamed.jpg", "Ada")


def gallery(shelf: Shelf) -> Gallery:
    return Gallery(shelf.rooms.database, shelf.media.assets, shelf.media.persons)


def pictured(shelf: Shelf, photo: Asset) -> Pictured:
    (found,) = gallery(shelf).pictures(shelf.mine, [photo.asset_id])
    return found


def bring_in(
    shelf: Shelf, photo: Asset | None = None, *, overwrite: bool = False
) -> list[tuple[str, Fate]]:
    return [(one.name, one.fate) for one in reports_of(shelf, photo, overwrite=overwrite)]


def reports_of(
    shelf: Shelf, photo: Asset | None = None, *, overwrite: bool = False
) -> list[NameReport]:
    names = SaidNames(shelf.mine, known(shelf), overwrite=overwrite)
    reports = XmpImport(gallery(shelf), shelf.media.originals, shelf.mine, names).read(
        None if photo is None else [photo.asset_id]
    )
    names.apply(shelf.media.naming, shelf.media.drawing)
    return reports


def known(shelf: Shelf) -> list[Person]:
    return list(shelf.media.persons.all(shelf.scope, shelf.mine.collection_id))


def names_in(shelf: Shelf, photo: Asset) -> list[str]:
    faces = pictured(shelf, photo).faces
    assert faces
    return [face.person.name if face.person else "" for face in faces]


def name(shelf: Shelf, face: FaceId | None, called: str, role: str = "") -> None:
    assert face is not None
    shelf.media.naming.name(shelf.mine, [face], name=called, role=role)


def beside(shelf: Shelf, photo: Asset, *regions: Region, names: tuple[str, ...] = ()) -> None:
    """Have a sidecar say this."""
    place = pictured(shelf, photo).files[0]
    packet = merge_people(None, People(regions, names), stored_wh=photo.size_wh).packet
    shelf.write(place.path.decode() + ".xmp", packet)


def boxes(shelf: Shelf, photo: Asset) -> list[Box]:
    return [face.box_ltrb for face in pictured(shelf, photo).faces]


def raw(*items: str, w: int = 224, h: int = 160, more: str = "") -> bytes:
    return f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#"
 xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 ><rdf:Description rdf:about=""><mwg-rs:Regions rdf:parseType="Resource">
 <mwg-rs:AppliedToDimensions stDim:w="{w}" stDim:h="{h}" stDim:unit="pixel"/>
 <mwg-rs:RegionList><rdf:Bag>{"".join(items)}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>{more}
 </rdf:Description></rdf:RDF></x:xmpmeta>""".encode()


def item(called: str, x: object, y: object, w: object, h: object) -> str:
    return (
        f'<rdf:li rdf:parseType="Resource" mwg-rs:Name="{called}" mwg-rs:Type="Face"><mwg-rs:Area '
        f'stArea:x="{x}" stArea:y="{y}" stArea:w="{w}" stArea:h="{h}" stArea:unit="normalized"/>'
        "</rdf:li>"
    )


def test_a_region_names_its_face_and_no_other(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada", "Ben")
    first, second = boxes(shelf, photo)
    beside(shelf, photo, Region(second, "Ben", "Guest"), Region((0.9, 0.9, 1, 1), "Eve"))
    told = reports_of(shelf)
    assert [(one.name, one.fate) for one in told] == [("Ben", Fate.NAMED), ("Eve", Fate.DRAWN)]
    assert told[1].message == "no face was seen there"
    assert names_in(shelf, photo) == ["", "Ben", "Eve"]
    person = pictured(shelf, photo).faces[1].person
    assert person is not None
    assert person.role == "Guest"
    assert bring_in(shelf) == [("Ben", Fate.KNOWN), ("Eve", Fate.KNOWN)]
    assert first != second


ELSEWHERE = (0.75, 0.05, 0.95, 0.4)
"""Where a photo of one shows nobody."""


def tags_in(shelf: Shelf, photo: Asset) -> list[str]:
    return [tag.person.name for tag in shelf.detail(photo).drawn]


def test_a_region_without_a_face_is_drawn_once_and_can_be_taken_back_for_good(
    shelf: Shelf,
) -> None:
    photo = shelf.add("a.jpg", "Ada")
    beside(shelf, photo, Region(ELSEWHERE, "Eve", "Guest"))
    shelf.write("a.xmp", (shelf.folder / "a.jpg.xmp").read_bytes())  # both programs say so
    assert bring_in(shelf) == [("Eve", Fate.DRAWN), ("Eve", Fate.KNOWN)]
    assert bring_in(shelf) == [("Eve", Fate.KNOWN)] * 2
    (tag,) = shelf.detail(photo).drawn
    assert (tag.person.name, tag.person.role) == ("Eve", "Guest")
    assert [face.box_ltrb for face in pictured(shelf, photo).faces if face.is_drawn] == [
        pytest.approx(ELSEWHERE, abs=1e-5)
    ]
    (event,) = shelf.media.deciding.history(shelf.mine, limit=9).items
    assert (event.actor, event.kind) == ("import", Kind.TAG)
    assert shelf.media.deciding.by(shelf.mine, "import").undo().done.faces == 1
    assert tags_in(shelf, photo) == []
    assert bring_in(shelf) == [("Eve", Fate.FACELESS)] * 2
    assert tags_in(shelf, photo) == []
    assert bring_in(shelf, overwrite=True)[0] == ("Eve", Fate.DRAWN)
    assert tags_in(shelf, photo) == ["Eve"]


def test_who_is_in_the_photo_already_is_not_drawn_into_it(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada")
    name(shelf, pictured(shelf, photo).faces[0].face_id, "Ada")
    beside(shelf, photo, Region(ELSEWHERE, "Ada"))
    assert bring_in(shelf) == [("Ada", Fate.TWICE)]
    beside(shelf, photo, Region(ELSEWHERE, "Eve"))
    assert bring_in(shelf) == [("Eve", Fate.DRAWN)]
    left, top, right, bottom = ELSEWHERE
    shelf.write("a.xmp", raw(item("Ben", (left + right) / 2, (top + bottom) / 2, 0.2, 0.35)))
    (shelf.folder / "a.jpg.xmp").unlink()
    assert bring_in(shelf) == [("Ben", Fate.CONFLICT)]
    assert tags_in(shelf, photo) == ["Eve"]


def test_a_region_drawn_while_it_was_read_is_told(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada")
    beside(shelf, photo, Region(ELSEWHERE, "Eve"))
    names = SaidNames(shelf.mine, [])
    slower = XmpImport(gallery(shelf), shelf.media.originals, shelf.mine, names).read()
    assert bring_in(shelf) == [(one.name, one.fate) for one in slower] == [("Eve", Fate.DRAWN)]
    late = names.apply(shelf.media.naming, shelf.media.drawing)
    assert [(one.name, one.fate) for one in late] == [("Eve", Fate.TWICE)]
    assert tags_in(shelf, photo) == ["Eve"]


@pytest.mark.parametrize(
    ("area", "kind", "fates"),
    [
        ((0.8, 0.2, 0.01, 0.01), "Face", [Fate.UNFIT]),
        ((0.5, 0.5, 1, 1), "Face", [Fate.FACELESS]),  # the whole picture, whose face is small
        ((0.8, 0.2, 0.2, 0.3), "Pet", []),
        ((0.8, 0.2, 0.2, 0.3), "Focus", []),
        ((0.8, 0.2, 0.2, 0.3), "", [Fate.DRAWN]),
    ],
)
def test_what_is_drawn_is_a_face_of_a_face_s_size(
    shelf: Shelf, area: tuple[float, ...], kind: str, fates: list[Fate]
) -> None:
    photo = shelf.add("a.jpg", "Ada")
    shelf.write("a.xmp", raw(item("Eve", *area).replace('"Face"', f'"{kind}"')))
    assert [fate for _, fate in bring_in(shelf)] == fates
    assert len(tags_in(shelf, photo)) == fates.count(Fate.DRAWN)


def test_a_face_that_is_too_poor_to_be_kept_is_drawn_as_well(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path, sight=replace(fake_sight(), faces=Doubtful()))
    try:
        photo = shelf.add("a.jpg", "Ada")
        (poor,) = pictured(shelf, photo).faces
        assert poor.face_id is None
        beside(shelf, photo, Region(poor.box_ltrb, "Ada"))
        assert bring_in(shelf) == [("Ada", Fate.DRAWN)]
        assert bring_in(shelf) == [("Ada", Fate.KNOWN)]
        assert tags_in(shelf, photo) == ["Ada"]
    finally:
        shelf.close()


def test_what_somebody_said_here_of_a_face_holds_against_the_file(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada", "Ben")
    ada, ben = (face.face_id for face in pictured(shelf, photo).faces)
    assert ada is not None
    assert ben is not None
    beside(
        shelf, photo, *(Region(box, n) for box, n in zip(boxes(shelf, photo), "AB", strict=True))
    )
    assert bring_in(shelf) == [("A", Fate.NAMED), ("B", Fate.NAMED)]
    desk = shelf.media.deciding.by(shelf.mine, "me")
    other = shelf.add("b.jpg", "Ada")
    name(shelf, pictured(shelf, other).faces[0].face_id, "A")
    (person,) = (one for one in known(shelf) if one.name == "A")
    desk.reject([ada], person.user_id)
    desk.not_a_face([ben])
    assert bring_in(shelf, photo) == [("A", Fate.CONFLICT), ("B", Fate.CONFLICT)]
    assert names_in(shelf, photo) == ["", ""]
    assert bring_in(shelf, photo, overwrite=True) == [("A", Fate.NAMED), ("B", Fate.NAMED)]


def test_a_name_that_was_given_here_stays_unless_it_is_to_be_overwritten(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada", "Ben")
    ada, ben = pictured(shelf, photo).faces
    name(shelf, ada.face_id, "Ada")
    name(shelf, ben.face_id, "Ben")
    beside(shelf, photo, Region(ada.box_ltrb, "Ben"), Region(ben.box_ltrb, "Ada"))
    assert bring_in(shelf) == [("Ben", Fate.CONFLICT), ("Ada", Fate.CONFLICT)]
    assert names_in(shelf, photo) == ["Ada", "Ben"]
    assert bring_in(shelf, overwrite=True) == [("Ben", Fate.NAMED), ("Ada", Fate.NAMED)]
    assert names_in(shelf, photo) == ["Ben", "Ada"]
    assert bring_in(shelf, overwrite=True) == [("Ben", Fate.KNOWN), ("Ada", Fate.KNOWN)]


def test_nobody_is_in_a_photo_twice(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada", "Ben")
    first, second = boxes(shelf, photo)
    beside(shelf, photo, Region(first, "Ada"))
    content = (shelf.folder / "a.jpg.xmp").read_bytes()
    left, top, right, bottom = second
    area = ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)
    twice = content.replace(
        b"</rdf:Bag></mwg-rs:", item("Ada", *area).encode() + b"</rdf:Bag></mwg-rs:"
    )
    assert twice != content
    shelf.write("a.jpg.xmp", twice)
    assert bring_in(shelf) == [("Ada", Fate.NAMED), ("Ada", Fate.TWICE)]
    assert names_in(shelf, photo) == ["Ada", ""]


def test_a_name_without_a_region_is_given_only_where_there_is_no_choice(shelf: Shelf) -> None:
    alone, pair = shelf.add("a.jpg", "Ada"), shelf.add("b.jpg", "Ada", "Ben")
    beside(shelf, alone, names=("Ada",))
    beside(shelf, pair, names=("Ada",))
    told = reports_of(shelf)
    assert [one.fate for one in told] == [Fate.NAMED, Fate.FACELESS]
    assert told[1].message == "in the picture, face unknown"
    assert (names_in(shelf, alone), names_in(shelf, pair)) == (["Ada"], ["", ""])
    beside(shelf, alone, names=("Ada", "Eve"))
    assert bring_in(shelf)[0] == ("Eve", Fate.FACELESS)


def test_a_name_without_a_role_is_the_person_of_that_name(shelf: Shelf) -> None:
    photos = [shelf.add(f"{n}.jpg", "Ada") for n in range(2)]
    name(shelf, pictured(shelf, photos[0]).faces[0].face_id, "Ada", "Guest")
    beside(shelf, photos[1], Region(boxes(shelf, photos[1])[0], "ada"))
    assert bring_in(shelf) == [("ada", Fate.NAMED)]
    (person,) = shelf.media.persons.all(shelf.scope, shelf.mine.collection_id)
    assert (person.name, person.role, person.face_count) == ("Ada", "Guest", 2)


def test_a_name_that_two_have_is_nobody_s(shelf: Shelf) -> None:
    photos = [shelf.add(f"{n}.jpg", "Ada") for n in range(3)]
    for photo, role in zip(photos, ("Guest", "Host"), strict=False):
        name(shelf, pictured(shelf, photo).faces[0].face_id, "Ada", role)
    beside(shelf, photos[2], Region(boxes(shelf, photos[2])[0], "Ada"))
    assert bring_in(shelf) == [("Ada", Fate.UNFIT)]
    assert names_in(shelf, photos[2]) == [""]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_regions_of_turned_photos_find_their_faces(shared: Shelf, orientation: int) -> None:
    file = f"turned-{orientation}.jpg"
    with PillowImages.open(io.BytesIO(picture_bytes("a.png", "Ada", "Ben"))) as upright:
        back = {
            2: PillowImages.Transpose.FLIP_LEFT_RIGHT,
            3: PillowImages.Transpose.ROTATE_180,
            4: PillowImages.Transpose.FLIP_TOP_BOTTOM,
            5: PillowImages.Transpose.TRANSPOSE,
            6: PillowImages.Transpose.ROTATE_90,
            7: PillowImages.Transpose.TRANSVERSE,
            8: PillowImages.Transpose.ROTATE_270,
        }
        stored = upright.transpose(back[orientation]) if orientation > 1 else upright
        exif = PillowImages.Exif()
        exif[0x0112] = orientation
        target = io.BytesIO()
        stored.convert("RGB").save(target, "JPEG", quality=98, subsampling=0, exif=exif)
    shared.write(file, target.getvalue())
    arrival = shared.arrive(file)
    assert arrival.asset_id is not None
    shared.media.indexer.run_once(shared.mine)
    photo = shared.media.assets.get(shared.mine, arrival.asset_id)
    assert photo.size_wh == (224, 160)
    ada, _ben = boxes(shared, photo)
    stored_wh = photo.size_wh if orientation < 5 else (160, 224)
    packet = merge_people(
        None, People((Region(ada, "Ada"),)), stored_wh=stored_wh, orientation=orientation
    ).packet
    shared.write(f"{file}.xmp", packet)
    assert bring_in(shared, photo) == [("Ada", Fate.NAMED)]
    assert names_in(shared, photo) == ["Ada", ""]


@pytest.mark.parametrize(
    ("packet", "why"),
    [
        (raw(item("Eve", 3, 3, 0.1, 0.1)), "Eve is nowhere in the picture"),
        (raw(item("Eve", 0.3, 0.5, 0, 0)), "Eve is nowhere in the picture"),
        (raw(item("Eve", "nan", "nan", "nan", "nan")), "Eve is nowhere in the picture"),
        (raw(item("Eve", "inf", 0.5, "1/0", 0.5)), "Eve is nowhere in the picture"),
        (raw(item("Eve", 0.3, 0.5, 0.4, 0.5), w=900, h=160), "drawn on a picture of another shape"),
        (raw(item("Eve", 0.3, 0.5, 0.4, 0.5), w=160, h=224), "drawn on a picture of another shape"),
        (raw(*[item("Eve", 0.99, 0.99, 0.01, 0.01)] * 10_000), "more than 1000 regions"),
        (b"<x", "no well-formed XML"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "document type"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>".encode("utf-16"), "document type"),
        (b"<a>" * 3_000, "so deep"),
        (b"x" * (17 << 20), "over 16777216 bytes"),
    ],
    ids=range(12),
)
def test_wrong_and_hostile_packets_name_nobody_and_are_told(
    shared: Shelf, unnamed: Asset, packet: bytes, why: str
) -> None:
    shared.write("unnamed.jpg.xmp", packet)
    told = reports_of(shared, unnamed)
    assert any(why in one.message for one in told)
    assert {one.fate for one in told} <= {Fate.UNFIT, Fate.FACELESS}
    assert names_in(shared, unnamed) == [""]


@pytest.mark.parametrize("called", ["A" * 10_000, "Ada\u202egnp.exe", "\u200b", "A\ue000"])
def test_what_is_no_name_is_told_and_given_to_nobody(
    shared: Shelf, unnamed: Asset, called: str
) -> None:
    beside(shared, unnamed, Region(boxes(shared, unnamed)[0], called))
    assert [fate for _, fate in bring_in(shared, unnamed)] == [Fate.UNFIT]
    assert names_in(shared, unnamed) == [""]


def test_sidecars_and_the_picture_itself_may_say_the_same(shelf: Shelf) -> None:
    packet = merge_people(None, People((), ("Ada",)), stored_wh=(224, 160)).packet
    shelf.write("a.jpg", with_packet(picture_bytes("a.jpg", "Ada"), packet))
    arrival = shelf.arrive("a.jpg")
    assert arrival.asset_id is not None
    shelf.media.indexer.run_once(shelf.mine)
    photo = shelf.media.assets.get(shelf.mine, arrival.asset_id)
    beside(shelf, photo, Region(boxes(shelf, photo)[0], "Ada"))
    assert bring_in(shelf) == [("Ada", Fate.NAMED)]


def test_a_photo_that_was_not_looked_at_yet_is_told(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada")
    beside(shelf, photo, Region(boxes(shelf, photo)[0], "Ada"))
    shelf.photo("a.jpg", "Ben", "Ada")
    assert bring_in(shelf) == [("", Fate.UNFIT)]
