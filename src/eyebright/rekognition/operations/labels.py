"""DetectLabels: words for a picture, and its colours and quality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eyebright.analysis.labels.filters import select
from eyebright.analysis.labels.values import Label, LabelFilters
from eyebright.errors import InvalidInput
from eyebright.imaging.image import Image
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.images import LABELLED_PICTURE, read_image
from eyebright.rekognition.shapes.labels import ColoursOf, label_json
from eyebright.rekognition.shapes.properties import image_properties
from eyebright.rekognition.shapes.units import Json

GENERAL_LABELS = "GENERAL_LABELS"
IMAGE_PROPERTIES = "IMAGE_PROPERTIES"
MODEL_VERSION = "3.0"
"""What the service calls its vocabulary; clients compare it."""
DEFAULT_MIN_PERCENT = 55.0
MAX_LABELS = 1000
DEFAULT_COLOURS = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """labels and properties: which of the two features. min_score: 0-1."""

    labels: bool
    properties: bool
    min_score: float
    limit: int
    filters: LabelFilters
    colours: int


def detect_labels(door: Door, call: Call) -> Json:
    wanted = read_wanted(call.input)
    image = read_image(door, call.input["Image"], sides=LABELLED_PICTURE)
    colours_of = _colours(door, image, wanted)
    answer: Json = {
        "Labels": [
            label_json(label, size_wh=image.size_wh, colours_of=colours_of)
            for label in _labels(door, image, wanted)
        ],
        "LabelModelVersion": MODEL_VERSION,
    }
    if wanted.properties:
        measured = door.sight.properties().measure(image, max_colours=wanted.colours)
        answer["ImageProperties"] = image_properties(measured)
    return answer


def read_wanted(given: Mapping[str, Any]) -> Wanted:
    """What a request asks for. Raises InvalidInput for settings that contradict each other."""
    features = given.get("Features") or [GENERAL_LABELS]
    settings = given.get("Settings") or {}
    colours = settings.get("ImageProperties") or {}
    labels = GENERAL_LABELS in features
    for member in ("MaxLabels", "MinConfidence"):
        if not labels and given.get(member) is not None:
            raise InvalidInput(f"{member} needs the feature {GENERAL_LABELS}.")
    return Wanted(
        labels=labels,
        properties=IMAGE_PROPERTIES in features,
        min_score=_or(given.get("MinConfidence"), DEFAULT_MIN_PERCENT) / 100.0,
        limit=min(int(_or(given.get("MaxLabels"), MAX_LABELS)), MAX_LABELS),
        filters=label_filters(settings.get("GeneralLabels") or {}),
        colours=int(_or(colours.get("MaxDominantColors"), DEFAULT_COLOURS)),
    )


def _or(value: float | None, default: float) -> float:
    return default if value is None else float(value)


def label_filters(given: Mapping[str, Any]) -> LabelFilters:
    """The four lists of a request. Raises InvalidInput when one name is wanted and unwanted."""
    filters = LabelFilters(
        names=_set(given, "LabelInclusionFilters"),
        without_names=_set(given, "LabelExclusionFilters"),
        categories=_set(given, "LabelCategoryInclusionFilters"),
        without_categories=_set(given, "LabelCategoryExclusionFilters"),
    )
    both = (filters.names & filters.without_names) | (
        filters.categories & filters.without_categories
    )
    if both:
        raise InvalidInput(f"{min(both)!r} is both included and excluded by the label filters.")
    return filters


def _set(given: Mapping[str, Any], member: str) -> frozenset[str]:
    return frozenset(given.get(member) or ())


def _labels(door: Door, image: Image, wanted: Wanted) -> tuple[Label, ...]:
    if not wanted.labels:
        return ()
    labels = door.sight.labels().label(door.sight.observe(image))
    return select(labels, min_score=wanted.min_score, filters=wanted.filters, limit=wanted.limit)


def _colours(door: Door, image: Image, wanted: Wanted) -> ColoursOf | None:
    """How instances get their colours: only when labels and properties are both asked for."""
    if not (wanted.labels and wanted.properties):
        return None
    meter = door.sight.properties()
    return lambda one: meter.colours_of(image, one.box_xyxy, max_colours=wanted.colours)
