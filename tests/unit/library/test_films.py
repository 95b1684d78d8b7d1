from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from eyebright.geometry.arrays import ByteArray
from eyebright.library.blobs import BlobKind
from eyebright.library.publishing import document_of
from eyebright.library.values import (
    Asset,
    AssetState,
    Decoded,
    Lane,
    LaneKind,
    Lanes,
    Media,
)
from eyebright.testing.library import Shelf, open_shelf
from eyebright.testing.videos import write_video
from eyebright.testing.videos_desk import shot


def _film(shelf: Shelf, name: str, scenes: Sequence[tuple[tuple[str, ...], int]]) -> Asset:
    """A film at 5 frames a second: who is in the picture for how many frames; indexed."""
    pictures = [shot(people) for people, count in scenes for _ in range(count)]
    write_video(shelf.folder / name, pictures, frame_rate=5, keyframe_every=5)
    arrival = shelf.arrive(name, media=Media.VIDEO)
    assert arrival.asset_id is not None
    shelf.media.indexer.run_once()
    return shelf.media.assets.get(shelf.mine, arrival.asset_id)


def _lanes(shelf: Shelf, asset: Asset, stage: str, kind: LaneKind) -> dict[str, Lane]:
    found = shelf.detail(asset).found[stage]
    assert isinstance(found, Lanes)
    return {lane.name: lane for lane in found.lanes if lane.kind is kind}


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shelf, Asset]:
    shelf = open_shelf(tmp_path_factory.mktemp("films"))
    return shelf, _film(shelf, "a.mp4", [((), 10), (("Ada",), 15), (("Ben",), 15)])


def test_a_film_has_a_poster_and_what_its_container_says(watched: tuple[Shelf, Asset]) -> None:
    shelf, asset = watched
    assert asset.state is AssetState.READY, shelf.detail(asset).runs
    assert (asset.size_wh, asset.duration_ms) == ((320, 160), 8000)
    decoded = shelf.detail(asset).found["decode"]
    assert isinstance(decoded, Decoded)
    assert (decoded.format, decoded.frame_rate) == ("h264", "5")
    assert shelf.media.blobs.get(shelf.mine, asset.asset_id, BlobKind.THUMBNAIL)


def test_its_labels_and_its_people_are_rows_with_stretches(
    watched: tuple[Shelf, Asset],
) -> None:
    shelf, asset = watched
    labels = _lanes(shelf, asset, "film-sights", LaneKind.LABEL)
    (seen,) = labels["Beagle"].stretches  # said of every picture
    assert (seen.start_ms, seen.end_ms) == (0, 7500)  # the last look was at 7 s
    people = _lanes(shelf, asset, "film-faces", LaneKind.PERSON)
    assert list(people) == ["unknown 1", "unknown 2"]
    assert all(lane.face_id for lane in people.values())
    assert [lane.stretches[0].start_ms for lane in people.values()] == [1500, 4500]


def test_a_film_is_found_by_what_it_shows(watched: tuple[Shelf, Asset]) -> None:
    shelf, asset = watched
    document = document_of(shelf.detail(asset))
    assert "Dog" in {term.name for term in document.labels}
    assert document.media == "video"


def test_a_name_given_later_reaches_the_film(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path)
    asset = _film(shelf, "a.mp4", [(("Ada",), 15), (("Ben",), 15)])
    lane = _lanes(shelf, asset, "film-faces", LaneKind.PERSON)["unknown 1"]
    assert lane.face_id is not None
    shelf.media.naming.name(shelf.mine, [lane.face_id], name="Ada", role="Founder")
    named = _lanes(shelf, asset, "film-faces", LaneKind.PERSON)
    assert list(named) == ["Ada", "unknown 2"]
    document = document_of(shelf.detail(asset))
    assert [term.name for term in document.people] == ["Ada"]
    assert [term.name for term in document.roles] == ["Founder"]
    another = _film(shelf, "b.mp4", [(("Ada",), 15)])
    recognised = _lanes(shelf, another, "film-faces", LaneKind.PERSON)
    assert list(recognised) == ["Ada"]
    assert recognised["Ada"].face_id is None  # only whom nobody knows is enrolled
    assert [term.name for term in document_of(shelf.detail(another)).people] == ["Ada"]
    shelf.media.removal.remove(shelf.mine, asset.asset_id)  # and with it the only face of Ada
    assert list(_lanes(shelf, another, "film-faces", LaneKind.PERSON)) == ["unknown"]
    shelf.close()


def test_shots_are_rows_one_after_the_other(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path)
    noise = np.random.default_rng(7).integers(0, 255, (2, 9, 16, 3), np.uint8)
    scenes = [np.kron(one, np.ones((10, 10, 1), np.uint8)) for one in noise]
    pictures = [scene for scene in scenes for _ in range(30)]
    write_video(shelf.folder / "a.mp4", pictures, frame_rate=10, keyframe_every=10)
    shelf.arrive("a.mp4", media=Media.VIDEO)
    shelf.media.indexer.run_once()
    (asset,) = shelf.media.assets.list(shelf.mine, limit=1).items
    shots = _lanes(shelf, asset, "film-shots", LaneKind.SHOT)
    spans = {name: lane.stretches[0] for name, lane in shots.items()}
    assert [(name, one.start_ms, one.end_ms) for name, one in spans.items()] == [
        ("1", 0, 2900),
        ("2", 3000, 5900),
    ]
    shelf.close()


def test_a_black_beginning_is_no_poster(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path)
    black: ByteArray = np.zeros((160, 320, 3), np.uint8)
    pictures = [black] * 10 + [shot(("Ada",))] * 10
    write_video(shelf.folder / "a.mp4", pictures, frame_rate=5, keyframe_every=5)
    shelf.arrive("a.mp4", media=Media.VIDEO)
    shelf.media.indexer.run_once()
    (asset,) = shelf.media.assets.list(shelf.mine, limit=1).items
    poster = shelf.media.blobs.get(shelf.mine, asset.asset_id, BlobKind.PROXY)
    assert poster is not None
    assert len(poster) > 1500
    shelf.close()


def test_a_film_that_is_none_fails_with_a_reason(shelf: Shelf) -> None:
    shelf.write("a.mp4", b"\0\0\0\x18ftypisom" + b"nonsense" * 100)
    arrival = shelf.arrive("a.mp4", media=Media.VIDEO)
    assert arrival.asset_id is not None
    shelf.media.indexer.run_once()
    asset = shelf.media.assets.get(shelf.mine, arrival.asset_id)
    assert asset.state is AssetState.FAILED
    (failed,) = [run for run in shelf.detail(asset).runs if run.message]
    assert failed.stage == "decode"
    assert "as a video" in failed.message
