"""`eyebright people recognise` and `eyebright library faces`; only the models are fake."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import CliRunner, Result

from eyebright.api.recognising import LocalRecognising
from eyebright.app import rooms
from eyebright.cli.main import main
from eyebright.library.recognition_runs import Recognition
from eyebright.testing.library import picture_bytes
from eyebright.testing.scans import make_older
from eyebright.testing.sight import fake_sight

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a fresh home with fake sight."""
    real = rooms.open_eyebright
    monkeypatch.setattr(
        "eyebright.api.local.open_eyebright",
        lambda settings, **_how: real(settings, sight=fake_sight()),
    )
    home = tmp_path / "home"

    def call(*arguments: object) -> Result:
        texts = ["--home", str(home), *(str(argument) for argument in arguments)]
        return CliRunner().invoke(main, texts)

    return call


@pytest.fixture
def desk(tmp_path: Path, run: Run) -> Path:
    """A library that waits to be asked: Ada alone, Ada and Ben."""
    folder = tmp_path / "desk"
    folder.mkdir()
    for name, people in (("a.jpg", ("Ada",)), ("b.jpg", ("Ada", "Ben"))):
        (folder / name).write_bytes(picture_bytes(name, *people))
        make_older(folder / name, 60)
    assert run("library", "faces", "asked").exit_code == 0
    assert run("library", "index", folder).exit_code == 0
    return folder


def _json(result: Result, code: int = 0) -> Any:
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_a_library_says_when_it_looks_for_faces(run: Run) -> None:
    assert "as photos arrive" in run("library", "faces").stderr
    assert "until you ask" in run("library", "faces", "asked").stderr
    assert _json(run("library", "faces", "--json"))["faces"] == "asked"
    assert run("library", "faces", "never").exit_code == 2


def test_an_estimate_does_nothing(run: Run, desk: Path) -> None:
    estimate = _json(run("people", "recognise", "--all", "--estimate", "--json"))
    assert (estimate["photos"], estimate["to_do"], estimate["faces_expected"]) == (2, 2, 4)
    said = run("people", "recognise", "--all", "--estimate").stdout
    assert said.startswith("2 photos, about 4 faces, about 0:00, $0 (AWS list price: $0.01;")
    assert "DF Studio: $0.08" in said
    assert _json(run("library", "stats", "--json"))["faces"] == 0


def test_faces_are_found_when_somebody_asks(run: Run, desk: Path) -> None:
    first = run("people", "recognise", desk / "b.jpg")
    assert first.exit_code == 0, first.output
    assert "2 faces in 1 photos: 2 unknown." in first.stderr
    rest = _json(run("people", "recognise", "--all", "--json"))
    assert (rest["state"], rest["already"], rest["done"], rest["faces"]) == ("done", 1, 1, 1)
    assert _json(run("library", "stats", "--json"))["faces"] == 3


def test_a_photo_says_that_nobody_asked_for_its_faces(run: Run, desk: Path) -> None:
    assert "Not asked for: faces" in run("library", "show", desk / "a.jpg").stdout
    assert _json(run("library", "show", desk / "a.jpg", "--json"))["not_asked"] == ["faces"]
    run("people", "recognise", "--all")
    assert _json(run("library", "show", desk / "a.jpg", "--json"))["not_asked"] == []


def test_photos_are_named_or_all_are_meant(run: Run, desk: Path) -> None:
    assert run("people", "recognise").exit_code == 2
    assert run("people", "recognise", "--all", desk).exit_code == 2


def test_what_cannot_be_read_is_said(run: Run, desk: Path) -> None:
    (desk / "a.jpg").unlink()
    result = run("people", "recognise", "--all", "--json")
    told = json.loads(result.stdout)
    assert (told["done"], told["state"]) == (1, "running")
    later = run("people", "recognise", "--all").stderr
    assert "1 are still to do" in later


def test_a_run_that_is_stopped_is_there_for_the_next(
    run: Run,
    desk: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(self: LocalRecognising, *assets: str, tell: object) -> Recognition:
        self.start(*assets)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LocalRecognising, "run", interrupted)
        stopped = run("people", "recognise", "--all")
    assert stopped.exit_code == 130
    assert "Stopped." in stopped.stderr
    assert run("library", "index").exit_code == 0
    assert _json(run("library", "stats", "--json"))["faces"] == 3
