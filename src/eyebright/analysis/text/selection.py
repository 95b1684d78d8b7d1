"""Which words are told: sure, large and well placed enough, and not more than asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eyebright.analysis.text.layout import line_of
from eyebright.analysis.text.values import TextLine, TextWord
from eyebright.errors import InvalidInput
from eyebright.geometry.arrays import FloatArray
from eyebright.geometry.polygons import enclosing_box, polygon_area, shared_area

INSIDE_SHARE = 0.5
"""More than this share of a word lies in a region, or the word is not of it."""
_LEAST_REGION_PX = 1e-3
"""Square pixels; less is a point or a line."""


@dataclass(frozen=True, slots=True)
class WordFilter:
    """least_score: 0-1. least_height, least_width: of the upright box around a word, as shares of
    the picture's."""

    least_score: float = 0.0
    least_height: float = 0.0
    least_width: float = 0.0

    def keeps(self, word: TextWord, *, size_wh: tuple[int, int]) -> bool:
        """size_wh: of the picture, in pixels."""
        left, top, right, bottom = enclosing_box(word.polygon_xy)
        return (
            word.score >= self.least_score
            and (right - left) / size_wh[0] >= self.least_width
            and (bottom - top) / size_wh[1] >= self.least_height
        )


NO_FILTER = WordFilter()


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A part of the picture. polygon: (k, 2) pixels, of any simple shape."""

    polygon: FloatArray

    @classmethod
    def checked(cls, polygon: FloatArray, *, name: str, size_wh: tuple[int, int]) -> Region:
        """Raises InvalidInput, with the region's name, when it has no area or lies outside."""
        if polygon_area(polygon) < _LEAST_REGION_PX:
            raise InvalidInput(
                f"Request has invalid parameters: {name} has no area; give a box with a width and "
                "a height, or a polygon of at least three points that are not on one line."
            )
        width, height = size_wh
        picture: list[tuple[float, float]] = [(0, 0), (width, 0), (width, height), (0, height)]
        if shared_area(polygon, picture) < _LEAST_REGION_PX:
            raise InvalidInput(f"Request has invalid parameters: {name} lies outside the image.")
        return cls(polygon)

    def holds(self, word: TextWord) -> bool:
        """Whether more than half of the word lies inside."""
        area = polygon_area(word.polygon_xy)
        return shared_area(self.polygon, word.polygon_xy) > INSIDE_SHARE * area


def select(
    lines: Iterable[TextLine],
    *,
    size_wh: tuple[int, int],
    word_filter: WordFilter = NO_FILTER,
    regions: Sequence[Region] = (),
    most_words: int | None = None,
) -> tuple[TextLine, ...]:
    """Lines with only the words that pass, in reading order; lines without any are left out.

    regions: a word must lie in one of them; none means everywhere. most_words: the first so many
    in reading order.
    """
    room = most_words
    kept = []
    for line in lines:
        words = [
            word
            for word in line.words
            if word_filter.keeps(word, size_wh=size_wh)
            and (not regions or any(region.holds(word) for region in regions))
        ][:room]
        if room is not None:
            room -= len(words)
        if len(words) == len(line.words):
            kept.append(line)
        elif words:
            kept.append(line_of(words))
    return tuple(kept)
