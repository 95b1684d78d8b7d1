"""The Start and Get operations of stored videos: a job is asked for, then read page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from eyebright.errors import InvalidInput
from eyebright.ids import JobId
from eyebright.jobs.values import JobState
from eyebright.rekognition import limits
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.tokens import once
from eyebright.rekognition.shapes.faces import described_face, wanted_attributes
from eyebright.rekognition.shapes.units import Json
from eyebright.rekognition.shapes.videos import job_members, video_metadata
from eyebright.videojobs.faces import VideoFace
from eyebright.videojobs.values import (
    Channel,
    VideoJob,
    VideoKind,
    VideoObject,
    VideoRequest,
    VideoSummary,
)
from eyebright.videojobs.work import Timed


def start_face_detection(door: Door, call: Call) -> Json:
    wanted = wanted_attributes([call.input.get("FaceAttributes", "DEFAULT")])
    return start(
        door, call, VideoKind.FACE_DETECTION, {"attributes": sorted(one.value for one in wanted)}
    )


def get_face_detection(door: Door, call: Call) -> Json:
    return read(door, call, VideoKind.FACE_DETECTION, VideoFace, member="Faces", shape=_face)


def _face(found: Timed[VideoFace], summary: VideoSummary) -> Json:
    face = found.item
    detail = described_face(
        face.box_xyxy, face.score, description=face.description, size_wh=summary.frame_wh
    )
    return {"Timestamp": found.at_ms, "Face": detail}


def start(door: Door, call: Call, kind: VideoKind, settings: Mapping[str, Any]) -> Json:
    """Queue a job; the same token and request give the same JobId.

    Raises InvalidInput without a whole S3Object, SourceUnavailable and VideoTooLarge for an object
    that cannot be worked on, TooManyJobs.
    """
    place = _video(call.input["Video"])
    _require_readable(door, place)
    channel = call.input.get("NotificationChannel")
    request = VideoRequest(
        kind=kind,
        video=place,
        settings=settings,
        tag=call.input.get("JobTag"),
        channel=None if channel is None else Channel(channel["SNSTopicArn"], channel["RoleArn"]),
    )
    answer = once(door, call, lambda: {"JobId": door.videos.ask(call.scope, request)})
    door.wake_workers()
    return answer


def read(
    door: Door,
    call: Call,
    kind: VideoKind,
    item: type[Any],
    *,
    member: str,
    shape: Callable[[Timed[Any], VideoSummary], Json],
    ranked: bool = False,
) -> Json:
    """The state of a job and a page of what it found; no results before it has succeeded."""
    job = door.videos.get(call.scope, kind, JobId(call.input["JobId"]))
    answer = job_members(job)
    if job.state is not JobState.SUCCEEDED:
        return answer
    start_at = _start(door, call)
    limit = limits.results_per_page(call.input.get("MaxResults"))
    summary = _summary(job)
    found = door.videos.results(call.scope, job, item, start=start_at, limit=limit, ranked=ranked)
    end = start_at + len(found)
    answer["VideoMetadata"] = video_metadata(summary.info)
    answer[member] = [shape(one, summary) for one in found]
    answer["NextToken"] = door.cursors.write(call, (end,) if end < job.results else None)
    return answer


def _start(door: Door, call: Call) -> int:
    position = door.cursors.read(call)
    return 0 if position is None else int(position[0])


def _summary(job: VideoJob) -> VideoSummary:
    """A job that succeeded has looked at a frame, or it would have failed."""
    if job.summary is None:
        raise RuntimeError(f"Job {job.job_id} succeeded without having seen a frame.")
    return job.summary


def _video(member: Mapping[str, Any]) -> VideoObject:
    place = member.get("S3Object", {})
    if "Bucket" not in place or "Name" not in place:
        raise InvalidInput("Request has invalid parameters: Video needs an S3Object.")
    return VideoObject(place["Bucket"], place["Name"], place.get("Version"))


def _require_readable(door: Door, place: VideoObject) -> None:
    opened = door.sources.open_object(
        place.bucket, place.name, version=place.version, max_bytes=limits.MAX_VIDEO_BYTES
    )
    opened.file.close()
