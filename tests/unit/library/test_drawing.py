"""Faces that somebody draws: looked for again inside the box, enrolled, or kept as a tag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eyebright.analysis.faces.observation import Detections
from eyebright.analysis.faces.space import UNSETTLED
from eyebright.analysis.faces.vision import FaceVision
from eyebright.app.sight import LazyVision
from eyebright.errors import (
    AssetNotFound,
    InvalidInput,
    PackNotInstalled,
    TwiceInPhoto,
)
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.image import Image
from eyebright.library.drawing import Drawn
from eyebright.library.originals import Originals
from eyebright.library.values import Asset, AssetFace, AssetId, Box, FacesFound, Media
from eyebright.search.values import Query
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.library import Shelf, open_shelf
from eyebright.testing.sight import fake_sight
from eyebright.testing.videos import write_video
from eyebright.testing.videos_desk import shot

NOWHERE: Box = (0.72, 0.02, 0.85, 0.2)
"""Where the pictures show nothing."""
WIDE = 200
"""Pixels; a picture of two people has 224."""


class ShortSighted(FakeAnalyser):
    """Sees faces only in pictures that are not wide."""

    def detect(self, image: Image) -> Detections:
        found = super().detect(image)
        return found if image.size_wh[0] < WIDE else found.take([])


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = open_shelf(tmp_path)
    yield shelf
    shelf.close()


def draw(shelf: Shelf, asset: Asset, box: Box, name: str, *, override: bool = False) -> Drawn:
    return shelf.media.drawing.draw(
        shelf.mine, asset.asset_id, box, actor="me", name=name, override=override
    )


def faces_of(shelf: Shelf, asset: Asset) -> tuple[AssetFace, ...]:
    found = shelf.detail(asset).found.get("faces")
    assert isinstance(found, FacesFound)
    return found.faces


def found(shelf: Shelf, words: str) -> list[str]:
    return [hit.key for hit in shelf.media.finding.search(shelf.mine, Query(words)).hits]


def ratios(shelf: Shelf, asset: Asset, face: AssetFace) -> Box:
    width, height = shelf.detail(asset).asset.size_wh
    left, top, right, bottom = face.box_xyxy
    return (left / width, top / height, right / width, bottom / height)


@pytest.fixture
def overlooked(tmp_path: Path) -> Iterator[tuple[Shelf, Asset, Box]]:
    """A photo of Ada and Ben, of whom no face was seen; and where Ada's is."""
    seeing = open_shelf(tmp_path / "seeing")
    asset = seeing.add("pair.jpg", "Ada", "Ben")
    box = ratios(seeing, asset, faces_of(seeing, asset)[0])
    seeing.close()
    shelf = open_shelf(tmp_path / "short", sight=replace(fake_sight(), faces=ShortSighted()))
    asset = shelf.add("pair.jpg", "Ada", "Ben")
    assert faces_of(shelf, asset) == ()
    yield shelf, asset, box
    shelf.close()


def test_a_face_that_was_overlooked_is_enrolled_named_and_found_by_likeness(
    overlooked: tuple[Shelf, Asset, Box],
) -> None:
    shelf, asset, box = overlooked
    drawn = draw(shelf, asset, box, "Ada")
    assert drawn.face_id is not None
    assert (drawn.tag_id, drawn.decided.says) == (None, "1 face is Ada now")
    (face,) = faces_of(shelf, asset)
    assert (face.face_id, face.is_drawn) == (drawn.face_id, True)
    assert ratios(shelf, asset, face) == pytest.approx(box, abs=0.05)
    assert shelf.detail(asset).people[drawn.face_id].name == "Ada"
    assert found(shelf, "person:Ada") == [asset.asset_id]
    (kept,) = shelf.rooms.faces.list(shelf.scope, shelf.mine.collection_id, limit=9).items
    assert (kept.face_id, kept.external_image_id) == (drawn.face_id, asset.asset_id)
    with pytest.raises(TwiceInPhoto):
        draw(shelf, asset, NOWHERE, "Ada")


def test_a_drawn_face_outlives_another_look_at_its_picture_also_when_nobody_has_it(
    overlooked: tuple[Shelf, Asset, Box],
) -> None:
    shelf, asset, box = overlooked
    face_id = draw(shelf, asset, box, "Ada").face_id
    shelf.media.claims.rerun(shelf.mine, ["faces"])
    shelf.media.indexer.run_once(shelf.mine)
    assert [face.face_id for face in faces_of(shelf, asset)] == [face_id]
    shelf.media.deciding.by(shelf.mine, "me").undo()
    assert shelf.detail(asset).people == {}
    assert [face.face_id for face in faces_of(shelf, asset)] == [face_id]
    assert draw(shelf, asset, box, "Eve").face_id == face_id


def test_a_face_that_two_draw_at_once_is_one_face(
    overlooked: tuple[Shelf, Asset, Box], monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, asset, box = overlooked
    read = Originals.read
    quicker: list[Drawn] = []

    def while_another_draws(*given: Any) -> bytes:
        monkeypatch.undo()
        quicker.append(draw(shelf, asset, box, "Ada"))
        return read(*given)

    monkeypatch.setattr(Originals, "read", while_another_draws)
    slower = draw(shelf, asset, box, "Ada")
    assert [one.face_id for one in quicker] == [slower.face_id]
    assert [face.face_id for face in faces_of(shelf, asset)] == [slower.face_id]


def test_what_is_refused_is_not_enrolled_either(overlooked: tuple[Shelf, Asset, Box]) -> None:
    shelf, asset, box = overlooked
    draw(shelf, asset, NOWHERE, "Ada")
    with pytest.raises(TwiceInPhoto):
        draw(shelf, asset, box, "Ada")
    assert faces_of(shelf, asset) == ()
    collection = shelf.rooms.collections.get(shelf.scope, shelf.mine.collection_id)
    assert collection.face_count == 0
    assert draw(shelf, asset, box, "Ada", override=True).face_id is not None


def test_a_photo_that_shows_nobody_gets_a_tag(shelf: Shelf) -> None:
    asset = shelf.add("empty.jpg")
    drawn = draw(shelf, asset, NOWHERE, "Ada")
    assert (drawn.face_id, drawn.decided.done.faces) == (None, 1)
    (tag,) = shelf.detail(asset).drawn
    assert (tag.tag_id, tag.person.name) == (drawn.tag_id, "Ada")
    assert found(shelf, "person:Ada") == [asset.asset_id]
    shelf.media.removal.remove(shelf.mine, asset.asset_id)
    assert shelf.media.persons.all(shelf.scope, shelf.mine.collection_id) == []


def test_a_picture_that_cannot_be_read_any_more_is_looked_at_small(
    overlooked: tuple[Shelf, Asset, Box],
) -> None:
    shelf, asset, box = overlooked
    (shelf.folder / "pair.jpg").unlink()
    assert draw(shelf, asset, box, "Ada").face_id is not None


def test_a_face_beside_the_box_is_not_taken_for_the_one_that_was_meant(shelf: Shelf) -> None:
    asset = shelf.add("ada.jpg", "Ada")
    (face,) = faces_of(shelf, asset)
    left, top, right, bottom = ratios(shelf, asset, face)
    beside = (right - 0.02, top, min(1.0, right + 0.3), bottom)
    drawn = draw(shelf, asset, beside, "Ben")
    assert drawn.face_id is None
    loosely = (max(0, left - 0.1), max(0, top - 0.1), min(1, right + 0.1), min(1, bottom + 0.1))
    assert draw(shelf, asset, loosely, "Ada").face_id == face.face_id
    assert draw(shelf, asset, loosely, "Cid").face_id is None  # it is Ada's by now


@pytest.mark.parametrize(
    "box", [(0.5, 0.5, 0.5, 0.6), (0.6, 0, 0.5, 1), (0, 0, 1.1, 1), (float("nan"), 0, 1, 1)]
)
def test_a_box_must_be_one_within_the_picture(shelf: Shelf, box: Box) -> None:
    asset = shelf.add("a.jpg", "Ada")
    with pytest.raises(InvalidInput, match="box"):
        draw(shelf, asset, box, "Ada")


def test_a_photo_that_goes_while_it_is_looked_at_gets_no_face(
    overlooked: tuple[Shelf, Asset, Box], monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, asset, box = overlooked
    embed = ShortSighted.embed

    def last_moment(self: ShortSighted, image: Image, detections: Detections) -> FloatArray:
        shelf.media.removal.remove(shelf.mine, asset.asset_id)
        return embed(self, image, detections)

    monkeypatch.setattr(ShortSighted, "embed", last_moment)
    with pytest.raises(AssetNotFound):
        draw(shelf, asset, box, "Ada")
    collection = shelf.rooms.collections.get(shelf.scope, shelf.mine.collection_id)
    assert (collection.face_count, collection.user_count) == (0, 0)


def test_nobody_is_drawn_into_a_film(shelf: Shelf) -> None:
    pictures = [shot(("Ada",)) for _ in range(5)]
    write_video(shelf.folder / "a.mp4", pictures, frame_rate=5, keyframe_every=5)
    arrival = shelf.arrive("a.mp4", media=Media.VIDEO)
    assert arrival.asset_id is not None
    asset = shelf.media.assets.get(shelf.mine, arrival.asset_id)
    with pytest.raises(InvalidInput, match="lanes"):
        draw(shelf, asset, NOWHERE, "Ada")


def test_nothing_is_drawn_into_what_is_not_there(shelf: Shelf) -> None:
    with pytest.raises(AssetNotFound):
        shelf.media.drawing.draw(
            shelf.mine,
            AssetId("00000000-0000-4000-8000-000000000000"),
            NOWHERE,
            actor="me",
            name="A",
        )


def nobody_sees() -> FaceVision:
    raise PackNotInstalled("The pack 'faces' is not installed.")


@pytest.fixture
def blind(tmp_path: Path) -> Iterator[tuple[Shelf, Asset]]:
    """A library without a pack that sees faces, and a photo that was looked at before."""
    seeing = open_shelf(tmp_path)
    asset = seeing.add("empty.jpg")
    seeing.close()
    shelf = open_shelf(tmp_path, sight=replace(fake_sight(), faces=LazyVision(nobody_sees)))
    yield shelf, asset
    shelf.close()


def test_without_a_face_pack_a_tag_is_kept_and_found(blind: tuple[Shelf, Asset]) -> None:
    shelf, asset = blind
    drawn = draw(shelf, asset, NOWHERE, "Ada")
    assert drawn.face_id is None
    (tag,) = shelf.detail(asset).drawn
    assert (tag.tag_id, tag.person.name) == (drawn.tag_id, "Ada")
    assert found(shelf, "person:Ada") == [asset.asset_id]
    reviewing, unknown = shelf.media.reviewing, shelf.media.unknown
    standing = reviewing.standing(shelf.mine)
    assert (standing.people, standing.groups, standing.faces.confirmed) == (1, 0, 0)
    assert reviewing.review(shelf.mine, limit=9, faces=9).rows == ()
    assert reviewing.suggestions(shelf.mine, tag.person.user_id, limit=9) == ()
    assert unknown.groups(shelf.mine, least_faces=1, limit=9).items == ()
    shelf.media.deciding.by(shelf.mine, "me").undo()
    assert found(shelf, "person:Ada") == []


def test_a_collection_that_was_made_for_a_tag_is_of_the_space_of_its_first_face(
    blind: tuple[Shelf, Asset], tmp_path: Path
) -> None:
    shelf, asset = blind
    draw(shelf, asset, NOWHERE, "Ada")
    where = shelf.scope, shelf.mine.collection_id
    assert shelf.rooms.collections.get(*where).space == UNSETTLED
    again = open_shelf(tmp_path)
    people = again.media.people.people(again.mine, limit=9)
    assert [one.somebody.facts.name for one in people.items] == ["Ada"]
    again.media.reviewing.review(again.mine, limit=9, faces=9)
    photos = [again.add(f"{n}.jpg", "Ben") for n in range(2)]
    assert again.rooms.collections.get(*where).space == again.rooms.vision.space
    (face,) = faces_of(again, photos[0])
    assert face.face_id is not None
    again.media.deciding.by(again.mine, "me").name([face.face_id], name="Ben")
    (row,) = again.media.reviewing.review(again.mine, limit=9, faces=9).rows
    assert row.person.somebody.facts.name == "Ben"
    again.close()
