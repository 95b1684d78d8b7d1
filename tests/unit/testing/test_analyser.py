from __future__ import annotations

import numpy as np

from eyebright.analysis.faces.observation import ALL_ATTRIBUTES, YES_NO_ATTRIBUTES
from eyebright.testing.analyser import DIMENSION, FakeAnalyser
from eyebright.testing.pictures import PEOPLE, picture_of


def test_every_person_in_a_picture_is_found_largest_first() -> None:
    faces = FakeAnalyser().detect(picture_of("Ada", "Ben", "Cleo"))
    widths = faces.boxes_xyxy[:, 2] - faces.boxes_xyxy[:, 0]
    assert len(faces) == 3
    assert list(widths) == sorted(widths, reverse=True)


def test_a_picture_without_people_has_no_faces_and_no_vectors() -> None:
    analyser, picture = FakeAnalyser(), picture_of()
    faces = analyser.detect(picture)
    assert len(faces) == 0
    assert analyser.embed(picture, faces).shape == (0, DIMENSION)


def test_the_same_person_is_similar_and_two_people_are_not() -> None:
    analyser = FakeAnalyser()
    alone, together = picture_of("Ada"), picture_of("Ben", "Ada")
    (ada,) = analyser.embed(alone, analyser.detect(alone))
    ben, ada_again = analyser.embed(together, analyser.detect(together))
    assert analyser.similarity.to_percent(float(ada @ ada_again)) > 95
    assert analyser.similarity.to_percent(float(ada @ ben)) < 25


def test_all_named_people_are_told_apart() -> None:
    analyser, picture = FakeAnalyser(), picture_of(*PEOPLE)
    vectors = analyser.embed(picture, analyser.detect(picture))
    likeness = vectors @ vectors.T - np.eye(len(PEOPLE), dtype=np.float32)
    assert vectors.shape == (len(PEOPLE), DIMENSION)
    assert likeness.max() < 0.25


def test_a_description_holds_only_what_was_asked_for() -> None:
    analyser, picture = FakeAnalyser(), picture_of("Dina")
    faces = analyser.detect(picture)
    (bare,) = analyser.describe(picture, faces)
    (full,) = analyser.describe(picture, faces, wanted=ALL_ATTRIBUTES)
    assert bare.age is None
    assert not bare.answers
    assert tuple(full.answers) == YES_NO_ATTRIBUTES
