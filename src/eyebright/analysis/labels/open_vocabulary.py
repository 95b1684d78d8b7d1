"""Whole-picture labels by any name: how like is the picture to a sentence with the name in it?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eyebright.analysis.labels.image_text import (
    ImageTower,
    TextTower,
    likeness,
    text_space,
)
from eyebright.analysis.labels.likeness import Likeness
from eyebright.analysis.labels.name_vectors import NameEmbedder, VectorFile
from eyebright.analysis.labels.prompts import sentences
from eyebright.analysis.labels.values import ClassScores
from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import FloatArray
from eyebright.imaging.image import Image
from eyebright.packs.pack import Pack
from eyebright.runtime.session import Runtime

VECTORS_FOLDER = "name-vectors"
"""In the home."""


class OpenVocabularyClassifier:
    """Implements `ClassVision` for the names it is given. Every name is judged by itself: scores
    do not add up to one, and a name that is not asked for is not said."""

    def __init__(
        self,
        tower: ImageTower,
        runtime: Runtime,
        *,
        names: Sequence[str],
        vectors: FloatArray,
        likeness: Likeness,
        floor: float,
    ) -> None:
        """vectors: (N, D), one for each name. floor: scores below it are left out."""
        self._tower = tower
        self._runtime = runtime
        self._names = tuple(names)
        self._vectors = vectors
        self._likeness = likeness
        self._floor = floor

    @classmethod
    def load(
        cls, pack: Pack, runtime: Runtime, *, names: Sequence[str], home: Path
    ) -> OpenVocabularyClassifier:
        """Raises PackError when the pack cannot be used, or the vectors are not prepared."""
        embedder = text_embedder(pack, runtime, home=home, use="labels")
        return cls(
            ImageTower.load(pack, runtime),
            runtime,
            names=names,
            vectors=embedder.vectors(label_sentences(pack, names)),
            likeness=likeness(pack),
            floor=pack.number("image_text.floor"),
        )

    def classify(self, image: Image) -> ClassScores:
        with self._runtime.slot():
            features = self._tower.embed(image.pixels)
        scores = self._likeness.scores(self._vectors @ features)
        said = np.flatnonzero(scores >= self._floor)
        return ClassScores({self._names[i]: float(scores[i]) for i in said}, features)


def label_sentences(pack: Pack, names: Sequence[str]) -> tuple[str, ...]:
    """The pack's sentence for each name."""
    template = pack.table("image_text").get("prompt")
    if not isinstance(template, str):
        raise PackInvalid(f"Pack {pack.id} has no prompt for names.")
    return sentences(names, template)


def text_embedder(pack: Pack, runtime: Runtime, *, home: Path, use: str) -> NameEmbedder:
    """Vectors of the pack's text tower, kept in the home. Loads the tower only when needed."""
    file = VectorFile(home / VECTORS_FOLDER, text_space(pack), use)
    return NameEmbedder(file, lambda: TextTower.load(pack, runtime).embed)
