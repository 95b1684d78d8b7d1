"""StartLabelDetection and GetLabelDetection."""

from __future__ import annotations

from eyebright.analysis.labels.values import Label
from eyebright.errors import InvalidInput
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.labels import MODEL_VERSION, label_filters
from eyebright.rekognition.operations.videos import Reading, read, start
from eyebright.rekognition.shapes.labels import label_json
from eyebright.rekognition.shapes.units import Json
from eyebright.videojobs.labels import STEP_MS
from eyebright.videojobs.stretches import Moment, Stretch
from eyebright.videojobs.values import VideoKind, VideoSummary
from eyebright.videojobs.work import Timed

DEFAULT_MIN_PERCENT = 50.0
"""5 less than DetectLabels."""


def start_label_detection(door: Door, call: Call) -> Json:
    given = call.input
    features = given.get("Features") or ["GENERAL_LABELS"]
    if features != ["GENERAL_LABELS"]:
        raise InvalidInput("Request has invalid parameters: Features can be GENERAL_LABELS only.")
    filters = label_filters((given.get("Settings") or {}).get("GeneralLabels") or {})
    settings = {
        "min_score": given.get("MinConfidence", DEFAULT_MIN_PERCENT) / 100.0,
        "filters": {
            "names": sorted(filters.names),
            "without_names": sorted(filters.without_names),
            "categories": sorted(filters.categories),
            "without_categories": sorted(filters.without_categories),
        },
    }
    return start(door, call, VideoKind.LABEL_DETECTION, settings)


def get_label_detection(door: Door, call: Call) -> Json:
    return read(door, call, _READING) | {"LabelModelVersion": MODEL_VERSION}


def _moment(found: Timed[Label]) -> Moment[Label]:
    return Moment(found, found.item.name, found.item.score)


def _at_moment(found: Timed[Label], summary: VideoSummary) -> Json:
    label = label_json(found.item, size_wh=summary.frame_wh, colours_of=None)
    return {"Timestamp": found.at_ms, "Label": label}


def _over_time(found: Stretch[Label], summary: VideoSummary) -> Json:
    """Of a stretch of time no boxes are told."""
    label = label_json(found.best, size_wh=summary.frame_wh, colours_of=None)
    return {"Label": label | {"Instances": []}}


_READING = Reading(
    VideoKind.LABEL_DETECTION,
    Label,
    member="Labels",
    shape=_at_moment,
    ranked_by="NAME",
    moment=_moment,
    stretch=_over_time,
    step_ms=STEP_MS,
)
