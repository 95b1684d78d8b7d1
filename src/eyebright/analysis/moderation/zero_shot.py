"""Every class of the taxonomy, as an image-text model sees it: by sentences, against sentences.

A class has sentences that describe it and contrasts, which are what it is easily taken for. Its
score is how like the picture is to the likest sentence, times how much liker than to the likest
contrast. The sentences come with the pack. Nothing of this was measured by this project.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eyebright.analysis.labels.image_text import likeness
from eyebright.analysis.labels.likeness import Likeness
from eyebright.analysis.labels.name_vectors import NameEmbedder
from eyebright.analysis.labels.open_vocabulary import text_embedder
from eyebright.errors import PackInvalid
from eyebright.geometry.arrays import FloatArray
from eyebright.packs.pack import Pack
from eyebright.runtime.session import Runtime

if TYPE_CHECKING:
    from eyebright.analysis.observations import Observations


@dataclass(frozen=True, slots=True)
class Concept:
    """A class of the taxonomy in sentences; at least one prompt and one contrast."""

    name: str
    prompts: tuple[str, ...]
    contrasts: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """prompts (P, D), contrasts (C, D): unit vectors."""

    prompts: FloatArray
    contrasts: FloatArray

    def score(self, features: FloatArray, likeness: Likeness) -> float:
        said = np.max(self.prompts @ features)
        other = np.max(self.contrasts @ features)
        rather = Likeness(likeness.scale, 0.0).scores(said - other)
        return float(likeness.scores(said) * rather)


class ZeroShotModeration:
    """Name of a class -> 0-1, for pictures whose features come from the same pack's image tower."""

    def __init__(self, sides: Mapping[str, _Sides], likeness: Likeness) -> None:
        self._sides = dict(sides)
        self._likeness = likeness

    @classmethod
    def load(cls, pack: Pack, runtime: Runtime, *, home: Path) -> ZeroShotModeration:
        """Raises PackError when the pack cannot be used, or the vectors are not prepared."""
        concepts = read_concepts(pack)
        return cls.of(concepts, moderation_embedder(pack, runtime, home=home), likeness(pack))

    @classmethod
    def of(
        cls, concepts: Sequence[Concept], embedder: NameEmbedder, likeness: Likeness
    ) -> ZeroShotModeration:
        vectors = embedder.vectors(concept_sentences(concepts))
        sides, at = {}, 0
        for concept in concepts:
            middle, end = at + len(concept.prompts), at + len(concept.prompts + concept.contrasts)
            sides[concept.name] = _Sides(vectors[at:middle], vectors[middle:end])
            at = end
        return cls(sides, likeness)

    def __call__(self, seen: Observations) -> dict[str, float]:
        """Looks at the picture only when nobody asked for its classes before."""
        return self.scores(seen.classes.features)

    def scores(self, features: FloatArray) -> dict[str, float]:
        """features: (D,), the image tower's unit vector of the picture.

        Raises PackInvalid when they come from another model.
        """
        scores = {}
        for name, sides in self._sides.items():
            if sides.prompts.shape[1] != len(features):
                raise PackInvalid(
                    f"The picture has {len(features)} features and the sentences "
                    f"{sides.prompts.shape[1]}: EYEBRIGHT_LABEL_PACK names another model."
                )
            scores[name] = sides.score(features, self._likeness)
        return scores


def read_concepts(pack: Pack) -> tuple[Concept, ...]:
    """The pack's sentences. Raises PackInvalid when a class has no prompt or no contrast."""
    table = pack.table("moderation.concepts")
    return tuple(_concept(name, fields, pack) for name, fields in table.items())


def concept_sentences(concepts: Sequence[Concept]) -> tuple[str, ...]:
    """All sentences: of each class its prompts, then its contrasts."""
    return tuple(text for concept in concepts for text in (*concept.prompts, *concept.contrasts))


def moderation_embedder(pack: Pack, runtime: Runtime, *, home: Path) -> NameEmbedder:
    """Vectors of the sentences, kept in the home."""
    return text_embedder(pack, runtime, home=home, use="moderation")


def _concept(name: str, fields: object, pack: Pack) -> Concept:
    where = f"{name!r} of pack {pack.id}"
    table = fields if isinstance(fields, dict) else {}
    return Concept(name, _texts(table.get("prompts"), where), _texts(table.get("contrasts"), where))


def _texts(side: object, where: str) -> tuple[str, ...]:
    if not isinstance(side, list) or not side or not all(isinstance(text, str) for text in side):
        raise PackInvalid(f"{where} needs lists of prompts and contrasts, none of them empty.")
    return tuple(side)
