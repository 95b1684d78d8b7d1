"""The face pack as it is installed on this machine: every file, every number, every interface."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from eyebright.errors import PackNotInstalled
from eyebright.geometry.arrays import AnyArray, ByteArray
from eyebright.packs.fixture import (
    TOLERANCE,
    TOLERANCE_OF_WHOLE_NUMBERS,
    check_fixture,
    fixture_pictures,
)
from eyebright.packs.pack import Pack, load_pack
from eyebright.packs.recipe import BuiltFile, bundled_recipe
from eyebright.packs.verify import verify_files
from eyebright.runtime.session import Runtime
from eyebright.settings import read_settings

pytestmark = pytest.mark.pack

RECIPE = bundled_recipe("faces")
MODELS = {file.file: file for file in RECIPE.files}
ANSWERS: dict[str, dict[str, tuple[int, ...]]] = {
    "age.onnx": {"probabilities": (81,)},
    "centerface.onnx": {
        "heatmap": (1, 24, 32),
        "scale": (2, 24, 32),
        "offset": (2, 24, 32),
        "landmarks": (10, 24, 32),
    },
    "dlib_resnet.onnx": {"embedding": (128,)},
    "expression_faceapi.onnx": {"logits": (7,)},
    "expression_oarriaga.onnx": {"probabilities": (7,)},
    "facemesh.onnx": {"landmarks": (468, 3), "presence": ()},
    "faceres.onnx": {"features": (1024,), "age": (100,), "gender": (1,)},
    "gender.onnx": {"probabilities": (2,)},
    "iris.onnx": {"eye": (71, 3), "iris": (5, 3)},
    "mobilefacenet.onnx": {"embedding": (192,)},
}
"""Model -> output -> shape for one picture: what the analysis relies on."""


def installed(name: str) -> Pack:
    directory = read_settings(os.environ).packs_directory
    try:
        return load_pack(directory, name)
    except PackNotInstalled as error:
        pytest.fail(error.message)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return installed("faces")


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime()


def test_every_file_has_its_hash_and_every_model_its_licence(pack: Pack) -> None:
    verify_files(pack.directory, pack.manifest)
    models = [file for file in pack.manifest.files if file.kind == "model"]
    assert {file.name for file in models} == set(MODELS)
    for file in models:
        assert file.licence is not None
        assert file.licence.statement


def test_the_pack_was_made_from_the_present_recipe(pack: Pack) -> None:
    assert pack.manifest.recipe_digest == RECIPE.digest, "run: eyebright packs install faces"


@pytest.mark.parametrize("name", sorted(MODELS))
def test_the_runtime_computes_the_pinned_numbers(pack: Pack, runtime: Runtime, name: str) -> None:
    def run(model: Path, pictures: ByteArray | Mapping[str, AnyArray]) -> Mapping[str, AnyArray]:
        return runtime.load(model).run(pictures)

    fixture = RECIPE.pins.fixtures[name]
    in_whole_numbers = next(file for file in RECIPE.files if file.file == name).ranges
    allowed = TOLERANCE_OF_WHOLE_NUMBERS if in_whole_numbers else TOLERANCE
    assert check_fixture(pack.model_path(name), fixture, run=run, tolerance=allowed) <= allowed


@pytest.mark.parametrize("name", sorted(MODELS))
@pytest.mark.parametrize("batch", [1, 3])
def test_every_model_has_the_agreed_interface(
    pack: Pack, runtime: Runtime, name: str, batch: int
) -> None:
    file: BuiltFile = MODELS[name]
    two = fixture_pictures("interface", file.fixture_hw)
    pictures = np.concatenate([two, two])[:batch]
    answers = runtime.load(pack.model_path(name)).run(pictures)
    assert {key: values.shape for key, values in answers.items()} == {
        key: (batch, *shape) for key, shape in ANSWERS[name].items()
    }
    assert all(values.dtype == np.float32 for values in answers.values())


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_picture_is_answered_the_same_alone_and_in_a_batch(
    pack: Pack, runtime: Runtime, name: str
) -> None:
    model = runtime.load(pack.model_path(name))
    two = fixture_pictures("batch", MODELS[name].fixture_hw)
    together = model.run(two)
    alone = [model.run(two[index : index + 1]) for index in (0, 1)]
    for key, values in together.items():
        single = np.concatenate([answers[key] for answers in alone])
        scale = max(1.0, float(np.abs(values).max()))
        np.testing.assert_allclose(values, single, rtol=0, atol=2e-5 * scale)


def test_loading_makes_no_vectors_of_another_space(pack: Pack) -> None:
    name, dimension, digest = pack.embedding_space
    assert (name, dimension) == (f"faces/{pack.version}", 320)
    assert len(digest) == 64


def test_the_sample_photos_are_photos() -> None:
    from eyebright.imaging.decode import decode_image

    photos = installed("samples").photos()
    assert len(photos) == 6
    for photo in photos:
        assert decode_image(photo.read_bytes()).pixels.shape[2] == 3
