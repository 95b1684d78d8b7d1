"""The real inspector over nets that know coloured squares."""

from __future__ import annotations

import numpy as np
import pytest

from eyebright.analysis.equipment.values import BodyPart, EquipmentType, EquippedPerson
from eyebright.analysis.labels.values import ObjectDetections
from eyebright.analysis.observations import Observations
from eyebright.imaging.image import Image
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.equipment import fake_inspector
from eyebright.testing.pictures import picture_of
from eyebright.testing.sight import FakeClasses, FakeObjects


class Things:
    """A detector that saw these: name, box, score."""

    def __init__(self, *things: tuple[str, tuple[float, ...], float]) -> None:
        self._things = things

    def detect(self, image: Image) -> ObjectDetections:
        return ObjectDetections(
            np.array([box for _, box, _ in self._things], np.float32).reshape(-1, 4),
            np.array([score for _, _, score in self._things], np.float32),
            tuple(name for name, _, _ in self._things),
        )


def inspected(
    image: Image, *things: tuple[str, tuple[float, ...], float]
) -> tuple[EquippedPerson, ...]:
    seen = Observations(
        image,
        face_vision=FakeAnalyser(),
        object_vision=lambda: Things(*things) if things else FakeObjects(),
        class_vision=FakeClasses,
    )
    return fake_inspector().inspect(seen)


def test_every_face_is_a_person_with_a_face_a_head_and_hands() -> None:
    persons = inspected(picture_of("Ada", "Ben"))
    assert len(persons) == 2
    for person in persons:
        assert [part.part for part in person.parts] == [
            BodyPart.FACE,
            BodyPart.LEFT_HAND,
            BodyPart.RIGHT_HAND,
            BodyPart.HEAD,
        ]


def test_the_persons_left_hand_is_at_the_right_of_the_picture() -> None:
    (person,) = inspected(picture_of("Ada"))
    boxes = {part.part: part.box_xyxy for part in person.parts}
    assert boxes[BodyPart.LEFT_HAND][0] > boxes[BodyPart.RIGHT_HAND][0]


def test_hands_are_never_judged() -> None:
    (person,) = inspected(picture_of("Ada"))
    hands = [part for part in person.parts if part.part.value.endswith("HAND")]
    assert len(hands) == 2
    assert all(part.judged == frozenset() == frozenset(part.equipment) for part in hands)


@pytest.mark.parametrize(
    ("name", "covers", "judged"),
    [("Ada", [True], True), ("Ben", [False], True), ("Cleo", [], True), ("Dina", [], False)],
)
def test_a_face_is_covered_badly_covered_bare_or_undecided(
    name: str, covers: list[bool], judged: bool
) -> None:
    (person,) = inspected(picture_of(name))
    face = person.parts[0]
    assert [item.covers for item in face.equipment] == covers
    assert (EquipmentType.FACE_COVER in face.judged) is judged
    for item in face.equipment:
        assert item.score >= 0.5
        assert item.covers_score >= 0.5


def test_only_a_bare_head_is_judged() -> None:
    heads = [inspected(picture_of(name))[0].parts[-1] for name in ("Cleo", "Emil", "Ada")]
    assert [EquipmentType.HEAD_COVER in head.judged for head in heads] == [True, False, False]
    assert all(head.equipment == () for head in heads)


def test_someone_without_a_face_is_a_person_too_and_a_dog_is_none() -> None:
    persons = inspected(
        picture_of("Ada"),
        ("Person", (0.0, 0.0, 60.0, 20.0), 0.7),
        ("Dog", (0.0, 0.0, 60.0, 30.0), 0.9),
        ("Person", (0.0, 0.0, 60.0, 40.0), 0.4),
    )
    assert len(persons) == 2
    assert persons[1].score == pytest.approx(0.7)
    assert BodyPart.FACE not in {part.part for part in persons[1].parts}


def test_persons_come_surest_first() -> None:
    persons = inspected(
        picture_of("Ada"),
        ("Person", (0.0, 0.0, 30.0, 20.0), 0.6),
        ("Person", (40.0, 0.0, 70.0, 20.0), 0.8),
    )
    scores = [person.score for person in persons]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)


def test_an_empty_room_has_nobody() -> None:
    assert inspected(picture_of()) == ()
