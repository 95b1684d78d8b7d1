"""People of films with the real models: celebrities of a gallery, and who is on camera."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from eyebright.api.local import LocalEyebright, open_local
from eyebright.api.videos import WhoOptions
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.crops import resize
from eyebright.imaging.decode import decode_image
from eyebright.imaging.encode import encode_jpeg
from eyebright.packs.pack import load_pack
from eyebright.settings import read_settings
from eyebright.testing.videos import write_video
from eyebright.video.reader import VideoReader
from eyebright.video.sampling import per_second
from eyebright.videojobs.celebrities import CELEBRITY_RECOGNITION
from eyebright.videojobs.work import Context

pytestmark = pytest.mark.pack

PORTRAITS = {"Fair": (0, 0.82, 0.26), "Dark": (0, 0.48, 0.43)}
"""Photo, and where in it somebody is as parts of its width and height. The fair one is in the third
photo again, the dark one in the fourth; in each of those the other is not."""
SHOWN = (4, 2, 3, 5)
"""The photos of the film, two seconds each; the first shows nobody of the gallery."""
SECONDS_EACH = 2
WIDTH, HEIGHT = 960, 640
FRAME_RATE = 10


@pytest.fixture(scope="module")
def photos() -> list[ByteArray]:
    pack = load_pack(read_settings(os.environ).packs_directory, "samples")
    return [decode_image(path.read_bytes()).pixels for path in pack.photos()]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, photos: list[ByteArray]) -> Path:
    """The film shows photos that move slowly to the right."""
    pictures: list[ByteArray] = []
    for place in SHOWN:
        height, width = photos[place].shape[:2]
        wide = resize(photos[place], (WIDTH + 30, round((WIDTH + 30) * height / width)))
        pictures += (
            np.ascontiguousarray(wide[:HEIGHT, step : step + WIDTH])
            for step in range(SECONDS_EACH * FRAME_RATE)
        )
    path = tmp_path_factory.mktemp("film") / "photos.mp4"
    return write_video(path, pictures, frame_rate=FRAME_RATE, keyframe_every=FRAME_RATE)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory, photos: list[ByteArray]) -> Path:
    """A folder for each of three people, with a portrait; the third is the largest of photo six."""
    folder = tmp_path_factory.mktemp("people")
    for name, (place, x, y) in PORTRAITS.items():
        save(folder / name / "1.jpg", around(photos[place], x, y, 0.125))
    save(folder / "Third" / "1.jpg", photos[5])
    return folder


def around(pixels: ByteArray, x: float, y: float, reach: float) -> ByteArray:
    height, width = pixels.shape[:2]
    middle_x, middle_y, by = int(x * width), int(y * height), int(reach * width)
    square: ByteArray = pixels[
        max(0, middle_y - by) : middle_y + by, max(0, middle_x - by) : middle_x + by
    ]
    return square


def save(path: Path, pixels: ByteArray) -> None:
    path.parent.mkdir()
    path.write_bytes(encode_jpeg(np.ascontiguousarray(pixels)))


@pytest.fixture(scope="module")
def eyebright(tmp_path_factory: pytest.TempPathFactory, people: Path) -> Iterator[LocalEyebright]:
    """A home of its own, over the installed packs."""
    home = tmp_path_factory.mktemp("home")
    settings = read_settings(os.environ)
    (home / "packs").symlink_to(settings.packs_directory)
    with open_local(replace(settings, home=home, database_url="", master_key="")) as opened:
        assert opened.import_celebrities(people).people == 3
        opened.create_collection("team")
        assert opened.enrol(people, "team").people == 3
        yield opened


def scenes_of(times_ms: list[int]) -> set[int]:
    return {at // (1000 * SECONDS_EACH) for at in times_ms}


def test_celebrities_are_named_where_they_are_and_nowhere_else(
    eyebright: LocalEyebright, film: Path
) -> None:
    rooms = eyebright.rooms
    names = {str(one.celebrity_id): one.biography.name for one in eyebright.celebrities()}
    with VideoReader.open(film) as video:
        context = Context(
            scope=eyebright.scope,
            sight=rooms.sight,
            collections=rooms.collections,
            search=rooms.search,
            celebrities=rooms.celebrities,
            info=video.info,
        )
        work = CELEBRITY_RECOGNITION.begin(context, {}, None)
        found = [one for frame in video.frames(work.policy) for one in work.look(frame)]
        found += work.finish()
    seen: dict[str, list[int]] = {}
    for one in found:
        seen.setdefault(names[one.item.alike[0].id], []).append(one.at_ms)
    assert {name: scenes_of(times) for name, times in seen.items()} == {
        "Fair": {1},
        "Dark": {2},
        "Third": {3},
    }
    assert len({one.item.person for one in found}) == 3
    assert all(len(times) == 2 * SECONDS_EACH for times in seen.values())


def test_people_of_a_collection_are_on_camera_when_their_photos_are(
    eyebright: LocalEyebright, film: Path
) -> None:
    seen = eyebright.who_is_on_camera(film, "team", options=WhoOptions(per_second(2)))
    appearances = {one.person: (one.start_ms, one.end_ms) for one in seen.appearances}
    assert set(appearances) == {"Fair", "Dark", "Third"}
    for name, scene in (("Fair", 1), ("Dark", 2), ("Third", 3)):
        begins, ends = appearances[name]
        assert abs(begins - 2000 * scene) <= 500
        assert abs(ends - 2000 * (scene + 1)) <= 500
