"""Videos and their jobs in AWS's words."""

from __future__ import annotations

from eyebright.jobs.values import JobState
from eyebright.rekognition.shapes.units import Json
from eyebright.video.values import VideoInfo
from eyebright.videojobs.values import VideoJob, VideoObject

_STATUS = {
    JobState.QUEUED: "IN_PROGRESS",
    JobState.RUNNING: "IN_PROGRESS",
    JobState.SUCCEEDED: "SUCCEEDED",
    JobState.FAILED: "FAILED",
    JobState.CANCELLED: "FAILED",
}


def video_metadata(info: VideoInfo) -> Json:
    """AWS's VideoMetadata. A duration that the file does not state is absent."""
    width, height = info.size_wh
    members: Json = {
        "Codec": info.codec,
        "Format": info.format,
        "FrameRate": float(info.frame_rate),
        "FrameHeight": height,
        "FrameWidth": width,
        "ColorRange": info.colour_range,
    }
    if info.duration_seconds is not None:
        members["DurationMillis"] = int(info.duration_seconds * 1000)
    return members


def video_object(place: VideoObject) -> Json:
    """AWS's Video."""
    located: Json = {"Bucket": place.bucket, "Name": place.name}
    if place.version is not None:
        located["Version"] = place.version
    return {"S3Object": located}


def job_members(job: VideoJob) -> Json:
    """What every Get operation says of its job."""
    members: Json = {
        "JobId": job.job_id,
        "JobStatus": _STATUS[job.state],
        "Video": video_object(job.request.video),
    }
    if job.request.tag is not None:
        members["JobTag"] = job.request.tag
    if members["JobStatus"] == "FAILED":
        members["StatusMessage"] = job.message
    return members
