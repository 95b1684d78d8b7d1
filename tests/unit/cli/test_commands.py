"""The commands as people and programs use them; only the models are fake."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias

import pytest
from click.testing import CliRunner, Result

from eyebright.app.sight import InstalledPacks
from eyebright.cli.main import COMMANDS, main
from eyebright.imaging.decode import decode_image
from eyebright.imaging.encode import encode_jpeg
from eyebright.packs.install import Installation
from eyebright.packs.recipe import Recipe, default_recipes
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.pictures import picture_of

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a fresh home, 80 columns wide, with the fake analyser."""
    monkeypatch.setattr(InstalledPacks, "faces", lambda _packs: FakeAnalyser())
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("EYEBRIGHT_SLOTS", "2")
    home = tmp_path / "home"

    def call(*arguments: object, stdin: str | None = None) -> Result:
        texts = ["--home", str(home), *(str(argument) for argument in arguments)]
        return CliRunner().invoke(main, texts, input=stdin)

    return call


@pytest.fixture
def photo(tmp_path: Path) -> Callable[..., Path]:
    def make(*names: str, at: str = "") -> Path:
        path = tmp_path / (at or "-".join([*names, "photo"]) + ".jpg")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_jpeg(picture_of(*names).pixels))
        return path

    return make


def json_of(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def assert_fits(result: Result) -> None:
    lines = result.stdout.splitlines()
    assert lines
    assert max(len(line.rstrip()) for line in lines) <= 80


def test_faces_are_a_table_for_people(run: Run, photo: Callable[..., Path]) -> None:
    result = run("detect-faces", photo("Ada", "Ben"), "--attributes", "ALL")
    assert result.exit_code == 0
    assert_fits(result)
    assert result.stdout.splitlines()[0].split()[:3] == ["Face", "Left", "Top"]
    assert "25-35 years" in result.stdout


def test_faces_are_json_for_programs_and_nothing_else(run: Run, photo: Callable[..., Path]) -> None:
    (image,) = json_of(run("detect-faces", photo("Ada", "Ben"), "--json", "--attributes", "SMILE"))
    assert len(image["faces"]) == 2
    assert set(image["faces"][0]["attributes"]) == {"smile"}


def test_one_bad_picture_of_several_does_not_stop_the_others(
    run: Run, photo: Callable[..., Path], tmp_path: Path
) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no picture")
    result = run("detect-faces", bad, photo("Ada"), "--json")
    assert result.exit_code == 1
    assert [set(one) for one in json.loads(result.stdout)] == [
        {"image", "error"},
        {"image", "faces"},
    ]
    assert "bad.jpg" in result.stderr


def test_a_picture_with_boxes_is_written(
    run: Run, photo: Callable[..., Path], tmp_path: Path
) -> None:
    target = tmp_path / "boxes.jpg"
    assert run("detect-faces", photo("Ada"), "--draw", target).exit_code == 0
    assert decode_image(target.read_bytes()).size_wh[0] >= picture_of("Ada").size_wh[0]
    assert run("detect-faces", photo("Ada"), "--draw", tmp_path / "x.gif").exit_code == 2


def test_two_pictures_are_compared(run: Run, photo: Callable[..., Path]) -> None:
    found = json_of(run("compare", photo("Ada"), photo("Ben", "Ada"), "--json"))
    assert found[0]["similarity"] > 95 > 25 > found[1]["similarity"]
    assert_fits(run("compare", photo("Ada"), photo("Ben", "Ada")))


def test_people_are_enrolled_listed_and_identified(
    run: Run, photo: Callable[..., Path], tmp_path: Path
) -> None:
    photo("Ada", at="people/Ada/1.jpg")
    photo("Ben", at="people/Ben/1.jpg")
    photo(at="people/Ben/wall.jpg")
    enrolled = run("enrol", tmp_path / "people", "-c", "team")
    assert enrolled.exit_code == 1
    assert_fits(enrolled)
    assert "no face found" in enrolled.stdout
    assert "2 faces added" in enrolled.stderr
    users = json_of(run("users", "list", "-c", "team", "--json"))
    assert [(one["user"], one["faces"]) for one in users] == [("Ada", 1), ("Ben", 1)]
    group = photo("Ben", "Emil")
    named = run("identify", group, "-c", "team", "--draw", tmp_path / "names.png")
    assert_fits(named)
    assert [line.split()[-1] for line in named.stdout.splitlines()] == ["Person", "Ben", "-"]
    found = json_of(run("identify", group, "-c", "team", "--json"))
    assert [one["person"] for one in found] == ["Ben", None]
    assert found[0]["nearest_face"]["external_image_id"] == "Ben:1.jpg"


def test_a_person_is_forgotten_and_nothing_is_left(
    run: Run, photo: Callable[..., Path], tmp_path: Path
) -> None:
    photo("Ada", at="people/Ada/1.jpg")
    photo("Ben", at="people/Ben/1.jpg")
    run("enrol", tmp_path / "people", "-c", "team")
    forgotten = run("users", "forget", "Ada", "-c", "team", "--yes")
    assert forgotten.exit_code == 0, forgotten.stderr
    assert "none is left" in forgotten.stderr
    assert [one["user"] for one in json_of(run("users", "list", "-c", "team", "--json"))] == ["Ben"]
    assert "none is left" in run("collections", "delete", "team", "--yes").stderr


def test_collections_live_and_die(run: Run) -> None:
    assert run("collections", "create", "team").exit_code == 0
    assert_fits(run("collections", "list"))
    assert json_of(run("collections", "show", "team", "--json"))["faces"] == 0
    assert run("collections", "delete", "team", stdin="n\n").exit_code == 130
    assert len(json_of(run("collections", "list", "--json"))) == 1
    assert run("collections", "delete", "team", "--yes").exit_code == 0
    assert json_of(run("collections", "list", "--json")) == []


def test_accounts_are_made_rotated_and_deleted(run: Run, tmp_path: Path) -> None:
    run("collections", "list")
    file = tmp_path / "home" / "credentials"
    before = file.read_text()
    made = json_of(run("accounts", "create", "shop", "--json"))
    assert len(made["secret_access_key"]) == 40
    assert_fits(run("accounts", "list"))
    assert run("--account", "shop", "collections", "create", "mine").exit_code == 0
    assert json_of(run("collections", "list", "--json")) == []
    assert json_of(run("accounts", "rotate", "default", "--json"))["name"] == "default"
    assert file.read_text() != before
    assert run("accounts", "delete", "shop", "--yes").exit_code == 0
    assert [one["name"] for one in json_of(run("accounts", "list", "--json"))] == ["default"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("collections", "show", "nope"), "nope"),
        (("identify", "missing.jpg", "-c", "nope"), "nope"),
        (("detect-faces", "missing.jpg"), "missing.jpg: No such file"),
        (("--account", "nobody", "collections", "list"), "nobody"),
        (("enrol", "missing", "-c", "team"), "missing is no folder"),
        (("packs", "show", "nope"), "eyebright packs install nope"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.output


def test_without_names_every_default_pack_is_installed(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def install(_installation: object, recipe: Recipe, *, rebuild: bool) -> SimpleNamespace:
        asked.append(recipe.id)
        manifest = SimpleNamespace(size=0)
        return SimpleNamespace(id=recipe.id, version="1", manifest=manifest, directory="here")

    monkeypatch.setattr(Installation, "install", install)
    assert run("packs", "install").exit_code == 0
    assert asked == [recipe.id for recipe in default_recipes()]
    assert {"faces", "labels", "text", "moderation", "equipment"} <= set(asked)
    assert "labels-extended" not in asked


def test_a_folder_stands_for_its_pictures_and_drawings_go_to_a_folder(
    run: Run, photo: Callable[..., Path], tmp_path: Path
) -> None:
    folder, drawn = tmp_path / "holiday", tmp_path / "drawn"
    folder.mkdir()
    for name in ("Ada", "Ben"):
        photo(name).rename(folder / f"{name}.jpg")
    (folder / "notes.txt").write_text("no picture")
    result = run("detect-faces", folder, "--draw", drawn)
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in drawn.iterdir()) == ["Ada.jpg", "Ben.jpg"]
    assert run("detect-faces", folder, "--draw", folder).exit_code == 2
    (tmp_path / "empty").mkdir()
    empty = run("detect-faces", tmp_path / "empty")
    assert (empty.exit_code, "holds no .jpg" in empty.output) == (2, True)


def test_wrong_use_ends_with_two(run: Run, photo: Callable[..., Path]) -> None:
    assert run("identify").exit_code == 2
    assert run("detect-faces", photo("Ada"), photo("Ben"), "--draw", "x.jpg").exit_code == 2
    assert run("nonsense").exit_code == 2


def test_a_bad_setting_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EYEBRIGHT_PORT", "many")
    result = run("collections", "list")
    assert (result.exit_code, len(result.stderr.strip().splitlines())) == (1, 1)


def test_no_pack_says_how_to_get_one(tmp_path: Path, photo: Callable[..., Path]) -> None:
    home = tmp_path / "bare"
    result = CliRunner().invoke(main, ["--home", str(home), "detect-faces", str(photo("Ada"))])
    assert result.exit_code == 1
    assert "eyebright packs install faces" in result.stderr


def test_packs_are_listed_before_any_is_installed(run: Run) -> None:
    assert_fits(run("packs", "list"))
    states = {one["pack"]: one["state"] for one in json_of(run("packs", "list", "--json"))}
    assert states["faces"] == states["samples"] == "available"


def test_the_doctor_names_what_is_missing_and_what_helps(run: Run) -> None:
    result = run("doctor")
    assert result.exit_code == 1
    assert_fits(result)
    assert "Packs: Run `eyebright packs install`." in result.stdout
    findings = {one["what"]: one["verdict"] for one in json.loads(run("doctor", "--json").stdout)}
    assert findings["Packs"] == "bad"
    assert findings["Home"] == "warn"


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_explains_itself(run: Run, name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert_fits(result)
