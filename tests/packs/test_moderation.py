"""The pack "moderation" as it is installed on this machine."""

from __future__ import annotations

import os

import numpy as np
import pytest

from eyebright.analysis.moderation.moderator import EXPLICIT, EvidenceModerator
from eyebright.analysis.moderation.nudity import NSFWJS_FILE, OPEN_NSFW_FILE, SIDE_PX
from eyebright.app.sight import LazyVision, installed_sight
from eyebright.errors import PackNotInstalled
from eyebright.imaging.decode import decode_image
from eyebright.packs.fixture import check_fixture, fixture_pictures
from eyebright.packs.pack import Pack, load_pack
from eyebright.packs.recipe import bundled_recipe
from eyebright.packs.verify import verify_files
from eyebright.runtime.session import Runtime
from eyebright.settings import read_settings
from eyebright.testing.analyser import FakeAnalyser

pytestmark = pytest.mark.pack

RECIPE = bundled_recipe("moderation")
CLASSES = {OPEN_NSFW_FILE: 2, NSFWJS_FILE: 5}


def installed(name: str) -> Pack:
    try:
        return load_pack(read_settings(os.environ).packs_directory, name)
    except PackNotInstalled as error:
        pytest.fail(error.message)


def test_the_pack_is_whole_and_made_from_the_present_recipe() -> None:
    pack = installed("moderation")
    verify_files(pack.directory, pack.manifest)
    assert pack.manifest.recipe_digest == RECIPE.digest, "run: eyebright packs install moderation"


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_the_runtime_computes_the_pinned_probabilities(name: str) -> None:
    path = installed("moderation").model_path(name)
    model = Runtime().load(path)
    check_fixture(path, RECIPE.pins.fixtures[name], run=lambda _path, pictures: model.run(pictures))
    answers = model.run(fixture_pictures("interface", (SIDE_PX, SIDE_PX)))
    assert {key: values.shape for key, values in answers.items()} == {
        "probabilities": (2, CLASSES[name])
    }
    np.testing.assert_allclose(answers["probabilities"].sum(axis=1), 1.0, atol=1e-5)


def test_a_wall_is_settled_by_one_look() -> None:
    moderator = EvidenceModerator.load(installed("moderation"), Runtime(slots=1))
    wall = np.full((200, 300, 3), 180, np.uint8)
    assert moderator.nets.agreement(wall) < moderator.nets.rules.calm + 1


def test_of_groups_in_clothes_nothing_is_said_but_that_one_has_a_glass_of_wine() -> None:
    runtime = Runtime(slots=1)
    sight = installed_sight(
        read_settings(os.environ), runtime, faces=LazyVision(lambda: FakeAnalyser())
    )
    photos = installed("samples").photos()
    assert photos
    said: set[tuple[str, str]] = set()
    for photo in photos:
        found = sight.moderation().moderate(sight.observe(decode_image(photo.read_bytes())))
        assert EXPLICIT not in {label.name for label in found.labels}
        said.update((photo.stem, label.name) for label in found.labels if label.level == 1)
    assert said <= {("group-1", "Alcohol")}
