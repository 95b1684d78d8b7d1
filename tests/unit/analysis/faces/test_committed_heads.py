"""The heads that come with Eyebright fit the code that reads them."""

from importlib import resources

import numpy as np
import pytest

from eyebright.analysis.faces.age import AgeSpread
from eyebright.analysis.faces.features import (
    AgeReader,
    ExpressionReader,
    EyesReader,
    FaceresReader,
    GenderReader,
    IdentityReader,
    MouthReader,
    ShapeReader,
)
from eyebright.analysis.faces.heads import read_head
from eyebright.analysis.faces.observation import YES_NO_ATTRIBUTES, FaceAttribute
from eyebright.analysis.faces.pose import RIGID_POINTS, pose_of_mesh
from eyebright.analysis.faces.shape import MOVING_POINTS
from eyebright.geometry.arrays import AnyArray

LENGTHS = {
    "faceres": 1024,
    "faceres_guess": 2,
    "faceres_ages": 20,
    "dlib": 128,
    "age_net": 17,
    "gender_net": 1,
    "expression": 14,
    "shape": 3 * len(MOVING_POINTS),
    "shape_numbers": 9,
    "presence": 2,
    "eyes": 38,
    "mouth": 384,
}
HEADS = [*YES_NO_ATTRIBUTES, FaceAttribute.GENDER, FaceAttribute.AGE_RANGE]


@pytest.fixture(scope="module")
def arrays() -> dict[str, AnyArray]:
    file = resources.files("eyebright.packs").joinpath("recipes/faces/heads.npz")
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as found:
        return {name: found[name] for name in found.files}


@pytest.mark.parametrize("attribute", HEADS)
def test_each_head_has_a_weight_for_every_number_of_its_blocks(
    arrays: dict[str, AnyArray], attribute: FaceAttribute
) -> None:
    head = read_head(arrays, attribute.value)
    assert head.blocks
    assert head.weights.shape == (sum(LENGTHS[block] for block in head.blocks), 1)
    assert np.isfinite(head.weights).all()


def test_every_block_has_a_reader() -> None:
    readers = (
        FaceresReader,
        IdentityReader,
        AgeReader,
        GenderReader,
        ExpressionReader,
        ShapeReader,
        EyesReader,
        MouthReader,
    )
    made = {block for reader in readers for block in reader.reads}
    assert set(LENGTHS) <= made


def test_the_frontal_face_looks_ahead_and_is_symmetric(arrays: dict[str, AnyArray]) -> None:
    frontal = arrays["frontal_points"]
    mesh = np.zeros((468, 3), np.float32)
    mesh[list(RIGID_POINTS)] = frontal
    pose = pose_of_mesh(mesh, frontal)
    assert (pose.roll, pose.yaw, pose.pitch) == pytest.approx((0, 0, 0), abs=1e-3)
    place = {point: frontal[index] for index, point in enumerate(RIGID_POINTS)}
    assert place[33] * [-1, 1, 1] == pytest.approx(place[263], abs=0.02)
    assert place[1][2] < place[33][2]


def test_the_age_range_of_an_adult_is_neither_a_point_nor_a_life(
    arrays: dict[str, AnyArray],
) -> None:
    found = AgeSpread.of(arrays).range_around(40)
    assert 10 < found.high - found.low < 45
    assert 0.3 < float(arrays["emotion_temperature"]) < 3
