"""What the people room needs to know of how alike two vectors are."""

from __future__ import annotations

from typing import Protocol


class SimilarityScale(Protocol):
    """A monotone calibration between cosine and percent; the face pack brings the real one."""

    def to_percent(self, cosine: float, /) -> float:
        """0-100 for a cosine of -1 to 1; never falls as the cosine rises."""
        ...

    def to_cosine(self, percent: float, /) -> float:
        """The least cosine that reaches `percent` (0-100)."""
        ...

    def false_match_rate(self, percent: float, /) -> float:
        """0-1; of pairs of different people, the share that reaches `percent` (0-100)."""
        ...
