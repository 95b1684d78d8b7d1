"""Segments of stored videos, as boto3's callers handle them."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from botocore.exceptions import ClientError

from eyebright.geometry.arrays import ByteArray
from eyebright.testing.videos import write_video

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

pytestmark = pytest.mark.client
VIDEO: Any = {"S3Object": {"Bucket": "photos", "Name": "shots.mp4"}}
RATE = Fraction(30000, 1001)


@pytest.fixture(scope="module", autouse=True)
def film(bucket: Path) -> Path:
    """Half a second of black, two seconds of one picture, one and a half of another."""
    pictures = [np.zeros((96, 128, 3), np.uint8)] * 15 + still(1, 60) + still(2, 45)
    return write_video(bucket / "shots.mp4", pictures, frame_rate=RATE)


def still(seed: int, frames: int) -> list[ByteArray]:
    patches = np.random.default_rng(seed).integers(30, 225, (6, 8, 3)).astype(np.uint8)
    return [np.ascontiguousarray(patches.repeat(16, axis=0).repeat(16, axis=1))] * frames


def ended(client: RekognitionClient, **members: Any) -> Any:
    deadline = time.monotonic() + 120
    ask: Any = client.get_segment_detection
    while (answer := ask(**members))["JobStatus"] == "IN_PROGRESS":
        assert "VideoMetadata" not in answer
        assert time.monotonic() < deadline, "The job does not end."
        time.sleep(0.05)
    assert answer["JobStatus"] == "SUCCEEDED", answer
    return answer


def started(client: RekognitionClient, *types: Any, **members: Any) -> str:
    answer = client.start_segment_detection(Video=VIDEO, SegmentTypes=list(types), **members)
    return answer["JobId"]


def test_cues_and_shots_come_in_the_order_asked_with_all_their_times(
    client: RekognitionClient,
) -> None:
    job_id = started(client, "TECHNICAL_CUE", "SHOT", JobTag="nightly")
    answer = ended(client, JobId=job_id)
    assert answer["SelectedSegmentTypes"] == [
        {"Type": "TECHNICAL_CUE", "ModelVersion": "2.0"},
        {"Type": "SHOT", "ModelVersion": "2.0"},
    ]
    assert (answer["JobId"], answer["JobTag"], answer["Video"]) == (job_id, "nightly", VIDEO)
    (video,) = answer["VideoMetadata"]
    assert (video["FrameWidth"], video["FrameHeight"], video["Codec"]) == (128, 96, "h264")
    assert answer["AudioMetadata"] == []
    cue, content, *shots = answer["Segments"]
    assert cue["TechnicalCueSegment"]["Type"] == "BlackFrames"
    assert cue["TechnicalCueSegment"]["Confidence"] > 99
    assert (cue["StartFrameNumber"], cue["EndFrameNumber"]) == (0, 14)
    assert content["TechnicalCueSegment"]["Type"] == "Content"
    assert (content["StartFrameNumber"], content["EndFrameNumber"]) == (0, 119)
    assert [one["ShotSegment"]["Index"] for one in shots] == [0, 1, 2]
    second = {name: value for name, value in shots[1].items() if name != "ShotSegment"}
    assert second == {
        "Type": "SHOT",
        "StartFrameNumber": 15,
        "EndFrameNumber": 74,
        "DurationFrames": 59,
        "StartTimestampMillis": 500,
        "EndTimestampMillis": 2469,
        "DurationMillis": 1969,
        "StartTimecodeSMPTE": "00:00:00;15",
        "EndTimecodeSMPTE": "00:00:02;14",
        "DurationSMPTE": "00:00:01;29",
    }
    assert all(50 <= one["ShotSegment"]["Confidence"] <= 100 for one in shots)


def test_pages_hold_every_segment_once_and_repeat_the_metadata(client: RekognitionClient) -> None:
    job_id = started(client, "SHOT", "TECHNICAL_CUE")
    whole = ended(client, JobId=job_id)["Segments"]
    assert [one["Type"] for one in whole] == ["SHOT"] * 3 + ["TECHNICAL_CUE"] * 2
    pages, token = [], ""
    while True:
        page = client.get_segment_detection(JobId=job_id, MaxResults=3, NextToken=token)
        assert len(page["VideoMetadata"]) == 1
        pages.append(page["Segments"])
        token = page.get("NextToken", "")
        if not token:
            break
    assert [len(page) for page in pages] == [3, 2]
    assert [one for page in pages for one in page] == whole


def test_filters_decide_what_is_black_and_what_is_sure_enough(client: RekognitionClient) -> None:
    black: Any = {"MaxPixelThreshold": 1.0, "MinCoveragePercentage": 50.0}
    job_id = started(client, "TECHNICAL_CUE", Filters={"TechnicalCueFilter": {"BlackFrame": black}})
    (cue,) = ended(client, JobId=job_id)["Segments"]
    assert (cue["StartFrameNumber"], cue["EndFrameNumber"]) == (0, 119)
    sure: Any = {"ShotFilter": {"MinSegmentConfidence": 100.0}}
    assert ended(client, JobId=started(client, "SHOT", Filters=sure))["Segments"] == []


def test_a_segment_type_that_does_not_exist_is_refused(client: RekognitionClient) -> None:
    with pytest.raises(ClientError) as caught:
        started(client, "CREDITS")
    assert caught.value.response["Error"]["Code"] in {
        "InvalidParameterException",
        "ValidationException",
    }


def test_a_film_without_any_cut_is_one_shot(client: RekognitionClient, bucket: Path) -> None:
    write_video(bucket / "one.mp4", still(4, 20), frame_rate=10)
    place: Any = {"S3Object": {"Bucket": "photos", "Name": "one.mp4"}}
    job_id = client.start_segment_detection(Video=place, SegmentTypes=["SHOT"])["JobId"]
    (shot,) = ended(client, JobId=job_id)["Segments"]
    assert shot["ShotSegment"] == {"Index": 0, "Confidence": 100.0}
    assert (shot["StartTimecodeSMPTE"], shot["EndTimecodeSMPTE"]) == ("00:00:00:00", "00:00:01:09")
