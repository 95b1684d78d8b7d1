"""ExifTool, which reads and writes what others do: the oracle of tests of XMP."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_FROM_NPM = Path("tests/protocol/js/node_modules/exiftool-vendored.pl/bin/exiftool")
"""Below the repository's root; `make test` puts it there. It runs wherever Perl is."""
_SECONDS = 60


class ExifTool:
    """One program, run once for each call."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)

    def read(self, path: Path, *options: str) -> dict[str, Any]:
        """What it says of one file, structures as such. options: `-XMP:all` if nothing is said."""
        said = self.run("-json", "-struct", *(options or ("-XMP:all",)), str(path))
        (found,) = json.loads(said)
        assert isinstance(found, dict)
        return found

    def run(self, *arguments: str) -> str:
        """Raises AssertionError with what it says when it fails."""
        finished = subprocess.run(  # noqa: S603 - our own arguments
            [*self._command, *arguments], capture_output=True, timeout=_SECONDS, check=False
        )
        assert finished.returncode == 0, finished.stderr.decode(errors="replace")
        return finished.stdout.decode()


@functools.cache
def find_exiftool() -> ExifTool | str:
    """ExifTool, or why there is none: that of npm, or else the system's."""
    perl = shutil.which("perl")
    ours = Path(__file__).parents[3] / _FROM_NPM
    system = shutil.which("exiftool")
    if perl is not None and ours.is_file() and _runs([perl, str(ours)]):
        return ExifTool([perl, str(ours)])
    if system is not None and _runs([system]):
        return ExifTool([system])
    if perl is None:
        return "ExifTool needs Perl, which is not installed: names in XMP were NOT checked by it."
    return "ExifTool is not installed (`make test` runs `npm ci` for it): XMP was NOT checked."


def require_exiftool(skip: Any) -> ExifTool:
    """ExifTool; skip: `pytest.skip`, called with the reason if there is none. In continuous
    integration, where all of it is set up, that is a failure."""
    found = find_exiftool()
    if isinstance(found, ExifTool):
        return found
    if not os.environ.get("CI"):
        skip(found)
    raise AssertionError(found)


def _runs(command: Sequence[str]) -> bool:
    try:
        finished = subprocess.run(  # noqa: S603 - as above
            [*command, "-ver"], capture_output=True, timeout=_SECONDS, check=False
        )
    except OSError:
        return False
    return finished.returncode == 0
