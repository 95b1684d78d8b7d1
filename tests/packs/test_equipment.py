"""The equipment pack as it is installed on this machine: every number, and real persons."""

from __future__ import annotations

import os

import pytest

from eyebright.analysis.equipment.inspector import InspectionRules, PackInspector
from eyebright.analysis.equipment.values import BodyPart, EquipmentType, EquippedPerson
from eyebright.analysis.observations import Observations
from eyebright.app.sight import InstalledPacks
from eyebright.errors import PackNotInstalled
from eyebright.imaging.decode import decode_image
from eyebright.imaging.image import Image
from eyebright.packs.fixture import check_fixture
from eyebright.packs.pack import Pack, load_pack
from eyebright.packs.recipe import bundled_recipe
from eyebright.packs.verify import verify_files
from eyebright.runtime.session import Runtime
from eyebright.settings import read_settings
from eyebright.testing.equipment import RULES

pytestmark = pytest.mark.pack

RECIPE = bundled_recipe("equipment")


def installed(name: str) -> Pack:
    try:
        return load_pack(read_settings(os.environ).packs_directory, name)
    except PackNotInstalled as error:
        pytest.fail(error.message)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return installed("equipment")


@pytest.fixture(scope="module")
def group_photo() -> Image:
    """A photo of several people without masks."""
    photos = installed("samples").photos()
    assert photos
    return decode_image(photos[0].read_bytes())


@pytest.fixture(scope="module")
def persons(group_photo: Image) -> tuple[EquippedPerson, ...]:
    packs = InstalledPacks(read_settings(os.environ), Runtime(slots=1))
    seen = Observations(
        group_photo,
        face_vision=packs.faces(),
        object_vision=packs.objects,
        class_vision=packs.classes,
    )
    return packs.equipment().inspect(seen)


def test_files_are_those_of_the_manifest(pack: Pack) -> None:
    verify_files(pack.directory, pack.manifest)
    assert pack.manifest.recipe_digest == RECIPE.digest, "run: eyebright packs install equipment"


@pytest.mark.parametrize("name", [file.file for file in RECIPE.files])
def test_the_runtime_computes_the_pinned_numbers(pack: Pack, name: str) -> None:
    model = Runtime(slots=1).load(pack.model_path(name))
    check_fixture(
        pack.model_path(name),
        RECIPE.pins.fixtures[name],
        run=lambda _path, pictures: model.run(pictures),
    )


def test_the_fakes_answer_by_the_same_rules(pack: Pack) -> None:
    assert InspectionRules.of(pack) == RULES


def test_the_pack_has_all_that_the_inspector_needs(pack: Pack) -> None:
    assert PackInspector.load(pack, Runtime(slots=1)).rules.worn_found >= 0.5


def test_people_without_masks_have_bare_faces(persons: tuple[EquippedPerson, ...]) -> None:
    faces = [part for person in persons for part in person.parts if part.part is BodyPart.FACE]
    assert len(faces) >= 3
    assert all(face.equipment == () for face in faces)
    assert all(EquipmentType.FACE_COVER in face.judged for face in faces)


def test_hands_and_heads_lie_with_their_persons(persons: tuple[EquippedPerson, ...]) -> None:
    for person in persons:
        left, top, right, bottom = person.box_xyxy
        width, height = right - left, bottom - top
        for part in person.parts:
            x = (part.box_xyxy[0] + part.box_xyxy[2]) / 2
            y = (part.box_xyxy[1] + part.box_xyxy[3]) / 2
            assert left - width / 2 <= x <= right + width / 2
            assert top - height / 2 <= y <= bottom + height / 2
