"""What a recipe's committed files must be and which numbers its models must give: `pins.json`.

Written by `pin.py`, never by hand. The hashes cover everything in the recipe's folder except
`recipe.toml` (which is read as it is) and `pins.json` itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eyebright.errors import PackInvalid
from eyebright.packs.fields import Fields, relative_path
from eyebright.packs.fixture import Fixture, fixture_from_values
from eyebright.packs.hashing import sha256_of_file

PINS_FILE = "pins.json"
_NOT_PINNED = ("recipe.toml", PINS_FILE)


@dataclass(frozen=True, slots=True)
class Pins:
    """files: path in the recipe's folder -> SHA-256. fixtures: model file -> its numbers."""

    files: Mapping[str, str]
    fixtures: Mapping[str, Fixture]

    def values(self) -> dict[str, Any]:
        """As JSON holds it."""
        fixtures = {name: fixture.values() for name, fixture in sorted(self.fixtures.items())}
        return {"files": dict(sorted(self.files.items())), "fixtures": fixtures}


def read_pins(folder: Path) -> Pins:
    """Raises PackInvalid when the file is missing or broken."""
    path = folder / PINS_FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise PackInvalid(
            f"{path} cannot be read ({error}). Write it with: "
            f"python -m eyebright.packs.pin {folder.name}"
        ) from error
    fields = Fields(values, str(path))
    files = fields.table("files")
    return Pins(
        files={
            relative_path(name, where=str(path)): files.sha256(name)
            for name in fields.mapping("files")
        },
        fixtures={
            name: fixture_from_values(fields.table("fixtures").table(name))
            for name in fields.mapping("fixtures")
        },
    )


def write_pins(folder: Path, pins: Pins) -> None:
    text = json.dumps(pins.values(), indent=1, ensure_ascii=False) + "\n"
    (folder / PINS_FILE).write_text(text, encoding="utf-8")


def committed_files(folder: Path) -> tuple[str, ...]:
    """Paths, in the recipe's folder, of all files that are pinned, sorted."""
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return tuple(sorted(path for path in paths if path not in _NOT_PINNED))


def copied_files(folder: Path) -> tuple[str, ...]:
    """Those of them that lie in the installed pack; parameters go into its manifest instead."""
    return tuple(path for path in committed_files(folder) if not path.startswith("parameters/"))


def check_pins(folder: Path, pins: Pins) -> None:
    """Raises PackInvalid naming the first committed file that is not as it was pinned."""
    present = committed_files(folder)
    for path in present:
        pinned, found = pins.files.get(path), sha256_of_file(folder / path)
        if pinned != found:
            raise PackInvalid(
                f"{folder / path} is not as pinned (pinned {pinned}, found {found}). If the "
                f"change is meant, run: python -m eyebright.packs.pin {folder.name}"
            )
    for path in pins.files:
        if path not in present:
            raise PackInvalid(f"{folder / path} is pinned and missing.")
