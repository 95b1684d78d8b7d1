"""Scripts that the pack's net was not taught, read by the program Tesseract where it is installed.

The program runs once for each line that the net cannot make sense of: no shell, the picture through
its standard input, a table of words from its standard output, and a limit of time.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from eyebright.analysis.text.words import ReadWord
from eyebright.errors import ConfigurationError
from eyebright.geometry.arrays import ByteArray
from eyebright.imaging.encode import encode_png

PROGRAM = "tesseract"
SECONDS_A_LINE = 10.0
_LANGUAGES = re.compile(r"[A-Za-z_]+(\+[A-Za-z_]+)*")
_ONE_LINE = "7"  # of --psm: treat the picture as a single line of text
_WORD_LEVEL = "5"
_ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True, slots=True)
class Tesseract:
    """A program that is there, with the languages it is asked for, such as "kor+ara"."""

    program: str
    languages: str

    @classmethod
    def find(cls, languages: str, *, program: str = PROGRAM) -> Self:
        """Raises ConfigurationError, with what to install, when the program or a language of it is
        missing."""
        if not _LANGUAGES.fullmatch(languages):
            raise ConfigurationError(
                f"EYEBRIGHT_TEXT_LANGUAGES is {languages!r}; use Tesseract's names of languages, "
                "joined by +, such as kor+ara."
            )
        wanted = languages.split("+")
        path = shutil.which(program)
        if path is None:
            raise ConfigurationError(
                f"EYEBRIGHT_TEXT_LANGUAGES is {languages!r}, but the program {program} is not "
                f"installed. Install {_packages(wanted)} (Debian), or unset the variable."
            )
        missing = sorted(set(wanted) - _installed(path))
        if missing:
            raise ConfigurationError(
                f"EYEBRIGHT_TEXT_LANGUAGES is {languages!r}, but {program} does not know "
                f"{', '.join(missing)}. Install {_packages(missing, program=False)} (Debian), or "
                "leave it out."
            )
        return cls(path, languages)

    def read(self, strip: ByteArray) -> tuple[ReadWord, ...]:
        """The words of one line (h, w, 3) RGB in the order in which they are read; none when the
        program makes no sense of it, fails, or takes too long."""
        command = [self.program, "stdin", "stdout", "-l", self.languages, "--psm", _ONE_LINE, "tsv"]
        try:
            done = subprocess.run(  # noqa: S603 - our own fixed command, no shell
                command,
                input=encode_png(strip),
                capture_output=True,
                timeout=SECONDS_A_LINE,
                check=True,
                env=os.environ | _ENVIRONMENT,
            )
        except (OSError, subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return ()  # the line stays as the net read it
        return words_of_table(done.stdout.decode(errors="replace"), width=strip.shape[1])


def words_of_table(table: str, *, width: int) -> tuple[ReadWord, ...]:
    """The words of Tesseract's TSV for a strip of this width in pixels. Rows that are no words, or
    that have no text or no numbers where numbers belong, are left out."""
    words = []
    for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row.get("text") or "").strip()
        if row.get("level") != _WORD_LEVEL or not text:
            continue
        try:
            left, across = float(row["left"]), float(row["width"])
            score = min(max(float(row["conf"]) / 100, 0.0), 1.0)
        except (KeyError, TypeError, ValueError):
            continue
        words.append(ReadWord(text, left / width, (left + across) / width, score, score))
    return tuple(words)


def _installed(path: str) -> set[str]:
    """The languages that the program has."""
    try:
        said = subprocess.run(  # noqa: S603 - our own fixed command, no shell
            [path, "--list-langs"],
            capture_output=True,
            timeout=SECONDS_A_LINE,
            check=True,
            env=os.environ | _ENVIRONMENT,
        )
    except (OSError, subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise ConfigurationError(f"{path} --list-langs failed: {error}.") from error
    return set(said.stdout.decode(errors="replace").split())


def _packages(languages: Sequence[str], *, program: bool = True) -> str:
    """Names of Debian packages."""
    names = [f"tesseract-ocr-{language.replace('_', '-')}" for language in languages]
    return " ".join(["tesseract-ocr", *names] if program else names)
