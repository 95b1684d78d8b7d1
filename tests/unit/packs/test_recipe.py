from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eyebright.errors import PackInvalid, PackNotInstalled
from eyebright.packs.pins import check_pins
from eyebright.packs.recipe import (
    bundled_recipe,
    bundled_recipes,
    default_recipes,
    read_recipe,
)

FACE_MODELS = {
    "age.onnx", "centerface.onnx", "dlib_resnet.onnx", "expression_faceapi.onnx",
    "expression_oarriaga.onnx", "facemesh.onnx", "faceres.onnx", "gender.onnx", "iris.onnx",
    "mobilefacenet.onnx",
}  # fmt: skip


def test_the_bundled_recipes_are_pinned_and_complete() -> None:
    recipes = bundled_recipes()
    assert {recipe.id for recipe in recipes} >= {"faces", "samples", "faces-extended"}
    for recipe in recipes:
        check_pins(recipe.folder, recipe.pins)
        for file in recipe.files:
            assert file.picture is None or not file.pinned or file.file in recipe.pins.fixtures


def test_the_face_models_and_the_sample_photos_are_among_the_defaults() -> None:
    defaults = {recipe.id for recipe in default_recipes()}
    assert {"faces", "foreground", "samples"} <= defaults
    assert "faces-extended" not in defaults
    assert {file.file for file in bundled_recipe("faces").files} == FACE_MODELS


def test_the_default_recipes_use_registries_and_no_strong_copyleft() -> None:
    files = [file for recipe in default_recipes() for file in recipe.files]
    assert len(files) > 10
    for recipe in default_recipes():
        assert {source.client for source in recipe.sources.values()} <= {"pip", "npm"}
    allowed = {"MIT", "Apache-2.0", "BSD-2-Clause", "CC0-1.0"}
    assert {file.licence.weights for file in files} <= allowed
    assert {file.licence.code for file in files} <= allowed


def test_an_unknown_recipe_names_the_known_ones() -> None:
    with pytest.raises(PackNotInstalled, match="faces"):
        bundled_recipe("nothing")


def test_parameters_are_tables_named_by_their_files(
    recipe_table: dict[str, Any], write_recipe: Callable[..., Path]
) -> None:
    recipe = read_recipe(write_recipe(recipe_table))
    assert recipe.parameters["embedding"] == {"share": 0.7, "knots": [1, 2.5]}
    assert recipe.parameters["detection"]["deep"]["x"] == 2


def change(table: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """The table with one value changed, or removed when it is None."""
    table = copy.deepcopy(table)
    *way, last = path.split(".")
    place: Any = table
    for key in way:
        place = place[int(key)] if key.isdigit() else place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return table


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("files.0.licence", None, "licence"),
        ("files.0.licence.weights", None, "weights"),
        ("files.0.licence.statement", "", "statement"),
        ("sources.zoo.sha256", None, "sha256"),
        ("sources.zoo.sha256", "abc", "SHA-256"),
        ("sources.zoo.client", "ftp", "client"),
        ("sources.zoo.archive", "../x", "relative path"),
        ("files.0.members", [], "needs members"),
        ("files.0.file", "/etc/x", "relative path"),
        ("files.0.file", "pack.toml", "twice"),
        ("files.0.source", "nowhere", "no such source"),
        ("files.0.channels", "yuv", "channels"),
        ("files.0.size_hw", [8], "height, width"),
        ("files.0.kind", "virus", "kind"),
        ("id", "../../x", "name"),
        ("files", [], "makes no files"),
        ("embedding.models", ["other.onnx"], r"needs other\.onnx"),
    ],
)
def test_an_incomplete_recipe_is_refused(
    recipe_table: dict[str, Any],
    write_recipe: Callable[..., Path],
    path: str,
    value: object,
    message: str,
) -> None:
    folder = write_recipe(change(recipe_table, path, value))
    with pytest.raises(PackInvalid, match=message):
        read_recipe(folder)


def test_a_recipe_without_a_card_is_refused(
    recipe_table: dict[str, Any], write_recipe: Callable[..., Path]
) -> None:
    folder = write_recipe(recipe_table)
    (folder / "CARD.md").unlink()
    with pytest.raises(PackInvalid, match="no card"):
        read_recipe(folder)


def test_a_recipe_without_pins_says_how_to_write_them(
    recipe_table: dict[str, Any], write_recipe: Callable[..., Path]
) -> None:
    with pytest.raises(PackInvalid, match=r"python -m eyebright\.packs\.pin"):
        read_recipe(write_recipe(recipe_table, pinned=False))


@pytest.mark.parametrize("name", ["recipe.toml", "parameters/detection.toml"])
def test_a_file_that_is_no_toml_is_named(
    recipe_table: dict[str, Any], write_recipe: Callable[..., Path], name: str
) -> None:
    folder = write_recipe(recipe_table)
    (folder / name).write_text("= 3")
    with pytest.raises(PackInvalid, match="cannot be read"):
        read_recipe(folder)


def test_the_origin_of_a_file_moves_with_what_decides_its_numbers(
    recipe_table: dict[str, Any], write_recipe: Callable[..., Path]
) -> None:
    first = read_recipe(write_recipe(recipe_table)).files[0].origin
    renamed = read_recipe(write_recipe(change(recipe_table, "files.0.task", "else"))).files[0]
    assert renamed.origin == first
    for path, value in [("files.0.divisor", 128), ("files.0.channels", "bgr")]:
        changed = read_recipe(write_recipe(change(recipe_table, path, value))).files[0]
        assert changed.origin != first
