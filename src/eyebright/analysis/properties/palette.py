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
    """Cells that have pixels. rgb: (n, 3) their mean colours; weights: (n,) whole numbers."""

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
    lab = lab_of(found.rgb)
    member = _merged(_clustered(lab, found.weights, rules), found, rules.merge_distance)
    masses, rgb, names = _named(member, found)
    shares = np.floor(masses / masses.sum() / _STEP) * _STEP
    order = np.argsort(-shares, kind="stable")[:max_colours]
    return tuple(
        DominantColour(_plain(rgb[at]), names[at].css, names[at].plain, float(shares[at]))
        for at in order
        if shares[at] >= rules.least_share
    )


def _plain(rgb: DoubleArray) -> tuple[int, int, int]:
    red, green, blue = np.rint(rgb).astype(int).tolist()
    return red, green, blue


def _named(
    member: IndexArray, found: Histogram
) -> tuple[DoubleArray, DoubleArray, list[ColourName]]:
    """Weight, mean colour and name of each cluster; those of one name become one cluster."""
    while True:
        masses, rgb = _totals(member, found)
        names = names_of(np.rint(rgb))
        distinct = list(dict.fromkeys(names))
        if len(distinct) == len(names):
            return masses, rgb, names
        member = np.array([distinct.index(name) for name in names], np.intp)[member]


def _clustered(lab: DoubleArray, weights: DoubleArray, rules: PaletteRules) -> IndexArray:
    """Which cluster each cell belongs to."""
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
    return member


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


def _totals(member: AnyArray, found: Histogram) -> tuple[DoubleArray, DoubleArray]:
    """Weight and mean colour (sRGB) of each cluster; all have some."""
    masses = np.bincount(member, found.weights).astype(np.float64)
    sums = [np.bincount(member, found.weights * found.rgb[:, c]) for c in range(3)]
    return masses, np.stack(sums, axis=1) / masses[:, np.newaxis]


def _merged(member: IndexArray, found: Histogram, distance: float) -> IndexArray:
    """The nearest two clusters become one until all are further apart than `distance`."""
    member = np.unique(member, return_inverse=True)[1]
    while True:
        lab = lab_of(_totals(member, found)[1])
        apart = np.square(lab[:, np.newaxis] - lab[np.newaxis]).sum(axis=2)
        np.fill_diagonal(apart, np.inf)
        first, second = sorted(divmod(int(apart.argmin()), len(lab)))
        if apart[first, second] >= distance**2:
            return member
        member = np.where(member == second, first, member)
        member = member - (member > second)
