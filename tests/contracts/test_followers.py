"""What every `people.follower.Follower` and every `people.similarity.SimilarityScale` promises."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyebright.ids import CollectionId, ImageId
from eyebright.people.follower import Follower
from eyebright.people.name_table import NameTables
from eyebright.people.similarity import SimilarityScale
from eyebright.testing.analyser import FakeSimilarity
from eyebright.testing.rooms import SPACE, Rooms, new_face, open_rooms, unit_vector

FOLLOWERS: dict[str, Callable[[Rooms], Follower]] = {
    "Projections": lambda rooms: rooms.search.projections,
    "NameTables": lambda rooms: NameTables(rooms.vault),
}
SCALES: dict[str, Callable[[], SimilarityScale]] = {"FakeSimilarity": FakeSimilarity}


@pytest.mark.parametrize("name", FOLLOWERS)
def test_a_follower_may_be_told_of_what_it_never_knew(tmp_path: Path, name: str) -> None:
    rooms = open_rooms(tmp_path / "home")
    follower = FOLLOWERS[name](rooms)
    follower.faces_left(1, [1, 2, 3])
    follower.collection_left(1)
    scope = rooms.new_scope("later")
    made = rooms.collections.create(scope, CollectionId("later"), space=SPACE)
    assert rooms.collections.get(scope, made.collection_id) == made
    rooms.database.close()


@pytest.mark.parametrize("name", FOLLOWERS)
def test_a_follower_may_be_told_twice(tmp_path: Path, name: str) -> None:
    rooms = open_rooms(tmp_path / "home")
    scope = rooms.new_scope("someone")
    staff = CollectionId("staff")
    rooms.collections.create(scope, staff, space=SPACE)
    (face,) = rooms.faces.enrol(
        scope,
        staff,
        image_id=ImageId("image"),
        external_image_id=None,
        new_faces=[new_face(unit_vector(1))],
    )
    rooms.search.by_face(scope, staff, face.face_id, max_faces=1, min_percent=0)
    (number,) = rooms.search.projections.loaded
    follower = FOLLOWERS[name](rooms)
    for _ in range(2):
        follower.faces_left(number, [1])
        follower.collection_left(number)
    assert rooms.search.by_vector(
        scope, staff, unit_vector(1), space=SPACE, max_faces=9, min_percent=80
    )  # it is a projection: rows that are still there come back
    rooms.database.close()


@pytest.mark.parametrize("name", SCALES)
@given(low=st.floats(-1, 1), high=st.floats(-1, 1))
def test_a_scale_never_falls_and_stays_in_0_to_100(name: str, low: float, high: float) -> None:
    scale = SCALES[name]()
    low, high = sorted((low, high))
    assert 0 <= scale.to_percent(low) <= scale.to_percent(high) <= 100


@pytest.mark.parametrize("name", SCALES)
@given(percent=st.floats(0.01, 100))
def test_a_threshold_comes_back_as_itself(name: str, percent: float) -> None:
    scale = SCALES[name]()
    assert scale.to_percent(scale.to_cosine(percent)) == pytest.approx(percent, abs=1e-3)


@pytest.mark.parametrize("name", SCALES)
def test_a_scale_takes_a_cosine_that_rounding_carried_over_one(name: str) -> None:
    assert SCALES[name]().to_percent(float(np.nextafter(np.float32(1), np.float32(2)))) <= 100
