"""`eyebright people migrate` from end to end; only the models are fake."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import CliRunner, Result

from eyebright.app import rooms
from eyebright.cli.main import main
from eyebright.testing.library import picture_bytes
from eyebright.testing.other_vision import OtherAnalyser
from eyebright.testing.scans import make_older
from eyebright.testing.sight import fake_sight

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a home where three photos are indexed and Ada has her name."""
    real = rooms.open_eyebright
    monkeypatch.setattr(
        "eyebright.api.local.open_eyebright",
        lambda settings, **_how: real(settings, sight=fake_sight()),
    )
    monkeypatch.setattr(
        "eyebright.api.upgrade.named_vision", lambda _rooms, _wanted: OtherAnalyser()
    )
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: object) -> Result:
        texts = ["--home", str(tmp_path / "home"), *(str(argument) for argument in arguments)]
        return CliRunner().invoke(main, texts)

    folder = tmp_path / "photos"
    folder.mkdir()
    for name, people in (("a.jpg", ("Ada",)), ("b.jpg", ("Ada", "Ben")), ("c.jpg", ("Ben",))):
        (folder / name).write_bytes(picture_bytes(name, *people))
        make_older(folder / name, 60)
    assert call("library", "index", folder).exit_code == 0
    assert call("people", "name", folder / "a.jpg", "--name", "Ada").exit_code == 0
    return call


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_library_moves_to_another_pack_and_back(run: Run) -> None:
    people = answer(run("people", "list", "--json"))
    told = answer(run("people", "migrate", "--pack", "faces@2", "--json"))
    assert told["state"] == "switched"
    assert (told["from"], told["to"], told["in_use"]) == ("fake/1", "fake/2", "fake/2")
    assert (told["done"], told["pending"], told["missing"]) == (4, 0, [])
    assert told["compared"] == 4
    assert [rate["percent"] for rate in told["false_match_rates"]] == [80.0, 99.0]
    assert answer(run("people", "list", "--json")) == people
    assert answer(run("people", "migrate", "--undo", "--json"))["in_use"] == "fake/1"
    assert answer(run("people", "migrate", "--abandon", "--json"))["vectors_erased"] == 4
    assert answer(run("people", "migrate", "--status", "--json")) == {"state": "none"}


def test_people_read_what_changed_and_what_to_do_next(run: Run) -> None:
    shown = run("people", "migrate", "--pack", "faces@2")
    assert shown.exit_code == 0
    for words in (
        "fake/1 to fake/2: switched; fake/2 is in use.",
        "4 faces looked at",
        "Of 4 faces compared",
        "Share of strangers who are 80 % similar",
        "Install it there and",
    ):
        assert words in " ".join(shown.stderr.split()), shown.stderr
    assert "4 vectors erased" in run("people", "migrate", "--finish").stderr


def test_old_vectors_are_erased_when_their_time_is_over(run: Run) -> None:
    assert run("people", "migrate", "--pack", "faces@2", "--keep-days", "0").exit_code == 0
    shown = run("people", "migrate", "--status")
    assert "4 erased" in shown.stderr
    assert "No migration is under way." in shown.stderr


@pytest.mark.parametrize("step", ["--undo", "--finish", "--abandon"])
def test_nothing_to_do_is_said(run: Run, step: str) -> None:
    refused = run("people", "migrate", step)
    assert refused.exit_code == 1
    assert "not moving" in refused.stderr


def test_faces_that_are_missing_stop_the_switch_until_they_may_be(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eyebright.library.reembedding.SAME_PLACE_IOU", 0.999)
    refused = run("people", "migrate", "--pack", "faces@2")
    assert refused.exit_code == 1
    assert "--allow-missing" in refused.stderr
    allowed = run("people", "migrate", "--pack", "faces@2", "--allow-missing")
    assert allowed.exit_code == 0
    assert "4 faces have no vector" in " ".join(allowed.stderr.split())
    assert "no face was found" in allowed.stdout


@pytest.mark.parametrize("arguments", [(), ("--pack", "faces@2", "--undo")])
def test_one_thing_at_a_time(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("people", "migrate", *arguments).exit_code == 2
