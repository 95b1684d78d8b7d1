"""What a slow change is, as far as arithmetic can tell: a blend for certain, movement for certain,
or something that only the net can judge.

A blend is a convex mix of the pictures at its ends, in steps of one size, all over the picture at
once, and its ends are different pictures. Movement brings the same things to other places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eyebright.analysis.segments.blends import BlendRules, is_black
from eyebright.geometry.arrays import ByteArray, DoubleArray, FloatArray
from eyebright.imaging.motion import inner_change, left_by_motion

_BLOCKS_HW = (3, 6)
"""Parts of the picture whose changes are compared: 9 x 8 pixels of 48 x 27."""


@dataclass(frozen=True, slots=True)
class FitRules:
    """A change is a blend for certain when its frames are off the best mix by a `residual` share of
    the change at most, its ends differ by `least_change` grey levels, more than `unmoved` of that
    is left when movement is taken out, they are no more alike than `alike` (correlation of pixels;
    light that is dimmed keeps it at 1), and its steps are even: off by `uneven` of its length or
    half a frame.

    It is movement for certain when less than `moved` of the change is left after movement, or over
    several times as many frames less than `moved_far`, which tells slow cameras; or when blocks are
    in different phases by `out_of_step` (0-1, weighted by how much they change).
    """

    residual: float = 0.10
    least_change: float = 15.0
    unmoved: float = 0.65
    alike: float = 0.8
    uneven: float = 0.05
    moved: float = 0.7
    moved_far: float = 0.65
    out_of_step: float = 0.25


@dataclass(frozen=True, slots=True)
class Blend:
    """first: the first mixed frame. end: the first that is not mixed any more. Both are counted
    from the first frame that was fitted, and below 0 for what began before. score: 0.5-1."""

    first: int
    end: int
    score: float


def sure_blend(frames: Sequence[ByteArray], rules: FitRules, blends: BlendRules) -> Blend | None:
    """The blend that these frames (each (h, w, 3)) are from beginning to end, if that is certain.

    The first and last are taken for its ends.
    """
    change = inner_change(frames[0], frames[-1])
    if change < rules.least_change or not _different(frames[0], frames[-1], rules, blends):
        return None
    shares, residual = _mixed(np.stack(frames).reshape(len(frames), -1).astype(np.float32))
    steps = _steps(shares)
    if residual > rules.residual or steps is None:
        return None
    at_nothing, length, unevenness = steps
    if unevenness > max(0.5, rules.uneven * length):
        return None
    if left_by_motion(frames[0], frames[-1]) < rules.unmoved * change:
        return None
    first = int(np.floor(at_nothing)) + 1
    score = 1.0 - 0.5 * residual / rules.residual
    return Blend(first, max(first + 1, int(np.ceil(at_nothing + length))), score)


def is_movement(first: ByteArray, middle: ByteArray, last: ByteArray, rules: FitRules) -> bool:
    """Each (h, w, 3), a few frames apart: whether the same things are in other places."""
    if left_by_motion(first, last) < rules.moved * inner_change(first, last):
        return True
    return _out_of_step(first, middle, last) > rules.out_of_step


def is_slow_movement(first: ByteArray, last: ByteArray, rules: FitRules) -> bool:
    """As `is_movement`, of pictures about a second apart."""
    return left_by_motion(first, last) < rules.moved_far * inner_change(first, last)


def _different(one: ByteArray, other: ByteArray, rules: FitRules, blends: BlendRules) -> bool:
    if is_black(one, blends) or is_black(other, blends):
        return True
    spreads = float(one.std()) * float(other.std())
    if spreads == 0.0:  # a plain colour is like nothing
        return True
    together = np.mean((one - one.mean()) * (other - other.mean()))
    return abs(float(together)) / spreads <= rules.alike


def _mixed(frames: FloatArray) -> tuple[DoubleArray, float]:
    """Of (n, pixels): the share of the last frame in each, and what is left over in the mean, as a
    share of the change from first to last."""
    start, change = frames[0], frames[-1] - frames[0]
    shares = (frames - start) @ change / float(change @ change)
    off = np.abs(frames - start - shares[:, None] * change).mean()
    return shares.astype(np.float64), float(off / np.abs(change).mean())


def _steps(shares: DoubleArray) -> tuple[float, float, float] | None:
    """Where a straight line through the shares is 0, how long it takes to 1, and the most that a
    share is off it, all in frames. None for fewer than three frames between, or for no rise."""
    places = np.flatnonzero((shares > 0.15) & (shares < 0.85))  # what moves bends the ends most
    if len(places) < 3:
        return None
    length, start = np.polyfit(shares[places], places, 1)
    off = float(np.abs(start + length * shares[places] - places).max())
    return (float(start), float(length), off) if length > 0 else None


def _out_of_step(first: ByteArray, middle: ByteArray, last: ByteArray) -> float:
    """0-1: how differently far the parts of the picture are at the middle."""
    change = last.astype(np.float32) - first
    done = _blocks((middle.astype(np.float32) - first) * change)
    all_of_it = _blocks(change * change)
    whole = float(all_of_it.sum())
    if whole == 0.0:
        return 0.0
    phases = done / np.maximum(all_of_it, 1.0)
    usual = float(done.sum()) / whole
    return float((np.abs(phases - usual) * all_of_it).sum() / whole)


def _blocks(values: FloatArray) -> FloatArray:
    """The sum over each block of (h, w, 3); sizes that do not divide lose their last lines."""
    rows, columns = _BLOCKS_HW
    high, wide = values.shape[0] // rows, values.shape[1] // columns
    cut = values[: high * rows, : wide * columns].sum(axis=2)
    sums: FloatArray = cut.reshape(rows, high, columns, wide).sum(axis=(1, 3))
    return sums
