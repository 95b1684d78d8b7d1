from __future__ import annotations

import numpy as np
import pytest

from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, ImageId
from eyebright.people.projection import Projection
from eyebright.people.rows import find_collection
from eyebright.people.search import FaceSearch
from eyebright.testing.analyser import FakeSimilarity
from eyebright.testing.rooms import SPACE, Rooms, new_face, unit_vector
from eyebright.vectors.exact import ExactIndex


def fill(rooms: Rooms, scope: Scope, name: str, count: int) -> CollectionId:
    collection_id = CollectionId(name)
    rooms.collections.create(scope, collection_id, space=SPACE)
    rooms.faces.enrol(
        scope,
        collection_id,
        image_id=ImageId("image"),
        external_image_id=None,
        new_faces=[new_face(unit_vector(seed), left=50.0 * seed) for seed in range(count)],
    )
    return collection_id


def search(rooms: Rooms, *, memory_bytes: int) -> FaceSearch:
    return FaceSearch(
        rooms.database,
        rooms.vault,
        scale=FakeSimilarity(),
        new_index=ExactIndex,
        memory_bytes=memory_bytes,
    )


def look(searching: FaceSearch, scope: Scope, collection_id: CollectionId) -> int:
    return len(
        searching.by_vector(
            scope, collection_id, unit_vector(0), space=SPACE, max_faces=100, min_percent=0
        )
    )


def test_the_least_recently_searched_collection_leaves_first(rooms: Rooms, scope: Scope) -> None:
    names = [fill(rooms, scope, name, 3) for name in ("a", "b", "c")]
    searching = search(rooms, memory_bytes=150_000)  # room for two
    look(searching, scope, names[0])
    look(searching, scope, names[1])
    look(searching, scope, names[0])
    assert look(searching, scope, names[2]) == 3
    assert len(searching.projections.loaded) == 2
    assert [look(searching, scope, name) for name in names] == [3, 3, 3]


def test_the_collection_that_is_searched_stays_however_large(rooms: Rooms, scope: Scope) -> None:
    searching = search(rooms, memory_bytes=1)
    name = fill(rooms, scope, "large", 20)
    assert look(searching, scope, name) == 20
    assert len(searching.projections.loaded) == 1


def test_thousands_of_small_collections_do_not_pile_up(
    rooms: Rooms, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eyebright.people.projections.MAX_LOADED", 5)
    searching = search(rooms, memory_bytes=1 << 30)
    for number in range(12):
        assert look(searching, scope, fill(rooms, scope, f"c{number}", 1)) == 1
    assert len(searching.projections.loaded) == 5


def test_loading_in_parts_misses_nothing(
    rooms: Rooms, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eyebright.people.projection.ROWS_AT_ONCE", 4)
    for count in (3, 4, 5, 8, 9):
        name = fill(rooms, scope, f"of-{count}", count)
        assert look(search(rooms, memory_bytes=1 << 30), scope, name) == count


def test_an_older_moment_never_takes_away_what_a_newer_one_brought(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    """Two searches at once: the one that began first must not undo what the second knows."""
    projection = Projection(SPACE.dimension, new_index=ExactIndex)

    def enrol(seed: int) -> None:
        rooms.faces.enrol(
            scope,
            staff,
            image_id=ImageId(f"image {seed}"),
            external_image_id=None,
            new_faces=[new_face(unit_vector(seed))],
        )

    def follow() -> None:
        with rooms.database.read() as connection:
            collection = find_collection(connection, scope, staff)
            projection.follow_faces(
                connection,
                collection,
                sealer=lambda: rooms.vault.collection(scope.account_id, collection.key_id),
            )

    enrol(1)
    with rooms.database.read() as connection:
        old = find_collection(connection, scope, staff)
    enrol(2)
    (first, *_) = rooms.faces.list(scope, staff, limit=1).items
    rooms.faces.delete(scope, staff, [first.face_id])
    follow()
    with rooms.database.read() as connection:
        projection.follow_faces(
            connection,
            old,
            sealer=lambda: rooms.vault.collection(scope.account_id, old.key_id),
        )
    assert len(projection.faces) == 1
    enrol(3)
    follow()
    assert len(projection.faces) == 2


def test_removed_vectors_are_overwritten_in_memory(
    rooms: Rooms, scope: Scope, staff: CollectionId
) -> None:
    projection = Projection(SPACE.dimension, new_index=ExactIndex)
    rooms.faces.enrol(
        scope,
        staff,
        image_id=ImageId("image"),
        external_image_id=None,
        new_faces=[new_face(unit_vector(1))],
    )
    with rooms.database.read() as connection:
        collection = find_collection(connection, scope, staff)
        projection.follow_faces(
            connection,
            collection,
            sealer=lambda: rooms.vault.collection(scope.account_id, collection.key_id),
        )
    index = projection.faces
    assert isinstance(index, ExactIndex)
    assert np.any(index._rows)
    projection.clear()
    assert not np.any(index._rows)
