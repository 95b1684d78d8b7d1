"""Letters that the pack's net does not know: who reads them, and how they are told."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Protocol

from eyebright.analysis.text.words import ReadWord
from eyebright.geometry.arrays import ByteArray


class LineReader(Protocol):
    """Reads one line that stands upright."""

    def read(self, strip: ByteArray) -> tuple[ReadWord, ...]:
        """The words of (h, w, 3) RGB in the order in which they are read; none when it reads
        nothing."""
        ...


def is_other_script(texts: Sequence[str], alphabet: Container[str]) -> bool:
    """Whether at least half of the letters are none that the net could have read."""
    letters = [letter for text in texts for letter in text if letter.isalpha()]
    unknown = sum(letter not in alphabet for letter in letters)
    return unknown > 0 and 2 * unknown >= len(letters)
