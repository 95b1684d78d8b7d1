"""The few colours that most of a picture has: k-means over its colour histogram, in CIELAB.

Nothing is drawn by chance: the first centres are the commonest colour and then, each time, the
colour whose share times squared distance from the centres so far is largest. A picture is counted
in whole numbers, so the order of its pixels changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eyebright.analysis.properties.lab import lab_of
from eyebright.analysis.properties.names import ColourName, names_of
from eyebright.analysis.properties.values import DominantColour
from eyebright.geometry.arrays import AnyArray, ByteArray, DoubleArray, IndexArray

_BITS = 5
"""Of each channel, for the histogram: cells are 8 levels wide, finer than clusters by far."""
_STEP = 2.0**-20
"""Shares are cut to this, so that rounding cannot make them sum to more than 1."""


@dataclass(frozen=True, slots=True)
class PaletteRules:
    """clusters: before merging. rounds: of k-means, at most. merge_distance: centres nearer than
    this in CIELAB become one colour. least_share: smaller shares are not dominant."""

    clusters: int
    rounds: int
    merge_distance: float
    least_share: float


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Cells or clusters that have pixels. rgb: (n, 3) sRGB, their mean colours; weights: (n,)."""

    rgb: DoubleArray
    weights: DoubleArray


def histogram(pixels: ByteArray, weights: ByteArray | None = None) -> Histogram:
    """Of (h, w, 3) RGB. weights: (h, w) 0-255, how much a pixel counts; None: all alike."""
    channels = pixels.reshape(-1, 3)
    cells = channels >> (8 - _BITS)
    codes = cells[:, 0].astype(np.intp)
    for channel in (1, 2):
        codes = codes << _BITS | cells[:, channel]
    # doubles hold these whole numbers exactly, so their sums do not depend on the order
    mass = np.ones(len(codes)) if weights is None else weights.reshape(-1).astype(np.float64)
    masses = np.bincount(codes, mass).astype(np.float64)
    there = np.flatnonzero(masses)
    sums = [np.bincount(codes, mass * channels[:, c])[there] for c in range(3)]
    return Histogram(np.stack(sums, axis=1) / masses[there, np.newaxis], masses[there])


def dominant_colours(
    found: Histogram, rules: PaletteRules, *, max_colours: int
) -> tuple[DominantColour, ...]:
    """The largest share first, each CSS name once; shares are of all pixels, so that they sum to
    1 at most."""
    if not len(found.weights) or max_colours < 1:
        return ()
    clusters = _merged(_clustered(found, rules), rules.merge_distance)
    groups, names = _named(clusters)
    shares = np.floor(groups.weights / groups.weights.sum() / _STEP) * _STEP
    order = np.argsort(-shares, kind="stable")[:max_colours]
    return tuple(
        DominantColour(_plain(groups.rgb[at]), names[at].css, names[at].plain, float(shares[at]))
        for at in order
        if shares[at] >= rules.least_share
    )


def _plain(rgb: DoubleArray) -> tuple[int, int, int]:
    red, green, blue = np.rint(rgb).astype(int).tolist()
    return red, green, blue


def _clustered(found: Histogram, rules: PaletteRules) -> Histogram:
    lab, weights = lab_of(found.rgb), found.weights
    centres = _first_centres(lab, weights, min(rules.clusters, len(lab)))
    member = _nearest(lab, centres)
    for _ in range(rules.rounds):
        sizes = np.bincount(member, weights, len(centres))
        sums = np.stack([np.bincount(member, weights * lab[:, c], len(centres)) for c in range(3)])
        kept = sizes > 0
        centres = (sums[:, kept] / sizes[kept]).T
        moved = _nearest(lab, centres)
        if kept.all() and np.array_equal(moved, member):
            break
        member = moved
    return _grouped(found, np.unique(member, return_inverse=True)[1])


def _grouped(found: Histogram, member: AnyArray) -> Histogram:
    """Each group as one cell: its weight and its mean colour."""
    weights = np.bincount(member, found.weights)
    sums = [np.bincount(member, found.weights * found.rgb[:, c]) for c in range(3)]
    return Histogram(np.stack(sums, axis=1) / weights[:, np.newaxis], np.asarray(weights, float))


def _first_centres(lab: DoubleArray, weights: DoubleArray, count: int) -> DoubleArray:
    chosen = [int(weights.argmax())]
    away = np.square(lab - lab[chosen[0]]).sum(axis=1)
    while len(chosen) < count:
        best = int((weights * away).argmax())
        if away[best] == 0.0:
            break
        chosen.append(best)
        away = np.minimum(away, np.square(lab - lab[best]).sum(axis=1))
    return lab[chosen]


def _nearest(lab: DoubleArray, centres: DoubleArray) -> IndexArray:
    # |x|^2 is the same for all centres and left out
    score = np.square(centres).sum(axis=1) - 2.0 * lab @ centres.T
    return np.asarray(score.argmin(axis=1), np.intp)


def _merged(found: Histogram, distance: float) -> Histogram:
    """The nearest two become one until all are further apart than `distance` in CIELAB."""
    while True:
        lab = lab_of(found.rgb)
        apart = np.square(lab[:, np.newaxis] - lab[np.newaxis]).sum(axis=2)
        np.fill_diagonal(apart, np.inf)
        first, second = sorted(divmod(int(apart.argmin()), len(lab)))
        if apart[first, second] >= distance**2:
            return found
        member = np.arange(len(lab))
        member[second] = first
        found = _grouped(found, member - (member > second))


def _named(found: Histogram) -> tuple[Histogram, list[ColourName]]:
    """Those of one name become one."""
    while True:
        names = names_of(np.rint(found.rgb))
        distinct = list(dict.fromkeys(names))
        if len(distinct) == len(names):
            return found, names
        found = _grouped(found, np.array([distinct.index(name) for name in names]))
