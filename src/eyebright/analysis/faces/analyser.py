"""All that is done with faces, in the order it is done: detect, then describe or embed.

Each public call takes one slot of the runtime, so that as many pictures are worked on at once as
there are processors, whatever the callers do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from eyebright.analysis.faces.describe import FaceDescriber
from eyebright.analysis.faces.detect import DetectionRules, FaceDetector
from eyebright.analysis.faces.embed import FaceEmbedder
from eyebright.analysis.faces.observation import Detections, FaceAttribute, FaceDescription
from eyebright.analysis.faces.similarity import SimilarityScale
from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.image import Image
from eyebright.packs.pack import Pack
from eyebright.runtime.session import Runtime

DETECTOR_FILE = "centerface.onnx"


@dataclass(frozen=True, slots=True, eq=False)
class FaceAnalyser:
    """The face pack at work; what `vision.FaceVision` asks for. Safe to use from any thread."""

    space: EmbeddingSpace
    similarity: SimilarityScale
    detector: FaceDetector
    describer: FaceDescriber
    embedder: FaceEmbedder
    runtime: Runtime

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime) -> Self:
        """Every model of the pack, loaded once. Raises PackInvalid when one is missing."""
        name, dimension, digest = pack.embedding_space
        return cls(
            space=EmbeddingSpace(name=name, dimension=dimension, digest=digest),
            similarity=SimilarityScale.of(pack),
            detector=FaceDetector(
                runtime.load(pack.model_path(DETECTOR_FILE)), DetectionRules.of(pack)
            ),
            describer=FaceDescriber.load(pack, runtime),
            embedder=FaceEmbedder.load(pack, runtime),
            runtime=runtime,
        )

    def detect(self, image: Image) -> Detections:
        """All faces of a picture, largest box first."""
        with self.runtime.slot():
            return self.detector.detect(image.pixels)

    def describe(
        self,
        image: Image,
        detections: Detections,
        *,
        wanted: frozenset[FaceAttribute] = frozenset(),
    ) -> list[FaceDescription]:
        """One description for each detection, in their order."""
        with self.runtime.slot():
            return self.describer.describe(image, detections, wanted=wanted)

    def embed(self, image: Image, detections: Detections) -> FloatArray:
        """(N, space.dimension) float32, each of unit length, in the order of the detections."""
        with self.runtime.slot():
            return self.embedder.embed(image, detections)
