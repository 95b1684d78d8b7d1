from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eyebright.packs import pin
from eyebright.packs.recipe import Recipe, read_recipe


def test_pinning_files_keeps_the_numbers(pinned_recipe: Recipe) -> None:
    before = pinned_recipe.pins.fixtures
    (pinned_recipe.folder / "parameters" / "detection.toml").write_text("threshold = 0.5\n")
    pin.pin_files(pinned_recipe.folder)
    after = read_recipe(pinned_recipe.folder)
    assert after.pins.fixtures == before
    assert after.parameters["detection"] == {"threshold": 0.5}
    assert after.digest != pinned_recipe.digest


def test_the_command_pins_files_and_numbers(
    recipe_table: dict[str, Any],
    write_recipe: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = write_recipe(recipe_table, pinned=False)
    shutil.move(folder, tmp_path / "recipes" / "tiny")
    monkeypatch.setattr(pin, "RECIPES", tmp_path / "recipes")
    pin.main(["tiny"])
    path = tmp_path / "recipes" / "tiny" / "pins.json"
    assert json.loads(path.read_text())["fixtures"] == {}
    pin.main(["tiny", "--fixtures", "--cache", str(tmp_path / "cache")])
    pinned = json.loads(path.read_text())
    assert pinned["fixtures"]["small.onnx"]["outputs"]["embedding"]["shape"] == [2, 4]
    assert "CARD.md" in pinned["files"]
