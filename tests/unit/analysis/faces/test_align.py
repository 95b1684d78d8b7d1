from __future__ import annotations

import numpy as np
import pytest

from eyebright.analysis.faces.align import (
    ARCFACE,
    DLIB,
    DLIB_TIGHT,
    Template,
    aligned_chips,
    alignment,
)
from eyebright.geometry.transforms import similarity, transform_points

TEMPLATES = [ARCFACE, DLIB, DLIB_TIGHT]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_looks_like_an_upright_face(template: Template) -> None:
    left_eye, right_eye, nose, mouth_left, mouth_right = template.points
    assert left_eye[0] < nose[0] < right_eye[0]
    assert mouth_left[0] < nose[0] < mouth_right[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < min(mouth_left[1], mouth_right[1])
    assert np.array(template.points).max() < template.size_px


@pytest.mark.parametrize("template", TEMPLATES)
def test_points_of_a_turned_face_land_on_the_template(template: Template) -> None:
    ideal = np.asarray(template.points, np.float32)
    away = similarity(scale=2.3, degrees=130, centre_xy=(50, 50), to_xy=(400, 300))
    faces = transform_points(away, ideal)[None]
    (back,) = alignment(faces, template)
    assert np.allclose(transform_points(back, faces[0]), ideal, atol=1e-3)


def test_cutting_keeps_the_middle_and_moves_the_rest_outwards() -> None:
    cut = Template(100, ((50, 50), (10, 90))).cut(10)
    assert cut.points[0] == pytest.approx((50, 50))
    assert cut.points[1] == pytest.approx((0, 100))


def test_a_chip_shows_the_points_where_the_template_says() -> None:
    pixels = np.zeros((300, 300, 3), np.uint8)
    ideal = np.asarray(ARCFACE.points, np.float32)
    away = similarity(scale=1.5, degrees=-40, centre_xy=(56, 56), to_xy=(150, 150))
    face = transform_points(away, ideal)
    for x, y in np.round(face).astype(int):
        pixels[y - 2 : y + 3, x - 2 : x + 3] = 255
    (chip,) = aligned_chips(pixels, face[None], ARCFACE)
    assert chip.shape == (112, 112, 3)
    for x, y in np.round(ideal).astype(int):
        assert chip[y, x].min() > 200
    assert chip.mean() < 30


def test_no_faces_give_no_chips() -> None:
    none = np.zeros((0, 5, 2), np.float32)
    assert aligned_chips(np.zeros((9, 9, 3), np.uint8), none, DLIB).shape == (0, 150, 150, 3)
