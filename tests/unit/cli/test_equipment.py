"""`eyebright equipment` as people and programs use it; only the nets are fake."""

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
from eyebright.imaging.encode import encode_jpeg
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.equipment import fake_inspector
from eyebright.testing.pictures import picture_of
from eyebright.testing.sight import FakeObjects

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in a fresh home, 80 columns wide."""
    monkeypatch.setattr(InstalledPacks, "faces", lambda _packs: FakeAnalyser())
    monkeypatch.setattr(InstalledPacks, "objects", lambda _packs: FakeObjects())
    monkeypatch.setattr(InstalledPacks, "equipment", lambda _packs: fake_inspector())
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: object) -> Result:
        texts = ["--home", str(tmp_path / "home"), "equipment", *map(str, arguments)]
        return CliRunner().invoke(main, texts)

    return call


@pytest.fixture
def photo(tmp_path: Path) -> Callable[..., Path]:
    def make(*names: str) -> Path:
        path = tmp_path / ("-".join([*names, "photo"]) + ".jpg")
        path.write_bytes(encode_jpeg(picture_of(*names).pixels))
        return path

    return make


def test_people_read_who_wears_what(run: Run, photo: Callable[..., Path]) -> None:
    result = run(photo("Ada", "Ben", "Cleo", "Dina"))
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert max(len(line.rstrip()) for line in lines) <= 80
    text = " ".join(result.stdout.split())
    for words in ("covers (95 %)", "worn badly (90 %)", "none", "not sure"):
        assert words in text


def test_who_has_what_is_required_is_said_by_number(run: Run, photo: Callable[..., Path]) -> None:
    result = run(photo("Ada"), "--require", "FACE_COVER")
    assert "With what is required: 1" in result.stdout
    assert "Without it: nobody" in result.stdout
    unsure = run(photo("Ada"), "--require", "FACE_COVER", "--min-confidence", 99)
    assert "Cannot be said: 1" in unsure.stdout


def test_programs_read_json(run: Run, photo: Callable[..., Path]) -> None:
    result = run(photo("Ada"), "--json", "--require", "FACE_COVER", "--require", "HAND_COVER")
    (answer,) = json.loads(result.stdout)
    assert answer["summary"] == {
        "with_required": [],
        "without_required": [],
        "indeterminate": [0],
    }
    (person,) = answer["persons"]
    face = person["parts"][0]
    assert (face["part"], face["judged"]) == ("FACE", ["FACE_COVER"])
    assert face["equipment"][0]["covers"] is True
    assert "summary" not in json.loads(run(photo("Ada"), "--json").stdout)[0]


def test_an_empty_room_is_said_to_be_empty(run: Run, photo: Callable[..., Path]) -> None:
    assert "No persons found" in run(photo()).stderr


def test_what_was_found_is_drawn(run: Run, photo: Callable[..., Path], tmp_path: Path) -> None:
    assert run(photo("Ada"), "--draw", tmp_path / "out.png").exit_code == 0
    assert decode_image((tmp_path / "out.png").read_bytes()).size_wh[0] >= 128


def test_a_type_that_does_not_exist_is_a_usage_error(run: Run, photo: Callable[..., Path]) -> None:
    assert run(photo("Ada"), "--require", "CAPE").exit_code == 2
