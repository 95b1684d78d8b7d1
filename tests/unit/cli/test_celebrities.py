"""`eyebright celebrities` as people and programs use it; only the models are fake."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from eyebright.app.sight import InstalledPacks
from eyebright.cli.main import main
from eyebright.imaging.decode import decode_image
from eyebright.imaging.encode import encode_jpeg
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.pictures import picture_of

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`eyebright celebrities ...` in a fresh home, 80 columns wide, with the fake analyser."""
    monkeypatch.setattr(InstalledPacks, "faces", lambda _packs: FakeAnalyser())
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("EYEBRIGHT_SLOTS", "2")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object, stdin: str | None = None) -> Result:
        texts = ["--home", str(tmp_path / "home"), "celebrities", *map(str, arguments)]
        return CliRunner().invoke(main, texts, input=stdin)

    return call


@pytest.fixture
def people(tmp_path: Path) -> Path:
    for name in ("Ada", "Ben"):
        (tmp_path / f"{name}.jpg").write_bytes(encode_jpeg(picture_of(name).pixels))
    (tmp_path / "party.jpg").write_bytes(encode_jpeg(picture_of("Cleo", "Ada").pixels))
    file = tmp_path / "people.csv"
    file.write_text("name,images,urls,gender,id\nAda,Ada.jpg,a.org,female,\nBen,Ben.jpg,,,ben1\n")
    return file


def json_of(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def assert_fits(result: Result) -> None:
    assert result.stdout.splitlines()
    assert max(len(line.rstrip()) for line in result.stdout.splitlines()) <= 80


def test_a_gallery_is_imported_listed_shown_and_deleted(run: Run, people: Path) -> None:
    assert "2 faces added" in run("import", people).stderr
    report = json_of(run("import", people, "--json"))
    assert (report["gallery"], report["known"], report["failures"]) == ("celebrities", 2, [])
    ada, ben = json_of(run("list", "--json"))
    assert (ada["name"], ada["gender"], ada["faces"], ben["id"]) == ("Ada", "Female", 1, "ben1")
    assert_fits(run("list"))
    assert json_of(run("show", ada["id"], "--json")) == ada
    assert "a.org" in run("show", ada["id"]).stdout
    assert run("delete", "ben1", stdin="n\n").exit_code == 130
    deleted = run("delete", "ben1", "--yes")
    assert "none is left" in deleted.stderr
    assert [one["name"] for one in json_of(run("list", "--json"))] == ["Ada"]


def test_a_picture_is_enough_to_recognise(run: Run, people: Path, tmp_path: Path) -> None:
    run("import", people)
    said = run("recognise", "party.jpg")
    assert_fits(said)
    assert said.stdout.splitlines()[2].split()[-2] == "Ada"
    assert run("party.jpg").stdout == said.stdout
    (picture,) = json_of(run("--json", "party.jpg"))
    assert [one["celebrity"] and one["celebrity"]["name"] for one in picture["faces"]] == [
        None,
        "Ada",
    ]
    assert picture["faces"][0]["match"] is None
    drawing = tmp_path / "names.png"
    assert run("party.jpg", "--draw", drawing).exit_code == 0
    assert decode_image(drawing.read_bytes()).size_wh[0] > 0


def test_a_folder_of_pictures_is_enough_too(run: Run, people: Path, tmp_path: Path) -> None:
    run("import", people)
    pictures = json_of(run(tmp_path, "--json"))
    assert [Path(one["image"]).name for one in pictures] == ["Ada.jpg", "Ben.jpg", "party.jpg"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("missing.jpg",), 1, "missing.jpg: No such file"),
        (("some/where",), 1, "No such file"),
        (("recogniz",), 2, "No such command"),
        (("show", "nobody"), 1, "nobody"),
        (("import", "missing.csv"), 1, "missing.csv: No such file"),
        (("--nonsense",), 2, "No such option"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Run, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_help_is_about_the_group(run: Run) -> None:
    for arguments in ((), ("--help",)):
        text = run(*arguments).output
        assert "recognise" in text
        assert "import" in text


def test_bad_lines_are_a_table_and_an_exit_code(run: Run, people: Path) -> None:
    people.write_text(people.read_text() + "Cleo,missing.jpg,,,\n,x.jpg,,,\n")
    result = run("import", people, "--gallery", "folk")
    assert result.exit_code == 1
    assert_fits(result)
    assert "line 4" in result.stdout
    assert "line 5" in result.stdout
    assert "2 faces added" in result.stderr
