from __future__ import annotations

import numpy as np

from eyebright.analysis.equipment.persons import (
    Bodies,
    bodies_below,
    find_bodies,
    foremost,
    head_boxes,
    match_faces,
)
from eyebright.analysis.equipment.values import EquippedPerson
from eyebright.geometry.arrays import FloatArray

ADULT = (100, 50, 200, 400)
BESIDE = (180, 60, 280, 400)
FACE = (130, 60, 170, 110)
FACE_BESIDE = (205, 70, 245, 120)


def boxes(*rows: tuple[float, ...]) -> FloatArray:
    return np.array(rows, np.float32).reshape(-1, 4)


def bodies(persons: FloatArray, faces: FloatArray) -> Bodies:
    return find_bodies(
        persons,
        np.full(len(persons), 0.8, np.float32),
        face_boxes_xyxy=faces,
        face_scores=np.full(len(faces), 0.9, np.float32),
        size_wh=(640, 480),
    )


def test_faces_go_to_the_boxes_in_whose_upper_middle_they_sit() -> None:
    assert match_faces(boxes(ADULT, BESIDE), boxes(FACE_BESIDE, FACE)) == [1, 0]


def test_a_face_at_the_feet_or_outside_belongs_to_nobody() -> None:
    assert match_faces(boxes(ADULT), boxes((130, 330, 170, 380), (300, 60, 340, 110))) == [-1, -1]


def test_a_box_has_one_face_and_the_nearer_one_gets_it() -> None:
    assert match_faces(boxes(ADULT), boxes((130, 160, 170, 210), FACE)) == [-1, 0]


def test_whoever_lies_may_have_the_face_lower() -> None:
    assert match_faces(boxes((50, 100, 400, 200)), boxes((60, 150, 110, 195))) == [0]


def test_a_face_without_a_box_makes_a_person_below_it() -> None:
    found = bodies(boxes(), boxes(FACE))
    assert found.faces == (0,)
    left, top, right, bottom = found.boxes_xyxy[0]
    assert left < FACE[0] < FACE[2] < right
    assert top < FACE[1] < FACE[3] < bottom <= 480
    assert found.scores[0] == np.float32(0.9)


def test_a_box_without_a_face_stays_a_person() -> None:
    found = bodies(boxes(ADULT), boxes())
    assert found.faces == (-1,)
    np.testing.assert_allclose(found.boxes_xyxy, [ADULT])


def test_a_matched_person_is_as_sure_as_the_surer_and_holds_the_face() -> None:
    found = bodies(boxes(ADULT), boxes((130, 40, 170, 110)))
    assert found.faces == (0,)
    assert found.boxes_xyxy[0, 1] == 40
    assert found.scores[0] == np.float32(0.9)


def test_an_empty_picture_has_nobody() -> None:
    found = bodies(boxes(), boxes())
    assert found.faces == ()
    assert found.boxes_xyxy.shape == (0, 4)


def test_bodies_and_heads_of_many_faces_are_boxes_around_them() -> None:
    faces = boxes(FACE, FACE_BESIDE)
    for grown in (bodies_below(faces), head_boxes(faces)):
        assert grown.shape == (2, 4)
        assert (grown[:, :2] < faces[:, :2]).all()
        assert (grown[:, 2] > faces[:, 2]).all()
        assert (grown[:, 3] >= faces[:, 3]).all()


def test_the_largest_are_kept_in_the_order_they_came_in() -> None:
    persons = [
        EquippedPerson((0, 0, float(side), float(side)), 0.9, ()) for side in (10, 40, 20, 30)
    ]
    assert foremost(persons, 2) == (persons[1], persons[3])
    assert foremost(persons, 9) == tuple(persons)
