"""Names in XMP, with ExifTool as the other program: it reads what we write, we what it writes."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImages

from eyebright.api.people import LocalPeople
from eyebright.imaging.packets import read_packet, with_packet
from eyebright.library.asset_names import AssetNames
from eyebright.library.exchange import ExportRules
from eyebright.library.name_wishes import Fate
from eyebright.library.xmp import Box, People, Region, read_people
from eyebright.library.xmp_merge import merge_people
from eyebright.testing.exiftool import ExifTool, require_exiftool
from eyebright.testing.library import Shelf, open_shelf

pytestmark = pytest.mark.client

WH = (400, 300)
ADA = Region((0.1, 0.2, 0.3, 0.5), "Ada Lovelace", "Guest")
BEN = Region((0.6, 0.25, 0.7, 0.4), "Ben “B” Ömer")
PEOPLE = People((ADA, BEN), (ADA.name, BEN.name, "עדה"))
SUFFIXES = {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}


@pytest.fixture(scope="module")
def exiftool() -> ExifTool:
    return require_exiftool(pytest.skip)


def photo(path: Path, *, orientation: int = 1) -> Path:
    pixels = np.random.default_rng(0).integers(0, 256, (WH[1], WH[0], 3)).astype(np.uint8)
    picture = PillowImages.fromarray(pixels)
    exif = PillowImages.Exif()
    exif[0x0112] = orientation
    target = io.BytesIO()
    picture.save(target, SUFFIXES[path.suffix], exif=exif)
    path.write_bytes(target.getvalue())
    return path


def near(box: tuple[float, ...]) -> object:
    return pytest.approx(box, abs=1e-5)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_it_reads_what_we_put_into_a_picture(
    exiftool: ExifTool, tmp_path: Path, suffix: str
) -> None:
    path = photo(tmp_path / f"photo{suffix}")
    warnings = exiftool.run("-validate", "-warning", "-a", str(path))
    packet = merge_people(None, PEOPLE, stored_wh=WH).packet
    path.write_bytes(with_packet(path.read_bytes(), packet))
    found = exiftool.read(path)
    assert found["PersonInImage"] == list(PEOPLE.names)
    regions = found["RegionInfo"]["RegionList"]
    assert [one["Name"] for one in regions] == [ADA.name, BEN.name]
    assert regions[0]["Area"] == {"X": 0.2, "Y": 0.35, "W": 0.2, "H": 0.3, "Unit": "normalized"}
    assert found["RegionInfo"]["AppliedToDimensions"] == {"W": 400, "H": 300, "Unit": "pixel"}
    assert exiftool.run("-validate", "-warning", "-a", str(path)) == warnings


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("orientation", [1, 6])
def test_we_read_what_it_writes(
    exiftool: ExifTool, tmp_path: Path, suffix: str, orientation: int
) -> None:
    path = photo(tmp_path / f"photo{suffix}", orientation=orientation)
    exiftool.run(
        "-overwrite_original",
        "-RegionInfo={AppliedToDimensions={W=400,H=300,Unit=pixel},RegionList=[{Area={X=0.2,Y=0.35,"
        "W=0.2,H=0.3,Unit=normalized},Name=Ada Lovelace,Type=Face,Description=Guest},{Area={X=0.5,"
        "Y=0.5,W=0.1,H=0.1,Unit=normalized},Name=Rex,Type=Pet}]}",
        "-PersonInImage=Eve",
        str(path),
    )
    packet = read_packet(path.read_bytes())
    assert packet is not None
    found = read_people(packet, stored_wh=WH, orientation=orientation)
    (region,) = found.regions
    assert (region.name, region.role) == ("Ada Lovelace", "Guest")
    upright = (0.1, 0.2, 0.3, 0.5) if orientation == 1 else (0.5, 0.1, 0.8, 0.3)
    assert region.box_ltrb == near(upright)
    assert found.names == ("Ada Lovelace", "Eve")


@pytest.mark.parametrize("suffix", [*SUFFIXES, ".xmp"])
def test_what_it_wrote_stays_beside_what_we_write(
    exiftool: ExifTool, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"photo{suffix}"
    if suffix != ".xmp":
        photo(path)
    exiftool.run(
        "-overwrite_original",
        "-XMP-dc:Title=Tea <at> four",
        "-XMP-dc:Subject=party",
        "-XMP-lr:HierarchicalSubject=People|Eve",
        "-XMP-xmp:Rating=4",
        "-XMP-digiKam:TagsList=People/Eve",
        "-RegionInfo={AppliedToDimensions={W=400,H=300,Unit=pixel},RegionList=[{Area={X=0.85,Y=0.8,"
        "W=0.1,H=0.1,Unit=normalized},Name=Eve,Type=Face},{Area={X=0.5,Y=0.5,W=0.1,H=0.1,"
        "Unit=normalized},Name=Rex,Type=Pet}]}",
        str(path),
    )
    before = exiftool.read(path)
    content = path.read_bytes()
    packet = content if suffix == ".xmp" else read_packet(content)
    merged = merge_people(packet, PEOPLE, stored_wh=WH)
    assert not merged.conflicts
    path.write_bytes(merged.packet if suffix == ".xmp" else with_packet(content, merged.packet))
    after = exiftool.read(path)
    changed = {"RegionInfo", "PersonInImage", "SourceFile"}
    assert {k: v for k, v in before.items() if k not in changed} == {
        k: v for k, v in after.items() if k not in changed
    }
    names = [one["Name"] for one in after["RegionInfo"]["RegionList"]]
    assert names == ["Eve", "Rex", ADA.name, BEN.name]
    assert after["PersonInImage"] == list(PEOPLE.names)
    again = merge_people(merged.packet, PEOPLE, stored_wh=WH)
    assert again.packet == merged.packet


def test_it_changes_what_we_wrote_and_we_read_that(exiftool: ExifTool, tmp_path: Path) -> None:
    sidecar = tmp_path / "photo.jpg.xmp"
    sidecar.write_bytes(merge_people(None, PEOPLE, stored_wh=WH).packet)
    exiftool.run("-overwrite_original", "-PersonInImage+=Eve", "-XMP-xmp:Rating=5", str(sidecar))
    found = read_people(sidecar.read_bytes(), stored_wh=WH)
    assert found.names == (*PEOPLE.names, "Eve")
    assert [one.name for one in found.regions] == [ADA.name, BEN.name]


def test_people_tags_of_microsoft_as_it_writes_them(exiftool: ExifTool, tmp_path: Path) -> None:
    path = photo(tmp_path / "photo.jpg")
    exiftool.run(
        "-overwrite_original",
        r"-RegionInfoMP={Regions=[{PersonDisplayName=Ada Lovelace,"
        r"Rectangle=0.1|, 0.2|, 0.2|, 0.3}]}",
        str(path),
    )
    packet = read_packet(path.read_bytes())
    (region,) = read_people(packet or b"", stored_wh=WH).regions
    assert (region.name, region.box_ltrb) == ("Ada Lovelace", near((0.1, 0.2, 0.3, 0.5)))
    merged = merge_people(packet, PEOPLE, stored_wh=WH)
    path.write_bytes(with_packet(path.read_bytes(), merged.packet))
    found = exiftool.read(path)
    assert found["RegionInfoMP"]["Regions"][0]["PersonDisplayName"] == "Ada Lovelace"
    assert [one["Name"] for one in found["RegionInfo"]["RegionList"]] == [ADA.name, BEN.name]


def people_of(shelf: Shelf) -> LocalPeople:
    return LocalPeople(
        shelf.rooms.database,
        shelf.rooms.vault,
        media=shelf.media,
        library=shelf.mine,
        names=AssetNames(shelf.rooms.database, shelf.media.libraries, shelf.mine),
        faces=shelf.rooms.faces,
        actor="me",
    )


@pytest.mark.parametrize("embed", [True, False])
def test_a_region_without_a_face_comes_in_as_drawn_and_goes_out_again(
    exiftool: ExifTool, tmp_path: Path, embed: bool
) -> None:
    with closing(open_shelf(tmp_path / "one")) as shelf:
        path = shelf.photo("a.jpg", "Ada")
        exiftool.run(
            "-overwrite_original",
            "-RegionInfo={AppliedToDimensions={W=224,H=160,Unit=pixel},RegionList=[{Area={X=0.85,"
            "Y=0.25,W=0.2,H=0.3,Unit=normalized},Name=Eve,Type=Face,Description=Guest},{Area={"
            "X=0.9,Y=0.8,W=0.1,H=0.1,Unit=normalized},Name=Rex,Type=Pet}]}",
            str(path),
        )
        photo = shelf.arrive("a.jpg").asset_id
        assert photo is not None
        shelf.media.indexer.run_once(shelf.mine)
        people = people_of(shelf)
        assert [(one.name, one.fate) for one in people.import_xmp()] == [("Eve", Fate.DRAWN)]
        (tag,) = shelf.media.assets.detail(shelf.mine, photo).drawn
        assert (tag.person.name, tag.person.role) == ("Eve", "Guest")
        here: Box = (0.7, 0.6, 0.8, 0.8)
        shelf.media.drawing.draw(shelf.mine, photo, here, actor="me", name="Fay")
        (report,) = people.export_xmp(rules=ExportRules(embed=embed))
        assert report.written
    written = path if embed else path.with_name("a.jpg.xmp")
    regions = exiftool.read(written)["RegionInfo"]["RegionList"]
    areas = {one["Name"]: one["Area"] for one in regions if one["Type"] == "Face"}
    assert areas == {
        "Eve": {"X": 0.85, "Y": 0.25, "W": 0.2, "H": 0.3, "Unit": "normalized"},
        "Fay": {
            "X": pytest.approx(0.75),
            "Y": pytest.approx(0.7),
            "W": pytest.approx(0.1),
            "H": pytest.approx(0.2),
            "Unit": "normalized",
        },
    }
    with closing(open_shelf(tmp_path / "other")) as other:
        for one in path.parent.iterdir():
            other.write(one.name, one.read_bytes())
        photo = other.arrive("a.jpg").asset_id
        assert photo is not None
        other.media.indexer.run_once(other.mine)
        people_of(other).import_xmp()
        drawn = other.media.assets.detail(other.mine, photo).drawn
        assert [one.person.name for one in drawn] == ["Eve", "Fay"]
        assert {one.fate for one in people_of(other).import_xmp()} == {Fate.KNOWN}
