"""StartContentModeration and GetContentModeration."""

from __future__ import annotations

from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.videos import Reading, read, start
from eyebright.rekognition.shapes.moderation import (
    DEFAULT_MIN_PERCENT,
    MODERATION_MODEL_VERSION,
    content_type,
    moderation_label,
)
from eyebright.rekognition.shapes.units import Json
from eyebright.videojobs.moderation import STEP_MS, ModeratedMoment
from eyebright.videojobs.stretches import Moment, Stretch
from eyebright.videojobs.values import VideoKind, VideoSummary
from eyebright.videojobs.work import Timed


def start_content_moderation(door: Door, call: Call) -> Json:
    min_percent = call.input.get("MinConfidence", DEFAULT_MIN_PERCENT)
    settings = {"min_score": min_percent / 100.0}
    return start(door, call, VideoKind.CONTENT_MODERATION, settings)


def get_content_moderation(door: Door, call: Call) -> Json:
    return read(door, call, _READING) | {"ModerationModelVersion": MODERATION_MODEL_VERSION}


def _moment(found: Timed[ModeratedMoment]) -> Moment[ModeratedMoment]:
    return Moment(found, found.item.label.name, found.item.label.score)


def _members(found: ModeratedMoment) -> Json:
    return {
        "ModerationLabel": moderation_label(found.label),
        "ContentTypes": [content_type(kind) for kind in found.content_types],
    }


def _at_moment(found: Timed[ModeratedMoment], _summary: VideoSummary) -> Json:
    return {"Timestamp": found.at_ms} | _members(found.item)


def _over_time(found: Stretch[ModeratedMoment], _summary: VideoSummary) -> Json:
    return _members(found.best)


_READING = Reading(
    VideoKind.CONTENT_MODERATION,
    ModeratedMoment,
    member="ModerationLabels",
    shape=_at_moment,
    ranked_by="NAME",
    moment=_moment,
    stretch=_over_time,
    step_ms=STEP_MS,
)
