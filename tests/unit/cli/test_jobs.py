"""`eyebright jobs` as people and programs use it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from eyebright.api.local import LocalEyebright, open_local
from eyebright.cli.main import main
from eyebright.ids import JobId
from eyebright.jobs.values import Claim, NewJob, Progress
from eyebright.settings import Settings
from eyebright.videojobs.values import VideoKind, VideoObject, VideoRequest

KIND = VideoKind.CELEBRITY_RECOGNITION


@dataclass(frozen=True)
class Bench:
    eyebright: LocalEyebright
    home: Path

    def ask(self, name: str = "programme-2026-11-22.mp4") -> JobId:
        request = VideoRequest(KIND, VideoObject("archive", name))
        return self.eyebright.rooms.videos.ask(self.eyebright.scope, request)

    def claim(self) -> Claim:
        claim = self.eyebright.rooms.queue.claim("w", kinds=[KIND.value])
        assert claim is not None
        return claim

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["--home", str(self.home), "jobs", *arguments])

    def json(self, *arguments: str) -> Any:
        result = self.run(*arguments, "--json")
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("COLUMNS", "80")
    home = tmp_path / "home"
    with open_local(Settings(home=home)) as eyebright:
        yield Bench(eyebright, home)


def test_jobs_are_a_table_for_people_newest_first(bench: Bench) -> None:
    first, second = bench.ask(), bench.ask()
    claim = bench.claim()
    bench.eyebright.rooms.queue.save(
        claim, [], sealed_checkpoint=b"", progress=Progress(30_000, 120_000)
    )
    result = bench.run("list")
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert max(len(line.rstrip()) for line in lines) <= 80
    assert lines[0].split() == ["Job", "Kind", "State", "Done", "Asked", "Video"]
    rows = [line for line in lines[1:] if "Celebrity" in line]
    assert [row.split()[0] for row in rows] == [second[:10], first[:10]]
    assert "RUNNING" in rows[1]
    assert "25%" in rows[1]


def test_jobs_are_json_for_programs_and_nothing_else(bench: Bench) -> None:
    job_id = bench.ask()
    (listed,) = bench.json("list")
    assert listed == bench.json("show", job_id)
    assert listed["job"] == job_id
    assert listed["kind"] == "CelebrityRecognition"
    assert listed["video"] == "archive/programme-2026-11-22.mp4"
    assert (listed["state"], listed["reason"], listed["position_ms"]) == ("QUEUED", "", None)
    assert bench.json("list", "--state", "failed") == []


def test_a_list_has_an_end(bench: Bench) -> None:
    asked = [bench.ask() for _ in range(5)]
    assert [one["job"] for one in bench.json("list", "--limit", "2")] == [asked[4], asked[3]]


def test_nothing_to_list_says_so(bench: Bench) -> None:
    result = bench.run("list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "No jobs" in result.stderr


def test_a_failed_job_says_why_and_is_done_again_under_its_id(bench: Bench) -> None:
    job_id = bench.ask()
    bench.eyebright.rooms.queue.fail(bench.claim(), "There is no video in it.", again=False)
    shown = bench.run("show", job_id[:10])
    assert shown.exit_code == 0, shown.stderr
    assert max(len(line.rstrip()) for line in shown.stdout.splitlines()) <= 80
    assert "There is no video in it." in shown.stdout
    assert bench.json("retry", job_id[:10])["state"] == "QUEUED"
    assert bench.claim().job.job_id == job_id


def test_a_job_is_cancelled(bench: Bench) -> None:
    waiting = bench.ask()
    assert bench.json("cancel", waiting)["state"] == "CANCELLED"
    working = bench.ask()
    bench.claim()
    assert bench.json("cancel", working)["state"] == "CANCELLING"


@pytest.mark.parametrize("action", ["show", "cancel", "retry"])
def test_what_is_no_job_says_what_helps(bench: Bench, action: str) -> None:
    result = bench.run(action, "abc123")
    assert result.exit_code == 1
    assert "eyebright jobs list" in result.stderr


def test_a_job_of_another_kind_of_work_is_listed_too(bench: Bench) -> None:
    scope = bench.eyebright.scope
    job_id = bench.eyebright.rooms.ids.job()
    bench.eyebright.rooms.queue.ask(
        NewJob(job_id, scope.account_id, scope.region, "LibraryScan", b"sealed")
    )
    (listed,) = bench.json("list")
    assert (listed["kind"], listed["video"]) == ("LibraryScan", "")


def test_accounts_see_their_own_jobs_only(bench: Bench) -> None:
    bench.ask()
    other = bench.eyebright.rooms.accounts.create("other").account_id
    arguments = ["--home", str(bench.home), "--account", other, "jobs", "list", "--json"]
    result = CliRunner().invoke(main, arguments)
    assert json.loads(result.stdout) == []


def test_running_jobs_without_a_length_say_seconds(bench: Bench) -> None:
    bench.ask()
    bench.eyebright.rooms.queue.save(
        bench.claim(), [], sealed_checkpoint=b"", progress=Progress(12_000)
    )
    assert "12 s" in bench.run("list").stdout
