"""The pack "labels" as it is installed on this machine."""

from __future__ import annotations

import os

import numpy as np
import pytest

from eyebright.analysis.labels.classes import PictureClassifier
from eyebright.analysis.labels.objects import ObjectDetector
from eyebright.analysis.labels.taxonomy import load_taxonomy
from eyebright.errors import PackNotInstalled
from eyebright.imaging.decode import decode_image
from eyebright.imaging.image import Image
from eyebright.packs.fixture import check_fixture
from eyebright.packs.pack import Pack, load_pack
from eyebright.packs.recipe import bundled_recipe
from eyebright.packs.verify import verify_files
from eyebright.runtime.session import Runtime
from eyebright.settings import read_settings

pytestmark = pytest.mark.pack

RECIPE = bundled_recipe("labels")
MODELS = ("yolox.onnx", "efficientnet_lite0.onnx", "efficientnet_lite2.onnx")


def installed(name: str) -> Pack:
    try:
        return load_pack(read_settings(os.environ).packs_directory, name)
    except PackNotInstalled as error:
        pytest.fail(error.message)


def photos() -> list[Image]:
    paths = installed("samples").photos()
    return [decode_image(path.read_bytes()) for path in paths]


def test_the_pack_is_whole_and_made_from_the_present_recipe() -> None:
    pack = installed("labels")
    verify_files(pack.directory, pack.manifest)
    assert pack.manifest.recipe_digest == RECIPE.digest, "run: eyebright packs install labels"


@pytest.mark.parametrize("name", MODELS)
def test_the_runtime_computes_the_pinned_numbers(name: str) -> None:
    path = installed("labels").model_path(name)
    model = Runtime().load(path)
    check_fixture(path, RECIPE.pins.fixtures[name], run=lambda _path, pictures: model.run(pictures))


def test_people_are_found_in_photos_of_people() -> None:
    detector = ObjectDetector.load(installed("labels"), Runtime())
    found = [detector.detect(photo) for photo in photos()]
    assert found
    best = [
        max((s for s, n in zip(f.scores, f.names, strict=True) if n == "Person"), default=0.0)
        for f in found
    ]
    assert np.mean(np.array(best) > 0.5) > 0.9
    for photo, one in zip(photos(), found, strict=True):
        width, height = photo.size_wh
        assert (one.boxes_xyxy >= 0).all()
        assert (one.boxes_xyxy <= [width, height, width, height]).all()
        assert (np.diff(one.scores) <= 0).all()


def test_words_of_whole_pictures_are_those_of_the_taxonomy() -> None:
    classifier = PictureClassifier.load(installed("labels"), Runtime())
    known = load_taxonomy().names
    assert frozenset(classifier.names) <= known
    found = [classifier.classify(photo) for photo in photos()]
    assert found
    for one in found:
        assert float(np.linalg.norm(one.features)) == pytest.approx(1.0, abs=1e-5)
        assert all(0.0 <= score <= 1.0 for score in one.scores.values())
