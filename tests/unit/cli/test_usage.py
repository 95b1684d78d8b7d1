"""`eyebright usage` as people and programs use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eyebright.api.local import open_local
from eyebright.cli.main import main
from eyebright.settings import Settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLUMNS", "80")
    home = tmp_path / "home"
    with open_local(Settings(home=home)) as eyebright:
        eyebright.rooms.usage.count(eyebright.scope, "DetectLabels", calls=1500, units=1500)
        eyebright.rooms.usage.count(eyebright.scope, "StartLabelDetection", units=90)
    return home


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home), "usage", *arguments])


def test_people_get_a_table_and_what_it_would_have_cost(home: Path) -> None:
    result = run(home)
    assert result.exit_code == 0
    assert "DetectLabels" in result.stdout
    assert "1,500" in result.stdout
    assert "would have charged 1.65 $" in result.stderr


def test_programs_get_json(home: Path) -> None:
    found = {one["operation"]: one for one in json.loads(run(home, "--json").stdout)}
    assert found["DetectLabels"]["aws_price_usd"] == 1.5
    assert found["StartLabelDetection"]["units"] == 1.5


def test_an_account_that_asked_nothing_is_told_so(tmp_path: Path) -> None:
    result = run(tmp_path / "new", "--days", "3")
    assert result.exit_code == 0
    assert "Nothing was asked in the last 3 days." in result.stderr
    assert run(tmp_path / "new", "--days", "0").exit_code == 2
