"""A worker is killed; its streams go on at another, and nothing that was told is told again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from eyebright.streams.values import StartRequest, StreamState
from eyebright.testing.streams import LiveStation, Scene
from eyebright.testing.streams_desk import Control, open_control
from eyebright.testing.videos_desk import shot

SCRIPT = Path(__file__).with_name("stream_worker.py")


@contextmanager
def receiver(told: list[Any]) -> Iterator[str]:
    """The address of a webhook that keeps what it is told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Nothing is said."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/events"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def worker(control: Control, station: LiveStation, webhook: str) -> subprocess.Popen[bytes]:
    streams = (
        f"{control.video_arn}={station.address} "
        f"{control.records_arn}=file://{control.home}/records.jsonl"
    )
    environment = os.environ | {
        "EYEBRIGHT_STREAMS": streams,
        "EYEBRIGHT_WEBHOOKS": f"{control.topic_arn}={webhook}",
        "EYEBRIGHT_STREAM_EVERY": "5fps",
        "EYEBRIGHT_STREAM_WORKERS": "2",
    }
    return subprocess.Popen([sys.executable, str(SCRIPT), str(control.home)], env=environment)


def claimed_by(control: Control) -> dict[str, str]:
    """Processor -> the process that runs it."""
    with control.rooms.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT name, worker FROM stream_processors").all()
    return {row[0]: str(row[1]).partition(":")[2] if row[1] else "" for row in rows}


def unsent(control: Control) -> int:
    """Messages that are not crossed out yet: whoever takes over may send them again."""
    with control.rooms.database.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM notices").scalar_one())


def test_the_streams_of_a_killed_worker_go_on_at_another(tmp_path: Path) -> None:
    scenes, told = [Scene(shot(("Ada",)), 300)], list[Any]()
    with (
        open_control(tmp_path) as control,
        LiveStation(tmp_path, scenes) as station,
        receiver(told) as webhook,
    ):
        control.rooms.streams.create(control.scope, "faces", plan=control.face_search())
        control.rooms.streams.create(control.scope, "home", plan=control.labels("PET"))
        first = worker(control, station, webhook)
        try:
            control.start(StartRequest(), "faces")
            control.start(StartRequest(max_seconds=600), "home")
            control.wait_for(lambda: set(claimed_by(control).values()) == {str(first.pid)})
            control.wait_until(StreamState.RUNNING, "home")
            control.wait_for(control.records)
            control.wait_for(lambda: told and not unsent(control))
            second = worker(control, station, webhook)
            try:
                first.kill()
                first.wait()
                control.wait_for(lambda: set(claimed_by(control).values()) == {str(second.pid)})
                before = len(control.records())
                control.wait_for(lambda: len(control.records()) > before + 3)
                assert control.get("faces").state is StreamState.RUNNING
                session = control.get("home").session
                assert session is not None
                assert session.told == ("PET",)
                control.rooms.streams.stop(control.scope, "home")
                control.wait_until(StreamState.STOPPED, "home")
                control.wait_for(lambda: len(told) >= 2)
                kinds = [one["eventNamespace"]["type"] for one in told]
                assert kinds == ["LABEL_DETECTED", "STREAM_PROCESSING_COMPLETE"]
                second.send_signal(signal.SIGTERM)
                assert second.wait(120) == 0
                assert claimed_by(control)["faces"] == ""  # given back, for a third to go on
            finally:
                second.kill()
                second.wait()
        finally:
            first.kill()
            first.wait()
