"""Text as the service writes it: all lines, then all words, numbered through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from eyebright.analysis.text.selection import NO_FILTER, Region, WordFilter
from eyebright.analysis.text.values import TextLine, TextWord
from eyebright.errors import InvalidInput
from eyebright.geometry.arrays import FloatArray
from eyebright.geometry.polygons import enclosing_box
from eyebright.rekognition.shapes.units import Json, bounding_box, percent, polygon

TEXT_MODEL_VERSION = "3.0"
DEFAULT_WORD_PERCENT = 80.0
"""Of a WordFilter that says nothing of confidence."""
_FAR = 100.0
"""Widths of the picture; what lies further away is as well there."""


def text_detections(lines: Sequence[TextLine], size_wh: tuple[int, int]) -> list[Json]:
    """TextDetections: lines have the ids from 0, words go on, each with its line as ParentId."""
    found = [
        _detection(line, size_wh) | {"Type": "LINE", "Id": number}
        for number, line in enumerate(lines)
    ]
    for parent, line in enumerate(lines):
        for word in line.words:
            ids = {"Type": "WORD", "Id": len(found), "ParentId": parent}
            found.append(_detection(word, size_wh) | ids)
    return found


def word_filter(given: Mapping[str, Any] | None) -> WordFilter:
    """A DetectionFilter; None when the request has none."""
    if given is None:
        return NO_FILTER
    return WordFilter(
        least_score=float(given.get("MinConfidence", DEFAULT_WORD_PERCENT)) / 100,
        least_height=float(given.get("MinBoundingBoxHeight", 0.0)),
        least_width=float(given.get("MinBoundingBoxWidth", 0.0)),
    )


def regions_of_interest(
    given: Sequence[Mapping[str, Any]], size_wh: tuple[int, int]
) -> tuple[Region, ...]:
    """RegionsOfInterest in pixels. Raises InvalidInput, naming the region that cannot be used."""
    return tuple(
        Region.checked(
            _corners(region, name=f"RegionsOfInterest[{place}]") * np.array(size_wh, np.float32),
            name=f"RegionsOfInterest[{place}]",
            size_wh=size_wh,
        )
        for place, region in enumerate(given)
    )


def _corners(region: Mapping[str, Any], *, name: str) -> FloatArray:
    """(k, 2) shares of the picture's size."""
    if ("BoundingBox" in region) == ("Polygon" in region):
        raise InvalidInput(
            f"Request has invalid parameters: {name} needs either a BoundingBox or a Polygon."
        )
    try:
        if "Polygon" in region:
            points = [(point["X"], point["Y"]) for point in region["Polygon"]]
            return _limited(points)
        box = region["BoundingBox"]
        left, top, width, height = (box[key] for key in ("Left", "Top", "Width", "Height"))
    except KeyError as error:
        raise InvalidInput(
            f"Request has invalid parameters: {name} lacks {error.args[0]}."
        ) from error
    if width <= 0 or height <= 0:
        return _limited([])
    right, bottom = left + width, top + height
    return _limited([(left, top), (right, top), (right, bottom), (left, bottom)])


def _limited(points: Sequence[tuple[float, float]]) -> FloatArray:
    return np.clip(np.array(points, np.float64).reshape(-1, 2), -_FAR, _FAR).astype(np.float32)


def _detection(found: TextLine | TextWord, size_wh: tuple[int, int]) -> Json:
    return {
        "DetectedText": found.text,
        "Confidence": percent(found.score),
        "Geometry": {
            "BoundingBox": bounding_box(enclosing_box(found.polygon_xy), size_wh),
            "Polygon": polygon(found.polygon_xy, size_wh),
        },
    }
