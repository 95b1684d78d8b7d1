"""What other rooms need of reading, as a contract. The real one is `reader.py`."""

from __future__ import annotations

from typing import Protocol

from eyebright.analysis.text.values import TextLine
from eyebright.imaging.image import Image


class TextReader(Protocol):
    """Reads. Takes a slot of the runtime."""

    def read(self, image: Image) -> tuple[TextLine, ...]:
        """All lines of a picture in reading order, each with its words."""
        ...
