"""A `Sight` whose capabilities say how long they took, for the console's breakdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from eyebright.analysis.equipment.values import EquippedPerson
from eyebright.analysis.equipment.vision import EquipmentInspector
from eyebright.analysis.faces.observation import Detections, FaceAttribute, FaceDescription
from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.analysis.faces.vision import FaceVision, Similarity
from eyebright.analysis.labels.values import ClassScores, Label, ObjectDetections
from eyebright.analysis.labels.vision import ClassVision, Labeller, ObjectVision
from eyebright.analysis.moderation.values import Moderation
from eyebright.analysis.moderation.vision import Moderator
from eyebright.analysis.observations import Observations
from eyebright.analysis.properties.values import DominantColour, ImageProperties
from eyebright.analysis.properties.vision import PropertyMeter
from eyebright.analysis.sight import Sight
from eyebright.analysis.text.values import TextLine
from eyebright.analysis.text.vision import TextReader
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.image import Image
from eyebright.runtime.laps import lap

T = TypeVar("T")


def timed_sight(sight: Sight) -> Sight:
    """The same answers; whoever measures (`runtime.laps`) sees where their time went."""
    return Sight(
        faces=TimedFaces(sight.faces),
        objects=lambda: TimedObjects(_loaded(sight.objects)),
        classes=lambda: TimedClasses(_loaded(sight.classes)),
        labels=lambda: TimedLabeller(_loaded(sight.labels)),
        properties=lambda: TimedMeter(_loaded(sight.properties)),
        text=lambda: TimedReader(_loaded(sight.text)),
        moderation=lambda: TimedModerator(_loaded(sight.moderation)),
        equipment=lambda: TimedInspector(_loaded(sight.equipment)),
        transitions=sight.transitions,
    )


def _loaded(load: Callable[[], T]) -> T:
    """The first question to a capability loads its models; that is no part of seeing."""
    with lap("load"):
        return load()


@dataclass(frozen=True, slots=True)
class TimedFaces:
    """A `FaceVision`."""

    inner: FaceVision

    @property
    def space(self) -> EmbeddingSpace:
        return self.inner.space

    @property
    def similarity(self) -> Similarity:
        return self.inner.similarity

    def detect(self, image: Image) -> Detections:
        with lap("detect"):
            return self.inner.detect(image)

    def describe(
        self,
        image: Image,
        detections: Detections,
        *,
        wanted: frozenset[FaceAttribute] = frozenset(),
    ) -> list[FaceDescription]:
        with lap("describe"):
            return self.inner.describe(image, detections, wanted=wanted)

    def embed(self, image: Image, detections: Detections) -> FloatArray:
        with lap("embed"):
            return self.inner.embed(image, detections)


@dataclass(frozen=True, slots=True)
class TimedObjects:
    inner: ObjectVision

    def detect(self, image: Image) -> ObjectDetections:
        with lap("objects"):
            return self.inner.detect(image)


@dataclass(frozen=True, slots=True)
class TimedClasses:
    inner: ClassVision

    def classify(self, image: Image) -> ClassScores:
        with lap("classes"):
            return self.inner.classify(image)


@dataclass(frozen=True, slots=True)
class TimedLabeller:
    inner: Labeller

    def label(self, seen: Observations) -> tuple[Label, ...]:
        with lap("labels"):
            return self.inner.label(seen)


@dataclass(frozen=True, slots=True)
class TimedMeter:
    inner: PropertyMeter

    def measure(self, image: Image, *, max_colours: int = 10) -> ImageProperties:
        with lap("properties"):
            return self.inner.measure(image, max_colours=max_colours)

    def colours_of(
        self, image: Image, box_xyxy: Sequence[float], *, max_colours: int = 10
    ) -> tuple[DominantColour, ...]:
        with lap("properties"):
            return self.inner.colours_of(image, box_xyxy, max_colours=max_colours)


@dataclass(frozen=True, slots=True)
class TimedReader:
    inner: TextReader

    def read(self, image: Image) -> tuple[TextLine, ...]:
        with lap("text"):
            return self.inner.read(image)


@dataclass(frozen=True, slots=True)
class TimedModerator:
    inner: Moderator

    def moderate(self, seen: Observations) -> Moderation:
        with lap("moderation"):
            return self.inner.moderate(seen)


@dataclass(frozen=True, slots=True)
class TimedInspector:
    inner: EquipmentInspector

    def inspect(self, seen: Observations) -> tuple[EquippedPerson, ...]:
        with lap("equipment"):
            return self.inner.inspect(seen)
