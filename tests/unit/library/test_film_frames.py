from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImages

from eyebright.errors import InvalidInput, NotFound
from eyebright.geometry.arrays import ByteArray
from eyebright.ids import FaceId
from eyebright.library.film_crops import FilmCrops
from eyebright.library.film_frames import FilmFrames, best_moment, lanes_of
from eyebright.library.values import Asset, AssetDetail, Lanes, Media
from eyebright.testing.library import Shelf, open_shelf
from eyebright.testing.pictures import PEOPLE
from eyebright.testing.videos import write_video
from eyebright.testing.videos_desk import shot

NOBODY = FaceId("00000000-0000-4000-8000-000000000000")


def _film(shelf: Shelf) -> Asset:
    """Ada for three seconds, then Ben, at 5 frames a second."""
    scenes = [((), 5), (("Ada",), 15), (("Ben", "Ada"), 15)]
    pictures = [shot(people) for people, count in scenes for _ in range(count)]
    write_video(shelf.folder / "a.mp4", pictures, frame_rate=5, keyframe_every=5)
    arrival = shelf.arrive("a.mp4", media=Media.VIDEO)
    assert arrival.asset_id is not None
    shelf.media.indexer.run_once()
    return shelf.media.assets.get(shelf.mine, arrival.asset_id)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shelf, Asset]:
    shelf = open_shelf(tmp_path_factory.mktemp("films"))
    return shelf, _film(shelf)


def _pixels(jpeg: bytes) -> ByteArray:
    return np.asarray(PillowImages.open(io.BytesIO(jpeg)).convert("RGB"), np.uint8)


def _middle(jpeg: bytes) -> tuple[int, ...]:
    pixels = _pixels(jpeg)
    height, width = pixels.shape[:2]
    part = pixels[height // 3 : 2 * height // 3, width // 3 : 2 * width // 3]
    return tuple(int(value) for value in np.median(part.reshape(-1, 3), axis=0))


def _without_best(detail: AssetDetail) -> AssetDetail:
    """As a film was kept before the best moment was."""
    lanes = tuple(replace(lane, best=None) for lane in lanes_of(detail))
    return replace(detail, found={**detail.found, "film-faces": Lanes(lanes)})


def test_a_face_of_a_film_is_cut_from_the_moment_it_is_seen_best(
    watched: tuple[Shelf, Asset],
) -> None:
    shelf, asset = watched
    detail = shelf.detail(asset)
    lanes = lanes_of(detail)
    assert len(lanes) == 2
    for lane, name in zip(lanes, ("Ada", "Ben"), strict=True):
        assert lane.face_id is not None
        assert lane.best is not None
        assert lane.stretches[0].start_ms <= lane.best.at_ms <= lane.stretches[-1].end_ms
        assert all(0 <= edge <= 1 for edge in lane.best.box_ltrb)
        jpeg = shelf.media.frames.face(shelf.mine, detail, lane.face_id)
        height, width = _pixels(jpeg).shape[:2]
        assert height == width > 20
        assert np.abs(np.subtract(_middle(jpeg), PEOPLE[name])).max() < 24


def test_a_film_that_was_looked_through_earlier_shows_its_faces_too(
    watched: tuple[Shelf, Asset],
) -> None:
    shelf, asset = watched
    detail = shelf.detail(asset)
    before = _without_best(detail)
    lanes = lanes_of(before)
    assert lanes
    crops = FilmCrops(shelf.rooms.vault, shelf.media.blobs, most_bytes=0)
    fresh = FilmFrames(shelf.media.originals, shelf.rooms.faces, crops)
    for then, now in zip(lanes, lanes_of(detail), strict=True):
        assert then.face_id is not None
        assert best_moment(then) == best_moment(now)
        assert fresh.face(shelf.mine, before, then.face_id) == shelf.media.frames.face(
            shelf.mine, detail, then.face_id
        )


def test_a_moment_is_shown_in_the_size_that_is_asked_for(watched: tuple[Shelf, Asset]) -> None:
    shelf, asset = watched
    for longest, width in ((160, 160), (1280, 320), (None, 320)):
        jpeg = shelf.media.frames.picture(shelf.mine, asset, 2000, longest_px=longest)
        assert _pixels(jpeg).shape[1] == width
    frames = (
        shelf.media.frames.picture(shelf.mine, asset, ms, longest_px=None) for ms in (0, 2000)
    )
    empty, with_ada = (_pixels(jpeg)[60, 50] for jpeg in frames)
    assert np.abs(np.subtract(with_ada, PEOPLE["Ada"])).max() < 24
    assert np.abs(np.subtract(empty, with_ada)).max() > 60


def test_moments_outside_of_a_film_and_of_pictures_are_refused(
    watched: tuple[Shelf, Asset],
) -> None:
    shelf, asset = watched
    frames = shelf.media.frames
    for at_ms, reason in ((-1, "0 ms or later"), (7001, "ends after 7000 ms")):
        with pytest.raises(InvalidInput, match=reason):
            frames.picture(shelf.mine, asset, at_ms, longest_px=None)
    photo = replace(asset, media=Media.IMAGE)
    with pytest.raises(InvalidInput, match="Only films"):
        frames.picture(shelf.mine, photo, 0, longest_px=None)
    with pytest.raises(NotFound, match="no such face"):
        frames.face(shelf.mine, shelf.detail(asset), NOBODY)


def test_a_film_that_is_away_is_not_found_in_words_and_a_face_that_is_forgotten_neither(
    tmp_path: Path,
) -> None:
    shelf = open_shelf(tmp_path)
    asset = _film(shelf)
    detail = shelf.detail(asset)
    ada, ben = (lane.face_id for lane in lanes_of(detail))
    assert ada is not None
    assert ben is not None
    kept = shelf.media.frames.face(shelf.mine, detail, ada)
    shelf.close()
    shelf = open_shelf(tmp_path)
    (shelf.folder / "a.mp4").rename(shelf.folder / "elsewhere.mp4")
    assert shelf.media.frames.face(shelf.mine, detail, ada) == kept  # kept on disk
    with pytest.raises(NotFound, match="The film is away"):
        shelf.media.frames.face(shelf.mine, detail, ben)
    shelf.rooms.faces.delete(shelf.scope, shelf.mine.collection_id, [ada])
    with pytest.raises(NotFound, match="no such face"):
        shelf.media.frames.face(shelf.mine, detail, ada)
    shelf.close()
