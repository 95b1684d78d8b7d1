"""The whole way, with a recipe by address and a file server on this machine."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from eyebright.errors import PackFetchFailed, PackInvalid, PackNotInstalled
from eyebright.packs.install import Installation, list_packs
from eyebright.packs.pack import load_pack
from eyebright.packs.pin import pin_files
from eyebright.packs.recipe import Recipe, read_recipe


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "packs", tmp_path / "downloads")


def visible(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.endswith(".lock")}


def test_a_pack_by_address_is_fetched_converted_checked_and_loads(
    pinned_recipe: Recipe, installation: Installation
) -> None:
    pack = installation.install(pinned_recipe)
    assert load_pack(installation.packs_directory, "tiny") == pack
    session = onnxruntime.InferenceSession(  # type: ignore[attr-defined]
        pack.model_path("small.onnx"), providers=["CPUExecutionProvider"]
    )
    answers = session.run(["embedding"], {"images": np.zeros((3, 8, 8, 3), np.uint8)})
    assert np.asarray(answers[0]).shape == (3, 4)
    assert visible(installation.packs_directory) == {"tiny"}
    assert visible(installation.packs_directory / "tiny") == {"1"}


def test_installing_again_does_nothing_and_needs_no_network(
    pinned_recipe: Recipe, installation: Installation, file_server: Any
) -> None:
    first = installation.install(pinned_recipe)
    file_server.files.clear()
    (installation.downloads_directory / "tiny.onnx").unlink()
    assert installation.install(pinned_recipe) == first


def test_a_changed_parameter_reuses_the_models(
    pinned_recipe: Recipe, installation: Installation, file_server: Any
) -> None:
    installation.install(pinned_recipe)
    (installation.downloads_directory / "tiny.onnx").unlink()
    file_server.files.clear()
    (pinned_recipe.folder / "parameters" / "detection.toml").write_text("threshold = 0.9\n")
    pin_files(pinned_recipe.folder)
    changed = read_recipe(pinned_recipe.folder)
    (status,) = list_packs(installation.packs_directory, [changed])
    assert status.state == "outdated"
    assert installation.install(changed).number("detection.threshold") == 0.9
    with pytest.raises(PackFetchFailed, match="404"):
        installation.install(changed, rebuild=True)
    assert load_pack(installation.packs_directory, "tiny").number("detection.threshold") == 0.9


def test_a_damaged_pack_is_made_anew(pinned_recipe: Recipe, installation: Installation) -> None:
    pack = installation.install(pinned_recipe)
    good = pack.model_path("small.onnx").read_bytes()
    pack.model_path("small.onnx").write_bytes(b"damaged")
    with pytest.raises(PackInvalid, match="damaged"):
        load_pack(installation.packs_directory, "tiny")
    assert installation.install(pinned_recipe).model_path("small.onnx").read_bytes() == good


def test_a_wrong_hash_installs_nothing_and_keeps_what_was_there(
    pinned_recipe: Recipe, installation: Installation, file_server: Any, tiny_model: bytes
) -> None:
    installation.install(pinned_recipe)
    (installation.downloads_directory / "tiny.onnx").unlink()
    file_server.files["/tiny.onnx"] = tiny_model[:-1] + bytes([tiny_model[-1] ^ 1])
    with pytest.raises(PackFetchFailed, match="must not be used"):
        installation.install(pinned_recipe, rebuild=True)
    assert load_pack(installation.packs_directory, "tiny").id == "tiny"
    assert visible(installation.downloads_directory) == set()
    assert visible(installation.packs_directory) == {"tiny"}


def test_a_truncated_download_is_continued_by_the_next_install(
    pinned_recipe: Recipe, installation: Installation, file_server: Any
) -> None:
    file_server.cut = 200
    with pytest.raises(PackFetchFailed, match="continues"):
        installation.install(pinned_recipe)
    with pytest.raises(PackNotInstalled):
        load_pack(installation.packs_directory, "tiny")
    file_server.cut = None
    assert installation.install(pinned_recipe).id == "tiny"
    assert file_server.asked[-1] == ("/tiny.onnx", "bytes=200-")


def test_a_redirect_to_a_file_is_refused(
    pinned_recipe: Recipe, installation: Installation, file_server: Any, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    file_server.redirects["/tiny.onnx"] = secret.as_uri()
    with pytest.raises(PackFetchFailed):
        installation.install(pinned_recipe)
    assert visible(installation.downloads_directory) == set()


def test_a_model_whose_numbers_are_not_the_pinned_ones_is_not_installed(
    recipe_table: dict[str, Any],
    pinned_recipe: Recipe,
    write_recipe: Callable[..., Path],
    installation: Installation,
) -> None:
    table = copy.deepcopy(recipe_table)
    table["files"][0]["divisor"] = 200  # and the fixture still says 255
    recipe = read_recipe(write_recipe(table))
    assert recipe.pins.fixtures
    with pytest.raises(PackInvalid, match="differ"):
        installation.install(recipe)
    with pytest.raises(PackNotInstalled):
        load_pack(installation.packs_directory, "tiny")


def test_a_model_without_numbers_is_not_installed(
    recipe_table: dict[str, Any], write_recipe: Callable[..., Path], installation: Installation
) -> None:
    with pytest.raises(PackInvalid, match="no numeric fixture"):
        installation.install(read_recipe(write_recipe(recipe_table)))


def test_a_committed_file_that_is_not_as_pinned_stops_the_install(
    pinned_recipe: Recipe, installation: Installation
) -> None:
    (pinned_recipe.folder / "heads.npz").write_bytes(b"else")
    with pytest.raises(PackInvalid, match=r"heads\.npz is not as pinned"):
        installation.install(pinned_recipe)


def test_a_file_can_be_taken_as_it_is(
    recipe_table: dict[str, Any],
    write_recipe: Callable[..., Path],
    installation: Installation,
    tiny_model: bytes,
) -> None:
    file = recipe_table["files"][0]
    for key in ("size_hw", "divisor", "outputs"):
        del file[key]
    file |= {"converter": "copy", "file": "group.jpg", "kind": "photo"}
    del recipe_table["embedding"]
    pack = installation.install(read_recipe(write_recipe(recipe_table)))
    assert [path.read_bytes() for path in pack.photos()] == [tiny_model]
    with pytest.raises(PackInvalid, match="no vectors"):
        _ = pack.embedding_space


def test_two_installs_at_once_make_one_pack(
    pinned_recipe: Recipe, installation: Installation, file_server: Any
) -> None:
    packs: list[object] = []
    threads = [
        threading.Thread(target=lambda: packs.append(installation.install(pinned_recipe)))
        for _ in range(3)
    ]
    asked = len(file_server.asked)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(packs) == 3
    assert packs[0] == packs[1] == packs[2]
    assert len(file_server.asked) == asked + 1
    assert visible(installation.packs_directory) == {"tiny"}


def test_progress_names_every_step(pinned_recipe: Recipe, tmp_path: Path) -> None:
    steps: list[str] = []
    installation = Installation(
        tmp_path / "packs",
        tmp_path / "downloads",
        progress=lambda step, done, total: steps.append(step),
    )
    installation.install(pinned_recipe)
    assert list(dict.fromkeys(steps)) == [
        "download tiny.onnx",
        "verify tiny.onnx",
        "convert small.onnx",
        "check small.onnx",
        "verify small.onnx",
        "verify CARD.md",
        "verify heads.npz",
        "verify",
    ]


def test_verifying_hashes_every_file(pinned_recipe: Recipe, installation: Installation) -> None:
    pack = installation.install(pinned_recipe)
    assert installation.verify("tiny") == pack
    with pytest.raises(PackNotInstalled):
        installation.verify("other")


def test_the_list_says_what_is_there_and_what_could_be(
    pinned_recipe: Recipe, installation: Installation, tiny_model: bytes
) -> None:
    (before,) = list_packs(installation.packs_directory, [pinned_recipe])
    assert (before.state, before.download_bytes) == ("available", len(tiny_model))
    pack = installation.install(pinned_recipe)
    (after,) = list_packs(installation.packs_directory, [pinned_recipe])
    assert (after.state, after.directory, after.size) == (
        "installed",
        pack.directory,
        pack.manifest.size,
    )
    (pack.directory / "pack.toml").write_text("broken")
    (broken,) = list_packs(installation.packs_directory, [pinned_recipe])
    assert broken.state == "broken"
    assert "cannot be read" in broken.problem


def test_a_pack_whose_recipe_is_unknown_is_listed_too(
    pinned_recipe: Recipe, installation: Installation
) -> None:
    installation.install(pinned_recipe)
    (status,) = list_packs(installation.packs_directory, [])
    assert (status.id, status.state, status.download_bytes) == ("tiny", "installed", 0)
