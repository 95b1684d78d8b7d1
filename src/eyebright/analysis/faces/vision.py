"""What other rooms need of the face analysis, as a contract: the real one is `analyser.py`."""

from __future__ import annotations

from typing import Protocol

from eyebright.analysis.faces.observation import Detections, FaceAttribute, FaceDescription
from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.image import Image


class Similarity(Protocol):
    """A monotone calibration between cosine and percent."""

    def to_percent(self, cosine: float, /) -> float:
        """0-100 for a cosine of -1 to 1."""
        ...

    def to_cosine(self, percent: float, /) -> float:
        """The least cosine that reaches `percent`."""
        ...

    def false_match_rate(self, percent: float, /) -> float:
        """0-1; of pairs of different people, the share that reaches `percent`."""
        ...


class FaceVision(Protocol):
    """Sees faces: where, what they look like, and a vector of each."""

    @property
    def space(self) -> EmbeddingSpace: ...

    @property
    def similarity(self) -> Similarity: ...

    def detect(self, image: Image) -> Detections:
        """All faces of a picture, largest box first."""
        ...

    def describe(
        self,
        image: Image,
        detections: Detections,
        *,
        wanted: frozenset[FaceAttribute] = frozenset(),
    ) -> list[FaceDescription]:
        """One description for each detection, in their order."""
        ...

    def embed(self, image: Image, detections: Detections) -> FloatArray:
        """(N, space.dimension) float32, each of unit length, in the order of the detections."""
        ...
