from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from click.testing import CliRunner, Result

from eyebright.app.sight import InstalledPacks
from eyebright.cli.main import main
from eyebright.imaging.encode import encode_png
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.pictures import draw_people, line_up
from eyebright.testing.videos import write_video

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs commands over a home whose collection "team" knows Ada and Ben."""
    monkeypatch.setattr(InstalledPacks, "faces", lambda _packs: FakeAnalyser())
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: object) -> Result:
        texts = ["--home", str(tmp_path / "home"), *map(str, arguments)]
        return CliRunner().invoke(main, texts)

    for name in ("Ada", "Ben"):
        folder = tmp_path / "people" / name
        folder.mkdir(parents=True)
        pixels = draw_people(line_up([name]), size_wh=(128, 160))
        (folder / "1.png").write_bytes(encode_png(pixels))
    assert call("enrol", tmp_path / "people", "-c", "team").exit_code == 0
    return call


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Ten frames a second: Ada for 2 s, Cleo for 2 s, Ada and Ben for 2 s."""
    scenes = [(("Ada",), 20), (("Cleo",), 20), (("Ada", "Ben"), 20)]
    pictures = [
        np.ascontiguousarray(draw_people(line_up(people), size_wh=(320, 160)))
        for people, count in scenes
        for _ in range(count)
    ]
    return write_video(tmp_path / "film.mp4", pictures, frame_rate=10, keyframe_every=10)


def test_people_read_a_table(run: Run, film: Path) -> None:
    result = run("video", "who", "-c", "team", "--every", "0.5s", film)
    assert result.exit_code == 0
    rows = [line.split() for line in result.stdout.splitlines()]
    assert [row[:3] for row in rows[1:]] == [
        ["Ada", "0:00:00.0", "0:00:01.7"],
        ["Ada", "0:00:03.7", "0:00:05.7"],
        ["Ben", "0:00:03.7", "0:00:05.7"],
    ]
    assert "x real time" in result.stderr


def test_sheets_read_csv(run: Run, film: Path) -> None:
    result = run("video", "who", "-c", "team", "--every", "2fps", "--csv", "--unknown", film)
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [(row["person"], row["start"], row["end"]) for row in rows] == [
        ("Ada", "0.000", "1.750"),
        ("unknown 2", "1.750", "3.750"),
        ("Ada", "3.750", "5.750"),
        ("Ben", "3.750", "5.750"),
    ]
    assert float(rows[0]["similarity"]) > 95
    assert rows[1]["similarity"] == ""
    assert {row["film"] for row in rows} == {str(film)}


def test_programs_read_json_of_every_film_that_can_be_read(
    run: Run, film: Path, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_text("Dear Ada, this is no film.")
    result = run("video", "who", "-c", "team", "--every", "0.5s", "--json", letter, film, "no.mp4")
    assert result.exit_code == 1
    [answer] = json.loads(result.stdout)
    assert (answer["film"], answer["duration_seconds"], answer["looks"]) == (str(film), 6.0, 12)
    assert [one["person"] for one in answer["people"]] == ["Ada", "Ada", "Ben"]
    assert "letter.mp4: It cannot be opened as a video" in result.stderr
    assert "no.mp4: No such file" in result.stderr


def test_the_page_needs_nothing_but_itself(run: Run, film: Path, tmp_path: Path) -> None:
    page = tmp_path / "who.html"
    run("video", "who", "-c", "team", "--every", "0.5s", "--html", page, film)
    html = page.read_text()
    assert html.count('class="bar') == 3
    assert html.count('<div class="row known"') == 2
    assert "<b>2 people</b> of <b>team</b> in 1 film, 6.0 s in all" in html
    assert "film.mp4</h2>" in html
    assert not re.findall(r"(?:src|href)=|url\(|<script|@import|https?:", html)
    assert "$" not in html
    assert "It holds no pictures." in html


def test_faces_are_in_the_page_only_when_asked_for(run: Run, film: Path, tmp_path: Path) -> None:
    page = tmp_path / "who.html"
    run("video", "who", "-c", "team", "--every", "0.5s", "--html", page, "--thumbnails", film)
    html = page.read_text()
    assert html.count("data:image/jpeg;base64,") == 2
    assert "It holds pictures of faces." in html
    refused = run("video", "who", "-c", "team", "--thumbnails", film)
    assert refused.exit_code == 2
    assert "--html" in refused.stderr


def test_what_was_not_used_rightly_is_said(run: Run, film: Path) -> None:
    assert run("video", "who", "-c", "team", "--every", "often", film).exit_code == 2
    assert run("video", "who", "-c", "team", "--csv", "--json", film).exit_code == 2
    unknown = run("video", "who", "-c", "strangers", film)
    assert unknown.exit_code == 1
    assert "strangers" in unknown.stderr
    nobody = run("video", "who", "-c", "team", "--threshold", "100", film)
    assert nobody.exit_code == 0
    assert "Nobody" in nobody.stderr
