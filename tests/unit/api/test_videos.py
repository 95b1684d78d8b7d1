"""Who is on camera, over real rooms and a fake analyser."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from eyebright.api.local import LocalEyebright, open_local
from eyebright.api.videos import (
    THUMBNAIL_PX,
    Appearance,
    WhoOptions,
    WhoProgress,
    face_jpeg,
    step_ms,
)
from eyebright.errors import CollectionNotFound, InvalidVideo
from eyebright.imaging.decode import decode_image
from eyebright.imaging.encode import encode_png
from eyebright.settings import Settings
from eyebright.testing.pictures import PEOPLE, draw_people, line_up
from eyebright.testing.sight import fake_sight
from eyebright.testing.videos import write_video
from eyebright.video.sampling import Every, EveryFrame, Keyframes, per_second
from eyebright.video.values import VideoInfo


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


HALF = WhoOptions(per_second(2))
INFO = VideoInfo("MP4", "h264", (320, 160), Fraction(25), Fraction(9), "LIMITED", ())


@pytest.fixture
def eyebright(tmp_path: Path) -> Iterator[LocalEyebright]:
    """With a collection in which Ada is a user and Ben is a face with a name on its photo."""
    for name in ("Ada", "Ben"):
        folder = tmp_path / "people" / name
        folder.mkdir(parents=True)
        pixels = draw_people(line_up([name]), size_wh=(128, 160))
        (folder / "1.png").write_bytes(encode_png(pixels))
    with open_local(Settings(home=tmp_path / "home"), sight=fake_sight()) as opened:
        opened.create_collection("team")
        opened.enrol(tmp_path / "people", "team")
        yield opened


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Ten frames a second: Ada for 3 s, nobody for 4 s, Cleo and Ada for 2 s, Ben for 2 s."""
    scenes = [(("Ada",), 30), ((), 40), (("Cleo", "Ada"), 20), (("Ben",), 20)]
    pictures = [
        np.ascontiguousarray(draw_people(line_up(people), size_wh=(320, 160)))
        for people, count in scenes
        for _ in range(count)
    ]
    return write_video(tmp_path / "film.mp4", pictures, frame_rate=10, keyframe_every=10)


def times(appearances: tuple[Appearance, ...]) -> list[tuple[str, int, int]]:
    return [(one.person, one.start_ms, one.end_ms) for one in appearances]


def test_people_come_and_go_half_way_between_two_looks(
    eyebright: LocalEyebright, film: Path
) -> None:
    seen = eyebright.who_is_on_camera(film, "team", options=HALF)
    assert times(seen.appearances) == [
        ("Ada", 0, 2750),
        ("Ada", 6750, 8750),
        ("Ben", 8750, 10750),
    ]
    assert (seen.looks, seen.length_ms, seen.broke_off) == (22, 11_000, "")
    for one in seen.appearances:
        assert one.known
        assert one.percent is not None
        assert one.percent > 95
        assert one.start_ms <= one.best_ms <= one.end_ms
        assert one.thumbnail is None


def test_strangers_are_told_when_asked_for(eyebright: LocalEyebright, film: Path) -> None:
    options = WhoOptions(per_second(2), strangers=True)
    seen = eyebright.who_is_on_camera(film, "team", options=options)
    [stranger] = [one for one in seen.appearances if not one.known]
    assert times((stranger,)) == [("unknown 2", 6750, 8750)]
    assert stranger.percent is None


def test_thumbnails_are_cut_from_the_best_look(eyebright: LocalEyebright, film: Path) -> None:
    options = WhoOptions(per_second(2), thumbnails=True)
    seen = eyebright.who_is_on_camera(film, "team", options=options)
    assert seen.appearances
    for one in seen.appearances:
        assert one.thumbnail is not None
        pixels = decode_image(one.thumbnail).pixels
        assert pixels.shape == (THUMBNAIL_PX, THUMBNAIL_PX, 3)
        middle = pixels[THUMBNAIL_PX // 2, THUMBNAIL_PX // 2].astype(int)
        assert np.abs(middle - np.array(PEOPLE[one.person])).max() < 40


def test_a_look_every_six_seconds_is_the_default(eyebright: LocalEyebright, film: Path) -> None:
    seen = eyebright.who_is_on_camera(str(film), "team")
    assert seen.looks == 2
    assert times(seen.appearances) == [("Ada", 0, 3000)]


def test_a_film_may_be_at_an_address(eyebright: LocalEyebright, film: Path) -> None:
    """The plainest server there is; it cannot jump, so the container must not need it."""
    stream = write_video(
        film.with_suffix(".mkv"),
        [np.ascontiguousarray(draw_people(line_up(["Ben"]), size_wh=(320, 160)))] * 20,
        frame_rate=10,
    )
    handler = partial(_Quiet, directory=str(stream.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_port}/{stream.name}"
            seen = eyebright.who_is_on_camera(address, "team", options=HALF)
        finally:
            server.shutdown()
            thread.join()
    assert times(seen.appearances) == [("Ben", 0, 1750)]


def test_progress_is_told_after_each_look(eyebright: LocalEyebright, film: Path) -> None:
    told: list[WhoProgress] = []
    eyebright.who_is_on_camera(film, "team", options=HALF, tell=told.append)
    assert [one.seconds for one in told] == [0.5 * look for look in range(22)]
    assert {one.total for one in told} == {11.0}
    assert all(one.speed >= 0 for one in told)


def test_what_cannot_be_watched_says_why(
    eyebright: LocalEyebright, film: Path, tmp_path: Path
) -> None:
    with pytest.raises(CollectionNotFound):
        eyebright.who_is_on_camera(film, "nobody")
    letter = tmp_path / "letter.mp4"
    letter.write_text("Dear Ada, this is no film.")
    with pytest.raises(InvalidVideo):
        eyebright.who_is_on_camera(letter, "team")
    with pytest.raises(FileNotFoundError):
        eyebright.who_is_on_camera(tmp_path / "none.mp4", "team")


def test_nothing_of_a_film_is_stored(eyebright: LocalEyebright, film: Path) -> None:
    home = eyebright.rooms.settings.home
    before = {path for path in home.rglob("*") if path.is_file()}
    faces = eyebright.collection("team").face_count
    eyebright.who_is_on_camera(film, "team", options=WhoOptions(per_second(2), thumbnails=True))
    assert {path for path in home.rglob("*") if path.is_file()} == before
    assert eyebright.collection("team").face_count == faces


def test_every_policy_has_a_step() -> None:
    assert step_ms(Every(Fraction(6)), INFO) == 6000
    assert step_ms(EveryFrame(), INFO) == 40
    assert step_ms(Keyframes(), INFO) > 1000


@pytest.mark.parametrize("box", [(-20, -20, 30, 30), (300, 140, 360, 200), (0, 0, 320, 160)])
def test_a_face_at_the_edge_is_still_a_square(box: tuple[float, float, float, float]) -> None:
    pixels = draw_people([], size_wh=(320, 160))
    assert decode_image(face_jpeg(pixels, box)).pixels.shape == (THUMBNAIL_PX, THUMBNAIL_PX, 3)
