"""Vectors of faces: fusion, views and what a wrong mesh may not do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

import numpy as np
import pytest

from eyebright.analysis.faces.align import ARCFACE, Template
from eyebright.analysis.faces.embed import (
    ARCFACE_TWICE,
    ARCFACE_WIDE,
    DLIB_CORNERS,
    DLIB_TIGHT,
    FaceEmbedder,
    Part,
    fuse,
    unit,
)
from eyebright.analysis.faces.mesh import MeshModel
from eyebright.analysis.faces.observation import Detections
from eyebright.geometry.arrays import AnyArray, ByteArray, FloatArray
from eyebright.imaging.image import Image
from eyebright.runtime.session import OnnxModel

Net = Callable[[ByteArray], Mapping[str, AnyArray]]
RANDOM = np.random.default_rng(3)
PIXELS = RANDOM.integers(0, 256, (240, 240, 3), dtype=np.uint8)
FACE = np.asarray(ARCFACE.points, np.float32) + 60.0
STILL = Part(np.zeros(1, np.float32), 0.5)


class NetByHand:
    """A model whose answer is a function of its pictures."""

    def __init__(self, answer: Net) -> None:
        self._answer = answer

    def run(self, images: ByteArray) -> Mapping[str, AnyArray]:
        return self._answer(images)


def as_model(answer: Net) -> OnnxModel:
    return cast(OnnxModel, NetByHand(answer))


def coarse(images: ByteArray) -> Mapping[str, AnyArray]:
    """The colours of an 8 x 8 mosaic: close for close pictures, sensitive to place."""
    side = images.shape[1] // 8
    cut = images[:, : side * 8, : side * 8].astype(np.float32)
    mosaic = cut.reshape(len(images), 8, side, 8, side, 3).mean(axis=(2, 4))
    return {"embedding": (mosaic - 127.5).reshape(len(images), -1)}


def mesh_at(shift: float, presence: float) -> MeshModel:
    """A mesh whose points all lie on one line, moved by `shift` crop pixels."""
    line = np.linspace(40, 150, 468, dtype=np.float32)
    points = np.stack([line + shift, line, np.zeros_like(line)], axis=1)

    def answer(images: ByteArray) -> Mapping[str, AnyArray]:
        count = len(images)
        return {
            "landmarks": np.repeat(points[None], count, axis=0),
            "presence": np.full(count, presence, np.float32),
        }

    return MeshModel(as_model(answer))


def embedder(mesh: MeshModel, *, parts: tuple[Part, Part] = (STILL, STILL)) -> FaceEmbedder:
    return FaceEmbedder(mesh, as_model(coarse), as_model(coarse), parts)


def faces(count: int) -> Detections:
    points = np.repeat(FACE[None], count, axis=0).astype(np.float32)
    boxes = np.repeat(np.array([[70, 80, 160, 180]], np.float32), count, axis=0)
    return Detections(boxes, np.full(count, 0.9, np.float32), points)


def picture(pixels: ByteArray = PIXELS) -> Image:
    return Image(pixels, "PNG", b"", (pixels.shape[1], pixels.shape[0]))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_every_face_gets_one_vector_of_unit_length(count: int) -> None:
    vectors = embedder(mesh_at(0, 5.0)).embed(picture(), faces(count))
    assert vectors.shape == (count, 2 * 192)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), np.ones(count), atol=1e-6)


def test_a_mesh_that_is_trusted_moves_the_chip_and_one_that_is_not_does_not() -> None:
    def seen(shift: float, presence: float) -> FloatArray:
        return embedder(mesh_at(shift, presence)).embed(picture(), faces(1))

    assert not np.allclose(seen(0, 5.0), seen(25, 5.0), atol=1e-3)
    np.testing.assert_allclose(seen(0, -5.0), seen(25, -5.0), atol=1e-6)


def test_the_cosine_of_fused_vectors_is_the_weighted_mean_of_both_nets_cosines() -> None:
    one, other = (unit(RANDOM.normal(size=(2, d)).astype(np.float32)) for d in (5, 7))
    parts = (Part(np.zeros(5, np.float32), 0.35), Part(np.zeros(7, np.float32), 0.65))
    first, second = fuse(one, other, parts=parts)
    expected = 0.35 * (one[0] @ one[1]) + 0.65 * (other[0] @ other[1])
    assert first @ second == pytest.approx(expected, abs=1e-6)


def test_subtracting_where_the_crowd_is_pulls_its_members_apart() -> None:
    centre = unit(RANDOM.normal(size=(1, 16)).astype(np.float32))
    crowd = unit(centre + 0.15 * RANDOM.normal(size=(20, 16)).astype(np.float32))
    alike = crowd @ crowd.T
    shifted = unit(crowd - 0.5 * crowd.mean(axis=0))
    pairs = np.triu_indices(len(crowd), 1)
    assert (shifted @ shifted.T)[pairs].mean() < alike[pairs].mean() - 0.05


def test_a_vector_of_zeros_stays_one() -> None:
    assert not unit(np.zeros((1, 4), np.float32)).any()


@pytest.mark.parametrize("template", [ARCFACE_TWICE, ARCFACE_WIDE, DLIB_CORNERS, DLIB_TIGHT])
def test_templates_hold_the_detectors_five_points_before_those_of_the_mesh(
    template: Template,
) -> None:
    points = np.array(template.points)
    assert points.shape == (10, 2)
    left_eye, right_eye, nose = points[0], points[1], points[2]
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_eye[1] < nose[1]


def test_the_wide_view_shows_the_face_smaller_around_the_same_middle() -> None:
    plain = np.array(ARCFACE.points) - 56.0
    wide = np.array(ARCFACE_WIDE.points[:5]) - 56.0
    np.testing.assert_allclose(wide, 0.94 * plain, atol=1e-2)
