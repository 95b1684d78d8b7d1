from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner, Result

from eyebright.app.sight import InstalledPacks
from eyebright.cli.main import main
from eyebright.imaging.decode import decode_image
from eyebright.imaging.encode import encode_png
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.pictures import draw_people, line_up
from eyebright.testing.properties import fake_meter
from eyebright.testing.sight import FakeClasses, FakeObjects

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(InstalledPacks, "faces", lambda _packs: FakeAnalyser())
    monkeypatch.setattr(InstalledPacks, "objects", lambda _packs: FakeObjects("Car"))
    monkeypatch.setattr(InstalledPacks, "classes", lambda _packs: FakeClasses({"Beach": 0.3}))
    monkeypatch.setattr(InstalledPacks, "properties", lambda _packs: fake_meter())
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: object) -> Result:
        texts = ["--home", str(tmp_path / "home"), "labels", *map(str, arguments)]
        return CliRunner().invoke(main, texts)

    return call


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Two people, whose squares are cars to the made-up detector."""
    path = tmp_path / "pair.png"
    path.write_bytes(encode_png(draw_people(line_up(["Ada", "Ben"]), size_wh=(224, 160))))
    return path


def test_words_are_a_table_for_people(run: Run, photo: Path) -> None:
    result = run(photo)
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert max(len(line.rstrip()) for line in lines) <= 80
    assert lines[0].split() == ["Label", "Sure", "Count", "Kind", "of"]
    (car,) = (line.split() for line in lines if line.startswith("Car "))
    assert car[3:] == ["2", "Vehicle,", "Transportation"]
    shares = [int(line.split(" %")[0].split()[-1]) for line in lines[1:] if " %" in line]
    assert shares == sorted(shares, reverse=True)
    assert min(shares) >= 55
    assert not any(line.startswith("Beach") for line in lines)


def test_fewer_and_less_sure_words_can_be_asked_for(run: Run, photo: Path) -> None:
    assert "Beach" in run(photo, "--min-confidence", "20").stdout
    assert len(run(photo, "--max-labels", "2").stdout.splitlines()) == 3


def test_nothing_sure_enough_is_said_so(run: Run, photo: Path) -> None:
    result = run(photo, "--min-confidence", "100")
    assert result.exit_code == 0
    assert "No labels" in result.stderr


def test_colours_and_quality_are_said_on_request(run: Run, photo: Path) -> None:
    assert "Colours" not in run(photo).stdout
    said = run(photo, "--properties").stdout
    assert "Colours: " in said
    assert "brightness" in said


def test_words_are_json_for_programs(run: Run, photo: Path) -> None:
    result = run(photo, "--json", "--properties")
    (answer,) = json.loads(result.stdout)
    assert set(answer) == {"image", "labels", "properties"}
    labels = {label["name"]: label for label in answer["labels"]}
    assert labels["Car"]["aliases"] == ["Automobile"]
    assert len(labels["Car"]["boxes"]) == 2
    assert set(labels["Car"]["parents"]) <= set(labels)


def test_boxes_are_drawn(run: Run, photo: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.png"
    result = run(photo, "--draw", drawn)
    assert result.exit_code == 0, result.stderr
    before, after = decode_image(photo.read_bytes()), decode_image(drawn.read_bytes())
    assert after.size_wh[0] >= before.size_wh[0]


def test_a_folder_is_labelled_picture_by_picture(run: Run, photo: Path) -> None:
    (photo.parent / "other.png").write_bytes(photo.read_bytes())
    answers = json.loads(run(photo.parent, "--json").stdout)
    assert [Path(one["image"]).name for one in answers] == ["other.png", "pair.png"]
