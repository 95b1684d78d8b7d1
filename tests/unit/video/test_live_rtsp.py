"""The reader of live streams against a server of RTSP that is not ours."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from eyebright.testing.rtsp import Camera
from eyebright.testing.videos import number_of, numbered_picture, write_video
from eyebright.video.live import LiveFrame, LiveReader, LiveRules
from eyebright.video.sampling import Every

QUICK = LiveRules(stall_seconds=0.4, open_seconds=5, first_pause=0.05, longest_pause=0.1)
FIVE_A_SECOND = Every(Fraction(1, 5))
FRAMES = 200


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty seconds whose pictures are numbered, a keyframe every half second."""
    pictures = [numbered_picture(number) for number in range(FRAMES)]
    path = tmp_path_factory.mktemp("camera") / "film.mp4"
    return write_video(path, pictures, frame_rate=10, keyframe_every=5)


@pytest.fixture
def camera(film: Path) -> Iterator[Camera]:
    with Camera(film) as opened:
        yield opened


def fetch(reader: LiveReader) -> LiveFrame:
    found = reader.next(10)
    assert found is not None, reader.trouble
    return found


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_pictures_of_a_camera_come_in_order_and_in_time(camera: Camera) -> None:
    with LiveReader(camera.address, FIVE_A_SECOND, rules=QUICK) as reader:
        frames = [fetch(reader) for _ in range(6)]
    assert not frames[0].recorded
    numbers = [number_of(one.frame.pixels) for one in frames]
    assert numbers == sorted(numbers)
    # this server gives reordered frames times up to two frames late
    assert [
        abs(float(one.frame.seconds) - number / 10) <= 0.31
        for one, number in zip(frames, numbers, strict=True)
    ] == [True] * 6
    assert frames[5].arrived_at - frames[1].arrived_at > 0.4


def test_a_camera_that_is_switched_off_is_called_again(camera: Camera) -> None:
    with LiveReader(camera.address, FIVE_A_SECOND, rules=QUICK) as reader:
        assert fetch(reader).connection == 1
        camera.kill()
        wait_for(lambda: "Trying again" in reader.trouble)
        camera.start()
        wait_for(lambda: fetch(reader).connection == 2)
        assert reader.trouble == ""


def test_a_camera_that_freezes_is_called_again(camera: Camera) -> None:
    with LiveReader(camera.address, FIVE_A_SECOND, rules=QUICK) as reader:
        assert fetch(reader).connection == 1
        camera.freeze()
        wait_for(lambda: "Trying again" in reader.trouble)
        camera.go_on()
        wait_for(lambda: fetch(reader).connection == 2)


def test_a_path_that_a_camera_does_not_have_says_so(camera: Camera) -> None:
    with LiveReader(camera.address.replace("film", "none"), FIVE_A_SECOND, rules=QUICK) as reader:
        wait_for(lambda: "cannot be opened" in reader.trouble)
