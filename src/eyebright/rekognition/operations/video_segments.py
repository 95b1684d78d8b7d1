"""StartSegmentDetection and GetSegmentDetection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eyebright.errors import InvalidInput
from eyebright.ids import JobId
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.videos import Reading, read, start
from eyebright.rekognition.shapes.units import Json
from eyebright.rekognition.shapes.video_segments import (
    SEGMENT_TYPES,
    segment_json,
    segment_metadata,
    selected_types,
)
from eyebright.videojobs.segments import Segment
from eyebright.videojobs.values import VideoKind, VideoSummary
from eyebright.videojobs.work import Timed

DEFAULT_MIN_PERCENT = 50.0
DEFAULT_MAX_LUMA = 0.2
DEFAULT_COVERAGE_PERCENT = 99.0


def start_segment_detection(door: Door, call: Call) -> Json:
    given = call.input
    filters = given.get("Filters", {})
    shots, cues = filters.get("ShotFilter", {}), filters.get("TechnicalCueFilter", {})
    black = cues.get("BlackFrame", {})
    settings = {
        "kinds": _kinds(given["SegmentTypes"]),
        "min_shot_score": _least(shots),
        "min_cue_score": _least(cues),
        "max_luma": black.get("MaxPixelThreshold", DEFAULT_MAX_LUMA),
        "min_coverage": black.get("MinCoveragePercentage", DEFAULT_COVERAGE_PERCENT) / 100.0,
    }
    return start(door, call, VideoKind.SEGMENT_DETECTION, settings)


def get_segment_detection(door: Door, call: Call) -> Json:
    answer = read(door, call, _READING)
    job = door.videos.get(call.scope, _READING.kind, JobId(call.input["JobId"]))
    if "VideoMetadata" in answer and job.summary is not None:
        answer |= segment_metadata(job.summary.info)
    return answer | {"SelectedSegmentTypes": selected_types(job.request.settings["kinds"])}


def _kinds(types: list[str]) -> list[str]:
    """In the order asked, each once."""
    unknown = [name for name in types if name not in SEGMENT_TYPES]
    if unknown:
        raise InvalidInput(f"Request has invalid parameters: no SegmentType {unknown[0]}.")
    return [SEGMENT_TYPES[name].value for name in dict.fromkeys(types)]


def _least(given: Mapping[str, Any]) -> float:
    percent: float = given.get("MinSegmentConfidence", DEFAULT_MIN_PERCENT)
    return percent / 100.0


def _shape(found: Timed[Segment], summary: VideoSummary) -> Json:
    return segment_json(found.item, summary.info)


_READING = Reading(
    VideoKind.SEGMENT_DETECTION, Segment, member="Segments", shape=_shape, always_ranked=True
)
