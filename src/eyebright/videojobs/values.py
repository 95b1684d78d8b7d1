"""What is asked of a video, and what a job knows of it. Pixels, seconds and scores 0-1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from eyebright.ids import JobId
from eyebright.jobs.values import JobState
from eyebright.video.values import VideoInfo


class VideoKind(StrEnum):
    """What can be asked; the ending of the operations' names."""

    CELEBRITY_RECOGNITION = "CelebrityRecognition"
    CONTENT_MODERATION = "ContentModeration"
    FACE_DETECTION = "FaceDetection"
    FACE_SEARCH = "FaceSearch"
    LABEL_DETECTION = "LabelDetection"
    PERSON_TRACKING = "PersonTracking"
    SEGMENT_DETECTION = "SegmentDetection"
    TEXT_DETECTION = "TextDetection"


@dataclass(frozen=True, slots=True)
class VideoObject:
    """Where a video lies."""

    bucket: str
    name: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """Who is told when a job ends: a topic of a notification service."""

    topic_arn: str
    role_arn: str


@dataclass(frozen=True, slots=True)
class VideoRequest:
    """settings: those of the kind, as the plain values that its module reads."""

    kind: VideoKind
    video: VideoObject
    settings: Mapping[str, Any] = field(default_factory=dict)
    tag: str | None = None
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class VideoSummary:
    """What a job says of the whole. frame_wh: the pictures that were looked at, upright, which may
    be smaller than those of the video; boxes are in their pixels. broke_off: why the video was not
    read to its end, or nothing."""

    info: VideoInfo
    frame_wh: tuple[int, int]
    broke_off: str = ""


@dataclass(frozen=True, slots=True)
class VideoJob:
    """A job as its owner sees it. summary: None until the video was opened."""

    job_no: int
    job_id: JobId
    request: VideoRequest
    state: JobState
    message: str
    summary: VideoSummary | None
    results: int
