"""What comes to a library's collection through the Rekognition door: the next search knows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, UserId, image_id
from eyebright.library.blobs import library_directory
from eyebright.library.finding import DIRECTORY
from eyebright.library.publishing import document_of
from eyebright.library.values import Asset, FacesFound, Media
from eyebright.people.drawn import NewTag
from eyebright.people.forget import search_for_traces
from eyebright.search.index import MediaIndex
from eyebright.search.kept import as_kept
from eyebright.search.values import Query
from eyebright.testing.library import Shelf, open_shelf
from eyebright.testing.videos import write_video
from eyebright.testing.videos_desk import shot

NAME = "Adalgisa Quillfeather"


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = open_shelf(tmp_path)
    yield shelf
    shelf.close()


def faces_of(shelf: Shelf, asset: Asset) -> list[FaceId]:
    found = shelf.detail(asset).found["faces"]
    assert isinstance(found, FacesFound)
    return [face.face_id for face in found.faces if face.face_id is not None]


def named(shelf: Shelf, asset: Asset, name: str = NAME) -> UserId:
    shelf.media.deciding.by(shelf.mine, "me").name(faces_of(shelf, asset), name=name)
    everybody = shelf.media.persons.all(shelf.scope, shelf.mine.collection_id)
    return next(one.user_id for one in everybody if one.name == name)


def found(shelf: Shelf, words: str = "quillfeather") -> set[str]:
    return {hit.key for hit in shelf.media.finding.search(shelf.mine, Query(words)).hits}


def level(shelf: Shelf) -> bool:
    """Whether the index is as one that is made anew."""
    folder = library_directory(shelf.rooms.settings.home, shelf.mine.number) / DIRECTORY
    listed = shelf.media.assets.list(shelf.mine, limit=100).items
    details = shelf.media.assets.details(shelf.mine, [asset.number for asset in listed])
    return {one.key: one for one in MediaIndex.open(folder).documents()} == {
        one.asset.asset_id: as_kept(document_of(one)) for one in details
    }


def test_who_is_deleted_is_found_no_more(shelf: Shelf) -> None:
    photo, other, drawn_on = (
        shelf.add(f"{n}.jpg", who) for n, who in enumerate(("Ada", "Ben", "Cleo"))
    )
    ada = named(shelf, photo)
    named(shelf, other, "Ben Quillfeather")
    drawn = NewTag(
        image_id(bytes.fromhex(drawn_on.content_sha256)),
        drawn_on.asset_id,
        (0, 0, 9, 9),
        (224, 160),
    )
    shelf.media.deciding.by(shelf.mine, "me").tag(drawn, name=NAME)
    pictures = [shot(("Ada",)) for _ in range(12)]
    write_video(shelf.folder / "walk.mp4", pictures, frame_rate=5, keyframe_every=5)
    film = shelf.arrive("walk.mp4", media=Media.VIDEO).asset_id
    shelf.media.indexer.run_once()
    assert found(shelf) == {photo.asset_id, other.asset_id, drawn_on.asset_id, film}
    shelf.rooms.users.delete(shelf.scope, shelf.mine.collection_id, ada)
    assert found(shelf) == {other.asset_id}
    assert level(shelf)


def test_faces_that_are_given_and_taken_are_found_so(shelf: Shelf) -> None:
    photo, other, third = (shelf.add(f"{n}.jpg", "Ada") for n in range(3))
    where = shelf.scope, shelf.mine.collection_id
    ada = named(shelf, photo)
    assert found(shelf) == {photo.asset_id}
    users = shelf.rooms.users
    users.associate(*where, ada, faces_of(shelf, other), min_percent=0.0)
    assert found(shelf) == {photo.asset_id, other.asset_id}
    users.disassociate(*where, ada, faces_of(shelf, photo))
    assert found(shelf) == {other.asset_id}
    before = shelf.media.assets.get(shelf.mine, third.asset_id).revision
    shelf.rooms.faces.delete(*where, faces_of(shelf, third))
    assert shelf.media.assets.get(shelf.mine, third.asset_id).revision > before
    assert shelf.rooms.forgetting.faces(*where, faces_of(shelf, other)).faces == 1
    assert found(shelf) == set()
    assert level(shelf)


def test_other_collections_touch_no_library(shelf: Shelf) -> None:
    shelf.add("a.jpg", "Ada")
    before = shelf.media.libraries.get(shelf.scope).revision
    rooms, staff = shelf.rooms, CollectionId("staff")
    elsewhere = Scope(rooms.accounts.create("other").account_id, shelf.scope.region)
    for scope, name in ((shelf.scope, staff), (elsewhere, shelf.mine.collection_id)):
        rooms.collections.create(scope, name, space=rooms.vision.space)
        rooms.users.create(scope, name, UserId("ada"))
        rooms.users.delete(scope, name, UserId("ada"))
    assert shelf.media.libraries.get(shelf.scope).revision == before


def test_nothing_of_a_forgotten_user_is_left_in_the_index(shelf: Shelf) -> None:
    ada = named(shelf, shelf.add("a.jpg", "Ada"))
    assert len(found(shelf)) == 1
    shelf.rooms.users.delete(shelf.scope, shelf.mine.collection_id, ada)
    assert found(shelf) == set()
    shelf.media.finding.purge(shelf.mine)  # as upkeep does
    home = shelf.rooms.settings.home
    assert search_for_traces(home, [b"Quillfeather", b"quillfeather"]) == []
