"""`eyebright people` as people and programs use it; only the models are fake."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import CliRunner, Result

from eyebright.app import rooms
from eyebright.cli.main import main
from eyebright.cli.people import COMMANDS
from eyebright.testing.library import picture_bytes
from eyebright.testing.scans import make_older
from eyebright.testing.sight import fake_sight

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a fresh home, 80 columns wide, with fake sight."""
    real = rooms.open_eyebright
    monkeypatch.setattr(
        "eyebright.api.local.open_eyebright",
        lambda settings, **_how: real(settings, sight=fake_sight()),
    )
    monkeypatch.setenv("COLUMNS", "80")
    home = tmp_path / "home"

    def call(*arguments: object) -> Result:
        texts = ["--home", str(home), *(str(argument) for argument in arguments)]
        return CliRunner().invoke(main, texts)

    return call


@pytest.fixture
def photos(tmp_path: Path, run: Run) -> Path:
    """Indexed: Ada alone, Ada and Ben, Ben alone."""
    folder = tmp_path / "photos"
    for name, people in (("a.jpg", ("Ada",)), ("in/b.jpg", ("Ada", "Ben")), ("c.jpg", ("Ben",))):
        write(folder / name, picture_bytes(name, *people))
    assert run("library", "index", folder).exit_code == 0
    return folder


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    make_older(path, 60)


def json_of(result: Result, code: int = 0) -> Any:
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def assert_fits(result: Result) -> None:
    lines = result.stdout.splitlines()
    assert lines
    assert max(len(line.rstrip()) for line in lines) <= 80


def people(run: Run) -> dict[str, int]:
    return {one["name"]: one["faces"] for one in json_of(run("people", "list", "--json"))}


def test_a_face_is_named_and_the_person_is_listed_and_shown(run: Run, photos: Path) -> None:
    assert "Nobody has a name" in run("people", "list").stderr
    named = run("people", "name", photos / "a.jpg", "--name", "Ada Lovelace", "--role", "Guest")
    assert named.stderr == "Ada Lovelace has 1 face.\n"
    listed = run("people", "list")
    assert_fits(listed)
    assert "Ada Lovelace" in listed.stdout
    shown = run("people", "show", "ada lovelace")
    assert_fits(shown)
    assert json_of(run("people", "show", "Ada Lovelace", "--json"))["pictures"][0]["path"] == str(
        photos / "a.jpg"
    )
    several = run("people", "name", photos / "in" / "b.jpg", "--name", "Ada Lovelace")
    assert several.exit_code == 1
    assert "shows 2 faces" in several.stderr
    assert "Nobody" in run("people", "show", "Eve").stderr


def test_names_go_out_and_come_back_and_the_export_is_taken_back(run: Run, photos: Path) -> None:
    run("people", "name", photos / "a.jpg", "--name", "Ada")
    tried = run("people", "export", "--dry-run")
    assert "--dry-run" in tried.stderr
    assert not (photos / "a.jpg.xmp").exists()
    done = run("people", "export")
    assert_fits(done)
    assert (photos / "a.jpg.xmp").is_file()
    assert json_of(run("people", "export", "--json"))[0]["did"] == "same"
    back = run("people", "import")
    assert_fits(back)
    assert "known" in back.stdout
    assert run("people", "export", "--undo").exit_code == 0
    assert not (photos / "a.jpg.xmp").exists()
    assert json_of(run("people", "export", photos / "c.jpg", "--json")) == []
    embedded = json_of(run("people", "export", photos, "--embed", "--json"))
    assert [one["did"] for one in embedded] == ["embedded"]
    assert json_of(run("library", "index", photos, "--json"))["analysed"] == 0
    assert people(run) == {"Ada": 1}


def test_a_table_is_a_round_trip_and_conflicts_are_told(
    run: Run, photos: Path, tmp_path: Path
) -> None:
    table, listing = tmp_path / "people.csv", tmp_path / "people.json"
    run("people", "name", photos / "a.jpg", "--name", "=Ada, the first", "--role", "Guest")
    assert run("people", "export", "--csv", table, "--to-json", listing).exit_code == 0
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(table.read_text("utf-8-sig").splitlines())
    assert row["name"] == "'=Ada, the first"
    assert row["path"] == str(photos / "a.jpg")
    for file in (table, listing):
        (told,) = json_of(run("people", "import", "--from", file, "--json"))
        assert (told["name"], told["fate"]) == ("=Ada, the first", "known")
    other = table.read_text("utf-8-sig").replace("'=Ada, the first", "Eve")
    table.write_text(other, "utf-8")
    clash = run("people", "import", "--from", table)
    assert_fits(clash)
    assert "conflict" in clash.stdout
    assert people(run) == {"=Ada, the first": 1}
    run("people", "import", "--from", table, "--overwrite")
    assert people(run)["Eve"] == 1


def test_a_table_names_faces_by_picture_and_box(run: Run, photos: Path, tmp_path: Path) -> None:
    run("people", "name", photos / "a.jpg", "--name", "Ada")
    listing = tmp_path / "people.json"
    run("people", "export", "--to-json", listing)
    content = json.loads(listing.read_text())
    face = content["people"][0]["faces"][0]
    face |= {"face_id": None, "asset_id": "", "path": str(photos / "c.jpg")}
    content["people"] = [{"name": "Ben", "faces": [face, face | {"path": "/elsewhere.jpg"}]}]
    listing.write_text(json.dumps(content))
    told = json_of(run("people", "import", "--from", listing, "--json"))
    assert {one["fate"] for one in told} == {"named", "faceless"}
    assert people(run) == {"Ada": 1, "Ben": 1}


def test_a_folder_for_each_person_names_the_largest_face(run: Run, tmp_path: Path) -> None:
    root = tmp_path / "people"
    for place, who in (("Ada_Lovelace/1.jpg", ("Ada", "Ben")), ("Ben/2.jpg", ("Ben",))):
        write(root / place, picture_bytes(place, *who))
    write(root / "Nobody/3.jpg", picture_bytes("3.jpg"))
    first = run("people", "import", "--folders", root)
    assert_fits(first)
    assert "no face was seen" in " ".join(first.stdout.split())
    assert people(run) == {"Ada Lovelace": 1, "Ben": 1}
    again = json_of(run("people", "import", "--folders", root, "--json"))
    assert sorted(one["fate"] for one in again) == ["faceless", "known", "known"]


def test_what_cannot_be_read_is_said_in_a_line(run: Run, photos: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text("who\nAda\n")
    refused = run("people", "import", "--from", broken)
    assert refused.exit_code != 0
    assert "The first line names the columns" in refused.stderr
    assert run("people", "import", "--from", broken, "--folders", photos).exit_code == 2


def test_help_fits_and_names_every_command(run: Run) -> None:
    text = run("people", "--help")
    assert_fits(text)
    for name in COMMANDS:
        assert name in text.stdout
        assert_fits(run("people", name, "--help"))


def test_people_are_merged_described_and_the_history_takes_it_back(run: Run, photos: Path) -> None:
    run("people", "name", photos / "a.jpg", "--name", "Ada", "--role", "Guest")
    run("people", "name", photos / "c.jpg", "--name", "Ben")
    described = run(
        *("people", "describe", "Ada (Guest)", "--alias", "Countess", "--notes", "Met in 1842"),
        *("--born", "1815", "--as", "key", "--in-project", "Engine", "Author"),
        *("--consent", "refused", "--consent-day", "2026-03-31", "--consent-note", "by telephone"),
    )
    assert described.stderr == "Ada: aliases, notes and 4 others changed.\n"
    lone = run("people", "describe", "Ada", "--consent-day", "2026-03-31")
    assert (lone.exit_code, "--consent" in lone.stderr) == (2, True)
    shown = run("people", "show", "countess")
    assert_fits(shown)
    for text in ("Countess", "1815", "key", "Author", "Met in 1842", "refused, 2026-03-31"):
        assert text in shown.stdout
    told = json_of(run("people", "show", "Ada", "--json"))
    assert (told["birth_year"], told["classification"]) == (1815, "key")
    assert told["project_roles"] == {"Engine": "Author"}
    assert told["consent"] == {"status": "refused", "day": "2026-03-31", "note": "by telephone"}
    merged = run("people", "merge", "Ben", "Ada")
    assert merged.stderr == "Ben and Ada are one person: 1 face moved.\n"
    assert people(run) == {"Ada": 2}
    history = run("people", "history")
    assert_fits(history)
    assert "Ben and Ada are one person" in history.stdout
    events = json_of(run("people", "history", "--json"))
    assert [event["kind"] for event in events] == ["merge", "describe", "name", "name"]
    undone = json_of(run("people", "undo", "--json"))
    assert undone["event"] == events[0]["event"]
    assert people(run) == {"Ada": 1, "Ben": 1}
    assert "undone" in run("people", "history").stdout
    assert json_of(run("people", "redo", "--json"))["says"].startswith("Done again")
    assert json_of(run("people", "revert", events[0]["event"], "--json"))["faces"] == 1
    assert people(run) == {"Ada": 1, "Ben": 1}
    again = run("people", "revert", events[0]["event"])
    assert (again.exit_code, "does not hold any more" in again.stderr) == (1, True)


def test_who_is_meant_must_be_clear(run: Run, photos: Path) -> None:
    run("people", "name", photos / "a.jpg", "--name", "Ada", "--role", "Guest")
    run("people", "name", photos / "c.jpg", "--name", "Ada", "--role", "Crew")
    unclear = run("people", "merge", "Ada", "Ada (Crew)")
    assert unclear.exit_code == 1
    assert "2 people are called 'Ada'" in unclear.stderr
    assert "Ada (Guest) is person-" in unclear.stderr
    assert "Nobody" in run("people", "forget", "Eve", "--yes").stderr
    itself = run("people", "merge", "Ada (Crew)", "Ada, Crew")
    assert (itself.exit_code, "with themselves" in itself.stderr) == (1, True)
    crew = json_of(run("people", "show", "Ada (Crew)", "--json"))["person"]
    assert run("people", "merge", "Ada (Guest)", crew).exit_code == 0


def test_suggestions_are_listed_and_accepted_by_band(run: Run, photos: Path) -> None:
    assert "Nobody is suggested" in run("people", "review").stderr
    run("people", "name", photos / "a.jpg", "--name", "Ada")
    listed = run("people", "review")
    assert_fits(listed)
    assert listed.stdout.split()[:5] == ["Person", "Likely", "Maybe", "Unlikely", "Best"]
    (row,) = json_of(run("people", "review", "--json"))
    assert row["name"] == "Ada"
    assert row["suggested"][-1]["percent"] > 90
    faces = run("people", "review", "--person", "Ada")
    assert_fits(faces)
    bands = {one["band"] for one in row["suggested"] if one["percent"] > 90}
    accept = [word for band in sorted(bands) for word in ("--accept", band)]
    accepted = json_of(run("people", "review", *accept, "--json"))
    assert accepted["people"] == 1
    assert accepted["faces"] >= 1
    assert people(run)["Ada"] == 1 + accepted["faces"]
    assert run("people", "undo").exit_code == 0
    assert people(run) == {"Ada": 1}


def test_faces_are_split_off_and_a_person_is_forgotten_with_a_proof(run: Run, photos: Path) -> None:
    run("people", "name", photos / "a.jpg", "--name", "Ada")
    split = run("people", "split", photos / "a.jpg")
    assert split.stderr == "1 face is somebody else, whom nobody has named yet.\n"
    assert people(run) == {}
    run("people", "undo")
    refused = run("people", "forget", "Ada")  # nobody says yes
    assert refused.exit_code != 0
    assert people(run) == {"Ada": 1}
    forgotten = run("people", "forget", "Ada", "--yes")
    assert "Forgotten, with 1 face." in forgotten.stderr
    assert "none is left" in forgotten.stderr
    assert people(run) == {}
    run("people", "name", photos / "c.jpg", "--name", "Ben")
    assert json_of(run("people", "forget", "Ben", "--yes", "--json"))["traces"] == []
    told = " ".join(run("people", "history").stdout.split())
    assert "somebody in it was forgotten" in told
