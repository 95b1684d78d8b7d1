"""What other rooms need of image properties, as a contract. The real one is `meter.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from eyebright.analysis.properties.values import DominantColour, ImageProperties
from eyebright.imaging.image import Image


class PropertyMeter(Protocol):
    """Measures pictures. `measure` takes a slot of the runtime."""

    def measure(self, image: Image, *, max_colours: int = 10) -> ImageProperties: ...

    def colours_of(
        self, image: Image, box_xyxy: Sequence[float], *, max_colours: int = 10
    ) -> tuple[DominantColour, ...]:
        """The dominant colours inside a box in pixels; () for a box without area."""
        ...
