"""Sight that sees no faces, for pictures whose faces nobody asked for: labels and moderation, which
would look at faces too, go by everything else."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from eyebright.analysis.faces.observation import Detections, FaceAttribute, FaceDescription
from eyebright.analysis.faces.space import EmbeddingSpace
from eyebright.analysis.faces.vision import FaceVision, Similarity
from eyebright.analysis.sight import Sight
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.image import Image


def faceless(sight: Sight) -> Sight:
    """The same, but for faces."""
    return replace(sight, faces=_Blindfold(sight.faces))


@dataclass(frozen=True, slots=True)
class _Blindfold:
    """A `FaceVision` that runs no model."""

    behind: FaceVision

    @property
    def space(self) -> EmbeddingSpace:
        return self.behind.space

    @property
    def similarity(self) -> Similarity:
        return self.behind.similarity

    def detect(self, _image: Image) -> Detections:
        return Detections(
            np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros((0, 5, 2), np.float32)
        )

    def describe(
        self,
        _image: Image,
        _detections: Detections,
        *,
        wanted: frozenset[FaceAttribute] = frozenset(),  # noqa: ARG002 - of the contract
    ) -> list[FaceDescription]:
        return []

    def embed(self, _image: Image, _detections: Detections) -> FloatArray:
        return np.zeros((0, self.space.dimension), np.float32)
