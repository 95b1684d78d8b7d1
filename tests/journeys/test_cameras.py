"""Live streams as cameras and packagers send them: RTSP from a server that is not ours, and HLS."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from eyebright.streams.values import StartRequest, StreamState
from eyebright.testing.rtsp import Camera
from eyebright.testing.streams_desk import Control, open_control
from eyebright.testing.videos import (
    cut_transport_stream,
    number_of,
    numbered_picture,
    write_video,
)
from eyebright.testing.videos_desk import shot
from eyebright.video.live import LiveFrame, LiveReader, LiveRules
from eyebright.video.sampling import Every

QUICK = LiveRules(stall_seconds=10, open_seconds=60, first_pause=0.05, longest_pause=0.1)
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


@pytest.fixture
def serve() -> Iterator[Callable[[Path], str]]:
    """Serves a folder on loopback; returns its address."""
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(directory: Path) -> str:
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *given: Any) -> None:
                super().__init__(*given, directory=str(directory))

            def log_message(self, *_args: object) -> None:
                """Nothing is said."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
        server.daemon_threads = True
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Control]:
    with open_control(tmp_path) as opened:
        yield opened


def fetch(reader: LiveReader) -> LiveFrame:
    found = reader.next(120)
    assert found is not None, reader.trouble
    return found


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
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
    arrivals = [one.arrived_at for one in frames]
    assert arrivals == sorted(arrivals)


def test_a_camera_that_is_switched_off_is_called_again(camera: Camera) -> None:
    with LiveReader(camera.address, FIVE_A_SECOND, rules=QUICK) as reader:
        assert fetch(reader).connection == 1
        camera.kill()
        wait_for(lambda: "Trying again" in reader.trouble)
        camera.start()
        wait_for(lambda: fetch(reader).connection >= 2)
        wait_for(lambda: reader.trouble == "")


def test_a_camera_that_freezes_is_called_again(camera: Camera) -> None:
    hasty = replace(QUICK, stall_seconds=0.4)
    with LiveReader(camera.address, FIVE_A_SECOND, rules=hasty) as reader:
        assert fetch(reader).connection == 1
        camera.freeze()
        wait_for(lambda: "Trying again" in reader.trouble)
        camera.go_on()
        wait_for(lambda: fetch(reader).connection >= 2)


def test_a_path_that_a_camera_does_not_have_says_so(camera: Camera) -> None:
    with LiveReader(camera.address.replace("film", "none"), FIVE_A_SECOND, rules=QUICK) as reader:
        wait_for(lambda: "cannot be opened" in reader.trouble)


def names(record: Any) -> set[str]:
    """Who of the collection is in a record."""
    return {
        match["Face"]["ExternalImageId"]
        for face in record["FaceSearchResponse"]
        for match in face["MatchedFaces"]
    }


def distinct(sets: list[set[str]]) -> list[set[str]]:
    """Neighbours that are the same only once."""
    return [one for place, one in enumerate(sets) if place == 0 or sets[place - 1] != one]


def write_playlist(path: Path, segments: Sequence[Path], *, first: int) -> None:
    """As a packager does it: at once, and without an end. first: its segments' first number."""
    head = ["#EXTM3U", "#EXT-X-TARGETDURATION:1", f"#EXT-X-MEDIA-SEQUENCE:{first}"]
    lines = [line for one in segments for line in ("#EXTINF:1.0,", one.name)]
    draft = path.with_suffix(".draft")
    draft.write_text("\n".join([*head, *lines, ""]))
    draft.replace(path)


def test_a_live_playlist_is_a_stream(
    control: Control, tmp_path: Path, serve: Callable[[Path], str]
) -> None:
    """Segments come, and go from the list again, as a packager writes them."""
    pictures = [shot(people) for people in (("Ada",), ("Ben",), ("Ada", "Ben")) for _ in range(10)]
    whole = write_video(tmp_path / "whole.ts", pictures, frame_rate=10, keyframe_every=10)
    segments = cut_transport_stream(whole, tmp_path, seconds=1)
    assert len(segments) == 3
    control.rooms.streams.create(control.scope, "p", plan=control.face_search())
    control.server(f"{serve(tmp_path)}/live.m3u8")
    write_playlist(tmp_path / "live.m3u8", segments[:1], first=0)
    control.start(StartRequest())
    control.wait_for(control.records)
    control.wait_until(StreamState.RUNNING)
    write_playlist(tmp_path / "live.m3u8", segments[:2], first=0)
    control.wait_for(lambda: {"Ben"} in [names(one) for one in control.records()])
    write_playlist(tmp_path / "live.m3u8", segments[1:], first=1)
    control.wait_for(lambda: {"Ada", "Ben"} in [names(one) for one in control.records()])
    assert distinct([names(one) for one in control.records()]) == [{"Ada"}, {"Ben"}, {"Ada", "Ben"}]


def test_the_faces_before_a_camera_are_told(control: Control, tmp_path: Path) -> None:
    pictures = [shot(("Ada",))] * 10 + [shot(("Ben",))] * 10
    film = write_video(tmp_path / "film.mp4", pictures, frame_rate=10, keyframe_every=5)
    control.rooms.streams.create(control.scope, "p", plan=control.face_search())
    with Camera(film) as camera:
        control.server(camera.address)
        control.start(StartRequest())
        control.wait_for(lambda: {"Ben"} in [names(one) for one in control.records()])
        camera.kill()
        control.wait_for(lambda: "Trying again" in control.get().message)
        before = len(control.records())
        camera.start()
        control.wait_for(lambda: len(control.records()) > before)
        control.rooms.streams.stop(control.scope, "p")
        control.wait_until(StreamState.STOPPED)
    assert {"Ada"} in [names(one) for one in control.records()]
