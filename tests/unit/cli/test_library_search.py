"""`eyebright library search|similar|reindex` as people and programs use them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner, Result

from eyebright.app import rooms
from eyebright.cli.main import main
from eyebright.testing.library import picture_bytes
from eyebright.testing.scans import make_older
from eyebright.testing.sight import fake_sight

Run: TypeAlias = Callable[..., Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("search")


@pytest.fixture(scope="module")
def run(folder: Path) -> Iterator[Run]:
    """Commands in a home whose library has two photos, 80 columns wide, with fake sight."""
    for name in ("beach_one.jpg", "two.jpg"):
        path = folder / "photos" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(picture_bytes(name, "Ada"))
        make_older(path, 60)

    def call(*arguments: object) -> Result:
        texts = ["--home", str(folder / "home"), "library", *map(str, arguments)]
        return CliRunner().invoke(main, texts)

    real = rooms.open_eyebright
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "eyebright.api.local.open_eyebright",
            lambda settings, **_how: real(settings, sight=fake_sight()),
        )
        patch.setenv("COLUMNS", "80")
        assert call("index", folder / "photos").exit_code == 0
        yield call


def test_a_search_says_where_when_and_why_in_eighty_columns(run: Run) -> None:
    result = run("search", "dog", "--sort", "newest")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert max(len(line.rstrip()) for line in lines) <= 80
    assert "beach_one.jpg" in result.stdout
    assert "label Dog" in result.stdout
    assert "Category" in result.stdout
    assert "2 found" in result.stderr


def test_programs_get_hits_reasons_and_facets(run: Run) -> None:
    answer = json.loads(run("search", "name:beach", "label:dog", "--json").stdout)
    assert answer["total"] == 1
    assert [one["field"] for one in answer["hits"][0]["reasons"]] == ["name", "label"]
    assert {"value": "image", "count": 1} in answer["facets"]["media"]


def test_one_argument_is_a_whole_query_and_of_several_those_with_spaces_are_phrases(
    run: Run,
) -> None:
    assert json.loads(run("search", "one beach", "--json").stdout)["total"] == 1
    assert json.loads(run("search", "one -dog", "--json").stdout)["total"] == 0
    assert json.loads(run("search", "dog", "beach one", "--json").stdout)["total"] == 1
    assert json.loads(run("search", "dog", "one beach", "--json").stdout)["total"] == 0
    assert json.loads(run("search", "beach", "-dog", "--json").stdout)["total"] == 0


def test_a_star_leaves_a_word_open(run: Run) -> None:
    assert json.loads(run("search", "name:bea", "--json").stdout)["total"] == 0
    assert json.loads(run("search", "name:bea*", "--json").stdout)["total"] == 1


def test_finding_nothing_is_no_failure(run: Run) -> None:
    result = run("search", "zebra")
    assert result.exit_code == 0
    assert "Nothing found." in result.stderr


def test_a_file_of_the_library_is_not_like_itself_and_another_file_may_be(
    run: Run, folder: Path
) -> None:
    own = json.loads(run("similar", folder / "photos" / "two.jpg", "--json").stdout)
    assert [Path(one["path"]).name for one in own] == ["beach_one.jpg"]
    other = folder / "other.jpg"
    other.write_bytes((folder / "photos" / "two.jpg").read_bytes())
    found = json.loads(run("similar", other, "--json").stdout)
    assert {Path(one["path"]).name for one in found if one["percent"] > 99} >= {"two.jpg"}


def test_the_index_is_made_anew(run: Run) -> None:
    answer = json.loads(run("reindex", "--json").stdout)
    assert answer["documents"] == 2
    assert json.loads(run("search", "dog", "--json").stdout)["total"] == 2
