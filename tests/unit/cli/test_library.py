"""`eyebright library` as people and programs use it; only the models are fake."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import CliRunner, Result

from eyebright.app import rooms
from eyebright.cli.library import COMMANDS
from eyebright.cli.library_index import bar_text
from eyebright.cli.library_show import bar
from eyebright.cli.main import main
from eyebright.library.index_run import IndexProgress
from eyebright.testing.library import picture_bytes
from eyebright.testing.scans import make_older
from eyebright.testing.sight import fake_sight

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a fresh home, 80 columns wide, with fake sight."""
    real = rooms.open_eyebright
    monkeypatch.setattr(
        "eyebright.api.local.open_eyebright",
        lambda settings, **_how: real(settings, sight=fake_sight()),
    )
    monkeypatch.setenv("COLUMNS", "80")
    home = tmp_path / "home"

    def call(*arguments: object, stdin: str | None = None) -> Result:
        texts = ["--home", str(home), "library", *(str(argument) for argument in arguments)]
        return CliRunner().invoke(main, texts, input=stdin)

    return call


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for name, people in (("one.jpg", ("Ada",)), ("in/two.jpg", ("Ada", "Ben"))):
        write(folder / name, picture_bytes(name, *people))
    write(folder / "broken.jpg", picture_bytes("x.jpg", "Ada")[:300])
    return folder


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    make_older(path, 60)


def json_of(result: Result, code: int = 0) -> Any:
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def assert_fits(result: Result) -> None:
    lines = result.stdout.splitlines()
    assert lines
    assert max(len(line.rstrip()) for line in lines) <= 80


def test_an_archive_is_indexed_with_a_summary_of_what_failed(run: Run, photos: Path) -> None:
    result = run("index", photos)
    assert result.exit_code == 1, "something failed"
    assert_fits(result)
    assert "decode" in result.stdout
    assert "3 analysed" in result.stderr
    assert "3 faces" in result.stderr
    assert "AWS would have charged $0.01" in result.stderr
    again = json_of(run("index", photos, "--json"), 1)
    assert (again["analysed"], again["later"], again["stopped"]) == (0, 0, False)
    assert again["sources"][0]["unchanged"] == 3
    assert again["failures"][0]["what"] == "decode"
    assert again["library"] == {"total": 3, "ready": 2, "failed": 1}


def test_assets_sources_failures_and_libraries_are_listed(run: Run, photos: Path) -> None:
    run("index", photos)
    for option in ((), ("--sources",), ("--failed",), ("--libraries",)):
        result = run("list", *option)
        assert result.exit_code == 0
        assert_fits(result)
        assert json_of(run("list", *option, "--json"))
    assets = json_of(run("list", "--json"))
    assert {Path(one["path"]).name for one in assets} == {"one.jpg", "two.jpg", "broken.jpg"}
    (failed,) = json_of(run("list", "--failed", "--json"))
    assert failed["path"] == str(photos / "broken.jpg")
    assert "Nothing to list" in run("list", "--library", "other").stderr


def test_an_asset_is_shown_with_all_that_is_known(run: Run, photos: Path) -> None:
    run("index", photos)
    result = run("show", photos / "in" / "two.jpg")
    assert result.exit_code == 0
    assert_fits(result)
    for word in ("Beagle", "80 %", "unknown", "25-35", "Colours", "Format", "publish"):
        assert word in result.stdout, word
    shown = json_of(run("show", photos / "in" / "two.jpg", "--json"))
    assert len(shown["found"]["faces"]["faces"]) == 2
    assert shown["places"] == [str(photos / "in" / "two.jpg")]
    by_id = run("show", shown["asset"][:8])
    assert by_id.stdout == result.stdout
    missing = run("show", "nowhere.jpg")
    assert missing.exit_code == 1
    assert "Traceback" not in missing.stderr


def test_assets_are_removed_with_a_receipt(run: Run, photos: Path) -> None:
    run("index", photos)
    receipt = run("remove", photos / "one.jpg")
    assert receipt.exit_code == 0
    assert_fits(receipt)
    refused = run("remove", photos, stdin="n\n")
    assert refused.exit_code == 130
    gone = json_of(run("remove", photos, "--yes", "--json"))
    assert (gone["assets"], gone["faces"]) == (2, 2)
    assert json_of(run("stats", "--json"))["assets"] == 0
    assert (photos / "one.jpg").exists()
    forgotten = run("remove", "--source", "--yes", photos)
    assert forgotten.exit_code == 0
    assert json_of(run("list", "--sources", "--json")) == []


def test_stats_say_how_large_and_how_far(run: Run, photos: Path) -> None:
    run("index", photos)
    result = run("stats")
    assert_fits(result)
    assert "Faces" in result.stdout
    stats = json_of(run("stats", "--json"))
    assert (stats["assets"], stats["ready"], stats["failed"], stats["faces"]) == (3, 2, 1, 3)


def test_folders_and_buckets_are_added(
    run: Run, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "follows" in run("add", photos).stderr
    without = run("add", "s3://photos", "--queue", "http://127.0.0.1/queue")
    assert without.exit_code == 1
    assert "EYEBRIGHT_SQS_ENDPOINT" in without.stderr
    monkeypatch.setenv("EYEBRIGHT_SQS_ENDPOINT", "http://127.0.0.1:9")
    (added,) = json_of(
        run("add", "s3://photos/2024", "--queue", "http://127.0.0.1/q", "--token", "--json")
    )
    assert (added["location"], added["queue"]) == ("photos/2024/", "http://127.0.0.1/q")
    assert len(added["token"]) > 40
    said = run("add", "s3://photos/2024", "--token")
    assert "/api/library/events?token=" in said.stdout
    assert run("add", photos / "nowhere").exit_code == 1


def test_a_source_that_is_away_is_said_and_the_others_are_indexed(run: Run, photos: Path) -> None:
    result = run("index", photos, "s3://nowhere")
    assert result.exit_code == 1
    assert "Nothing keeps bucket nowhere" in result.stderr
    assert json_of(run("stats", "--json"))["ready"] == 2


def test_nothing_to_watch_is_a_question_of_use(run: Run) -> None:
    result = run("watch")
    assert result.exit_code == 2
    assert "name a folder" in result.stderr


def test_ray_that_is_not_installed_is_said_in_one_line(
    run: Run, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray.data", None)
    result = run("index", photos, "--ray", "local")
    assert result.exit_code == 1
    assert "eyebright[ray]" in result.stderr


def test_every_command_has_help(run: Run) -> None:
    for name in COMMANDS:
        result = run(name, "--help")
        assert result.exit_code == 0, name
        assert_fits(result)


def test_the_bar_says_pace_faces_price_and_time_left() -> None:
    from decimal import Decimal

    progress = IndexProgress(
        listed=10,
        is_listing=False,
        done=5,
        waiting=95,
        failed=1,
        faces=7,
        per_second=2.5,
        seconds_left=38.0,
        usd=Decimal("0.0238"),
    )
    assert bar_text(progress) == "2.5/s  7 faces  1 failed  AWS $0.02  0:38 left"
    assert (bar(0.0), bar(1.0)) == ("░" * 16, "█" * 16)
