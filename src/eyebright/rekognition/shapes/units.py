"""Pixels become ratios, scores become percents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from eyebright.geometry.arrays import FloatArray

Json = dict[str, Any]


def percent(score: float) -> float:
    """A score 0-1 as 0-100."""
    return 100.0 * float(score)


def bounding_box(box_xyxy: FloatArray | Sequence[float], size_wh: tuple[int, int]) -> Json:
    """A box (4,) in pixels as ratios of the picture's size; unclipped."""
    left, top, right, bottom = (float(value) for value in box_xyxy)
    width, height = size_wh
    return {
        "Width": (right - left) / width,
        "Height": (bottom - top) / height,
        "Left": left / width,
        "Top": top / height,
    }


def polygon(points_xy: Iterable[tuple[float, float]], size_wh: tuple[int, int]) -> list[Json]:
    """Points in pixels as ratios of the picture's size; unclipped."""
    width, height = size_wh
    return [{"X": float(x) / width, "Y": float(y) / height} for x, y in points_xy]
