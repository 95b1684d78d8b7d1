"""Names out of a library into files, and back: what is written, what is left alone."""

from __future__ import annotations

import hashlib

import pytest

from eyebright.ids import FaceId
from eyebright.library.exchange import Did, Export, ExportRules, FileReport, undo_log
from eyebright.library.export_undo import ExportUndo
from eyebright.library.pictured import Gallery
from eyebright.library.said_names import Fate, NameReport, SaidNames
from eyebright.library.values import Asset, FacesFound
from eyebright.library.xmp import read_people
from eyebright.library.xmp_import import XmpImport
from eyebright.testing.library import Shelf


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
        gallery=Gallery(shelf.rooms.database, shelf.media.assets),
        library=shelf.mine,
        rules=ExportRules(**rules),  # type: ignore[arg-type]
    )
    return run.run()


def undo(shelf: Shelf) -> list[FileReport]:
    return ExportUndo(
        shelf.rooms.database,
        gallery=Gallery(shelf.rooms.database, shelf.media.assets),
        library=shelf.mine,
        log=undo_log(shelf.rooms.vault, shelf.media.blobs, shelf.mine),
    ).run()


def bring_in(shelf: Shelf, *, overwrite: bool = False) -> list[NameReport]:
    known = shelf.media.persons.all(shelf.scope, shelf.mine.collection_id)
    names = SaidNames(shelf.mine, known, overwrite=overwrite)
    gallery = Gallery(shelf.rooms.database, shelf.media.assets)
    reports = XmpImport(gallery, shelf.mine, names).read()
    names.apply(shelf.media.naming)
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
