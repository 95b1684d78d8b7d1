"""Live streams from start to stop: what is told, and what happens when something breaks."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from eyebright.errors import StorageError, StreamBusy
from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId
from eyebright.imaging.decode import decode_image
from eyebright.streams.leases import StreamClaim, StreamLeases
from eyebright.streams.values import (
    Area,
    FaceSearchPlan,
    HomePlan,
    StartRequest,
    StreamState,
)
from eyebright.testing.streams import LiveStation, Scene, film_of
from eyebright.testing.streams_desk import HASTY, Control
from eyebright.testing.videos import write_video
from eyebright.testing.videos_desk import shot


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Ada and Ben, nobody, then Ben: half a second each, again and again for half a minute."""
    scenes = [Scene(shot(people), 5) for people in (("Ada", "Ben"), (), ("Ben",))] * 20
    return film_of(tmp_path_factory.mktemp("station"), scenes)


@pytest.fixture
def station(film: bytes) -> Iterator[LiveStation]:
    """Three times as fast as time goes."""
    with LiveStation.of_film(film, seconds=10) as live:
        yield live


def names(record: Any) -> set[str]:
    """Who of the collection is in a record."""
    return {
        match["Face"]["ExternalImageId"]
        for face in record["FaceSearchResponse"]
        for match in face["MatchedFaces"]
    }


def test_who_is_in_a_stream_is_told_frame_by_frame(control: Control, station: LiveStation) -> None:
    control.rooms.streams.create(control.scope, "p", plan=control.face_search())
    assert control.get().state is StreamState.STOPPED
    control.server(station.address)
    control.start(StartRequest())
    control.wait_until(StreamState.RUNNING)
    shown = [{"Ada", "Ben"}, set(), {"Ben"}]
    control.wait_for(lambda: all(one in map(names, control.records()) for one in shown))
    control.rooms.streams.stop(control.scope, "p")
    control.wait_until(StreamState.STOPPED)
    records = control.records()
    assert all(names(one) in shown for one in records)
    stamps = [one["InputInformation"]["KinesisVideo"]["ProducerTimestamp"] for one in records]
    assert stamps == sorted(stamps)


def test_a_record_is_of_the_services_form(control: Control, tmp_path: Path) -> None:
    film = write_video(tmp_path / "film.mp4", [shot(("Ada", "Emil"))] * 4, frame_rate=10)
    control.rooms.streams.create(control.scope, "p", plan=control.face_search())
    control.server(f"file://{film}")
    control.start(StartRequest())
    control.wait_until(StreamState.STOPPED)
    records = control.records()
    assert len(records) == 2
    record = records[0]
    assert set(record) == {"InputInformation", "StreamProcessorInformation", "FaceSearchResponse"}
    video = record["InputInformation"]["KinesisVideo"]
    assert video["StreamArn"] == control.video_arn
    assert video["FragmentNumber"].isdigit()
    assert record["StreamProcessorInformation"] == {"Status": "RUNNING"}
    ada, emil = record["FaceSearchResponse"]
    assert set(ada["DetectedFace"]) == {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}
    assert {point["Type"] for point in ada["DetectedFace"]["Landmarks"]} >= {"eyeLeft", "nose"}
    (match,) = ada["MatchedFaces"]
    assert match["Similarity"] > 90
    assert set(match["Face"]) == {
        "BoundingBox",
        "Confidence",
        "ExternalImageId",
        "FaceId",
        "ImageId",
    }
    assert emil["MatchedFaces"] == []


def test_a_stream_that_breaks_off_goes_on(control: Control, station: LiveStation) -> None:
    control.rooms.streams.create(control.scope, "p", plan=control.face_search())
    control.server(station.address)
    control.start(StartRequest())
    control.wait_for(control.records)
    station.hang_up()
    control.wait_for(lambda: "Trying again" in control.get().message)
    assert control.get().state is StreamState.RUNNING
    before = len(control.records())
    station.back()
    control.wait_for(lambda: len(control.records()) > before)
    control.wait_for(lambda: control.get().message == "")


def test_a_stream_that_never_was_fails_with_the_reason(control: Control) -> None:
    control.rooms.streams.create(control.scope, "p", plan=control.face_search())
    control.server("http://127.0.0.1:9/live.ts", rules=HASTY)
    control.start(StartRequest())
    failed = control.wait_until(StreamState.FAILED)
    assert failed.message.startswith("The stream gave no picture. ")
    control.start(StartRequest())


def test_a_stream_without_an_address_says_where_to_put_it(control: Control) -> None:
    elsewhere = f"arn:aws:kinesisvideo:us-east-1:{control.scope.account_id}:stream/yard/2"
    control.rooms.streams.create(control.scope, "p", plan=control.face_search(video_arn=elsewhere))
    control.server("http://127.0.0.1:9/live.ts")
    control.start(StartRequest())
    assert "EYEBRIGHT_STREAMS" in control.wait_until(StreamState.FAILED).message


def test_a_deleted_collection_fails_the_run(control: Control, station: LiveStation) -> None:
    control.rooms.streams.create(control.scope, "p", plan=control.face_search())
    control.server(station.address)
    control.start(StartRequest())
    control.wait_for(control.records)
    control.rooms.collections.delete(control.scope, CollectionId("staff"))
    assert "staff" in control.wait_until(StreamState.FAILED).message


def test_a_threshold_keeps_strangers_out(control: Control, tmp_path: Path) -> None:
    film = write_video(tmp_path / "film.mp4", [shot(("Ada",))] * 3, frame_rate=10)
    plan = control.face_search(face_search=FaceSearchPlan(CollectionId("staff"), 100.0))
    control.rooms.streams.create(control.scope, "p", plan=plan)
    control.server(f"file://{film}")
    control.start(StartRequest())
    control.wait_until(StreamState.STOPPED)
    assert [names(one) for one in control.records()] == [set(), set()]


def test_one_of_two_servers_runs_it_and_the_other_goes_on(
    control: Control, station: LiveStation
) -> None:
    control.rooms.streams.create(control.scope, "p", plan=control.face_search())
    one, other = control.server(station.address), control.server(station.address)
    control.start(StartRequest())
    control.wait_for(control.records)
    first, second = (one, other) if one.running else (other, one)
    assert (first.running, second.running) == (1, 0)
    first.stop()
    control.wait_for(lambda: second.running == 1)
    before = len(control.records())
    control.wait_for(lambda: len(control.records()) > before + 2)
    assert control.get().state is StreamState.RUNNING


def test_a_database_that_is_away_for_a_moment_ends_no_run(
    control: Control, station: LiveStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = [StorageError("busy")]
    look = StreamLeases.is_wanted

    def is_wanted(leases: StreamLeases, claim: StreamClaim) -> bool:
        if away:
            raise away.pop()
        return look(leases, claim)

    monkeypatch.setattr(StreamLeases, "is_wanted", is_wanted)
    control.rooms.streams.create(control.scope, "p", plan=control.face_search())
    control.server(station.address, lease_seconds=0.5)
    control.start(StartRequest())
    control.wait_for(lambda: len(control.records()) > 3)
    assert not away
    assert control.get().state in (StreamState.STARTING, StreamState.RUNNING)


def test_labels_are_told_once_a_run_and_its_end_too(control: Control, tmp_path: Path) -> None:
    pictures = [shot(())] * 5 + [shot(("Ada",))] * 10 + [shot(("Fay",))] * 30
    film = write_video(tmp_path / "film.mp4", pictures, frame_rate=10)
    control.rooms.streams.create(
        control.scope, "p", plan=control.labels("ALL"), tags={"where": "door"}
    )
    control.server(f"file://{film}")
    request = StartRequest(max_seconds=3, producer_ms=1_655_930_623_123)
    session_id = control.start(request)
    control.wait_until(StreamState.STOPPED)
    pet, person, end = control.events()
    assert [one["name"] for one in pet["labels"]] == ["PET"]
    assert [one["name"] for one in person["labels"]] == ["PERSON"]
    assert set(pet) == {
        "inputInformation",
        "eventNamespace",
        "labels",
        "eventId",
        "tags",
        "sessionId",
        "startStreamProcessorRequest",
    }
    assert pet["inputInformation"] == {"kinesisVideo": {"streamArn": control.video_arn}}
    assert pet["eventNamespace"] == {"type": "LABEL_DETECTED"}
    label = pet["labels"][0]
    stem = f"p/{session_id}/pet"
    assert label["frameImageUri"] == f"s3://b/{stem}-frame-0.jpg"
    assert label["croppedImageUri"] == f"s3://b/{stem}-cropped-0.jpg"
    whole = decode_image((control.bucket / f"{stem}-frame-0.jpg").read_bytes())
    assert whole.size_wh == (320, 160)
    part = decode_image((control.bucket / f"{stem}-cropped-0.jpg").read_bytes())
    assert part.size_wh[0] == pytest.approx(label["boundingBox"]["width"] * 320, abs=1)
    assert set(label["boundingBox"]) == {"left", "top", "width", "height"}
    assert pet["tags"] == {"where": "door"}
    assert {one["sessionId"] for one in (pet, person, end)} == {session_id}
    assert end["eventNamespace"] == {"type": "STREAM_PROCESSING_COMPLETE"}
    assert end["inputInformation"]["kinesisVideo"]["processedVideoDurationMillis"] == 3000
    assert end["startStreamProcessorRequest"]["stopSelector"] == {"maxDurationInSeconds": 3}
    assert len({one["eventId"] for one in (pet, person, end)}) == 3


def test_what_lies_outside_the_areas_is_not_told(control: Control, tmp_path: Path) -> None:
    film = write_video(tmp_path / "film.mp4", [shot(("Ada",))] * 11, frame_rate=10)
    areas = (Area(box=(0.8, 0.0, 0.2, 1.0)),)
    control.rooms.streams.create(control.scope, "p", plan=control.labels("PET", areas=areas))
    control.server(f"file://{film}")
    control.start(StartRequest(max_seconds=1))
    control.wait_until(StreamState.STOPPED)
    assert [one["eventNamespace"]["type"] for one in control.events()] == [
        "STREAM_PROCESSING_COMPLETE"
    ]


def test_what_is_not_sure_enough_is_not_told(control: Control, tmp_path: Path) -> None:
    film = write_video(tmp_path / "film.mp4", [shot(("Ada",))] * 11, frame_rate=10)
    plan = control.labels(home=HomePlan(("PET",), 99.5))
    control.rooms.streams.create(control.scope, "p", plan=plan)
    control.server(f"file://{film}")
    control.start(StartRequest(max_seconds=1))
    control.wait_until(StreamState.STOPPED)
    assert len(control.events()) == 1


def test_a_run_of_so_many_seconds_ends_though_the_stream_stalls(
    control: Control, station: LiveStation
) -> None:
    control.rooms.streams.create(control.scope, "p", plan=control.labels("PERSON"))
    control.server(station.address)
    control.start(StartRequest(max_seconds=1))
    control.wait_for(lambda: control.get().state in (StreamState.RUNNING, StreamState.STOPPED))
    station.silence()
    control.wait_until(StreamState.STOPPED)
    assert [event["eventNamespace"]["type"] for event in control.events()] == [
        "STREAM_PROCESSING_COMPLETE"
    ]


def test_a_playlist_cannot_name_files_of_this_machine(
    control: Control, tmp_path: Path, serve: Callable[[Path], str]
) -> None:
    secret = write_video(tmp_path / "secret.ts", [shot(("Ada",))] * 20, frame_rate=10)
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2.0,", f"file://{secret}", ""]
    (tmp_path / "live.m3u8").write_text("\n".join(lines))
    control.rooms.streams.create(control.scope, "p", plan=control.face_search())
    control.server(f"{serve(tmp_path)}/live.m3u8", rules=HASTY)
    control.start(StartRequest())
    control.wait_until(StreamState.FAILED)
    assert control.records() == []


def test_an_account_that_is_deleted_takes_its_streams_along(
    control: Control, station: LiveStation
) -> None:
    control.rooms.streams.create(control.scope, "p", plan=control.face_search())
    worker = control.server(station.address)
    control.start(StartRequest())
    control.wait_for(control.records)
    control.rooms.accounts.delete(control.scope.account_id)
    control.wait_for(lambda: not worker.running)


def test_other_accounts_neither_see_nor_stop_it(control: Control) -> None:
    control.rooms.streams.create(control.scope, "p", plan=control.face_search())
    other = Scope(control.rooms.accounts.create("other").account_id, control.scope.region)
    with pytest.raises(Exception, match="does not exist"):
        control.rooms.streams.stop(other, "p")
    with pytest.raises(Exception, match="is not of the account"):
        control.rooms.streams.create(other, "mine", plan=control.face_search())
    with pytest.raises(StreamBusy, match="not available for stopping"):
        control.rooms.streams.stop(control.scope, "p")


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
