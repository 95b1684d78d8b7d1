"""What a colour is called."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from eyebright.analysis.properties.css import CSS_COLOURS
from eyebright.analysis.properties.lab import ciede2000, lab_of
from eyebright.geometry.arrays import AnyArray, DoubleArray


@dataclass(frozen=True, slots=True)
class ColourName:
    """css: of CSS; plain: one of the twelve words of `css.py`."""

    css: str
    plain: str


@dataclass(frozen=True, slots=True, eq=False)
class _Chart:
    names: tuple[ColourName, ...]
    lab: DoubleArray


def names_of(rgb: AnyArray) -> list[ColourName]:
    """The nearest named colour (CIEDE2000) of each of (n, 3) sRGB 0-255."""
    chart = _chart()
    if not len(rgb):
        return []
    apart = ciede2000(lab_of(rgb)[:, np.newaxis], chart.lab[np.newaxis])
    return [chart.names[nearest] for nearest in apart.argmin(axis=1)]


@cache
def _chart() -> _Chart:
    named = [
        (ColourName(css, plain), value)
        for plain, colours in CSS_COLOURS.items()
        for css, value in colours.items()
    ]
    rgb = np.array([[value >> 16, value >> 8 & 255, value & 255] for _, value in named])
    return _Chart(tuple(name for name, _ in named), lab_of(rgb))
