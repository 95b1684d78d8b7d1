from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from click.testing import CliRunner, Result

from eyebright.app.sight import InstalledPacks
from eyebright.cli.main import main
from eyebright.errors import PackNotInstalled
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.text import FakeReader
from eyebright.testing.transitions import FakeTransitions
from eyebright.testing.videos import write_video

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(InstalledPacks, "faces", lambda _packs: FakeAnalyser())
    monkeypatch.setattr(InstalledPacks, "transitions", lambda _packs: FakeTransitions())
    monkeypatch.setattr(InstalledPacks, "text", lambda _packs: FakeReader())
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: object) -> Result:
        texts = ["--home", str(tmp_path / "home"), "video", "shots", *map(str, arguments)]
        return CliRunner().invoke(main, texts)

    return call


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A second of black, two seconds of a picture; 10 frames a second."""
    patches = np.random.default_rng(1).integers(30, 225, (6, 8, 3)).astype(np.uint8)
    picture = np.ascontiguousarray(patches.repeat(16, axis=0).repeat(16, axis=1))
    pictures = [np.zeros((96, 128, 3), np.uint8)] * 10 + [picture] * 20
    return write_video(tmp_path / "a.mp4", pictures, frame_rate=10)


def test_shots_and_cues_are_a_table_for_people(run: Run, film: Path) -> None:
    result = run(film)
    assert result.exit_code == 0, result.output
    table = [line.split() for line in result.stdout.splitlines()]
    assert table[0] == ["What", "Start", "End", "Frames", "Seconds", "Sure"]
    assert [row[:5] for row in table[1:3]] == [
        ["shot", "0", "00:00:00:00", "00:00:00:09", "10"],
        ["shot", "1", "00:00:01:00", "00:00:02:09", "20"],
    ]
    assert table[3] == ["black", "00:00:00:00", "00:00:00:09", "10", "0.90", "100%"]
    assert table[4][:3] == ["programme", "00:00:01:00", "00:00:02:09"]
    assert "30 frames looked through" in result.stderr


def test_csv_and_json_say_the_same(run: Run, film: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run(film, "--csv").stdout)))
    (told,) = json.loads(run(film, "--json").stdout)
    stretches: list[dict[str, Any]] = [*told["shots"], *told["cues"]]
    assert len(stretches) == 4
    assert [(int(row["start_frame"]), int(row["end_frame"]), row["start"]) for row in rows] == [
        (one["start_frame"], one["end_frame"], one["start_timecode"]) for one in stretches
    ]
    assert [row["kind"] for row in rows] == ["shot", "shot", "black", "programme"]
    assert (told["frames"], told["frame_rate"]) == (30, 10.0)


def test_a_film_that_cannot_be_read_does_not_stop_the_others(
    run: Run, film: Path, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.mp4"
    letter.write_text("not a film")
    result = run(letter, film, "--json")
    assert result.exit_code == 1
    assert [one["film"] for one in json.loads(result.stdout)] == [str(film)]
    assert "cannot be opened as a video" in result.stderr


def test_a_page_shows_shots_by_turns_and_cues(run: Run, film: Path, tmp_path: Path) -> None:
    page = tmp_path / "shots.html"
    result = run(film, "--html", page)
    assert result.exit_code == 0, result.output
    written = page.read_text("utf-8")
    for lane in ("shots 0, 2, 4 …", "shots 1, 3, 5 …", "black", "programme"):
        assert f'<div class="name">{lane}<' in written
    assert f"Wrote {page}." in result.stderr


def test_a_page_that_cannot_be_written_is_refused_before_the_film_is_looked_at(
    run: Run, film: Path, tmp_path: Path
) -> None:
    result = run(film, "--html", tmp_path / "nowhere" / "shots.html")
    assert result.exit_code == 2
    assert "There is no folder" in result.stderr
    assert "looked through" not in result.stderr


@pytest.fixture
def pack_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    def missing(_packs: InstalledPacks) -> None:
        raise PackNotInstalled("The pack shots is not installed.")

    monkeypatch.setattr(InstalledPacks, "transitions", missing)
    return run


def test_without_the_pack_it_says_that_only_cuts_were_found(
    pack_is_missing: Run, film: Path
) -> None:
    result = pack_is_missing(film)
    assert result.exit_code == 0
    assert "eyebright packs install shots" in " ".join(result.stderr.split())


def test_who_wants_cuts_only_needs_no_pack(pack_is_missing: Run, film: Path) -> None:
    result = pack_is_missing(film, "--cuts-only")
    assert result.exit_code == 0
    assert "packs install" not in result.stderr


def test_without_the_text_pack_it_says_that_credits_were_not_looked_for(
    run: Run, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_packs: InstalledPacks) -> None:
        raise PackNotInstalled("The pack text is not installed.")

    monkeypatch.setattr(InstalledPacks, "text", missing)
    result = run(film)
    assert result.exit_code == 0
    assert "eyebright packs install text" in " ".join(result.stderr.split())


def test_csv_and_json_exclude_each_other(run: Run, film: Path) -> None:
    assert run(film, "--csv", "--json").exit_code == 2
