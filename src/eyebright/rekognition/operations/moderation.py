"""DetectModerationLabels: what some audiences should not see in a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eyebright.errors import ResourceNotFound
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.images import LABELLED_PICTURE, read_image
from eyebright.rekognition.shapes.moderation import (
    DEFAULT_MIN_PERCENT,
    MODERATION_MODEL_VERSION,
    content_type,
    moderation_labels,
)
from eyebright.rekognition.shapes.units import Json


def detect_moderation_labels(door: Door, call: Call) -> Json:
    _refuse_what_is_not_there(call.input)
    image = read_image(door, call.input["Image"], sides=LABELLED_PICTURE)
    found = door.sight.moderation().moderate(door.sight.observe(image))
    min_percent = call.input.get("MinConfidence", DEFAULT_MIN_PERCENT)
    return {
        "ModerationLabels": moderation_labels(found, min_percent),
        "ModerationModelVersion": MODERATION_MODEL_VERSION,
        "ContentTypes": [content_type(kind) for kind in found.content_types],
    }


def _refuse_what_is_not_there(given: Mapping[str, Any]) -> None:
    """An adapter and a review by people are asked for by their ARN, and none exists here.

    Leaving them out in silence would let the caller believe that a person looks at the picture.
    """
    if "ProjectVersion" in given:
        raise ResourceNotFound(
            f"There is no adapter {given['ProjectVersion']!r}: custom adapters are not built. "
            "Leave ProjectVersion out."
        )
    if "HumanLoopConfig" in given:
        flow = given["HumanLoopConfig"].get("FlowDefinitionArn")
        raise ResourceNotFound(
            f"There is no flow definition {flow!r}: this server starts no reviews by people. "
            "Leave HumanLoopConfig out."
        )
