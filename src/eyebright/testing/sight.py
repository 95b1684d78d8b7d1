"""A `Sight` without models, for tests of everything above the analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from eyebright.analysis.labels.labeller import EvidenceLabeller
from eyebright.analysis.labels.taxonomy import load_taxonomy
from eyebright.analysis.labels.values import ClassScores, ObjectDetections
from eyebright.analysis.sight import Sight
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.image import Image
from eyebright.testing.analyser import FakeAnalyser
from eyebright.testing.equipment import fake_inspector
from eyebright.testing.moderation import fake_moderator
from eyebright.testing.pictures import PEOPLE
from eyebright.testing.properties import fake_meter
from eyebright.testing.text import FakeReader
from eyebright.testing.transitions import FakeTransitions

FEATURES = 8


@dataclass(frozen=True, slots=True)
class FakeObjects:
    """Every coloured square of `pictures.py` is a thing with this name, as sure as `score`; but Fay
    is a person."""

    name: str = "Dog"
    score: float = 0.9

    def detect(self, image: Image) -> ObjectDetections:
        boxes = FakeAnalyser().detect(image).boxes_xyxy
        scores = np.full(len(boxes), self.score, np.float32)
        names = tuple("Person" if _is_fay(image, box) else self.name for box in boxes)
        return ObjectDetections(boxes, scores, names)


def _is_fay(image: Image, box_xyxy: FloatArray) -> bool:
    left, top, right, bottom = (int(edge) for edge in box_xyxy)
    colour = image.pixels[(top + bottom) // 2, (left + right) // 2].astype(int)
    return bool(np.abs(colour - np.array(PEOPLE["Fay"])).max() < 40)


@dataclass(frozen=True, slots=True)
class FakeClasses:
    """Says the same of every picture."""

    scores: Mapping[str, float] = field(default_factory=lambda: {"Beagle": 0.8, "Beach": 0.3})

    def classify(self, image: Image) -> ClassScores:
        features = np.zeros(FEATURES, np.float32)
        features[int(image.pixels.mean()) % FEATURES] = 1.0
        return ClassScores(dict(self.scores), features)


def fake_sight() -> Sight:
    """Every capability, over fakes."""
    return Sight(
        faces=FakeAnalyser(),
        objects=FakeObjects,
        classes=FakeClasses,
        labels=fake_labeller,
        properties=fake_meter,
        text=FakeReader,
        moderation=fake_moderator,
        equipment=fake_inspector,
        transitions=FakeTransitions,
    )


@cache
def fake_labeller() -> EvidenceLabeller:
    """The real labeller, over whatever the fakes have seen. Its words are read once."""
    return EvidenceLabeller.load(load_taxonomy())
