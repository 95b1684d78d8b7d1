from __future__ import annotations

from pathlib import Path

import pytest

from eyebright.analysis.labels.names import MAX_NAMES, joined, read_names
from eyebright.analysis.labels.prompts import sentences
from eyebright.errors import ConfigurationError, PackInvalid


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def test_names_are_lines_without_spaces_around_and_repetitions(tmp_path: Path) -> None:
    text = "\ufeffAardvark\r\n\n  Blue   Door \nAardvark\nÉclair\n"
    assert read_names(write(tmp_path / "n.txt", text)) == ("Aardvark", "Blue Door", "Éclair")


def test_an_empty_file_has_no_names(tmp_path: Path) -> None:
    assert read_names(write(tmp_path / "n.txt", "\n\n")) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("good\n" + "x" * 101, "line 2 is no name"),
        ("bell\x07", "line 1 is no name"),
        ("\n".join(map(str, range(MAX_NAMES + 1))), "at most 20000"),
        ("x" * 4_000_001, "larger than"),
    ],
)
def test_what_is_no_list_of_names_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read_names(write(tmp_path / "n.txt", text))


def test_a_file_that_is_missing_or_no_text_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name in ("absent", "binary"):
        with pytest.raises(ConfigurationError, match="EYEBRIGHT_LABEL_NAMES"):
            read_names(tmp_path / name)


def test_own_names_come_after_the_known_ones_and_known_spelling_wins() -> None:
    assert joined(["Dog", "Cat"], ["cat", "Blue Door", "BLUE DOOR"]) == ("Dog", "Cat", "Blue Door")


def test_a_name_goes_where_the_template_says() -> None:
    assert sentences(["dog", "a {}"], "A photo of {}.") == ("A photo of dog.", "A photo of a {}.")


@pytest.mark.parametrize("template", ["photo", "{} and {}"])
def test_a_template_has_one_place(template: str) -> None:
    with pytest.raises(PackInvalid, match="exactly one"):
        sentences(["dog"], template)
