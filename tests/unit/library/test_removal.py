from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from eyebright.db.tables import asset_vectors, drawn_tags, face_vectors, places, stage_runs
from eyebright.errors import AssetNotFound
from eyebright.ids import image_id
from eyebright.library.blobs import BlobKind
from eyebright.library.values import Asset, FacesFound
from eyebright.people.decisions import Decisions
from eyebright.people.drawn import NewTag
from eyebright.people.forget import search_for_traces
from eyebright.testing.library import Shelf


def _needles(shelf: Shelf, asset: Asset) -> list[bytes]:
    """Everything that is kept of an asset: ids, digests, sealed findings, vectors and files."""
    needles = [asset.asset_id.encode(), asset.content_sha256.encode()]
    detail = shelf.detail(asset)
    found = detail.found["faces"]
    assert isinstance(found, FacesFound)
    needles += [face.face_id.encode() for face in found.faces if face.face_id]
    with shelf.rooms.database.read() as connection:
        sealed = [
            *connection.scalars(
                select(stage_runs.c.sealed).where(stage_runs.c.sealed.is_not(None))
            ),
            *connection.scalars(select(asset_vectors.c.sealed)),
            *connection.scalars(select(face_vectors.c.sealed)),
        ]
    files = [
        path.read_bytes()
        for path in shelf.media.blobs.directory(shelf.mine).rglob(f"{asset.asset_id}.*")
    ]
    assert len(sealed) > 8
    assert len(files) == 2
    return needles + [end for box in (*sealed, *files) for end in (box[:32], box[-32:])]


def test_a_face_that_somebody_drew_goes_with_its_picture(shelf: Shelf) -> None:
    asset, other = shelf.add("a.jpg", "Ada"), shelf.add("b.jpg", "Ben")
    decisions = Decisions(shelf.rooms.database, shelf.rooms.vault, clock=shelf.clock)
    for one in (asset, other):
        picture = image_id(bytes.fromhex(one.content_sha256))
        drawn = NewTag(picture, one.asset_id, (0.0, 0.0, 20.0, 20.0), (320, 160))
        decisions.tag(shelf.scope, shelf.mine.collection_id, drawn, actor="a", name="Cleo")
    shelf.media.removal.remove(shelf.mine, asset.asset_id)
    with shelf.rooms.database.read() as connection:
        left = connection.scalars(select(drawn_tags.c.external_image_id)).all()
    assert left == [other.asset_id]


def test_nothing_is_left_of_a_removed_asset(shelf: Shelf) -> None:
    asset = shelf.add("a.jpg", "Ada", "Ben")
    needles = _needles(shelf, asset)
    home = shelf.rooms.settings.home
    assert search_for_traces(home, needles)  # they are there, so they would be found
    receipt = shelf.media.removal.remove(shelf.mine, asset.asset_id)
    assert (receipt.assets, receipt.places, receipt.faces) == (1, 1, 2)
    assert search_for_traces(home, needles) == []
    assert (shelf.folder / "a.jpg").is_file()  # a person's own file is not ours


def test_nothing_is_left_when_the_file_itself_goes(shelf: Shelf) -> None:
    asset = shelf.add("a.jpg", "Ada", "Ben")
    needles = [*_needles(shelf, asset), b"a.jpg"]
    shelf.media.inbox.depart(shelf.mine, shelf.source, b"a.jpg")
    assert search_for_traces(shelf.rooms.settings.home, needles) == []


def test_what_is_not_there_cannot_be_removed(shelf: Shelf) -> None:
    asset = shelf.add("a.jpg", "Ada")
    shelf.media.removal.remove(shelf.mine, asset.asset_id)
    with pytest.raises(AssetNotFound):
        shelf.media.removal.remove(shelf.mine, asset.asset_id)


def test_the_last_photo_of_a_person_takes_the_person(shelf: Shelf) -> None:
    first, second = shelf.add("a.jpg", "Ada"), shelf.add("b.jpg", "Ada")
    faces = []
    for asset in (first, second):
        found = shelf.detail(asset).found["faces"]
        assert isinstance(found, FacesFound)
        faces += [face.face_id for face in found.faces if face.face_id]
    persons, scope, collection = shelf.media.persons, shelf.scope, shelf.mine.collection_id
    shelf.media.naming.name(shelf.mine, faces, name="Ada")
    assert [one.name for one in shelf.detail(first).people.values()] == ["Ada"]
    assert shelf.media.removal.remove(shelf.mine, first.asset_id).people == 1
    assert [one.face_count for one in persons.all(scope, collection)] == [1]
    shelf.media.removal.remove(shelf.mine, second.asset_id)
    assert persons.all(scope, collection) == []


def test_a_removed_source_takes_what_lies_nowhere_else(shelf: Shelf, tmp_path: Path) -> None:
    asset = shelf.add("a.jpg", "Ada")
    assert shelf.media.libraries.remove_source(shelf.mine, shelf.source.source_id) == 1
    assert shelf.media.libraries.sources(shelf.mine) == ()
    with pytest.raises(AssetNotFound):
        shelf.detail(asset)
    with shelf.rooms.database.read() as connection:
        assert connection.execute(select(places)).all() == []


def test_a_deleted_library_leaves_no_key_no_row_and_no_file(shelf: Shelf) -> None:
    asset = shelf.add("a.jpg", "Ada", "Ben")
    needles = _needles(shelf, asset)
    wrapped = shelf.rooms.vault.wrapped_key(shelf.scope.account_id, shelf.mine.key_id)
    assert wrapped is not None
    shelf.media.libraries.delete(shelf.mine)
    assert shelf.media.libraries.list(shelf.scope) == ()
    assert not shelf.media.blobs.directory(shelf.mine).exists()
    assert search_for_traces(shelf.rooms.settings.home, [*needles, wrapped]) == []


def test_a_deleted_account_takes_its_libraries(shelf: Shelf) -> None:
    asset = shelf.add("a.jpg", "Ada", "Ben")
    needles = _needles(shelf, asset)
    index = shelf.media.blobs.directory(shelf.mine) / "search" / "words"
    index.parent.mkdir(exist_ok=True)
    index.write_text("what others keep of a library beside it")
    shelf.rooms.accounts.delete(shelf.scope.account_id)
    assert not index.exists()
    assert search_for_traces(shelf.rooms.settings.home, needles) == []


def test_forgetting_an_account_looks_for_the_keys_of_its_libraries_too(shelf: Shelf) -> None:
    shelf.add("a.jpg", "Ada")
    proof = shelf.rooms.forgetting.account(shelf.scope.account_id)
    assert proof.needles == 3 + 2  # a face's id and both ends of its vector; two keys
    assert proof.traces == ()


def test_files_are_sealed_and_bound_to_their_asset(shelf: Shelf) -> None:
    one, other = shelf.add("a.jpg", "Ada"), shelf.add("b.jpg", "Ben")
    blobs = shelf.media.blobs
    proxy = blobs.get(shelf.mine, one.asset_id, BlobKind.PROXY)
    assert proxy is not None
    assert proxy.startswith(b"\xff\xd8\xff")
    places_of = {path.stem: path for path in blobs.directory(shelf.mine).rglob("*.proxy")}
    assert b"\xff\xd8\xff" not in places_of[one.asset_id].read_bytes()
    assert places_of[one.asset_id].stat().st_mode & 0o077 == 0
    places_of[one.asset_id].replace(places_of[other.asset_id])
    with pytest.raises(Exception, match="cannot be opened"):
        blobs.get(shelf.mine, other.asset_id, BlobKind.PROXY)
