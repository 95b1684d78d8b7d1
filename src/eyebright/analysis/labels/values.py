"""What object detection and classification say, and the labels made of it. Scores are 0-1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eyebright.geometry.arrays import AnyArray, FloatArray

Box = tuple[float, float, float, float]
"""left, top, right, bottom in pixels of `Image.pixels`."""


@dataclass(frozen=True, slots=True, eq=False)
class ObjectDetections:
    """N boxes of things in one picture, best first.

    boxes_xyxy: (N, 4) float32 pixels, inside the picture.
    scores: (N,) float32, 0-1, calibrated: of boxes given 0.9, nine in ten show what they say.
    names: the N taxonomy names (Rekognition's words) of what the boxes show.
    vocabulary: all names that boxes could have had; that there is no box is evidence, too.
    """

    boxes_xyxy: FloatArray
    scores: FloatArray
    names: tuple[str, ...]
    vocabulary: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.scores)


@dataclass(frozen=True, slots=True, eq=False)
class ClassScores:
    """What the whole picture shows, as the classifier sees it.

    scores: taxonomy name -> 0-1, calibrated: the chance that a person would say this of the
        picture. A name that several classes imply has the sum of their shares. Names far below
        any use are left out.
    features: (D,) float32, the classifier's picture vector before its last layer; unit length.
    """

    scores: Mapping[str, float]
    features: FloatArray


@dataclass(frozen=True, slots=True)
class Instance:
    """One thing of a label, where it is. score: 0-1."""

    box_xyxy: Box
    score: float


@dataclass(frozen=True, slots=True)
class Label:
    """One word for a picture.

    score: 0-1, calibrated. parents: all ancestors, nearest first; each is a label of its own in
    the same answer. instances: only of things that have boxes, best first.
    """

    name: str
    score: float
    parents: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    instances: tuple[Instance, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelFilters:
    """Which labels are wanted: exact names. Empty sets filter nothing.

    A label is kept when it is in an included name or category (if any are given) and in no
    excluded one.
    """

    names: frozenset[str] = field(default_factory=frozenset)
    without_names: frozenset[str] = field(default_factory=frozenset)
    categories: frozenset[str] = field(default_factory=frozenset)
    without_categories: frozenset[str] = field(default_factory=frozenset)


NO_FILTERS = LabelFilters()


@dataclass(frozen=True, slots=True, eq=False)
class RawObjects:
    """A detector's own words, before calibration and names. For benchmarks and fitting.

    boxes_xyxy: (N, 4) float32 pixels; scores: (N,) float32; classes: (N,) intp, the model's own.
    """

    boxes_xyxy: FloatArray
    scores: FloatArray
    classes: AnyArray
