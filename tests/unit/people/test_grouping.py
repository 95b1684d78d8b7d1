"""Unknown faces are grouped one by one, never anew, under constraints that hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from eyebright.geometry.arrays import FloatArray
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, FaceId, ImageId
from eyebright.people.decisions import Decisions
from eyebright.people.grouping import FOUNDING_QUALITY, Grouping, Unplaced
from eyebright.testing.analyser import FakeSimilarity
from eyebright.testing.clock import FixedClock
from eyebright.testing.rooms import SPACE, Rooms, new_face, open_rooms, unit_vector
from eyebright.vectors.exact import ExactIndex

SHELF = CollectionId("library")


class SharpScale(FakeSimilarity):
    """A cosine of .8 and more is never chance, one below it always."""

    def false_match_rate(self, percent: float, /) -> float:
        return 0.0 if self.to_cosine(percent) >= 0.8 else 1.0


@pytest.fixture
def rooms(tmp_path: Path) -> Rooms:
    return open_rooms(tmp_path)


@pytest.fixture
def scope(rooms: Rooms) -> Scope:
    scope = rooms.new_scope("archive")
    rooms.collections.create(scope, SHELF, space=SPACE)
    return scope


def open_grouping(rooms: Rooms) -> Grouping:
    return Grouping(rooms.database, rooms.vault, scale=SharpScale(), new_index=ExactIndex)


@pytest.fixture
def grouping(rooms: Rooms) -> Grouping:
    return open_grouping(rooms)


def near(person: int, other: int, cosine: float = 0.95) -> FloatArray:
    """A view of a person: this far from the person's own vector, each `other` elsewhere."""
    base, side = unit_vector(person), unit_vector(10_000 + other)
    side = side - base * (side @ base)
    side /= np.linalg.norm(side)
    view: FloatArray = (cosine * base + np.sqrt(1 - cosine**2) * side).astype(np.float32)
    return view


def enrol(
    rooms: Rooms, scope: Scope, vectors: Sequence[FloatArray], *, image: str | None = None
) -> list[FaceId]:
    """One face a photo, or all in one."""
    ids = []
    for at, vector in enumerate(vectors):
        photo = image or f"photo {np.abs(vector).sum():.9f}"
        ids += rooms.faces.enrol(
            scope,
            SHELF,
            image_id=ImageId(photo),
            external_image_id=None,
            new_faces=[new_face(vector, left=60.0 * at)],
        )
    return [face.face_id for face in ids]


def place(
    grouping: Grouping, scope: Scope, ids: Sequence[FaceId], quality: float = 0.9
) -> list[int | None]:
    return grouping.place(scope, SHELF, [Unplaced(one, quality) for one in ids])


def test_views_of_one_person_are_one_group_in_any_order(
    rooms: Rooms, scope: Scope, grouping: Grouping
) -> None:
    views = [near(person, 10 * person + n) for n in range(4) for person in range(3)]
    ids = enrol(rooms, scope, views)
    placed = place(grouping, scope, ids)
    assert [placed[at] == placed[at % 3] for at in range(12)] == [True] * 12
    assert len(set(placed)) == 3
    groups = grouping.groups(scope, SHELF, limit=10)
    assert [group.faces for group in groups] == [4, 4, 4]
    assert set(grouping.faces_of(scope, SHELF, groups[0].number)) <= set(ids)


def test_one_by_one_is_the_same_as_at_once_and_so_is_another_process(
    rooms: Rooms, scope: Scope, grouping: Grouping
) -> None:
    views = [near(person, 10 * person + n) for n in range(3) for person in range(2)]
    ids = enrol(rooms, scope, views)
    single = [place(open_grouping(rooms), scope, [one])[0] for one in ids]
    assert single[0] != single[1]
    assert single == [single[at % 2] for at in range(6)]
    assert place(grouping, scope, ids) == single  # nobody is moved by being placed again


def test_two_faces_in_one_photo_are_never_one_person(
    rooms: Rooms, scope: Scope, grouping: Grouping
) -> None:
    twins = enrol(rooms, scope, [near(1, 1), near(1, 2)], image="mirror")
    one, other = place(grouping, scope, twins)
    assert one != other
    (third,) = place(grouping, scope, enrol(rooms, scope, [near(1, 3)]))
    assert third in (one, other)  # and the groups do not merge over it
    assert len(grouping.groups(scope, SHELF, limit=9, least_faces=1)) == 2


def test_a_poor_face_founds_no_group_but_may_join_one(
    rooms: Rooms, scope: Scope, grouping: Grouping
) -> None:
    poor, good, late = enrol(rooms, scope, [near(1, 1), near(1, 2), near(1, 3)])
    below = FOUNDING_QUALITY - 0.01
    assert place(grouping, scope, [poor], below) == [None]
    (group,) = place(grouping, scope, [good])
    assert group is not None
    assert place(grouping, scope, [late], below) == [group]


def test_a_face_between_two_groups_joins_them(
    rooms: Rooms, scope: Scope, grouping: Grouping
) -> None:
    base = unit_vector(1)
    turned = near(1, 7, cosine=0.78)  # too far for one link
    ids = enrol(rooms, scope, [base, near(1, 1, 0.99), turned, near(1, 7, 0.80)])
    first = place(grouping, scope, ids[:3])
    assert first[0] == first[1] != first[2]
    middle = (base + turned) / np.linalg.norm(base + turned)
    (link,) = enrol(rooms, scope, [middle.astype(np.float32)])
    place(grouping, scope, [ids[3], link])
    sizes = [group.faces for group in grouping.groups(scope, SHELF, limit=9, least_faces=1)]
    assert sizes == [5]
    assert len(set(place(grouping, scope, [*ids, link]))) == 1


def test_who_gets_a_name_leaves_the_group_and_the_mean_is_made_anew(
    rooms: Rooms, scope: Scope, grouping: Grouping
) -> None:
    ids = enrol(rooms, scope, [near(1, n) for n in range(4)])
    (group, *_) = place(grouping, scope, ids)
    assert group is not None
    act = Decisions(rooms.database, rooms.vault, clock=FixedClock())
    act.name(scope, SHELF, ids[:2], actor="me", name="Ada")
    assert [one.faces for one in grouping.groups(scope, SHELF, limit=9)] == [2]
    assert set(grouping.faces_of(scope, SHELF, group)) == set(ids[2:])
    (more,) = enrol(rooms, scope, [near(1, 9)])
    assert place(grouping, scope, [more]) == [group]


def test_a_group_goes_with_its_last_face(rooms: Rooms, scope: Scope, grouping: Grouping) -> None:
    ids = enrol(rooms, scope, [near(1, 1), near(1, 2)])
    place(grouping, scope, ids)
    rooms.faces.delete(scope, SHELF, ids)
    assert grouping.groups(scope, SHELF, limit=9, least_faces=1) == []
    (again,) = place(grouping, scope, enrol(rooms, scope, [near(1, 3)]))
    assert again is not None
    assert [one.faces for one in grouping.groups(scope, SHELF, limit=9, least_faces=1)] == [1]


def test_a_named_face_is_in_no_group(rooms: Rooms, scope: Scope, grouping: Grouping) -> None:
    ids = enrol(rooms, scope, [near(1, 1), near(1, 2)])
    act = Decisions(rooms.database, rooms.vault, clock=FixedClock())
    act.name(scope, SHELF, ids[:1], actor="me", name="Ada")
    assert place(grouping, scope, ids)[0] is None


def test_a_placing_that_fails_leaves_nothing_behind(
    rooms: Rooms, scope: Scope, grouping: Grouping
) -> None:
    ids = enrol(rooms, scope, [near(1, 1), near(1, 2), near(2, 3)])
    place(grouping, scope, ids[:1])

    def break_off() -> None:
        with rooms.database.write():
            place(grouping, scope, ids[1:])
            raise TimeoutError

    with pytest.raises(TimeoutError):
        break_off()
    assert [one.faces for one in grouping.groups(scope, SHELF, limit=9, least_faces=1)] == [1]
    placed = place(grouping, scope, ids)
    assert placed[0] == placed[1] != placed[2]


def test_a_deleted_collection_takes_its_groups(
    rooms: Rooms, scope: Scope, grouping: Grouping
) -> None:
    place(grouping, scope, enrol(rooms, scope, [near(1, 1), near(1, 2)]))
    assert rooms.forgetting.collection(scope, SHELF).traces == ()


def test_the_more_groups_there_are_the_more_alike_a_face_must_be(
    rooms: Rooms, scope: Scope
) -> None:
    class Slope(FakeSimilarity):
        def false_match_rate(self, percent: float, /) -> float:
            return float(10.0 ** (-percent / 20))  # 100 is one in 100,000

    grouping = Grouping(rooms.database, rooms.vault, scale=Slope(), new_index=ExactIndex)
    few = grouping._threshold(2, 0.05)
    many = grouping._threshold(2_000, 0.05)
    assert few < many < 1.0
