"""What all shapes share: scores become percents, pixels ratios, moments texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TypedDict, TypeVar

from eyebright.library.values import AssetDetail

T = TypeVar("T")


class BoxJson(TypedDict):
    """Ratios of the picture's width and height, 0-1."""

    left: float
    top: float
    width: float
    height: float


class PointJson(TypedDict):
    """Ratios of the picture's width and height, 0-1."""

    x: float
    y: float


class DoneJson(TypedDict):
    done: bool


def percent(score: float) -> float:
    """0-1 as 0-100, to a hundredth."""
    return round(100.0 * float(score), 2)


def box_json(box_xyxy: Sequence[float], size_wh: tuple[int, int]) -> BoxJson:
    """A box in pixels of a picture of this size, cut at its edges."""
    width, height = max(size_wh[0], 1), max(size_wh[1], 1)
    left, right = (min(max(float(box_xyxy[at]) / width, 0.0), 1.0) for at in (0, 2))
    top, bottom = (min(max(float(box_xyxy[at]) / height, 0.0), 1.0) for at in (1, 3))
    return {
        "left": round(left, 5),
        "top": round(top, 5),
        "width": round(right - left, 5),
        "height": round(bottom - top, 5),
    }


def points_json(points: Iterable[tuple[float, float]], size_wh: tuple[int, int]) -> list[PointJson]:
    width, height = max(size_wh[0], 1), max(size_wh[1], 1)
    return [{"x": round(float(x) / width, 5), "y": round(float(y) / height, 5)} for x, y in points]


def moment(value: datetime) -> str:
    """ISO 8601, UTC, with a Z."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def maybe_moment(value: datetime | None) -> str | None:
    return None if value is None else moment(value)


def found_in(detail: AssetDetail, stage: str, kind: type[T]) -> T | None:
    """What a stage found; None if it was not done."""
    found = detail.found.get(stage)
    return found if isinstance(found, kind) else None
