"""The contract with the program, kept by a small script in its place; and by the real one, where it
is installed."""

from __future__ import annotations

import shutil
import stat
import sys
from pathlib import Path

import numpy as np
import pytest

from eyebright.analysis.text import tesseract
from eyebright.analysis.text.scripts import is_other_script
from eyebright.analysis.text.tesseract import Tesseract, words_of_table
from eyebright.errors import ConfigurationError
from eyebright.geometry.arrays import ByteArray

STRIP = np.full((64, 200, 3), 255, np.uint8)
HEAD = (
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
)
LINE = "4\t1\t1\t1\t1\t0\t0\t0\t200\t64\t-1\t"
WORDS = (
    "5\t1\t1\t1\t1\t1\t20\t4\t80\t50\t96.5\tДобро",
    "5\t1\t1\t1\t1\t2\t110\t4\t90\t50\t91\tпожаловать",
)
TABLE = "\n".join((HEAD, LINE, *WORDS)) + "\n"


def stand_in(folder: Path, body: str) -> str:
    """A program that lists "rus" and "ara", and else does what the body says."""
    path = folder / "stand-in"
    path.write_text(
        f"#!{sys.executable}\n"
        "import sys, time\n"
        "if sys.argv[1:] == ['--list-langs']:\n"
        "    print('List of available languages (2):', 'ara', 'rus', sep='\\n')\n"
        "    sys.exit(0)\n"
        f"{body}\n",
        encoding="utf-8",
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_line_goes_in_as_png_and_comes_back_as_words(tmp_path: Path) -> None:
    program = stand_in(
        tmp_path,
        "assert sys.argv[1:] == ['stdin', 'stdout', '-l', 'rus+ara', '--psm', '7', 'tsv']\n"
        "assert sys.stdin.buffer.read().startswith(b'\\x89PNG')\n"
        f"sys.stdout.buffer.write({TABLE!r}.encode())",
    )
    words = Tesseract.find("rus+ara", program=program).read(STRIP)
    assert [word.text for word in words] == ["Добро", "пожаловать"]
    assert [(word.start, word.end) for word in words] == [(0.1, 0.5), (0.55, 1.0)]
    assert [word.mean for word in words] == pytest.approx([0.965, 0.91])


@pytest.mark.parametrize(
    "body", ["sys.exit(1)", "time.sleep(60)", "sys.stdout.buffer.write(b'\\xff\\x00nonsense')"]
)
def test_a_program_that_fails_stalls_or_babbles_reads_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    reader = Tesseract.find("rus", program=stand_in(tmp_path, body))
    monkeypatch.setattr(tesseract, "SECONDS_A_LINE", 0.5)
    assert reader.read(STRIP) == ()


def test_a_program_that_went_away_reads_nothing(tmp_path: Path) -> None:
    assert Tesseract(str(tmp_path / "gone"), "rus").read(STRIP) == ()


def test_a_missing_program_is_named_with_its_packages() -> None:
    with pytest.raises(
        ConfigurationError, match="Install tesseract-ocr tesseract-ocr-kor tesseract-ocr-chi-sim "
    ):
        Tesseract.find("kor+chi_sim", program="no-such-program")


def test_a_missing_language_is_named_with_its_package(tmp_path: Path) -> None:
    program = stand_in(tmp_path, "")
    with pytest.raises(ConfigurationError, match=r"does not know kor\. Install tesseract-ocr-kor "):
        Tesseract.find("rus+kor", program=program)


def test_a_program_that_cannot_list_its_languages_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "broken"
    path.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    path.chmod(0o700)
    with pytest.raises(ConfigurationError, match="--list-langs failed"):
        Tesseract.find("rus", program=str(path))


@pytest.mark.parametrize("languages", ["../rus", "rus+", "-c", "rus ara", "rus;ls", "--psm"])
def test_names_that_are_no_languages_are_refused(languages: str) -> None:
    with pytest.raises(ConfigurationError, match="EYEBRIGHT_TEXT_LANGUAGES"):
        Tesseract.find(languages)


@pytest.mark.parametrize(
    "table",
    [
        "",
        HEAD,
        f"{HEAD}\n{LINE}",
        f"{HEAD}\n5\t1",
        f"{HEAD}\n5\t1\t1\t1\t1\t1\tx\t0\t9\t9\t90\tтекст",
    ],
)
def test_rows_that_are_no_words_are_left_out(table: str) -> None:
    assert words_of_table(table, width=100) == ()


def test_quotes_are_letters_like_others() -> None:
    row = '5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t90\t"да'
    assert [word.text for word in words_of_table(f"{HEAD}\n{row}", width=100)] == ['"да']


@pytest.mark.parametrize(
    ("texts", "other"),
    [(["Добро"], True), (["Дaбро"], True), (["hello"], False), (["12", "—"], False), ([], False)],
)
def test_another_script_is_one_that_the_net_could_not_have_read(
    texts: list[str], other: bool
) -> None:
    assert is_other_script(texts, set("abcdefghijklmnopqrstuvwxyz")) is other


def test_the_real_program_speaks_as_the_stand_in_does() -> None:
    """Where Tesseract is installed with English; elsewhere the stand-in has to do."""
    if shutil.which("tesseract") is None:
        return
    words = Tesseract.find("eng").read(letter_bars())
    assert all(0 <= word.start <= word.end <= 1 and 0 <= word.mean <= 1 for word in words)


def letter_bars() -> ByteArray:
    """Three upright bars, which look like letters."""
    strip = STRIP.copy()
    for left in (40, 80, 120):
        strip[12:52, left : left + 8] = 0
    return strip
