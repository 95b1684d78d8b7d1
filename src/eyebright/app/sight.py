"""From installed packs to what can be seen, each capability loaded when it is first asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from eyebright.analysis.equipment.vision import EquipmentInspector
from eyebright.analysis.faces.observation import Detections, FaceAttribute, FaceDescription
from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.analysis.faces.vision import FaceVision, Similarity
from eyebright.analysis.labels.vision import ClassVision, Labeller, ObjectVision
from eyebright.analysis.moderation.vision import Moderator
from eyebright.analysis.properties.vision import PropertyMeter
from eyebright.analysis.segments.vision import TransitionVision
from eyebright.analysis.sight import Sight
from eyebright.analysis.text.vision import TextReader
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.image import Image
from eyebright.packs.pack import Pack
from eyebright.runtime.session import Runtime
from eyebright.settings import Settings

if TYPE_CHECKING:
    from eyebright.app.extended import ExtendedLabels

FACE_PACK = "faces"
EQUIPMENT_PACK = "equipment"
LABEL_PACK = "labels"
MODERATION_PACK = "moderation"
TEXT_PACK = "text"
PROPERTIES_PACK = "foreground"
SHOT_PACK = "shots"

T = TypeVar("T")


class Lazy(Generic[T]):
    """Something that is loaded when it is first called for, once, whoever asks.

    A load that fails is tried again by the next call.
    """

    def __init__(self, load: Callable[[], T]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._loaded: list[T] = []

    def __call__(self) -> T:
        with self._lock:
            if not self._loaded:
                self._loaded.append(self._load())
            return self._loaded[0]


class LazyVision:
    """A `FaceVision` that is loaded when it is first asked for something, once."""

    def __init__(self, load: Callable[[], FaceVision]) -> None:
        self.preload: Callable[[], FaceVision] = Lazy(load)
        """The loaded vision. Raises PackError when its pack cannot be used."""

    @property
    def space(self) -> EmbeddingSpace:
        return self.preload().space

    @property
    def similarity(self) -> Similarity:
        return self.preload().similarity

    def detect(self, image: Image) -> Detections:
        return self.preload().detect(image)

    def describe(
        self,
        image: Image,
        detections: Detections,
        *,
        wanted: frozenset[FaceAttribute] = frozenset(),
    ) -> list[FaceDescription]:
        return self.preload().describe(image, detections, wanted=wanted)

    def embed(self, image: Image, detections: Detections) -> FloatArray:
        return self.preload().embed(image, detections)


class LazyScale:
    """The vision's similarity, for rooms that are wired before it is loaded."""

    def __init__(self, vision: LazyVision) -> None:
        self._vision = vision

    def to_percent(self, cosine: float, /) -> float:
        return self._vision.similarity.to_percent(cosine)

    def to_cosine(self, percent: float, /) -> float:
        return self._vision.similarity.to_cosine(percent)

    def false_match_rate(self, percent: float, /) -> float:
        return self._vision.similarity.false_match_rate(percent)


class InstalledPacks:
    """Loads capabilities from the packs of one home. Each method loads anew; `Lazy` keeps.

    Models are imported with the first picture: they are not needed to list collections.
    """

    def __init__(self, settings: Settings, runtime: Runtime) -> None:
        self._settings = settings
        self._runtime = runtime

    def pack(self, name: str) -> Pack:
        from eyebright.packs.pack import load_pack

        return load_pack(self._settings.packs_directory, name)

    def extended(self) -> ExtendedLabels:
        """Raises PackNotInstalled when the settings name the pack and it is not there."""
        from eyebright.app.extended import EXTENDED_PACK, ExtendedLabels

        return ExtendedLabels(self.pack(EXTENDED_PACK), self._settings, self._runtime)

    @property
    def is_extended(self) -> bool:
        return self._settings.label_pack == "labels-extended"

    def faces(self) -> FaceVision:
        from eyebright.analysis.faces.analyser import FaceAnalyser

        return FaceAnalyser.load(self.pack(FACE_PACK), self._runtime)

    def objects(self) -> ObjectVision:
        if self.is_extended:
            return self.extended().objects()
        from eyebright.analysis.labels.objects import ObjectDetector

        return ObjectDetector.load(self.pack(LABEL_PACK), self._runtime)

    def classes(self) -> ClassVision:
        if self.is_extended:
            return self.extended().classes()
        from eyebright.analysis.labels.classes import PictureClassifier

        return PictureClassifier.load(self.pack(LABEL_PACK), self._runtime)

    def labels(self) -> Labeller:
        from eyebright.analysis.labels.labeller import EvidenceLabeller
        from eyebright.app.extended import label_taxonomy

        return EvidenceLabeller.load(label_taxonomy(self._settings))

    def properties(self) -> PropertyMeter:
        from eyebright.analysis.properties.meter import PictureMeter

        return PictureMeter.load(self.pack(PROPERTIES_PACK), self._runtime)

    def text(self) -> TextReader:
        from eyebright.analysis.text.reader import PaddleReader
        from eyebright.analysis.text.tesseract import Tesseract

        languages = self._settings.text_languages
        other = Tesseract.find(languages) if languages else None
        return PaddleReader.load(self.pack(TEXT_PACK), self._runtime, other_scripts=other)

    def moderation(self) -> Moderator:
        from eyebright.analysis.moderation.moderator import EvidenceModerator

        extra = self.extended().moderation() if self.is_extended else None
        return EvidenceModerator.load(self.pack(MODERATION_PACK), self._runtime, extra=extra)

    def equipment(self) -> EquipmentInspector:
        from eyebright.analysis.equipment.inspector import PackInspector

        return PackInspector.load(self.pack(EQUIPMENT_PACK), self._runtime)

    def transitions(self) -> TransitionVision:
        from eyebright.analysis.segments.net import TransitionNet

        return TransitionNet.load(self.pack(SHOT_PACK), self._runtime)


def installed_sight(settings: Settings, runtime: Runtime, *, faces: LazyVision) -> Sight:
    """Everything that the installed packs can see; nothing is loaded yet."""
    packs = InstalledPacks(settings, runtime)
    return Sight(
        faces=faces,
        objects=Lazy(packs.objects),
        classes=Lazy(packs.classes),
        labels=Lazy(packs.labels),
        properties=Lazy(packs.properties),
        text=Lazy(packs.text),
        moderation=Lazy(packs.moderation),
        equipment=Lazy(packs.equipment),
        transitions=Lazy(packs.transitions),
    )
