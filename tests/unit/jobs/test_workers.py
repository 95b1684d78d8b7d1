"""Workers: who is gone, and the block in which they work."""

from __future__ import annotations

import subprocess
import sys

import pytest

from eyebright.jobs.workers import Background, is_gone, this_process


def test_a_worker_of_a_process_that_ended_is_gone_and_no_other() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    host = this_process().rpartition(":")[0]
    assert is_gone(f"{host}:{ended.pid}:3")
    assert not is_gone(f"{this_process()}:3")
    assert not is_gone(f"elsewhere:{ended.pid}:3")
    assert not is_gone(f"{host}:1")  # of somebody else, perhaps
    for unknown in ("", host, f"{host}:", f"{host}:x"):
        assert not is_gone(unknown)


def test_a_block_stops_what_it_started_whatever_happens_in_it() -> None:
    told: list[str] = []

    class Work(Background):
        def start(self) -> None:
            told.append("start")

        def stop(self) -> None:
            told.append("stop")

    def fail() -> None:
        with Work():
            told.append("work")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert told == ["start", "work", "stop"]
