"""Live streams on loopback: frames come at once, and come again when the stream does."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from eyebright.testing.streams import JpegCamera, LiveStation, Scene, film_of
from eyebright.testing.videos import number_of, numbered_picture, write_video
from eyebright.video.live import LiveFrame, LiveReader, LiveRules
from eyebright.video.reader import VideoLimits, VideoReader
from eyebright.video.sampling import Every

QUICK = LiveRules(stall_seconds=10, first_pause=0.05, longest_pause=0.2)
TWICE = Every(Fraction(1, 2))


SPEED = 4
"""Times as fast as time goes."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Forty seconds whose pictures are numbered."""
    scenes = [Scene(numbered_picture(number), 1) for number in range(400)]
    return film_of(tmp_path_factory.mktemp("station"), scenes)


@pytest.fixture
def live(film: bytes) -> Iterator[LiveStation]:
    with LiveStation.of_film(film, seconds=40 / SPEED) as station:
        yield station


def fetch(reader: LiveReader, seconds: float = 120.0) -> LiveFrame:
    found = reader.next(seconds)
    assert found is not None, reader.trouble
    return found


def wait_for(happened: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_frames_come_as_the_stream_goes(live: LiveStation) -> None:
    with LiveReader(live.address, TWICE, rules=QUICK) as reader:
        frames = [fetch(reader) for _ in range(7)]
        live.silence()  # long before its end
    times = [one.frame.seconds for one in frames]
    assert times[0] == 0
    assert times == sorted(set(times))
    assert all(2 * at == int(2 * at) for at in times)
    assert [number_of(one.frame.pixels) for one in frames] == [10 * at for at in times]
    assert [one.connection for one in frames] == [1] * 7
    arrivals = [one.arrived_at for one in frames]
    assert arrivals == sorted(arrivals)


def test_whoever_is_behind_gets_the_newest_frame(live: LiveStation) -> None:
    with LiveReader(live.address, TWICE, rules=QUICK) as reader:
        assert fetch(reader).frame.seconds == 0
        wait_for(lambda: reader._dropped >= 3)
        late = fetch(reader)
        assert late.frame.seconds >= 2
        assert late.dropped >= 2


def test_a_stream_that_falls_silent_is_called_again(live: LiveStation) -> None:
    hasty = replace(QUICK, stall_seconds=0.5)
    with LiveReader(live.address, TWICE, rules=hasty) as reader:
        assert fetch(reader).connection == 1
        live.silence()
        wait_for(lambda: "Trying again" in reader.trouble)
        live.back()
        wait_for(lambda: fetch(reader).connection >= 2)
        wait_for(lambda: reader.trouble == "")


def test_a_stream_that_is_gone_is_called_again_until_it_is_back(live: LiveStation) -> None:
    with LiveReader(live.address, TWICE, rules=QUICK) as reader:
        assert fetch(reader).connection == 1
        live.hang_up()
        wait_for(lambda: "Trying again in 0.2 s" in reader.trouble)
        live.back()
        wait_for(lambda: fetch(reader).connection >= 2)


@pytest.mark.parametrize("boundary", ["frame", "--frame", '"frame"'])
@pytest.mark.parametrize("with_length", [True, False])
def test_a_camera_that_sends_jpegs_is_looked_at_by_the_clock(
    boundary: str, with_length: bool
) -> None:
    seconds = itertools.count()  # a picture each second: FFmpeg would say 25
    with (
        JpegCamera(pictures=20, boundary=boundary, with_length=with_length) as camera,
        VideoReader.open(camera.address, clock=lambda: float(next(seconds))) as video,
    ):
        frames = list(video.live_frames(Every(Fraction(6))))
    assert [frame.seconds for frame in frames] == [0, 6, 12, 18]
    assert [number_of(frame.pixels) for frame in frames] == [0, 6, 12, 18]


def test_a_camera_that_sends_jpegs_and_hangs_up_is_called_again() -> None:
    with (
        JpegCamera(pictures=5) as camera,
        LiveReader(camera.address, TWICE, rules=QUICK) as reader,
    ):
        first = fetch(reader)
        assert not first.recorded
        assert first.frame.pixels.shape == (96, 128, 3)
        wait_for(lambda: fetch(reader).connection >= 3)
        assert camera.listeners >= 3


def test_an_address_where_nobody_is_says_so() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # nobody listens, and nobody else can
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}/live.ts"
        with LiveReader(address, TWICE, rules=QUICK) as reader:
            wait_for(lambda: "It cannot be opened" in reader.trouble)
            assert reader.next(0.0) is None
            assert not reader.ended


def test_a_recording_waits_for_its_reader_and_ends(tmp_path: Path) -> None:
    film = write_video(
        tmp_path / "film.mp4", [numbered_picture(n) for n in range(31)], frame_rate=10
    )
    with LiveReader(str(film), TWICE, rules=QUICK) as reader:
        times = []
        while not reader.ended:
            found = reader.next(0.5)
            if found is not None:
                times.append(found.frame.seconds)
                assert found.dropped == 0
            time.sleep(0.02)
    assert times == [Fraction(half, 2) for half in range(7)]


@pytest.mark.parametrize("keyframe_every", [1, 4, 12, 100])
@pytest.mark.parametrize("step", [Fraction(1, 10), Fraction(1, 2), Fraction(7, 10), Fraction(2)])
def test_the_frames_are_those_that_are_wanted(
    tmp_path: Path, keyframe_every: int, step: Fraction
) -> None:
    pictures = [numbered_picture(number) for number in range(50)]
    film = write_video(tmp_path / "film.ts", pictures, frame_rate=10, keyframe_every=keyframe_every)
    every = Every(step)
    with VideoReader.open(film) as video:
        found = [(one.seconds, number_of(one.pixels)) for one in video.live_frames(every)]
    wanted, due = [], Fraction(0)
    for number in range(50):
        if Fraction(number, 10) >= due:
            wanted.append((Fraction(number, 10), number))
            due = every.due_after(Fraction(number, 10))
    assert found == wanted


def test_times_that_jump_back_begin_anew(tmp_path: Path) -> None:
    pictures = [numbered_picture(number) for number in range(40)]
    film = write_video(tmp_path / "film.mkv", pictures, frame_rate=10, keyframe_every=10)
    with VideoReader.open(film) as video:
        packets = [packet for packet in video._packets() if packet.size]
        video._packets = lambda: iter([*packets, *packets])  # type: ignore[method-assign]
        found = [
            (one.seconds, number_of(one.pixels)) for one in video.live_frames(Every(Fraction(1)))
        ]
    once = [(Fraction(0), 0), (Fraction(1), 10), (Fraction(2), 20), (Fraction(3), 30)]
    assert found == [*once, *once]


def test_a_stream_that_is_joined_half_way_begins_with_a_whole_picture(tmp_path: Path) -> None:
    pictures = [numbered_picture(number) for number in range(40)]
    film = write_video(tmp_path / "film.mkv", pictures, frame_rate=10, keyframe_every=20)
    with VideoReader.open(film) as video:
        packets = [packet for packet in video._packets() if packet.size][7:]
        video._packets = lambda: iter(packets)  # type: ignore[method-assign]
        found = [number_of(one.pixels) for one in video.live_frames(Every(Fraction(1)))]
    assert found == [20, 30]


def test_a_source_of_a_film_that_falls_silent_ends_it_with_the_reason(live: LiveStation) -> None:
    """Not only live: whoever reads a film from an address hears of it, and never hangs."""
    limits = VideoLimits(stall_seconds=2, open_seconds=60)
    with VideoReader.open(live.address, limits=limits) as video:
        frames = video.frames(TWICE)
        next(frames)
        live.silence()
        assert len(list(frames)) < 40 * 2
        assert "reading it failed" in video.ended_early


def test_an_endless_stream_is_looked_at_in_bounded_memory(live: LiveStation) -> None:
    """Whoever does not fetch frames makes none wait but the newest."""
    with LiveReader(live.address, Every(Fraction(1, 10)), rules=QUICK) as reader:
        first = fetch(reader)
        wait_for(lambda: reader._dropped >= 10)
        newest = fetch(reader)
    assert newest.frame.seconds - first.frame.seconds >= 1
    assert reader._waiting is None or reader._waiting.frame.seconds > newest.frame.seconds


def test_passwords_of_cameras_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    address = "rtsp://me:secret@127.0.0.1:9/1?token=secret"
    with LiveReader(address, TWICE, rules=QUICK) as reader:
        wait_for(lambda: "Trying again" in reader.trouble)
    assert "rtsp://127.0.0.1:9/1" in caplog.text
    assert "secret" not in caplog.text + reader.trouble
