"""`eyebright video labels`, `text` and `moderate`."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeAlias

import numpy as np
import pytest
from click.testing import CliRunner, Result

from eyebright.app.sight import InstalledPacks
from eyebright.cli.main import main
from eyebright.errors import PackNotInstalled
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.moderation import fake_moderator
from eyebright.testing.pictures import draw_people, line_up
from eyebright.testing.sight import FakeClasses, FakeObjects, fake_labeller
from eyebright.testing.text import FakeReader
from eyebright.testing.videos import write_video

Run: TypeAlias = Callable[..., Result]
COMMANDS = ("labels", "text", "moderate")
FAKES = {
    "faces": FakeAnalyser,
    "objects": FakeObjects,
    "classes": FakeClasses,
    "labels": fake_labeller,
    "text": FakeReader,
    "moderation": fake_moderator,
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name, make in FAKES.items():
        monkeypatch.setattr(InstalledPacks, name, lambda _packs, make=make: make())
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: object) -> Result:
        texts = ["--home", str(tmp_path / "home"), "video", *map(str, arguments)]
        return CliRunner().invoke(main, texts)

    return call


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Ten frames a second: a dog and a person for 3 s, nobody for 2 s, both for 2 s."""
    scenes = [(("Ada", "Fay"), 30), ((), 20), (("Ada", "Fay"), 20)]
    pictures = [
        np.ascontiguousarray(draw_people(line_up(people), size_wh=(320, 160)))
        for people, count in scenes
        for _ in range(count)
    ]
    return write_video(tmp_path / "film.mp4", pictures, frame_rate=10, keyframe_every=10)


@pytest.mark.parametrize(
    ("command", "name"), [("labels", "Person"), ("text", "EYE"), ("moderate", "Weapons")]
)
def test_people_read_a_table_of_stretches_that_fits(
    run: Run, film: Path, command: str, name: str
) -> None:
    result = run(command, film)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert max(len(line.rstrip()) for line in lines) <= 80
    assert lines[0].split()[-5:] == ["Start", "End", "Sure", "Surest", "at"]
    rows = [line.split()[:3] for line in lines[1:]]
    assert [row for row in rows if row[0] == name] == [
        [name, "0:00:00.0", "0:00:02.5"],
        [name, "0:00:04.5", "0:00:06.5"],
    ]
    assert "x real time" in result.stderr


@pytest.mark.parametrize(
    ("command", "member"), [("labels", "labels"), ("text", "texts"), ("moderate", "labels")]
)
def test_csv_and_json_say_the_same(run: Run, film: Path, command: str, member: str) -> None:
    rows = list(csv.DictReader(io.StringIO(run(command, "--csv", film).stdout)))
    [told] = json.loads(run(command, "--json", film).stdout)
    assert rows
    assert [(row["name"], float(row["start"]), float(row["end"])) for row in rows] == [
        (one["name"], one["start_seconds"], one["end_seconds"]) for one in told[member]
    ]
    assert (told["film"], told["looks"], told["duration_seconds"]) == (str(film), 7, 7.0)
    assert all(50 <= one["percent"] <= 100 for one in told[member])


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_needs_nothing_but_itself(
    run: Run, film: Path, tmp_path: Path, command: str
) -> None:
    page = tmp_path / "page.html"
    result = run(command, "--html", page, film)
    assert f"Wrote {page}" in result.stderr.replace("\n", "")
    html = page.read_text()
    assert html.count('class="bar') >= 2
    assert "film.mp4</h2>" in html
    assert not re.findall(r"(?:src|href)=|url\(|<script|@import|https?:", html)
    assert "$" not in html
    assert "It holds no pictures." in html


def test_how_often_and_how_sure_are_options(run: Run, film: Path) -> None:
    [often] = json.loads(run("labels", "--json", "--every", "2fps", film).stdout)
    assert often["looks"] == 14
    [sure] = json.loads(run("labels", "--json", "--min-confidence", "85", film).stdout)
    assert 0 < len(sure["labels"]) < len(often["labels"])
    assert run("labels", "--every", "often", film).exit_code == 2
    assert run("labels", "--csv", "--json", film).exit_code == 2


def test_a_film_that_cannot_be_read_does_not_stop_the_others(
    run: Run, film: Path, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_text("not a film")
    result = run("text", "--json", letter, film, "no.mp4")
    assert result.exit_code == 1
    assert [one["film"] for one in json.loads(result.stdout)] == [str(film)]
    assert "cannot be opened as a video" in result.stderr
    assert "no.mp4: No such file" in result.stderr


def test_a_film_without_any_says_so(run: Run, tmp_path: Path) -> None:
    empty = write_video(tmp_path / "e.mp4", [draw_people([], size_wh=(64, 64))] * 10)
    result = run("text", empty)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "No text was found." in result.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_a_missing_pack_is_said_once(
    run: Run, film: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    def missing(_packs: InstalledPacks) -> NoReturn:
        raise PackNotInstalled("It is not installed: `eyebright packs install`.")

    for name in ("objects", "text", "moderation"):
        monkeypatch.setattr(InstalledPacks, name, missing)
    result = run(command, film, film)
    assert result.exit_code == 1
    assert result.stderr.count("packs install") == 1
