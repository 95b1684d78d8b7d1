"""DetectText: what a picture says, as lines and as words."""

from __future__ import annotations

from eyebright.analysis.text.selection import select
from eyebright.rekognition import limits
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.images import read_image
from eyebright.rekognition.shapes.text import (
    TEXT_MODEL_VERSION,
    regions_of_interest,
    text_detections,
    word_filter,
)
from eyebright.rekognition.shapes.units import Json


def detect_text(door: Door, call: Call) -> Json:
    """Of more than 100 words the first 100 in reading order are told."""
    filters = call.input.get("Filters") or {}
    image = read_image(door, call.input["Image"])
    regions = regions_of_interest(filters.get("RegionsOfInterest") or (), image.size_wh)
    lines = select(
        door.sight.text().read(image),
        size_wh=image.size_wh,
        word_filter=word_filter(filters.get("WordFilter")),
        regions=regions,
        most_words=limits.MAX_WORDS_PER_IMAGE,
    )
    return {
        "TextDetections": text_detections(lines, image.size_wh),
        "TextModelVersion": TEXT_MODEL_VERSION,
    }
