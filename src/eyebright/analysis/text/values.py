"""Words and lines. Pixels and scores 0-1."""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]
Polygon = tuple[Point, Point, Point, Point]
"""x, y in pixels of `Image.pixels`, clockwise from where the text's top left is, in its own reading
direction: for upside-down text the first point is at the bottom right of the picture."""


@dataclass(frozen=True, slots=True)
class TextWord:
    """score: 0-1, calibrated: of words given 0.9, nine in ten are read right."""

    text: str
    score: float
    polygon_xy: Polygon


@dataclass(frozen=True, slots=True)
class TextLine:
    """Words that are read together; text is theirs, with spaces where the script has them."""

    text: str
    score: float
    polygon_xy: Polygon
    words: tuple[TextWord, ...]
