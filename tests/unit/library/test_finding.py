"""Finding assets: what a search knows when rows change, in this process or another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import update

from eyebright.db.tables import asset_vectors, libraries
from eyebright.errors import AssetNotFound, FaceNotInCollection, LibraryNotFound
from eyebright.ids import FaceId
from eyebright.library.codec import LibrarySeal
from eyebright.library.finding import DIRECTORY
from eyebright.library.projection import vector_place
from eyebright.library.values import Asset, AssetId, FacesFound
from eyebright.search.values import Field, Query
from eyebright.testing.library import Shelf, open_shelf


@pytest.fixture
def other(tmp_path: Path, shelf: Shelf) -> Iterator[Shelf]:
    """Another process over the same home."""
    other = open_shelf(tmp_path)
    yield other
    other.close()


def total(shelf: Shelf, text: str = "") -> int:
    return shelf.media.finding.search(shelf.mine, Query(text)).total


def look_like(shelf: Shelf, asset: Asset, vector: list[float], space: str = "a") -> None:
    """Put a vector of our own in place of what the fakes saw, as a stage would."""
    unit = np.zeros(256, np.float32)
    unit[: len(vector)] = vector
    unit /= np.linalg.norm(unit)
    sealer = LibrarySeal(shelf.rooms.vault, shelf.mine).sealer
    with shelf.rooms.database.write() as connection:
        revision = connection.scalar(
            update(libraries)
            .where(libraries.c.library_no == shelf.mine.number)
            .values(revision=libraries.c.revision + 1)
            .returning(libraries.c.revision)
        )
        connection.execute(
            update(asset_vectors)
            .where(asset_vectors.c.asset_no == asset.number)
            .values(
                sealed=sealer.seal_vector(unit, bound_to=vector_place(asset.number)),
                revision=revision,
                space=space,
            )
        )


def test_what_was_indexed_is_found_with_its_reason(shelf: Shelf) -> None:
    asset = shelf.add("beach_one.jpg", "Ada")
    found = shelf.media.finding.search(shelf.mine, Query("beach_one"))
    assert [hit.key for hit in found.hits] == [asset.asset_id]
    assert [(one.field, one.name) for one in found.hits[0].reasons] == [
        (Field.NAME, "beach_one.jpg")
    ]
    assert dict(found.facets[Field.MEDIA]) == {"image": 1}


def test_a_search_sees_what_another_process_wrote_and_removed(shelf: Shelf, other: Shelf) -> None:
    assert total(other) == 0
    one, two = shelf.add("one.jpg", "Ada"), shelf.add("two.jpg", "Ben")
    assert total(other) == 2
    other.media.removal.remove(other.mine, one.asset_id)
    found = shelf.media.finding.search(shelf.mine, Query())
    assert [hit.key for hit in found.hits] == [two.asset_id]


def test_nothing_is_left_in_the_index_of_what_was_removed(shelf: Shelf) -> None:
    asset = shelf.add("canaryword.jpg", "Ada")
    shelf.add("two.jpg", "Ada")
    folder = shelf.media.blobs.directory(shelf.mine) / DIRECTORY

    def content() -> bytes:
        return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())

    assert b"canaryword" in content()
    assert asset.asset_id.encode() in content()
    shelf.media.removal.remove(shelf.mine, asset.asset_id)
    assert total(shelf, "canaryword") == 0
    assert b"canaryword" not in content()
    assert asset.asset_id.encode() not in content()
    assert shelf.media.finding.owed(shelf.mine) == 0


def test_a_lost_or_damaged_index_comes_back_by_itself(shelf: Shelf) -> None:
    shelf.add("one.jpg", "Ada")
    folder = shelf.media.blobs.directory(shelf.mine) / DIRECTORY
    for damage in ("gone", "noise"):
        for path in [path for path in folder.rglob("*") if path.is_file()]:
            if damage == "gone":
                path.unlink()
            else:
                path.write_bytes(b"\xff" * 100)
        assert total(shelf, "one") == 1, damage
        assert total(shelf) == 1, damage


def test_an_index_that_is_ahead_of_the_database_is_made_anew(shelf: Shelf) -> None:
    shelf.add("one.jpg", "Ada")
    assert total(shelf) == 1
    with shelf.rooms.database.write() as connection:  # as after a backup was put back
        connection.execute(update(libraries).values(revision=2))
    assert total(shelf) == 1


def test_reindexing_tells_how_far_it_is(shelf: Shelf) -> None:
    for name in ("one.jpg", "two.jpg", "three.jpg"):
        shelf.add(name, "Ada")
    told: list[tuple[int, int]] = []
    count = shelf.media.finding.reindex(shelf.mine, lambda *told_now: told.append(told_now))
    assert count == 3
    assert told == [(3, 3)]
    assert total(shelf, "three") == 1


def test_a_deleted_library_is_not_searched(shelf: Shelf) -> None:
    shelf.add("one.jpg", "Ada")
    shelf.media.libraries.delete(shelf.mine)
    with pytest.raises(LibraryNotFound):
        total(shelf)
    shelf.media.finding.publish(shelf.mine, [1])  # an indexer that was in the middle of it
    assert not (shelf.media.blobs.directory(shelf.mine) / DIRECTORY).exists()


def test_what_looks_alike_comes_most_alike_first_and_without_itself(shelf: Shelf) -> None:
    one, two, three, four = (shelf.add(f"{name}.jpg", "Ada") for name in "abcd")
    look_like(shelf, one, [1.0, 0.0])
    look_like(shelf, two, [1.0, 0.5])
    look_like(shelf, three, [1.0, 0.2])
    look_like(shelf, four, [1.0, 0.0], space="another model's")
    finding = shelf.media.finding
    found = finding.similar(shelf.mine, one.asset_id, 5)
    assert [like.asset.asset_id for like in found] == [three.asset_id, two.asset_id]
    assert 80 < found[1].percent < found[0].percent < 100
    assert len(finding.similar(shelf.mine, one.asset_id, 1)) == 1
    assert finding.similar(shelf.mine, four.asset_id, 5) == []
    look_like(shelf, two, [1.0, 0.0])  # seen anew
    assert finding.similar(shelf.mine, one.asset_id, 1)[0].asset.asset_id == two.asset_id
    shelf.media.removal.remove(shelf.mine, two.asset_id)
    again = finding.similar(shelf.mine, one.asset_id, 5)
    assert [like.asset.asset_id for like in again] == [three.asset_id]


def test_another_process_lets_go_of_vectors_that_are_gone(shelf: Shelf, other: Shelf) -> None:
    one, two = shelf.add("a.jpg", "Ada"), shelf.add("b.jpg", "Ada")
    look_like(shelf, one, [1.0, 0.0])
    look_like(shelf, two, [1.0, 0.1])
    assert len(other.media.finding.similar(other.mine, one.asset_id, 5)) == 1
    shelf.media.removal.remove(shelf.mine, two.asset_id)
    assert other.media.finding.similar(other.mine, one.asset_id, 5) == []


def test_an_asset_that_is_not_there_is_like_nothing(shelf: Shelf) -> None:
    with pytest.raises(AssetNotFound):
        shelf.media.finding.similar(shelf.mine, AssetId("00000000"), 5)


def test_photos_with_the_same_face_are_found(shelf: Shelf) -> None:
    one, two = shelf.add("one.jpg", "Ada"), shelf.add("two.jpg", "Ada", "Ben")
    shelf.add("three.jpg", "Ben")
    faces = shelf.detail(one).found["faces"]
    assert isinstance(faces, FacesFound)
    face_id = faces.faces[0].face_id
    assert face_id is not None
    found = shelf.media.finding.with_face(shelf.mine, face_id, 5)
    assert [like.asset.asset_id for like in found] == [two.asset_id]
    assert found[0].percent > 90
    assert found[0].face_id is not None
    with pytest.raises(FaceNotInCollection):
        shelf.media.finding.with_face(shelf.mine, FaceId("00000000-0000-4000-8000-000000000000"), 5)


def test_labels_are_suggested(shelf: Shelf) -> None:
    shelf.add("one.jpg", "Ada")
    found = shelf.media.finding.suggest(shelf.mine, "do")
    assert [(one.field, one.value, one.count) for one in found] == [(Field.LABEL, "Dog", 1)]
