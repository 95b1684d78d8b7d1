from __future__ import annotations

import re
from pathlib import Path

import pytest

from eyebright.api.portraits import external_id, find_portraits, user_id
from eyebright.errors import InvalidInput

_ALLOWED = re.compile(r"[a-zA-Z0-9_.\-:]+")


def _photo(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_a_folder_is_a_person_and_its_photos_are_theirs(tmp_path: Path) -> None:
    _photo(tmp_path / "Ada Lovelace" / "b.JPG")
    _photo(tmp_path / "Ada Lovelace" / "older" / "a.png")
    _photo(tmp_path / "Ben" / "c.jpeg")
    _photo(tmp_path / "Ben" / "notes.txt")
    _photo(tmp_path / "loose.jpg")
    _photo(tmp_path / ".hidden" / "d.jpg")
    found = [(one.person, one.external_id) for one in find_portraits(tmp_path)]
    assert found == [
        ("Ada_Lovelace", "Ada_Lovelace:b.JPG"),
        ("Ada_Lovelace", "Ada_Lovelace:a.png"),
        ("Ben", "Ben:c.jpeg"),
    ]


@pytest.mark.parametrize("name", ["Zoë", "王伟", "a/b", "  ", "x" * 300, "Ada Lovelace", "-.-:_"])
def test_every_name_becomes_an_id_that_aws_allows(name: str) -> None:
    person = user_id(name)
    assert _ALLOWED.fullmatch(person)
    assert len(person) <= 128
    assert user_id(name) == person


def test_names_that_lose_something_stay_apart() -> None:
    assert user_id("Zoë") != user_id("Zoè") != user_id("Zoe")
    assert user_id("王伟") != user_id("李伟")


def test_two_folders_of_one_id_are_refused(tmp_path: Path) -> None:
    _photo(tmp_path / "Ada Lovelace" / "a.jpg")
    _photo(tmp_path / "Ada_Lovelace" / "a.jpg")
    with pytest.raises(InvalidInput, match="would both be 'Ada_Lovelace'"):
        find_portraits(tmp_path)


def test_a_folder_without_photos_says_what_is_expected(tmp_path: Path) -> None:
    _photo(tmp_path / "loose.jpg")
    with pytest.raises(InvalidInput, match="a folder for each person"):
        find_portraits(tmp_path)
    with pytest.raises(InvalidInput, match="no folder"):
        find_portraits(tmp_path / "missing")


def test_long_file_names_fit_an_external_id() -> None:
    name = external_id(user_id("x" * 128), "y" * 250 + ".jpg")
    assert len(name) <= 255
    assert name != external_id(user_id("x" * 128), "y" * 251 + ".jpg")
