"""At which sizes, and in which pieces, the detector looks at a picture. Plain arithmetic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from eyebright.analysis.faces.centerface import SIDE_MULTIPLE_PX

_WORTH_A_LOOK = 1.25
"""A view this much larger than the one before shows something new."""


@dataclass(frozen=True, slots=True)
class View:
    """The whole picture, resized.

    size_wh: pixels, multiples of SIDE_MULTIPLE_PX. scale: view pixels per pixel of the picture,
    along the longest side. first: whether it is the smallest view.
    """

    size_wh: tuple[int, int]
    scale: float
    first: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """A piece of a view, left, top, right, bottom in its pixels, and its core: what no
    neighbour is nearer to. A face belongs to the tile whose core holds its middle."""

    box: tuple[int, int, int, int]
    core: tuple[float, float, float, float]


def views_of(
    size_wh: tuple[int, int], *, longest_sides_px: Sequence[int], most_enlarged: float
) -> list[View]:
    """Views of a picture, small to large, at the given longest sides.

    Only the first may enlarge without limit; the last one never enlarges. A view that shows little
    more than the one before is left out.
    """
    longest, views = max(size_wh), list[View]()
    last = len(longest_sides_px) - 1
    for number, side in enumerate(longest_sides_px):
        limit = math.inf if number == 0 else (1.0 if number == last else most_enlarged)
        scale = min(side / longest, limit)
        if not views or scale >= views[-1].scale * _WORTH_A_LOOK:
            views.append(View(_rounded_up(size_wh, scale), scale, first=not views))
    return views


def tiles_of(size_wh: tuple[int, int], *, tile_px: int, overlap_px: int) -> list[Tile]:
    """Overlapping tiles that cover a view, none longer than `tile_px`, as equal as can be."""
    columns = _spans(size_wh[0], tile_px, overlap_px)
    rows = _spans(size_wh[1], tile_px, overlap_px)
    return [
        Tile((left, top, right, bottom), (core_left, core_top, core_right, core_bottom))
        for (top, bottom), (core_top, core_bottom) in zip(rows, _cores(rows), strict=True)
        for (left, right), (core_left, core_right) in zip(columns, _cores(columns), strict=True)
    ]


def _rounded_up(size_wh: tuple[int, int], scale: float) -> tuple[int, int]:
    width, height = (
        max(1, math.ceil(side * scale / SIDE_MULTIPLE_PX - 1e-6)) * SIDE_MULTIPLE_PX
        for side in size_wh
    )
    return width, height


def _spans(length: int, most: int, overlap: int) -> list[tuple[int, int]]:
    """Starts and ends of pieces of equal length, a multiple of SIDE_MULTIPLE_PX."""
    if length <= most:
        return [(0, length)]
    count = math.ceil((length - overlap) / (most - overlap))
    piece = math.ceil((length + (count - 1) * overlap) / count / SIDE_MULTIPLE_PX)
    piece *= SIDE_MULTIPLE_PX
    starts = [round(index * (length - piece) / (count - 1)) for index in range(count)]
    return [(start, start + piece) for start in starts]


def _cores(spans: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """Borders half way through each overlap; open at both ends."""
    borders = [(end + start) / 2 for (_, end), (start, _) in pairwise(spans)]
    return list(zip([-math.inf, *borders], [*borders, math.inf], strict=True))
