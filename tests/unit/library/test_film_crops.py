"""Faces cut out of films: sealed, bounded, and gone with their film, their face or their person."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from eyebright.ids import FaceId
from eyebright.library.film_crops import FilmCrops
from eyebright.library.film_frames import FilmFrames, lanes_of
from eyebright.library.values import Asset, AssetId, Media
from eyebright.testing.library import Shelf, open_shelf
from eyebright.testing.videos import write_video
from eyebright.testing.videos_desk import shot

FILM = AssetId("00000000-0000-4000-8000-000000000001")
JPEG = b"\xff\xd8 a face"


def film(shelf: Shelf) -> Asset:
    pictures = [shot(("Ada", "Ben")) for _ in range(10)]
    write_video(shelf.folder / "a.mp4", pictures, frame_rate=5, keyframe_every=5)
    arrival = shelf.arrive("a.mp4", media=Media.VIDEO)
    assert arrival.asset_id is not None
    shelf.media.indexer.run_once()
    return shelf.media.assets.get(shelf.mine, arrival.asset_id)


def shown(shelf: Shelf, asset: Asset) -> list[FaceId]:
    """Cut all faces of a film: whose they are."""
    detail = shelf.detail(asset)
    ids = [lane.face_id for lane in lanes_of(detail) if lane.face_id is not None]
    assert len(ids) == 2
    for face_id in ids:
        shelf.media.frames.face(shelf.mine, detail, face_id)
    return ids


def on_disk(shelf: Shelf) -> list[Path]:
    return sorted(p for p in shelf.media.blobs.all_crops(shelf.mine).rglob("*") if p.is_file())


def face(number: int) -> FaceId:
    return FaceId(f"00000000-0000-4000-8000-{number:012d}")


def test_a_face_is_kept_sealed_for_whoever_reads_only_the_disk(shelf: Shelf) -> None:
    crops = FilmCrops(shelf.rooms.vault, shelf.media.blobs)
    crops.put(shelf.mine, FILM, face(1), "at 5", content=JPEG)
    (path,) = on_disk(shelf)
    assert JPEG[3:] not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert crops.get(shelf.mine, FILM, face(1), "at 5") == JPEG
    assert crops.get(shelf.mine, FILM, face(1), "at 6") is None
    assert crops.get(shelf.mine, FILM, face(2), "at 5") is None
    other = crops._path(shelf.mine, FILM, face(2))
    path.rename(other)
    assert crops.get(shelf.mine, FILM, face(2), "at 5") is None
    other.write_bytes(b"cut off")
    assert crops.get(shelf.mine, FILM, face(2), "at 5") is None


def test_the_oldest_go_when_all_take_too_much_room(shelf: Shelf) -> None:
    crops = FilmCrops(shelf.rooms.vault, shelf.media.blobs, most_bytes=20_000)
    for number in range(30):
        crops.put(shelf.mine, FILM, face(number), "", content=bytes(1000))
        os.utime(crops._path(shelf.mine, FILM, face(number)), (number, number))
        assert crops.get(shelf.mine, FILM, face(0), "") is not None  # looked at, so it is young
        assert sum(path.stat().st_size for path in on_disk(shelf)) <= 24_000
    left = crops.face_ids(shelf.mine)
    assert face(29) in left
    assert face(1) not in left


def test_a_disk_that_takes_nothing_stops_no_page(shelf: Shelf) -> None:
    crops = FilmCrops(shelf.rooms.vault, shelf.media.blobs)
    folder = shelf.media.blobs.all_crops(shelf.mine)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_bytes(b"in the way")
    crops.put(shelf.mine, FILM, face(1), "", content=JPEG)
    assert crops.get(shelf.mine, FILM, face(1), "") is None
    assert crops.drop(shelf.mine, [face(1)]) == 0


def test_faces_are_cut_once_also_after_a_start(tmp_path: Path) -> None:
    shelf = open_shelf(tmp_path)
    asset = film(shelf)
    ids = shown(shelf, asset)
    assert sorted(path.name for path in on_disk(shelf)) == sorted(ids)
    shelf.close()
    shelf = open_shelf(tmp_path)
    (shelf.folder / "a.mp4").unlink()  # so nothing can be cut
    assert shown(shelf, asset) == ids
    shelf.close()


def test_they_go_with_their_film(shelf: Shelf) -> None:
    asset = film(shelf)
    shown(shelf, asset)
    shelf.media.removal.remove(shelf.mine, asset.asset_id)
    assert on_disk(shelf) == []


def test_they_go_with_a_person_who_is_forgotten_and_others_stay(shelf: Shelf) -> None:
    asset = film(shelf)
    ada, ben = shown(shelf, asset)
    person = shelf.media.naming.name(shelf.mine, [ada], name="Ada")
    proof = shelf.media.forgetting.forget(shelf.mine, person.user_id)
    assert proof.faces == 1
    assert proof.traces == ()
    assert [path.name for path in on_disk(shelf)] == [ben]


@pytest.mark.parametrize("way", ["forgotten", "removed"])
def test_a_face_that_goes_while_it_is_cut_is_not_kept(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    asset = film(shelf)
    detail = shelf.detail(asset)
    ada = lanes_of(detail)[0].face_id
    assert ada is not None
    person = shelf.media.naming.name(shelf.mine, [ada], name="Ada")

    def late(*_given: object) -> bytes:
        if way == "forgotten":
            shelf.media.forgetting.forget(shelf.mine, person.user_id)
        else:
            shelf.media.removal.remove(shelf.mine, asset.asset_id)
        return JPEG

    monkeypatch.setattr(FilmFrames, "_cut", late)
    shelf.media.frames.face(shelf.mine, detail, ada)
    assert on_disk(shelf) == []


def test_what_another_door_took_is_tidied_away(shelf: Shelf) -> None:
    asset = film(shelf)
    ada, ben = shown(shelf, asset)
    shelf.rooms.faces.delete(shelf.scope, shelf.mine.collection_id, [ada])
    assert shelf.media.frames.tidy(shelf.mine) == 1
    assert [path.name for path in on_disk(shelf)] == [ben]
    assert shelf.media.frames.tidy(shelf.mine) == 0
