from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from eyebright.analysis.labels.evidence import Evidence
from eyebright.analysis.labels.filters import select
from eyebright.analysis.labels.labeller import EvidenceLabeller, say_objects, settle
from eyebright.analysis.labels.pixels import colour_shares, say_pixels
from eyebright.analysis.labels.taxonomy import load_taxonomy
from eyebright.analysis.labels.values import Instance, Label, LabelFilters, ObjectDetections
from eyebright.analysis.labels.vision import ObjectVision
from eyebright.analysis.observations import Observations
from eyebright.imaging.image import Image
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.pictures import picture_of
from eyebright.testing.sight import FakeClasses, FakeObjects


@pytest.fixture
def evidence() -> Evidence:
    return Evidence(load_taxonomy())


def labels_of(image: Image, objects: ObjectVision, classes: FakeClasses) -> dict[str, Label]:
    seen = Observations(
        image,
        face_vision=FakeAnalyser(),
        object_vision=lambda: objects,
        class_vision=lambda: classes,
    )
    found = EvidenceLabeller.load(load_taxonomy()).label(seen)
    assert len({label.name for label in found}) == len(found)
    return {label.name: label for label in found}


def plain(colour: tuple[int, int, int]) -> Image:
    return Image(np.full((64, 64, 3), colour, np.uint8), "PNG", b"", (64, 64))


def test_no_ancestor_is_less_sure_than_its_child() -> None:
    labels = labels_of(picture_of("Ada", "Ben"), FakeObjects("Car"), FakeClasses())
    assert len(labels) > 10
    for label in labels.values():
        assert set(label.parents) <= set(labels)
        assert all(labels[parent].score >= label.score for parent in label.parents)


def test_only_the_word_itself_has_the_boxes() -> None:
    labels = labels_of(picture_of("Ada", "Ben"), FakeObjects("Car"), FakeClasses({}))
    assert len(labels["Car"].instances) == 2
    assert labels["Vehicle"].instances == ()


def test_sports_have_no_place() -> None:
    labels = labels_of(picture_of("Ada"), FakeObjects("Skiing"), FakeClasses({}))
    assert labels["Skiing"].instances == ()
    assert labels["Snow"].score >= labels["Skiing"].score > 0.5


def test_weak_boxes_speak_but_are_not_shown(evidence: Evidence) -> None:
    boxes = np.array([[0, 0, 9, 9], [20, 0, 29, 9], [40, 0, 49, 9]], np.float32)
    scores = np.array([0.6, 0.2, 0.2], np.float32)
    say_objects(evidence, ObjectDetections(boxes[:1], scores[:1], ("Cup",)))
    alone = evidence.score("Cup")
    say_objects(evidence, ObjectDetections(boxes[1:], scores[:2], ("Cup", "Cup")))
    assert len(evidence.instances("Cup")) == 2
    together = Evidence(load_taxonomy())
    say_objects(together, ObjectDetections(boxes, scores, ("Cup",) * 3))
    assert together.score("Cup") > alone
    assert len(together.instances("Cup")) == 1


def test_inside_and_outside_are_never_both_likely(evidence: Evidence) -> None:
    evidence.say("Kitchen", 0.7)
    evidence.say("Castle", 0.6)
    evidence.say("Outdoors", 0.9)
    settle(evidence, "Indoors", "Outdoors")
    assert evidence.score("Outdoors") == 0.9
    assert evidence.score("Indoors") == evidence.score("Kitchen") == pytest.approx(0.1)
    assert evidence.score("Castle") == 0.6


def test_what_does_not_contradict_is_left_alone(evidence: Evidence) -> None:
    evidence.say("Indoors", 0.3)
    evidence.say("Outdoors", 0.4)
    settle(evidence, "Indoors", "Outdoors")
    assert (evidence.score("Indoors"), evidence.score("Outdoors")) == (0.3, 0.4)


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((250, 250, 250), "White"),
        ((10, 10, 10), "Black"),
        ((128, 128, 128), "Gray"),
        ((220, 30, 30), "Red"),
        ((30, 160, 50), "Green"),
        ((40, 70, 220), "Blue"),
        ((240, 220, 40), "Yellow"),
        ((150, 40, 200), "Purple"),
    ],
)
def test_a_picture_of_one_colour_is_called_by_it(
    evidence: Evidence, colour: tuple[int, int, int], name: str
) -> None:
    say_pixels(evidence, plain(colour))
    said = {word for word in colour_shares(plain(colour).pixels) if evidence.score(word) > 0}
    assert said == {name}


def test_a_colour_of_half_a_picture_is_not_its_colour(evidence: Evidence) -> None:
    pixels = plain((220, 30, 30)).pixels.copy()
    pixels[:, :32] = (40, 70, 220)
    say_pixels(evidence, Image(pixels, "PNG", b"", (64, 64)))
    assert evidence.score("Red") == evidence.score("Blue") == 0.0


@dataclass(frozen=True)
class KnowsDogs:
    """Boxes `found` where the made-up detector sees something; could have boxed dogs."""

    found: str

    def detect(self, image: Image) -> ObjectDetections:
        return replace(FakeObjects(self.found).detect(image), vocabulary=frozenset({"Dog"}))


def test_a_dog_that_has_no_box_is_doubted() -> None:
    classes = FakeClasses({"Beagle": 0.9, "Dog": 0.9, "Castle": 0.9})
    unseen = labels_of(picture_of("Ada"), KnowsDogs("Cat"), classes)
    seen = labels_of(picture_of("Ada"), KnowsDogs("Dog"), classes)
    assert unseen["Beagle"].score == unseen["Dog"].score == pytest.approx(0.54)
    assert seen["Beagle"].score == unseen["Castle"].score == 0.9


def test_clothes_are_doubted_where_several_people_are() -> None:
    classes = FakeClasses({"Bikini": 0.8, "Beach": 0.8})
    alone = labels_of(picture_of("Ada"), FakeObjects("Person"), classes)
    together = labels_of(picture_of("Ada", "Ben"), FakeObjects("Person"), classes)
    assert alone["Bikini"].score == alone["Beach"].score == together["Beach"].score == 0.8
    assert together["Bikini"].score == pytest.approx(0.4)


def test_a_word_outside_the_taxonomy_is_refused(evidence: Evidence) -> None:
    with pytest.raises(KeyError):
        evidence.say("Jabberwock", 0.9)


def test_selection_keeps_order_and_drops_weak_boxes() -> None:
    boxes = (Instance((0.0, 0.0, 9.0, 9.0), 0.9), Instance((9.0, 9.0, 20.0, 20.0), 0.4))
    car = Label("Car", 0.9, categories=("Vehicles and Automotive",), instances=boxes)
    labels = (car, Label("Person", 0.8, categories=("Person Description",)), Label("Dog", 0.3))
    assert [label.name for label in select(labels, min_score=0.5)] == ["Car", "Person"]
    assert select(labels, min_score=0.5)[0].instances == boxes[:1]
    assert select(labels, limit=2) == labels[:2]
    vehicles = LabelFilters(categories=frozenset({"Vehicles and Automotive"}))
    assert select(labels, filters=vehicles) == labels[:1]
