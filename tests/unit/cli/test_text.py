from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from click.testing import CliRunner, Result

from eyebright.app.sight import InstalledPacks
from eyebright.cli.main import main
from eyebright.imaging.decode import decode_image
from eyebright.imaging.encode import encode_png
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.pictures import draw_people, line_up
from eyebright.testing.text import FakeReader

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(InstalledPacks, "faces", lambda _packs: FakeAnalyser())
    monkeypatch.setattr(InstalledPacks, "text", lambda _packs: FakeReader())
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: object) -> Result:
        texts = ["--home", str(tmp_path / "home"), "text", *map(str, arguments)]
        return CliRunner().invoke(main, texts)

    return call


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photos" / "ada.png"
    path.parent.mkdir()
    path.write_bytes(encode_png(draw_people(line_up(["Ada"]), size_wh=(700, 200))))
    return path


def rows(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.output
    return [line.split() for line in result.stdout.splitlines()]


def test_lines_are_a_table_for_people(run: Run, photo: Path) -> None:
    assert rows(run(photo)) == [["Sure", "Text"], ["68%", "EYE", "bright"]]


def test_words_can_be_shown_one_by_one(run: Run, photo: Path) -> None:
    assert rows(run(photo, "--words")) == [["Sure", "Text"], ["90%", "EYE"], ["45%", "bright"]]


def test_json_has_lines_words_and_polygons(run: Run, photo: Path) -> None:
    result = run(photo, "--json")
    assert result.exit_code == 0
    (answer,) = json.loads(result.stdout)
    assert answer["image"] == str(photo)
    (line,) = answer["lines"]
    assert line["text"] == "EYE bright"
    assert [word["text"] for word in line["words"]] == ["EYE", "bright"]
    assert all(len(piece["polygon"]) == 4 for piece in (line, *line["words"]))


def test_a_picture_that_says_nothing_is_said_to(run: Run, tmp_path: Path) -> None:
    blank = tmp_path / "blank.png"
    blank.write_bytes(encode_png(draw_people([], size_wh=(100, 100))))
    result = run(blank)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "No text found." in result.stderr


def test_a_folder_is_drawn_into_a_folder(run: Run, photo: Path, tmp_path: Path) -> None:
    result = run(photo.parent, "--draw", tmp_path / "drawn.png")
    assert result.exit_code == 0
    before = decode_image(photo.read_bytes()).pixels
    after = decode_image((tmp_path / "drawn.png").read_bytes()).pixels
    assert after.shape == before.shape
    assert not np.array_equal(after, before)
