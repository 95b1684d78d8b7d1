from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eyebright.errors import PackInvalid
from eyebright.packs.pin import pin_files
from eyebright.packs.pins import check_pins, committed_files, copied_files, read_pins


@pytest.fixture
def folder(recipe_table: dict[str, Any], write_recipe: Callable[..., Path]) -> Path:
    return write_recipe(recipe_table)


def test_every_file_but_the_recipe_itself_is_pinned(folder: Path) -> None:
    names = ("CARD.md", "heads.npz", "parameters/detection.toml", "parameters/embedding.toml")
    assert committed_files(folder) == names
    assert set(read_pins(folder).files) == set(names)
    assert copied_files(folder) == names[:2]


def test_a_changed_file_is_found_and_pinning_again_settles_it(folder: Path) -> None:
    check_pins(folder, read_pins(folder))
    (folder / "CARD.md").write_text("# Changed\n")
    with pytest.raises(PackInvalid, match=r"CARD\.md is not as pinned.*packs\.pin"):
        check_pins(folder, read_pins(folder))
    pin_files(folder)
    check_pins(folder, read_pins(folder))


def test_a_file_more_or_less_is_found(folder: Path) -> None:
    (folder / "extra.npz").write_bytes(b"x")
    with pytest.raises(PackInvalid, match=r"extra\.npz"):
        check_pins(folder, read_pins(folder))
    (folder / "extra.npz").unlink()
    (folder / "heads.npz").unlink()
    with pytest.raises(PackInvalid, match=r"heads\.npz is pinned and missing"):
        check_pins(folder, read_pins(folder))


@pytest.mark.parametrize("text", ["", "[]", '{"files": {"../x": "a"}}', '{"files": {"x": "a"}}'])
def test_broken_pins_are_refused(folder: Path, text: str) -> None:
    (folder / "pins.json").write_text(text)
    with pytest.raises(PackInvalid):
        read_pins(folder)
