"""Emblems: one drawing in the middle of a plain ground, as studios' logos are shown.

What a thumbnail shows is said of each by itself. Whether it is a logo is for `logos.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.analysis.text.values import TextLine
from eyebright.geometry.arrays import BoolArray, ByteArray


@dataclass(frozen=True, slots=True)
class EmblemRules:
    """The ground is what the edge of the picture shows, `edge` of its sides wide: a `plain` share
    of it is within `near` grey levels of its median. The drawing is what differs from that by `ink`
    or more: a share from least_ink to most_ink of the picture, its centre within `aside` of the
    width and `above` of the height from the middle. Its box is filled up to `fullest`: a picture in
    a frame fills its own; and it is no wider than `longest` times its height: writing is.

    Colours count as greys do: the largest difference of the three.
    """

    edge: float = 0.08
    plain: float = 0.97
    near: int = 12
    ink: int = 30
    least_ink: float = 0.003
    most_ink: float = 0.35
    aside: float = 0.12
    above: float = 0.16
    fullest: float = 0.95
    longest: float = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Emblem:
    """ink: (h, w), where the drawing is. bare: on a plain ground there is nothing to speak of."""

    ink: BoolArray
    bare: bool


def emblem_of(thumbnail: ByteArray, rules: EmblemRules) -> Emblem | None:
    """thumbnail: (h, w, 3) RGB. None where the ground is not plain or the drawing is none."""
    height, width = thumbnail.shape[:2]
    high, wide = max(1, round(rules.edge * height)), max(1, round(rules.edge * width))
    sides = (
        thumbnail[:high].reshape(-1, 3),
        thumbnail[-high:].reshape(-1, 3),
        thumbnail[high:-high, :wide].reshape(-1, 3),
        thumbnail[high:-high, -wide:].reshape(-1, 3),
    )
    around = np.concatenate(sides)
    if np.ptp(around[::16], axis=0).max() > 4 * rules.near:  # most pictures, at little cost
        return None
    ground = np.median(around, axis=0)
    off = np.abs(around - ground).max(axis=1)
    if np.count_nonzero(off <= rules.near) < rules.plain * len(off):
        return None
    ink = np.abs(thumbnail.astype(np.int16) - ground.astype(np.int16)).max(axis=2) >= rules.ink
    share = np.count_nonzero(ink) / ink.size
    if share < rules.least_ink:
        return Emblem(ink, bare=True)
    if share > rules.most_ink or not _in_the_middle(ink, rules):
        return None
    return Emblem(ink, bare=False)


def _in_the_middle(ink: BoolArray, rules: EmblemRules) -> bool:
    rows, columns = np.nonzero(ink)
    height, width = ink.shape
    down, along = (rows.mean() + 0.5) / height, (columns.mean() + 0.5) / width
    return bool(abs(along - 0.5) <= rules.aside and abs(down - 0.5) <= rules.above)


def is_drawing(ink: BoolArray, rules: EmblemRules, *, aspect: float) -> bool:
    """Neither a line of writing nor a picture in a frame. aspect: width over height of the film,
    whose thumbnails have one shape whatever its own."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return False
    high, wide = int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1
    filled = int(np.count_nonzero(ink)) / (high * wide)
    shape = wide / ink.shape[1] * aspect / (high / ink.shape[0])
    return filled <= rules.fullest and shape <= rules.longest


def unwritten(ink: BoolArray, lines: Sequence[TextLine], size_wh: tuple[int, int]) -> float:
    """The share of the drawing, 0-1, that lies where nothing was read. size_wh: of the picture
    that was read."""
    scale_xy = np.array(ink.shape[::-1]) / size_wh
    free = ink.copy()
    for line in lines:
        corners = np.array(line.polygon_xy) * scale_xy
        left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 1, 0)
        right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 1
        free[top:bottom, left:right] = False
    return int(np.count_nonzero(free)) / max(int(np.count_nonzero(ink)), 1)


def within(one: BoolArray, other: BoolArray) -> float:
    """0-1: the share of the smaller drawing that the larger has, too."""
    smaller = min(int(one.sum()), int(other.sum()))
    return int((one & other).sum()) / smaller if smaller else 0.0
