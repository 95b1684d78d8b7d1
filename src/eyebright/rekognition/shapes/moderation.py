"""Moderation as the service writes it."""

from __future__ import annotations

from eyebright.analysis.moderation.values import ContentType, Moderation, ModerationLabel
from eyebright.rekognition.shapes.units import Json, percent

MODERATION_MODEL_VERSION = "7.0"
"""Of the taxonomy; clients choose their lists of names by it."""
DEFAULT_MIN_PERCENT = 50.0


def moderation_labels(found: Moderation, min_percent: float) -> list[Json]:
    """Those at least so sure, child before parent. An ancestor is never less sure than its
    children, so that none is missing."""
    return [
        moderation_label(label) for label in found.labels if percent(label.score) >= min_percent
    ]


def moderation_label(label: ModerationLabel) -> Json:
    return {
        "Name": label.name,
        "Confidence": percent(label.score),
        "ParentName": label.parent,
        "TaxonomyLevel": label.level,
    }


def content_type(found: ContentType) -> Json:
    return {"Name": found.name, "Confidence": percent(found.score)}
