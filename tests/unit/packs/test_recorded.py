"""A pack whose numbers nobody could pin: fetched by address, run and recorded by the install."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from eyebright.errors import PackFetchFailed, PackInvalid, PackNotInstalled
from eyebright.packs import install as install_module
from eyebright.packs.converters.graph import GraphBuilder
from eyebright.packs.fixture import Feed
from eyebright.packs.install import Installation
from eyebright.packs.pack import Pack, load_pack
from eyebright.packs.recipe import Recipe, bundled_recipe, read_recipe
from eyebright.packs.toml_text import toml_text
from eyebright.runtime.session import Runtime
from eyebright.testing.extended_pack import LENGTH, SIDE, recipe, tiny_files, write_recipe

Change = Callable[[dict[str, Any]], None]


def run(model: Path, feed: Feed) -> Mapping[str, Any]:
    return Runtime().load_alone(model).run(feed)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "packs", tmp_path / "downloads", run=run)


@pytest.fixture
def make(tmp_path: Path, file_server: Any) -> Callable[..., Recipe]:
    """Serve the tiny pack, with files or parts of the recipe replaced."""

    def make(changed: Mapping[str, bytes] | None = None, change: Change | None = None) -> Recipe:
        files = tiny_files() | dict(changed or {})
        file_server.files.update({f"/{name}": data for name, data in files.items()})
        folder = write_recipe(tmp_path / "recipe", file_server.address, files)
        if change is not None:
            table: dict[str, Any] = json.loads(json.dumps(recipe(file_server.address, files)))
            change(table)
            (folder / "recipe.toml").write_text(toml_text(table))
        return read_recipe(folder)

    return make


def test_a_pack_by_address_is_run_and_its_numbers_are_kept(
    make: Callable[..., Recipe], installation: Installation
) -> None:
    pack = installation.install(make())
    kept = json.loads((pack.directory / "numbers.json").read_text())
    assert set(kept) == {"image.onnx", "text.onnx", "objects.onnx"}
    assert kept["text.onnx"]["pooler_output"]["shape"] == [2, 4]
    assert "numbers.json" in {file.name for file in pack.manifest.files}
    assert load_pack(installation.packs_directory, "labels-extended") == pack


def test_the_reference_evaluator_can_record_them_too(
    make: Callable[..., Recipe], tmp_path: Path
) -> None:
    pack = Installation(tmp_path / "packs", tmp_path / "downloads").install(make())
    assert (pack.directory / "numbers.json").is_file()


def test_the_converted_models_take_pictures_and_the_copied_one_ids(
    make: Callable[..., Recipe], installation: Installation
) -> None:
    pack = installation.install(make())
    red = np.zeros((1, SIDE, SIDE, 3), np.uint8)
    red[..., 0] = 255
    image = Runtime().load(pack.model_path("image.onnx")).run(red)
    np.testing.assert_allclose(image["embedding"], [[1, 0, 0, 0]], atol=1e-6)
    text = Runtime().load(pack.model_path("text.onnx"))
    answer = text.run({"input_ids": np.full((1, LENGTH), 3, np.int64)})
    assert answer["pooler_output"][0, 0] == LENGTH


def test_a_wrong_hash_is_refused(
    make: Callable[..., Recipe], installation: Installation, file_server: Any
) -> None:
    made = make()
    data = file_server.files["/tiny_text.onnx"]
    file_server.files["/tiny_text.onnx"] = data[:-1] + bytes([data[-1] ^ 1])
    with pytest.raises(PackFetchFailed, match="must not be used"):
        installation.install(made)
    with pytest.raises(PackNotInstalled, match="eyebright packs install labels-extended"):
        load_pack(installation.packs_directory, "labels-extended")


def test_a_download_that_broke_off_continues(
    make: Callable[..., Recipe], installation: Installation, file_server: Any
) -> None:
    made = make()
    file_server.cut = 100
    with pytest.raises(PackFetchFailed, match="continues where it stopped"):
        installation.install(made)
    file_server.cut = None
    assert installation.install(made).id == "labels-extended"
    assert ("/tiny_vision.onnx", "bytes=100-") in file_server.asked


def model(build: Callable[[GraphBuilder], object], inputs: list[str], outputs: list[str]) -> bytes:
    g = GraphBuilder("other")
    build(g)
    return bytes(g.model(inputs=inputs, outputs=outputs).SerializeToString())


def ids_model(build: Callable[[GraphBuilder, str], object]) -> bytes:
    """A model of ids; `build` gets them as floats (N, LENGTH)."""
    g = GraphBuilder("ids")
    build(g, g.add("Cast", ["input_ids"], to=TensorProto.FLOAT))
    made = g.model(inputs=["input_ids"], outputs=["pooler_output"])
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["N", LENGTH])
    made.graph.input[0].CopyFrom(ids)
    return bytes(made.SerializeToString())


def constant(g: GraphBuilder, floats: str) -> None:
    none = g.add("Mul", [floats, g.constant(np.zeros(1, np.float32))])
    four = g.add("Slice", [none, *(g.constant(np.array([n], np.int64)) for n in (0, 4, 1))])
    g.add("Add", [four, g.constant(np.ones(1, np.float32))], output="pooler_output")


def endless(g: GraphBuilder, floats: str) -> None:
    four = g.add("Slice", [floats, *(g.constant(np.array([n], np.int64)) for n in (0, 4, 1))])
    g.add("Div", [four, g.constant(np.zeros(1, np.float32))], output="pooler_output")


def too_wide(g: GraphBuilder, floats: str) -> None:
    g.add("Identity", [floats], output="pooler_output")


def external() -> bytes:
    made = onnx.load_model_from_string(tiny_files()["tiny_detector.onnx"])
    weight = made.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="../../../secret")
    return bytes(made.SerializeToString())


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("tiny_detector.onnx", b"<html>no model</html>", "no ONNX model"),
        ("tiny_detector.onnx", external(), "weights in another file"),
        ("tiny_vision.onnx", tiny_files()["tiny_detector.onnx"], "no output called pooler_output"),
        ("tiny_text.onnx", b"<html>no model</html>", "cannot be loaded"),
        ("tiny_text.onnx", tiny_files()["tiny_vision.onnx"], "does not take what the recipe says"),
        ("tiny_text.onnx", ids_model(constant), "the same to everything"),
        ("tiny_text.onnx", ids_model(endless), "else than finite numbers"),
        ("tiny_text.onnx", ids_model(too_wide), r"shape \(1, 12\), not \(1, 4\)"),
    ],
    ids=[
        "html",
        "external",
        "other-model",
        "html-copied",
        "pictures",
        "constant",
        "endless",
        "wide",
    ],
)
def test_a_model_that_is_something_else_is_not_installed(
    make: Callable[..., Recipe], installation: Installation, name: str, data: bytes, message: str
) -> None:
    with pytest.raises(PackInvalid, match=message):
        installation.install(make({name: data}))
    with pytest.raises(PackNotInstalled):
        load_pack(installation.packs_directory, "labels-extended")


def test_verifying_holds_the_machine_to_the_numbers_of_the_install(
    make: Callable[..., Recipe], installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make()
    monkeypatch.setattr(install_module, "bundled_recipes", lambda: (made,))
    installation.install(made)
    assert installation.verify("labels-extended").id == "labels-extended"

    def other(model: Path, feed: Feed) -> Mapping[str, Any]:
        return {name: values * np.float32(1.01) for name, values in run(model, feed).items()}

    wrong = Installation(installation.packs_directory, installation.downloads_directory, run=other)
    with pytest.raises(PackInvalid, match=r"differ by 0\.0\d+ from those at install"):
        wrong.verify("labels-extended")


def change_of(path: str, value: object) -> Change:
    def change(table: dict[str, Any]) -> None:
        place: Any = table["files"]
        *way, last = path.split(".")
        for key in way:
            place = place[int(key)] if key.isdigit() else place[key]
        place[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("0.fixture", "never", "'pinned' or 'at install'"),
        ("1.fixture", "pinned", "made 'at install'"),
        ("1.outputs.0.name", "other", "keep their names"),
        ("1.inputs.0.below", 1, "2 or more ids"),
        ("1.inputs.0.shape", [0], "sides of 1 or more"),
    ],
)
def test_a_recipe_that_contradicts_itself_is_refused(
    make: Callable[..., Recipe], path: str, value: object, message: str
) -> None:
    with pytest.raises(PackInvalid, match=message):
        make(change=change_of(path, value))


def test_the_bundled_recipe_pins_every_byte_at_addresses_that_cannot_change() -> None:
    made = bundled_recipe("labels-extended")
    assert not made.is_default
    assert len(made.sources) == 4
    for source in made.sources.values():
        assert source.url.startswith("https://huggingface.co/")
        assert "/resolve/main/" not in source.url
        assert len(source.sha256) == 64
    assert {file.licence.weights for file in made.files} == {"Apache-2.0"}
    assert made.parameters["image_text"]["measured"] is False


def test_the_tiny_pack_has_the_shape_of_the_bundled_one(make: Callable[..., Recipe]) -> None:
    tiny, real = make(), bundled_recipe("labels-extended")
    for one, other in zip(tiny.files, real.files, strict=True):
        assert (one.file, one.converter, one.pinned) == (other.file, other.converter, other.pinned)
        assert [o.name for o in one.outputs] == [o.name for o in other.outputs]
        assert [i.name for i in one.inputs] == [i.name for i in other.inputs]
    for name, table in tiny.parameters.items():
        assert set(table) == set(real.parameters[name])


def test_models_are_taken_over_and_their_numbers_recorded_again(
    make: Callable[..., Recipe], installation: Installation, file_server: Any
) -> None:
    first: Pack = installation.install(make())
    file_server.files.clear()
    again = make(change=lambda table: table.update(title="Another title"))
    file_server.files.clear()
    second = installation.install(again)
    assert second.manifest.title == "Another title"
    assert (second.directory / "numbers.json").is_file()
    assert first.manifest.recipe_digest != second.manifest.recipe_digest
