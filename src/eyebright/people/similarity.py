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


_HALVINGS = 40


def percent_at(scale: SimilarityScale, false_match_rate: float, *, least: float = 0.0) -> float:
    """The least similarity, from `least` to 100, that so few pairs of different people reach."""
    low, high = least, 100.0
    if scale.false_match_rate(low) <= false_match_rate:
        return low
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if scale.false_match_rate(middle) <= false_match_rate:
            high = middle
        else:
            low = middle
    return high
