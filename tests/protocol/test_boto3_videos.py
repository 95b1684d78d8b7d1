"""Stored videos as boto3's callers handle them: start, poll, page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from eyebright.geometry.arrays import ByteArray
from eyebright.governance.accounts import Credentials
from eyebright.testing.pictures import draw_people, line_up
from eyebright.testing.videos import write_video

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

pytestmark = pytest.mark.client
VIDEO: Any = {"S3Object": {"Bucket": "photos", "Name": "film.mp4"}}


@pytest.fixture(scope="module", autouse=True)
def film(bucket: Path) -> Path:
    """Two people for a second, nobody for one, then one of them."""

    def shot(*people: str) -> ByteArray:
        return draw_people(line_up(people), size_wh=(320, 160))

    scenes = [(shot("Ada", "Ben"), 10), (shot(), 10), (shot("Ben"), 11)]
    pictures = [picture for picture, count in scenes for _ in range(count)]
    return write_video(bucket / "film.mp4", pictures, frame_rate=10)


def poll(ask: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 120
    while (answer := ask())["JobStatus"] == "IN_PROGRESS":
        assert "VideoMetadata" not in answer
        assert time.monotonic() < deadline, "The job does not end."
        time.sleep(0.05)
    return answer


def test_faces_of_a_film_page_by_page(client: RekognitionClient) -> None:
    job_id = client.start_face_detection(Video=VIDEO, FaceAttributes="ALL", JobTag="t-1")["JobId"]
    assert re.fullmatch("[0-9a-f]{64}", job_id)
    answer = poll(lambda: client.get_face_detection(JobId=job_id, MaxResults=4))
    assert (answer["JobStatus"], answer["JobId"]) == ("SUCCEEDED", job_id)
    assert (answer["JobTag"], answer["Video"]) == ("t-1", VIDEO)
    assert answer["VideoMetadata"] == {
        "Codec": "h264",
        "DurationMillis": 3100,
        "Format": "QuickTime / MOV",
        "FrameRate": 10.0,
        "FrameHeight": 160,
        "FrameWidth": 320,
        "ColorRange": "LIMITED",
    }
    times = [face["Timestamp"] for face in answer["Faces"]]
    pages = 1
    while "NextToken" in answer:
        answer = client.get_face_detection(
            JobId=job_id, MaxResults=4, NextToken=answer["NextToken"]
        )
        times += [face["Timestamp"] for face in answer["Faces"]]
        pages += 1
    assert (times, pages) == ([0, 0, 500, 500, 2000, 2500, 3000], 2)
    detail = answer["Faces"][0]["Face"]
    assert {"BoundingBox", "Smile", "AgeRange", "Emotions"} <= set(detail)
    assert not {"FaceOccluded", "EyeDirection"} & set(detail)


def test_the_same_token_is_the_same_job(client: RekognitionClient) -> None:
    first = client.start_face_detection(Video=VIDEO, ClientRequestToken="once")
    again = client.start_face_detection(Video=VIDEO, ClientRequestToken="once")
    assert first["JobId"] == again["JobId"]
    with pytest.raises(ClientError, match="IdempotentParameterMismatch"):
        client.start_face_detection(Video=VIDEO, ClientRequestToken="once", FaceAttributes="ALL")


def test_what_cannot_be_started_says_why(client: RekognitionClient) -> None:
    with pytest.raises(ClientError, match="InvalidS3Object"):
        client.start_face_detection(Video={"S3Object": {"Bucket": "photos", "Name": "none.mp4"}})
    with pytest.raises(ClientError, match="InvalidParameter"):
        client.start_face_detection(Video={})
    with pytest.raises(ClientError, match="ResourceNotFound"):
        client.get_face_detection(JobId="0" * 64)


def test_what_is_no_film_fails_with_a_message(client: RekognitionClient, bucket: Path) -> None:
    (bucket / "letter.mp4").write_text("Dear Ada, this is no film.")
    video: Any = {"S3Object": {"Bucket": "photos", "Name": "letter.mp4"}}
    job_id = client.start_face_detection(Video=video)["JobId"]
    answer = poll(lambda: client.get_face_detection(JobId=job_id))
    assert answer["JobStatus"] == "FAILED"
    assert "video" in answer["StatusMessage"]


def test_a_job_belongs_to_its_account(
    client: RekognitionClient, connect: Callable[..., RekognitionClient], server: Any
) -> None:
    job_id = client.start_face_detection(Video=VIDEO)["JobId"]
    stranger: Credentials = server.rooms.accounts.create("stranger-of-films")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        connect(stranger).get_face_detection(JobId=job_id)
