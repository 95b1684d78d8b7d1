"""Colours as people see them: CIELAB under daylight (D65), and how far two of them are apart."""

from __future__ import annotations

import numpy as np

from eyebright.geometry.arrays import AnyArray, DoubleArray

_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
"""Linear sRGB to CIE XYZ (IEC 61966-2-1)."""
_WHITE = _TO_XYZ.sum(axis=1)
_LINEAR_BELOW = (6 / 29) ** 3
_POW7 = 25.0**7


def lab_of(rgb: AnyArray) -> DoubleArray:
    """(..., 3) sRGB 0-255 as (..., 3) L* 0-100, a*, b*. Greys have a* = b* = 0."""
    values = np.asarray(rgb, np.float64) / 255.0
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    ratios = linear @ _TO_XYZ.T / _WHITE
    x, y, z = np.moveaxis(
        np.where(ratios > _LINEAR_BELOW, np.cbrt(ratios), ratios / (3 * (6 / 29) ** 2) + 4 / 29),
        -1,
        0,
    )
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def ciede2000(one: DoubleArray, other: DoubleArray) -> DoubleArray:
    """The difference of (..., 3) CIELAB colours, broadcast; about 1 is just noticeable.

    CIE 142-2001 as Sharma, Wu and Dalal (2005) state it.
    """
    l1, a1, b1 = np.moveaxis(one, -1, 0)
    l2, a2, b2 = np.moveaxis(other, -1, 0)
    stretch = 1 + 0.5 * (1 - _seventh((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2))
    c1, h1 = np.hypot(a1 * stretch, b1), _hue(a1 * stretch, b1)
    c2, h2 = np.hypot(a2 * stretch, b2), _hue(a2 * stretch, b2)
    grey = c1 * c2 == 0
    half_turn = np.where(grey, 0.0, _half_turn(h2 - h1))
    chroma = (c1 + c2) / 2
    hue = np.where(grey, h1 + h2, (h1 + half_turn) % 360)
    lightness = ((l1 + l2) / 2 - 50) ** 2
    in_l = (l2 - l1) / (1 + 0.015 * lightness / np.sqrt(20 + lightness))
    in_c = (c2 - c1) / (1 + 0.045 * chroma)
    in_h = 2 * np.sqrt(c1 * c2) * _sin(half_turn) / (1 + 0.015 * chroma * _hue_weight(hue))
    rotation = -2 * _seventh(chroma) * _sin(60 * np.exp(-(((hue - 275) / 25) ** 2)))
    squared = in_l**2 + in_c**2 + in_h**2 + rotation * in_c * in_h
    return np.asarray(np.sqrt(np.maximum(squared, 0.0)), np.float64)


def _seventh(chroma: DoubleArray) -> DoubleArray:
    powers = chroma**7
    return np.asarray(np.sqrt(powers / (powers + _POW7)), np.float64)


def _hue(a: DoubleArray, b: DoubleArray) -> DoubleArray:
    """Degrees, 0 to 360."""
    return np.asarray(np.degrees(np.arctan2(b, a)) % 360, np.float64)


def _half_turn(turn: DoubleArray) -> DoubleArray:
    """Half of the way from one hue to the other, the short way round."""
    return np.where(np.abs(turn) <= 180, turn, turn - np.copysign(360, turn)) / 2


def _hue_weight(hue: DoubleArray) -> DoubleArray:
    return (
        1
        - 0.17 * _cos(hue - 30)
        + 0.24 * _cos(2 * hue)
        + 0.32 * _cos(3 * hue + 6)
        - 0.20 * _cos(4 * hue - 63)
    )


def _sin(degrees: DoubleArray) -> DoubleArray:
    return np.asarray(np.sin(np.radians(degrees)), np.float64)


def _cos(degrees: DoubleArray) -> DoubleArray:
    return np.asarray(np.cos(np.radians(degrees)), np.float64)
