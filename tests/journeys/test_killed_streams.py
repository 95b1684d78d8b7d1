"""A server is killed; its streams go on at another, and nothing that was told is told again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from eyebright.streams.values import StartRequest, StreamState
from eyebright.testing.streams import LiveStation, Scene
from eyebright.testing.streams_desk import Control, open_control
from eyebright.testing.videos_desk import shot

SCRIPT = Path(__file__).with_name("stream_server.py")


def server(control: Control, station: LiveStation) -> subprocess.Popen[bytes]:
    streams = (
        f"{control.video_arn}={station.address} "
        f"{control.records_arn}=file://{control.home}/records.jsonl"
    )
    return subprocess.Popen([sys.executable, str(SCRIPT), str(control.home), streams])


def claimed_by(control: Control) -> dict[str, str]:
    """Processor -> the process that runs it."""
    with control.rooms.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT name, worker FROM stream_processors").all()
    return {row[0]: str(row[1]).partition(":")[2] for row in rows}


def test_the_streams_of_a_killed_server_go_on_at_another(tmp_path: Path) -> None:
    scenes = [Scene(shot(("Ada",)), 300)]
    with open_control(tmp_path) as control, LiveStation(tmp_path, scenes) as station:
        control.rooms.streams.create(control.scope, "faces", plan=control.face_search())
        control.rooms.streams.create(control.scope, "home", plan=control.labels("PET"))
        first = server(control, station)
        try:
            control.start(StartRequest(), "faces")
            control.start(StartRequest(max_seconds=120), "home")
            control.wait_for(lambda: set(claimed_by(control).values()) == {str(first.pid)}, 30)
            control.wait_until(StreamState.RUNNING, "home")
            control.wait_for(control.records, 20)
            second = server(control, station)
            try:
                first.kill()
                first.wait()
                control.wait_for(lambda: set(claimed_by(control).values()) == {str(second.pid)}, 30)
                before = len(control.records())
                control.wait_for(lambda: len(control.records()) > before + 3, 20)
                assert control.get("faces").state is StreamState.RUNNING
                session = control.get("home").session
                assert session is not None
                assert session.told == ("PET",)
                control.rooms.streams.stop(control.scope, "home")
                control.wait_until(StreamState.STOPPED, "home")
                kinds = [one["eventNamespace"]["type"] for one in control.events()]
                assert kinds == ["LABEL_DETECTED", "STREAM_PROCESSING_COMPLETE"]
            finally:
                second.kill()
                second.wait()
        finally:
            first.kill()
            first.wait()
