"""Names out of a library into files, and back: what is written, what is left alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from eyebright.errors import StorageError
from eyebright.ids import FaceId, image_id
from eyebright.imaging.packets import read_packet, with_packet
from eyebright.library import embedding
from eyebright.library.exchange import Did, Export, ExportRules, FileReport, undo_log
from eyebright.library.export_undo import ExportUndo
from eyebright.library.name_wishes import Fate, NameReport
from eyebright.library.picture_files import Draft
from eyebright.library.pictured import Gallery
from eyebright.library.said_names import SaidNames
from eyebright.library.sidecars import SidecarStyle
from eyebright.library.uploading import Uploading
from eyebright.library.values import Asset, FacesFound
from eyebright.library.xmp import People, Region, read_people
from eyebright.library.xmp_import import XmpImport
from eyebright.library.xmp_merge import merge_people
from eyebright.people.decisions import Decisions
from eyebright.people.drawn import NewTag
from eyebright.testing.library import Shelf, picture_bytes
from eyebright.testing.scans import make_older


def faces_of(shelf: Shelf, asset: Asset) -> list[FaceId]:
    found = shelf.detail(asset).found["faces"]
    assert isinstance(found, FacesFound)
    return [face.face_id for face in found.faces if face.face_id is not None]


def name(shelf: Shelf, asset: Asset, *names: str, role: str = "") -> None:
    """Name the faces of a photo, the first first."""
    for face, called in zip(faces_of(shelf, asset), names, strict=False):
        shelf.media.naming.name(shelf.mine, [face], name=called, role=role)


def names_in(shelf: Shelf, asset: Asset) -> list[str]:
    detail = shelf.detail(asset)
    return [
        detail.people[face].name if face in detail.people else "" for face in faces_of(shelf, asset)
    ]


def export(shelf: Shelf, **rules: object) -> list[FileReport]:
    run = Export(
        shelf.rooms.database,
        shelf.rooms.vault,
        shelf.media.blobs,
        gallery=Gallery(shelf.rooms.database, shelf.media.assets, shelf.media.persons),
        library=shelf.mine,
        rules=ExportRules(**rules),  # type: ignore[arg-type]
    )
    return run.run()


def undo(shelf: Shelf) -> list[FileReport]:
    return ExportUndo(
        shelf.rooms.database,
        gallery=Gallery(shelf.rooms.database, shelf.media.assets, shelf.media.persons),
        library=shelf.mine,
        log=undo_log(shelf.rooms.vault, shelf.media.blobs, shelf.mine),
    ).run()


def bring_in(shelf: Shelf, *, overwrite: bool = False) -> list[NameReport]:
    known = shelf.media.persons.all(shelf.scope, shelf.mine.collection_id)
    names = SaidNames(shelf.mine, known, overwrite=overwrite)
    gallery = Gallery(shelf.rooms.database, shelf.media.assets, shelf.media.persons)
    reports = XmpImport(gallery, shelf.media.originals, shelf.mine, names).read()
    names.apply(shelf.media.naming, shelf.media.drawing)
    return reports


def files(shelf: Shelf) -> dict[str, bytes]:
    return {
        str(path.relative_to(shelf.folder)): path.read_bytes()
        for path in sorted(shelf.folder.rglob("*"))
        if path.is_file()
    }


def test_a_sidecar_says_who_is_where_and_a_second_run_changes_nothing(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada", "Ben")
    name(shelf, photo, "Ada Lovelace", "Ben", role="Guest")
    before = files(shelf)
    (report,) = export(shelf)
    assert (report.did, report.written) == (Did.MADE, 4)
    after = files(shelf)
    assert set(after) == {"a.jpg", "a.jpg.xmp"}
    assert after["a.jpg"] == before["a.jpg"]
    said = read_people(after["a.jpg.xmp"], stored_wh=photo.size_wh)
    assert [(one.name, one.role) for one in said.regions] == [
        ("Ada Lovelace", "Guest"),
        ("Ben", "Guest"),
    ]
    (again,) = export(shelf)
    assert again.did is Did.SAME
    assert files(shelf) == after


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_photo_with_names_in_it_is_still_the_same_asset(shelf: Shelf, suffix: str) -> None:
    photo = shelf.add(f"a{suffix}", "Ada")
    name(shelf, photo, "Ada")
    old = files(shelf)
    (report,) = export(shelf, embed=True)
    assert report.did is Did.EMBEDDED
    content = files(shelf)[f"a{suffix}"]
    now = shelf.media.assets.get(shelf.mine, photo.asset_id)
    assert now.content_sha256 == hashlib.sha256(content).hexdigest() != photo.content_sha256
    assert shelf.arrive(f"a{suffix}").asset_id == photo.asset_id
    assert names_in(shelf, photo) == ["Ada"]
    assert export(shelf, embed=True)[0].did is Did.SAME
    assert undo(shelf)[0].did is Did.CHANGED
    assert files(shelf) == old
    assert shelf.media.assets.get(shelf.mine, photo.asset_id).content_sha256 == photo.content_sha256
    assert shelf.media.removal.remove(shelf.mine, photo.asset_id).faces == 1


def test_names_beside_a_photo_name_its_faces(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada", "Ben")
    name(shelf, photo, "Ada Lovelace", "Ben", role="Guest")
    export(shelf)
    shelf.media.naming.unname(shelf.mine, faces_of(shelf, photo))
    assert names_in(shelf, photo) == ["", ""]
    assert [one.fate for one in bring_in(shelf)] == [Fate.NAMED, Fate.NAMED]
    assert names_in(shelf, photo) == ["Ada Lovelace", "Ben"]
    assert [one.fate for one in bring_in(shelf)] == [Fate.KNOWN, Fate.KNOWN]


def test_what_others_wrote_stays_and_what_they_say_otherwise_is_told(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada", "Ben")
    name(shelf, photo, "Ada", "Ben")
    picture = next(
        Gallery(shelf.rooms.database, shelf.media.assets, shelf.media.persons).pictures(shelf.mine)
    )
    theirs = People(
        (
            Region(picture.faces[0].box_ltrb, "Augusta"),
            Region((0.0, 0.9, 0.05, 1.0), "Eve"),
        ),
        ("Augusta", "Eve", "Somebody behind"),
    )
    packet = merge_people(None, theirs, stored_wh=photo.size_wh).packet
    shelf.write("a.jpg.xmp", packet)
    (report,) = export(shelf)
    assert report.did is Did.CHANGED
    assert report.conflicts == ("'Augusta' stands where 'Ada' is",)
    said = read_people(files(shelf)["a.jpg.xmp"], stored_wh=photo.size_wh)
    assert [one.name for one in said.regions] == ["Augusta", "Eve", "Ben"]
    assert {"Augusta", "Eve", "Somebody behind", "Ben"} <= set(said.names)
    (report,) = export(shelf, overwrite=True)
    said = read_people(files(shelf)["a.jpg.xmp"], stored_wh=photo.size_wh)
    assert [one.name for one in said.regions] == ["Ada", "Eve", "Ben"]
    assert "Augusta" not in said.names
    assert export(shelf, overwrite=True)[0].did is Did.SAME


def test_a_dry_run_writes_nothing(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada")
    name(shelf, photo, "Ada")
    before = files(shelf)
    assert [one.did for one in export(shelf, dry_run=True)] == [Did.MADE]
    assert [one.did for one in export(shelf, dry_run=True, embed=True)] == [Did.EMBEDDED]
    assert files(shelf) == before
    assert undo(shelf) == []


def test_taking_an_export_back_leaves_what_was_there_and_what_changed_since(shelf: Shelf) -> None:
    photos = [shelf.add(f"{n}.jpg", "Ada") for n in range(3)]
    for photo in photos:
        name(shelf, photo, "Ada")
    theirs = merge_people(None, People((), ("Eve",)), stored_wh=photos[0].size_wh).packet
    shelf.write("1.jpg.xmp", theirs)
    before = files(shelf)
    export(shelf)
    assert len(files(shelf)) == 6
    shelf.write("2.jpg.xmp", b"<edited/>")
    left = [one for one in undo(shelf) if one.did is Did.LEFT]
    assert [one.message for one in left] == ["it was changed since; it was left as it is"]
    assert files(shelf) == before | {"2.jpg.xmp": b"<edited/>"}
    assert undo(shelf) == []


@pytest.mark.parametrize(
    "hostile",
    [b"<x", b"\x00\x01", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"<a>" * 500 + b"</a>" * 500],
)
def test_a_sidecar_that_is_no_xmp_is_never_overwritten(shelf: Shelf, hostile: bytes) -> None:
    photo = shelf.add("a.jpg", "Ada")
    name(shelf, photo, "Ada")
    shelf.write("a.jpg.xmp", hostile)
    (report,) = export(shelf, overwrite=True)
    assert report.did is Did.LEFT
    assert report.message
    assert files(shelf)["a.jpg.xmp"] == hostile
    assert [one.fate for one in bring_in(shelf)] == [Fate.UNFIT]
    assert names_in(shelf, photo) == ["Ada"]


def test_copies_of_a_photo_get_the_same_names_and_stay_one_asset(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada")
    shelf.write("in/b.jpg", files(shelf)["a.jpg"])
    assert shelf.arrive("in/b.jpg").asset_id == photo.asset_id
    name(shelf, photo, "Ada")
    assert [one.did for one in export(shelf, embed=True)] == [Did.EMBEDDED]
    assert files(shelf)["a.jpg"] == files(shelf)["in/b.jpg"]
    assert {shelf.arrive(one).asset_id for one in files(shelf)} == {photo.asset_id}
    assert len(shelf.detail(photo).places) == 2


def test_a_scan_finds_nothing_new_in_a_photo_that_got_names(shelf: Shelf) -> None:
    shelf.photo("a.jpg", "Ada")
    make_older(shelf.folder / "a.jpg", 60)
    shelf.media.scans.run(shelf.mine, shelf.source)
    shelf.media.indexer.run_once(shelf.mine)
    (photo,) = shelf.media.assets.list(shelf.mine, limit=9).items
    name(shelf, photo, "Ada")
    assert export(shelf, embed=True, keep_times=True)[0].did is Did.EMBEDDED
    report = shelf.media.scans.run(shelf.mine, shelf.source)
    assert (report.unchanged, report.changed, report.added) == (1, 0, 0)
    assert names_in(shelf, photo) == ["Ada"]


def test_lightroom_s_sidecar_of_two_photos_is_nobody_s(shelf: Shelf) -> None:
    for suffix in (".jpg", ".png"):
        name(shelf, shelf.add(f"a{suffix}", "Ada"), "Ada")
    name(shelf, shelf.add("b.jpg", "Ada"), "Ada")
    reports = export(shelf, style=SidecarStyle.REPLACED)
    assert [one.did for one in reports] == [Did.LEFT, Did.LEFT, Did.MADE]
    assert "called the same" in reports[0].message
    assert set(files(shelf)) == {"a.jpg", "a.png", "b.jpg", "b.xmp"}
    assert [one.fate for one in bring_in(shelf)] == [Fate.KNOWN]


def test_a_photo_with_several_names_or_one_that_changed_is_not_written_into(shelf: Shelf) -> None:
    photo, linked = shelf.add("a.jpg", "Ada"), shelf.add("b.jpg", "Ada")
    for one in (photo, linked):
        name(shelf, one, "Ada")
    (shelf.folder / "c.jpg").hardlink_to(shelf.folder / "b.jpg")
    shelf.write("a.jpg", b"something else")
    before = files(shelf)
    reports = export(shelf, embed=True)
    assert [one.did for one in reports] == [Did.LEFT, Did.LEFT]
    assert "it changed since" in reports[0].message
    assert "hard links" in reports[1].message
    assert files(shelf) == before


def test_what_lies_in_no_folder_is_read_but_never_written_to(shelf: Shelf, tmp_path: Path) -> None:
    uploading = Uploading(
        shelf.rooms.database,
        home=shelf.rooms.settings.home,
        libraries=shelf.media.libraries,
        inbox=shelf.media.inbox,
        blobs=shelf.media.blobs,
        least_free_bytes=0,
    )
    names = People((), ("Ada",))
    packet = merge_people(None, names, stored_wh=(224, 160)).packet
    upload = tmp_path / "upload"
    upload.write_bytes(with_packet(picture_bytes("a.jpg", "Ada"), packet))
    uploading.receive(shelf.mine, upload, name="a.jpg")
    shelf.media.indexer.run_once(shelf.mine)
    assert [(one.name, one.fate) for one in bring_in(shelf)] == [("Ada", Fate.NAMED)]
    for embed in (True, False):
        (report,) = export(shelf, embed=embed)
        assert (report.did, report.where) == (Did.LEFT, "an upload, a.jpg")
    assert files(shelf) == {}


def test_files_are_put_back_when_the_library_cannot_be_told(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = shelf.add("a.jpg", "Ada")
    name(shelf, photo, "Ada")
    before = files(shelf)
    put = Draft.put_in_place

    def broken(draft: Draft) -> None:
        put(draft)
        raise StorageError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Draft, "put_in_place", broken)
        (report,) = export(shelf, embed=True)
    assert (report.did, report.message) == (Did.LEFT, "The disk is full.")
    assert files(shelf) == before
    assert shelf.media.assets.get(shelf.mine, photo.asset_id).content_sha256 == photo.content_sha256
    assert export(shelf, embed=True)[0].did is Did.EMBEDDED


def test_what_a_killed_export_had_put_in_place_is_finished(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = shelf.add("a.jpg", "Ada")
    name(shelf, photo, "Ada")
    put = Draft.put_in_place

    def killed(draft: Draft) -> None:
        put(draft)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Draft, "put_in_place", killed)
        patch.setattr(embedding, "_put_back", lambda _opened: None)
        with pytest.raises(KeyboardInterrupt):
            export(shelf, embed=True)
    assert export(shelf, embed=True)[0].did is Did.SAME
    assert shelf.arrive("a.jpg").asset_id == photo.asset_id
    assert names_in(shelf, photo) == ["Ada"]


def test_a_face_that_was_drawn_goes_out_and_stays_with_its_photo(shelf: Shelf) -> None:
    photo = shelf.add("a.jpg", "Ada")
    decisions = Decisions(shelf.rooms.database, shelf.rooms.vault, clock=shelf.clock)
    drawn = NewTag(
        image_id(bytes.fromhex(photo.content_sha256)),
        photo.asset_id,
        (180, 80, 220, 120),
        (224, 160),
    )
    decisions.tag(shelf.scope, shelf.mine.collection_id, drawn, actor="me", name="Eve")
    (report,) = export(shelf, embed=True)
    assert report.did is Did.EMBEDDED
    packet = read_packet(files(shelf)["a.jpg"])
    (region,) = read_people(packet or b"", stored_wh=photo.size_wh).regions
    assert region.name == "Eve"
    assert export(shelf, embed=True)[0].did is Did.SAME
    assert [one.fate for one in bring_in(shelf)] == [Fate.KNOWN]
