"""`eyebright worker` from its start to SIGTERM."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eyebright.app import rooms
from eyebright.cli.main import main
from eyebright.jobs.queue import JobQueue
from eyebright.jobs.values import Claim
from eyebright.streams.values import StartRequest, StreamState
from eyebright.testing.sight import fake_sight
from eyebright.testing.streams_desk import Control, open_control
from eyebright.testing.videos import write_video
from eyebright.testing.videos_desk import shot


@pytest.fixture
def control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Control]:
    monkeypatch.setenv("EYEBRIGHT_STREAM_EVERY", "5fps")
    faked = partial(rooms.open_eyebright, sight=fake_sight())
    monkeypatch.setattr("eyebright.app.rooms.open_eyebright", faked)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with open_control(tmp_path) as opened:
        yield opened
    for number, handler in before.items():
        signal.signal(number, handler)


def run_until(happened: Callable[[], object], control: Control, *arguments: str) -> Result:
    """Run a worker over the home until something happened; then stop it."""
    before, ended = signal.getsignal(signal.SIGTERM), threading.Event()

    def listens() -> bool:
        """Whether the worker would hear a signal, which would end us otherwise."""
        return signal.getsignal(signal.SIGTERM) is not before

    def stop() -> None:
        deadline = time.monotonic() + 120
        while not (listens() and happened()) and time.monotonic() < deadline:
            if ended.wait(0.02):
                return
        if listens():
            os.kill(os.getpid(), signal.SIGTERM)

    stopper = threading.Thread(target=stop)
    stopper.start()
    result = CliRunner().invoke(main, ["--home", str(control.home), "worker", *arguments])
    ended.set()
    stopper.join()
    return result


def test_a_worker_runs_streams_that_it_has_addresses_for(
    control: Control, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = write_video(tmp_path / "film.mp4", [shot(("Ada",))] * 4, frame_rate=10)
    monkeypatch.setenv(
        "EYEBRIGHT_STREAMS",
        f"{control.video_arn}=file://{film} {control.records_arn}=file://{control.home}/records.jsonl",
    )
    control.rooms.streams.create(control.scope, "p", plan=control.face_search())
    control.rooms.streams.start(control.scope, "p", StartRequest())
    result = run_until(lambda: control.get().state.is_at_rest, control, "--threads", "0")
    assert result.exit_code == 0, result.stderr
    assert "0 video jobs and 16 streams" in result.stderr
    assert control.get().state is StreamState.STOPPED
    assert len(control.records()) == 2


def test_a_worker_without_addresses_leaves_streams_to_others(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    control.rooms.streams.create(control.scope, "p", plan=control.face_search())
    control.rooms.streams.start(control.scope, "p", StartRequest())
    looked, claim = threading.Event(), JobQueue.claim

    def claim_and_tell(queue: JobQueue, worker: str, *, kinds: Sequence[str]) -> Claim | None:
        looked.set()
        return claim(queue, worker, kinds=kinds)

    monkeypatch.setattr(JobQueue, "claim", claim_and_tell)
    result = run_until(looked.is_set, control)
    assert "1 video jobs and 0 streams" in result.stderr
    assert control.get().state is StreamState.STARTING


def test_a_worker_has_something_to_do(control: Control) -> None:
    result = CliRunner().invoke(main, ["--home", str(control.home), "worker", "--threads", "0"])
    assert result.exit_code == 2
    assert "nothing to do" in result.stderr
