"""A second analyser without models, of another embedding space: what a new pack would bring."""

from __future__ import annotations

import hashlib

import numpy as np

from eyebright.analysis.faces.observation import Detections
from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.image import Image
from eyebright.testing.analyser import DIMENSION, FakeAnalyser

OTHER_DIMENSION = 256


class OtherAnalyser(FakeAnalyser):
    """Sees the same faces, a little larger, and says who they are in another space."""

    def __init__(self, *, dimension: int = OTHER_DIMENSION) -> None:
        super().__init__()
        digest = hashlib.sha256(f"eyebright other analyser {dimension}".encode()).hexdigest()
        self.space = EmbeddingSpace(name="fake/2", dimension=dimension, digest=digest)
        turn = np.random.default_rng(7).standard_normal((DIMENSION, DIMENSION))
        self._turn = np.linalg.qr(turn)[0][:, :dimension]

    def detect(self, image: Image) -> Detections:
        """Every coloured patch with a rim of two pixels, largest box first."""
        found = super().detect(image)
        rim = np.array([-2.0, -2.0, 2.0, 2.0], np.float32)
        return Detections(found.boxes_xyxy + rim, found.scores, found.points)

    def embed(self, image: Image, detections: Detections) -> FloatArray:
        """(N, dimension) float32, unit length."""
        rim = np.array([2.0, 2.0, -2.0, -2.0], np.float32)
        inner = Detections(detections.boxes_xyxy + rim, detections.scores, detections.points)
        turned = super().embed(image, inner).astype(np.float64) @ self._turn
        lengths = np.linalg.norm(turned, axis=1, keepdims=True)
        return np.asarray(turned / np.maximum(lengths, 1e-9), np.float32)
