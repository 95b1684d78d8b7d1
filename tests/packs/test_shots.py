"""The pack "shots" as it is installed on this machine."""

from __future__ import annotations

import os

import numpy as np
import pytest

from eyebright.analysis.segments.net import MODEL_FILE, TransitionNet
from eyebright.analysis.segments.shots import ShotFinder
from eyebright.analysis.segments.values import Boundary, BoundaryKind
from eyebright.errors import PackNotInstalled
from eyebright.geometry.arrays import ByteArray
from eyebright.packs.fixture import TOLERANCE_OF_WHOLE_NUMBERS, check_fixture
from eyebright.packs.pack import Pack, load_pack
from eyebright.packs.recipe import bundled_recipe
from eyebright.packs.verify import verify_files
from eyebright.runtime.session import Runtime
from eyebright.settings import read_settings

pytestmark = pytest.mark.pack

RECIPE = bundled_recipe("shots")


def installed() -> Pack:
    try:
        return load_pack(read_settings(os.environ).packs_directory, "shots")
    except PackNotInstalled as error:
        pytest.fail(error.message)


def picture(seed: int) -> ByteArray:
    patches = np.random.default_rng(seed).integers(20, 235, (9, 16, 3)).astype(np.uint8)
    return np.ascontiguousarray(patches.repeat(12, axis=0).repeat(12, axis=1))


def test_the_pack_is_whole_and_made_from_the_present_recipe() -> None:
    pack = installed()
    verify_files(pack.directory, pack.manifest)
    assert pack.manifest.recipe_digest == RECIPE.digest, "run: eyebright packs install shots"


def test_the_runtime_computes_the_pinned_numbers() -> None:
    path = installed().model_path(MODEL_FILE)
    model = Runtime().load(path)
    check_fixture(
        path,
        RECIPE.pins.fixtures[MODEL_FILE],
        run=lambda _path, pictures: model.run(pictures),
        tolerance=TOLERANCE_OF_WHOLE_NUMBERS,
    )


def test_a_dissolve_is_found_where_it_begins() -> None:
    before, after = picture(1), picture(2)
    shares = [(number + 1) / 15 for number in range(14)]
    mixed = [((1 - share) * before + share * after).astype(np.uint8) for share in shares]
    finder = ShotFinder(TransitionNet.load(installed(), Runtime(slots=1)))
    found: list[Boundary] = []
    for number, frame in enumerate([*[before] * 40, *mixed, *[after] * 40]):
        found += finder.add(frame, 40 * number)
    (boundary,) = [*found, *finder.finish()]
    assert boundary.kind is BoundaryKind.BLEND
    assert abs(boundary.frame - 40) <= 2
