"""StartTextDetection and GetTextDetection."""

from __future__ import annotations

from eyebright.geometry.polygons import enclosing_box
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.videos import Reading, read, start
from eyebright.rekognition.shapes.text import TEXT_MODEL_VERSION, regions_of_interest, word_filter
from eyebright.rekognition.shapes.units import Json, bounding_box, percent, polygon
from eyebright.videojobs.codec import plain
from eyebright.videojobs.text import TextSettings, VideoText
from eyebright.videojobs.values import VideoKind, VideoSummary
from eyebright.videojobs.work import Timed

_SHARES = (1, 1)
"""A picture of one by one pixels: its pixels are shares."""


def start_text_detection(door: Door, call: Call) -> Json:
    filters = call.input.get("Filters") or {}
    regions = regions_of_interest(filters.get("RegionsOfInterest") or (), _SHARES)
    settings = TextSettings(
        word_filter=word_filter(filters.get("WordFilter")),
        regions=tuple(tuple((float(x), float(y)) for x, y in region.polygon) for region in regions),
    )
    return start(door, call, VideoKind.TEXT_DETECTION, plain(settings))


def get_text_detection(door: Door, call: Call) -> Json:
    return read(door, call, _READING) | {"TextModelVersion": TEXT_MODEL_VERSION}


def _text(found: Timed[VideoText], summary: VideoSummary) -> Json:
    text, size_wh = found.item, summary.frame_wh
    detection: Json = {
        "DetectedText": text.text,
        "Type": text.type,
        "Id": text.number,
        "Confidence": percent(text.score),
        "Geometry": {
            "BoundingBox": bounding_box(enclosing_box(text.polygon_xy), size_wh),
            "Polygon": polygon(text.polygon_xy, size_wh),
        },
    }
    if text.parent is not None:
        detection["ParentId"] = text.parent
    return {"Timestamp": found.at_ms, "TextDetection": detection}


_READING = Reading(VideoKind.TEXT_DETECTION, VideoText, member="TextDetections", shape=_text)
