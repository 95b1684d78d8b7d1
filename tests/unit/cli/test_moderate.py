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
from eyebright.testing.moderation import WHITE, fake_moderator
from eyebright.testing.pictures import draw_people, line_up
from eyebright.testing.sight import FakeClasses, FakeObjects

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(InstalledPacks, "faces", lambda _packs: FakeAnalyser())
    monkeypatch.setattr(InstalledPacks, "objects", lambda _packs: FakeObjects())
    monkeypatch.setattr(InstalledPacks, "classes", lambda _packs: FakeClasses())
    monkeypatch.setattr(InstalledPacks, "moderation", lambda _packs: fake_moderator())
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: object) -> Result:
        texts = ["--home", str(tmp_path / "home"), "moderate", *map(str, arguments)]
        return CliRunner().invoke(main, texts)

    return call


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture of one person, who is a weapon to the fake moderator."""
    path = tmp_path / "ada.png"
    path.write_bytes(encode_png(draw_people(line_up(["Ada"]), size_wh=(200, 160))))
    return path


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """White paper, which is explicit to the fake moderator."""
    path = tmp_path / "white.png"
    path.write_bytes(encode_png(np.full((200, 200, 3), WHITE, np.uint8)))
    return path


def test_classes_are_a_tree_for_people(run: Run, photo: Path) -> None:
    result = run(photo, "--min-confidence", "20")
    assert result.exit_code == 0
    lines = [line.rstrip() for line in result.stdout.splitlines()]
    assert [line.split("  ")[0] for line in lines[1:] if line[0] != " "] == [
        "Violence",
        "Drugs & Tobacco",
    ]
    assert lines[2].startswith("  Weapons")
    assert lines[5].startswith("    Smoking")
    assert lines[5].endswith("30 %")


def test_programs_get_every_level(run: Run, photo: Path) -> None:
    (answer,) = json.loads(run(photo, "--json").stdout)
    assert answer["labels"] == [
        {"name": "Weapons", "parent": "Violence", "level": 2, "percent": 90.0},
        {"name": "Violence", "parent": "", "level": 1, "percent": 90.0},
    ]


def test_a_clean_picture_says_what_that_means(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "wall.png"
    path.write_bytes(encode_png(draw_people([], size_wh=(200, 160))))
    result = run(path)
    assert result.exit_code == 0
    assert "what the installed packs can see" in result.output


def test_the_drawing_names_the_most_special_classes(run: Run, sheet: Path, tmp_path: Path) -> None:
    target = tmp_path / "drawn.png"
    result = run(sheet, "--draw", target, "--json")
    assert result.exit_code == 0, result.stderr
    names = [label["name"] for label in json.loads(result.stdout)[0]["labels"]]
    assert "Explicit Nudity" in names
    drawn = decode_image(target.read_bytes()).pixels
    assert (drawn != 255).any()


def test_a_folder_is_looked_at_picture_by_picture(run: Run, photo: Path, sheet: Path) -> None:
    answers = json.loads(run(photo.parent, "--json").stdout)
    assert [Path(answer["image"]).name for answer in answers] == [photo.name, sheet.name]
