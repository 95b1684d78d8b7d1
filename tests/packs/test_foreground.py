"""The pack "foreground" as it is installed on this machine."""

from __future__ import annotations

import os

import numpy as np
import pytest

from eyebright.analysis.properties.foreground import SIDE_PX
from eyebright.analysis.properties.meter import MODEL_FILE, MeterRules, PictureMeter
from eyebright.errors import PackNotInstalled
from eyebright.imaging.decode import decode_image
from eyebright.packs.fixture import check_fixture
from eyebright.packs.pack import Pack, load_pack
from eyebright.packs.recipe import bundled_recipe
from eyebright.packs.verify import verify_files
from eyebright.runtime.session import Runtime
from eyebright.settings import read_settings
from eyebright.testing.pictures import PEOPLE, picture_of
from eyebright.testing.properties import METER_RULES

pytestmark = pytest.mark.pack

RECIPE = bundled_recipe("foreground")


def installed(name: str) -> Pack:
    try:
        return load_pack(read_settings(os.environ).packs_directory, name)
    except PackNotInstalled as error:
        pytest.fail(error.message)


@pytest.fixture(scope="module")
def meter() -> PictureMeter:
    return PictureMeter.load(installed("foreground"), Runtime(slots=1))


def test_the_pack_is_whole_and_made_from_the_present_recipe() -> None:
    pack = installed("foreground")
    verify_files(pack.directory, pack.manifest)
    assert pack.manifest.recipe_digest == RECIPE.digest, "run: eyebright packs install foreground"


def test_the_runtime_computes_the_pinned_numbers() -> None:
    model = Runtime().load(installed("foreground").model_path(MODEL_FILE))
    fixture = RECIPE.pins.fixtures[MODEL_FILE]
    path = installed("foreground").model_path(MODEL_FILE)
    check_fixture(path, fixture, run=lambda _path, pictures: model.run(pictures))
    answers = model.run(np.zeros((3, SIDE_PX, SIDE_PX, 3), np.uint8))
    assert {name: values.shape for name, values in answers.items()} == {
        "mask": (3, 1, SIDE_PX, SIDE_PX)
    }


def test_the_fakes_measure_by_the_same_rules() -> None:
    assert MeterRules.of(installed("foreground")) == METER_RULES


def test_a_square_before_a_wall_is_the_foreground(meter: PictureMeter) -> None:
    found = meter.measure(picture_of("Ada"))
    assert found.foreground is not None
    assert found.background is not None
    assert found.foreground.colours[0].simplified == "red"
    assert found.background.colours[0].simplified == "grey"
    assert np.abs(np.subtract(found.foreground.colours[0].rgb, PEOPLE["Ada"])).max() < 30


def test_photographs_have_both_parts(meter: PictureMeter) -> None:
    photos = installed("samples").photos()
    assert photos
    for photo in photos:
        found = meter.measure(decode_image(photo.read_bytes()))
        assert found.foreground is not None
        assert found.background is not None
        assert 0.1 < found.quality.brightness < 0.9
        assert found.quality.sharpness > 0.3
        assert sum(colour.share for colour in found.colours) > 0.8
