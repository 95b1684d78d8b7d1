"""What other rooms need of labels, as contracts. The real ones: `objects.py`, `classes.py`,
`labeller.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from eyebright.analysis.labels.values import ClassScores, Label, ObjectDetections
from eyebright.imaging.image import Image

if TYPE_CHECKING:
    from eyebright.analysis.observations import Observations


class ObjectVision(Protocol):
    """Sees things that have a place. Takes a slot of the runtime."""

    def detect(self, image: Image) -> ObjectDetections:
        """All things seen, best first."""
        ...


class ClassVision(Protocol):
    """Says what a picture as a whole shows. Takes a slot of the runtime."""

    def classify(self, image: Image) -> ClassScores: ...


class Labeller(Protocol):
    """Makes labels of everything that was seen."""

    def label(self, seen: Observations) -> tuple[Label, ...]:
        """All labels of a picture, surest first; every ancestor of a label is in it too."""
        ...
