"""Developers: write a recipe's `pins.json` after changing its files.

python -m eyebright.packs.pin faces                 committed files (fast, no network)
python -m eyebright.packs.pin faces --fixtures      numbers of the models too (fetches them)
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from eyebright.packs.archive import read_member
from eyebright.packs.converters.convert import convert
from eyebright.packs.fetch import fetch
from eyebright.packs.fixture import Fixture, Runner, make_fixture
from eyebright.packs.hashing import sha256_of_file
from eyebright.packs.pins import PINS_FILE, Pins, committed_files, read_pins, write_pins
from eyebright.packs.recipe import Recipe, read_recipe

RECIPES = Path(__file__).parent / "recipes"


def pin_files(folder: Path) -> Pins:
    """Write the hashes of the committed files; fixtures stay as they are."""
    fixtures = read_pins(folder).fixtures if (folder / PINS_FILE).exists() else {}
    files = {name: sha256_of_file(folder / name) for name in committed_files(folder)}
    pins = Pins(files, fixtures)
    write_pins(folder, pins)
    return pins


def pin_fixtures(recipe: Recipe, cache: Path, *, run: Runner | None = None) -> Pins:
    """Convert every model and write the numbers that it gives now."""
    fixtures: dict[str, Fixture] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for file in recipe.files:
            if file.picture is None or not file.pinned:
                continue
            archive = fetch(recipe.sources[file.source], cache)
            members = {member.path: read_member(archive, member) for member in file.members}
            model = Path(scratch) / file.file
            data = convert(
                file.converter,
                members,
                picture=file.picture,
                outputs=file.outputs,
                ranges=file.ranges,
            )
            model.write_bytes(data)
            seed = f"{recipe.id}/{file.file}"
            fixtures[file.file] = make_fixture(model, seed=seed, size_hw=file.fixture_hw, run=run)
    pins = Pins(recipe.pins.files, fixtures)
    write_pins(recipe.folder, pins)
    return pins


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m eyebright.packs.pin", description=__doc__)
    parser.add_argument("recipe", help="id of a recipe that comes with Eyebright, or a folder")
    parser.add_argument("--fixtures", action="store_true", help="pin the models' numbers too")
    parser.add_argument(
        "--cache", type=Path, default=Path("~/.cache/eyebright/downloads"), help="downloads"
    )
    chosen = parser.parse_args(arguments)
    folder = Path(chosen.recipe)
    if not folder.is_dir():
        folder = RECIPES / chosen.recipe
    pin_files(folder)
    if chosen.fixtures:
        pin_fixtures(read_recipe(folder), chosen.cache.expanduser())


if __name__ == "__main__":
    main()
