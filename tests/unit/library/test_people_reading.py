"""Reading people: what is in no asset of the library is not shown, and drawn faces come last."""

from __future__ import annotations

import pytest

from eyebright.errors import InvalidCursor, NotFound
from eyebright.ids import FaceId, ImageId, UserId
from eyebright.library.unknown_reading import FaceListed
from eyebright.people.drawn import NewTag
from eyebright.people.values import NewFace, Position
from eyebright.testing.library import Shelf
from eyebright.testing.rooms import unit_vector


def left_face(shelf: Shelf, name: str, *people: str) -> FaceId:
    detail = shelf.detail(shelf.add(name, *people))
    found = detail.found["faces"].faces  # type: ignore[attr-defined]
    face_id: FaceId = min(found, key=lambda face: face.box_xyxy[0]).face_id
    return face_id


def from_the_other_door(shelf: Shelf) -> FaceId:
    space = shelf.rooms.sight.faces.space
    vector = unit_vector(1, dimension=space.dimension)
    (face,) = shelf.rooms.faces.enrol(
        shelf.scope,
        shelf.mine.collection_id,
        image_id=ImageId("holiday"),
        external_image_id="holiday",
        new_faces=[NewFace(vector, (1.0, 1.0, 40.0, 40.0), (640, 480), 0.9, space)],
    )
    return face.face_id


def test_faces_that_are_in_no_asset_are_left_out(shelf: Shelf) -> None:
    mine = left_face(shelf, "ada.jpg", "Ada")
    other = from_the_other_door(shelf)
    listed = shelf.media.unknown.listed(shelf.mine, FaceListed.SINGLE, limit=10)
    assert [seen.face_id for seen in listed.items] == [mine]
    with pytest.raises(NotFound, match="no such face"):
        shelf.media.explaining.face(shelf.mine, other)
    desk = shelf.media.deciding.by(shelf.mine, "me")
    desk.name([other], name="Stranger")
    (stranger,) = shelf.media.people.people(shelf.mine, limit=10).items
    assert stranger.portrait is None
    user_id = stranger.somebody.user_id
    assert shelf.media.people.faces(shelf.mine, user_id, sort="date", limit=9).items == ()
    assert shelf.media.people.photos(shelf.mine, user_id, limit=9).total == 0


def test_people_are_shown_by_a_face_of_theirs_most_faces_first(shelf: Shelf) -> None:
    ben, *ada = (left_face(shelf, f"{n}.jpg", who) for n, who in enumerate(("Ben", "Ada", "Ada")))
    desk = shelf.media.deciding.by(shelf.mine, "me")
    desk.name([ben], name="Ben")
    desk.name(ada, name="Ada")
    first, second = shelf.media.people.people(shelf.mine, limit=10).items
    told = [(one.somebody.facts.name, one.somebody.face_count) for one in (first, second)]
    assert told == [("Ada", 2), ("Ben", 1)]
    assert first.portrait is not None
    assert first.portrait[0] in ada
    assert second.portrait is not None
    assert second.portrait[0] == ben


def test_drawn_faces_come_behind_those_that_were_seen(shelf: Shelf) -> None:
    desk = shelf.media.deciding.by(shelf.mine, "me")
    ids = [left_face(shelf, f"ada-{n}.jpg", "Ada") for n in range(3)]
    desk.name(ids, name="Ada", override=True)
    empty = shelf.add("empty.jpg")
    place = NewTag(ImageId("x"), empty.asset_id, (10.0, 10.0, 50.0, 50.0), (224, 160))
    desk.tag(place, name="Ada")
    (ada,) = shelf.media.people.people(shelf.mine, limit=10).items
    user_id = ada.somebody.user_id
    for sort in ("similarity", "date", "quality"):
        found = shelf.media.people.faces(shelf.mine, user_id, sort=sort, limit=10)
        assert found.total == 4
        assert [one.seen.face_id is None for one in found.items] == [False, False, False, True]
        assert found.items[-1].seen.tag_id
        assert found.items[-1].percent is None
    detail = shelf.media.people.person(shelf.mine, user_id)
    assert (detail.photos, detail.drawn) == (4, 1)
    assert len(shelf.media.people.doubts(shelf.mine, user_id, limit=9)) == 3


def test_who_is_nobody_is_not_found(shelf: Shelf) -> None:
    for _ in range(2):  # before the first face, and after
        with pytest.raises(NotFound, match="no such person"):
            shelf.media.people.person(shelf.mine, UserId("nobody"))
        with pytest.raises(NotFound, match="no such person"):
            shelf.media.reviewing.suggestions(shelf.mine, UserId("nobody"), limit=5)
        shelf.add("ada.jpg", "Ada")


def test_a_group_is_gone_through_by_quality_though_many_have_the_same(shelf: Shelf) -> None:
    ids = [left_face(shelf, f"ada-{n}.jpg", "Ada") for n in range(5)]
    (group,) = shelf.media.unknown.groups(shelf.mine, least_faces=2, limit=9).items
    found: list[FaceId | None] = []
    after: Position | None = None
    while True:
        page = shelf.media.unknown.group_faces(shelf.mine, group.number, limit=2, after=after)
        assert page.total == 5
        found += [one.face_id for one in page.items]
        after = page.next
        if after is None:
            break
    whole = shelf.media.unknown.group_faces(shelf.mine, group.number, limit=9).items
    assert found == [one.face_id for one in whole]
    assert sorted(map(str, found)) == sorted(map(str, ids))
    best = [one.quality for one in whole]
    assert best == sorted(best, key=lambda quality: -(quality or 0.0))
    wrongs: tuple[Position, ...] = ((1,), (1, "two"), (1, 2, 3))
    for wrong in wrongs:
        with pytest.raises(InvalidCursor):
            shelf.media.unknown.group_faces(shelf.mine, group.number, limit=2, after=wrong)
