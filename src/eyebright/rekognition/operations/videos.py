"""The Start and Get operations of stored videos: a job is asked for, then read page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from eyebright.errors import InvalidInput
from eyebright.ids import JobId
from eyebright.jobs.values import JobState
from eyebright.rekognition import limits
from eyebright.rekognition.call import Call
from eyebright.rekognition.door import Door
from eyebright.rekognition.operations.tokens import once
from eyebright.rekognition.shapes.units import Json
from eyebright.rekognition.shapes.videos import job_members, video_metadata
from eyebright.videojobs.stretches import Moment, Stretch, stretches
from eyebright.videojobs.values import (
    Channel,
    VideoJob,
    VideoKind,
    VideoObject,
    VideoRequest,
    VideoSummary,
)
from eyebright.videojobs.work import Timed


@dataclass(frozen=True, slots=True)
class Reading:
    """How a Get operation tells what a kind of job found.

    shape: one item at its moment. ranked_by: the SortBy value that asks for the work's other order.
    always_ranked: the work's other order is the only one told. moment, stretch, step_ms: for
    operations that can tell stretches of time (AggregateBy SEGMENTS).
    """

    kind: VideoKind
    item: type[Any]
    member: str
    shape: Callable[[Timed[Any], VideoSummary], Json]
    ranked_by: str = ""
    moment: Callable[[Timed[Any]], Moment[Any]] | None = None
    stretch: Callable[[Stretch[Any], VideoSummary], Json] | None = None
    step_ms: int = 0
    always_ranked: bool = False


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


def read(door: Door, call: Call, reading: Reading) -> Json:
    """The state of a job and a page of what it found; no results before it has succeeded."""
    job = door.videos.get(call.scope, reading.kind, JobId(call.input["JobId"]))
    answer = job_members(job)
    if reading.moment is not None:
        answer["GetRequestMetadata"] = {
            "SortBy": call.input.get("SortBy", "TIMESTAMP"),
            "AggregateBy": call.input.get("AggregateBy", "TIMESTAMPS"),
        }
    if job.state is not JobState.SUCCEEDED:
        return answer
    summary = _summary(job)
    position = door.cursors.read(call)
    start_at = 0 if position is None else int(position[0])
    limit = limits.results_per_page(call.input.get("MaxResults"))
    page, total = _page(door, call, job, reading, start_at, limit)
    end = start_at + len(page)
    answer["VideoMetadata"] = video_metadata(summary.info)
    answer[reading.member] = page
    answer["NextToken"] = door.cursors.write(call, (end,) if end < total else None)
    return answer


def _page(
    door: Door, call: Call, job: VideoJob, reading: Reading, start_at: int, limit: int
) -> tuple[list[Json], int]:
    """`limit` items from `start_at` on, as they are told, and how many there are in all."""
    summary = _summary(job)
    if call.input.get("AggregateBy") == "SEGMENTS":
        told = _stretches(door, call, job, reading)
        return told[start_at : start_at + limit], len(told)
    asked = bool(reading.ranked_by) and call.input.get("SortBy") == reading.ranked_by
    found = door.videos.results(
        call.scope,
        job,
        reading.item,
        start=start_at,
        limit=limit,
        ranked=asked or reading.always_ranked,
    )
    return [reading.shape(one, summary) for one in found], job.results


def _stretches(door: Door, call: Call, job: VideoJob, reading: Reading) -> list[Json]:
    if reading.moment is None or reading.stretch is None:
        raise InvalidInput(f"Request has invalid parameters: {reading.member} has no segments.")
    summary = _summary(job)
    found = door.videos.results(
        call.scope, job, reading.item, start=0, limit=max(job.results, 1), ranked=False
    )
    length = summary.info.duration_seconds
    joined = stretches(
        [reading.moment(one) for one in found],
        step_ms=reading.step_ms,
        length_ms=None if length is None else int(length * 1000),
    )
    if call.input.get("SortBy") == "NAME":
        joined.sort(key=lambda one: one.key)
    return [
        {
            "Timestamp": one.start_ms,
            "StartTimestampMillis": one.start_ms,
            "EndTimestampMillis": one.end_ms,
            "DurationMillis": one.end_ms - one.start_ms,
        }
        | reading.stretch(one, summary)
        for one in joined
    ]


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
