"""Labels, moderation and text of stored videos, as boto3's callers handle them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from botocore.exceptions import ClientError

from eyebright.testing.pictures import draw_people, line_up
from eyebright.testing.videos import write_video

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

pytestmark = pytest.mark.client
VIDEO: Any = {"S3Object": {"Bucket": "photos", "Name": "words.mp4"}}


@pytest.fixture(scope="module", autouse=True)
def film(bucket: Path) -> Path:
    """Two seconds with two coloured squares, two without, one with one again; at 5 a second."""
    scenes = [(("Ada", "Ben"), 10), ((), 10), (("Ada",), 5)]
    pictures = [
        np.ascontiguousarray(draw_people(line_up(people), size_wh=(320, 160)))
        for people, count in scenes
        for _ in range(count)
    ]
    return write_video(bucket / "words.mp4", pictures, frame_rate=5)


def poll(ask: Callable[..., Any], **members: Any) -> Any:
    deadline = time.monotonic() + 120
    while (answer := ask(**members))["JobStatus"] == "IN_PROGRESS":
        assert time.monotonic() < deadline, "The job does not end."
        time.sleep(0.05)
    assert answer["JobStatus"] == "SUCCEEDED", answer
    return answer


def every_page(ask: Callable[..., Any], member: str, **members: Any) -> list[Any]:
    answer = ask(**members)
    found = list(answer[member])
    while "NextToken" in answer:
        answer = ask(**members, NextToken=answer["NextToken"])
        found += answer[member]
    return found


def test_labels_by_time_by_name_and_as_segments(client: RekognitionClient) -> None:
    job_id = client.start_label_detection(Video=VIDEO, MinConfidence=50)["JobId"]
    get = client.get_label_detection
    answer = poll(get, JobId=job_id)
    assert answer["LabelModelVersion"] == "3.0"
    assert answer["GetRequestMetadata"] == {"SortBy": "TIMESTAMP", "AggregateBy": "TIMESTAMPS"}
    by_time = [(one["Timestamp"], one["Label"]["Name"]) for one in answer["Labels"]]
    assert by_time
    assert [time for time, _ in by_time] == sorted(time for time, _ in by_time)
    dogs = [time for time, name in by_time if name == "Dog"]
    assert {0, 1000, 4000} <= set(dogs)
    for one in answer["Labels"]:
        assert {"Instances", "Parents", "Aliases", "Categories"} <= set(one["Label"])
    by_name = every_page(get, "Labels", JobId=job_id, SortBy="NAME", MaxResults=3)
    names = [one["Label"]["Name"] for one in by_name]
    assert names == sorted(names)
    assert sorted(names) == sorted(name for _, name in by_time)
    segments = every_page(get, "Labels", JobId=job_id, AggregateBy="SEGMENTS", MaxResults=2)
    first = next(one for one in segments if one["Label"]["Name"] == "Dog")
    assert first["Timestamp"] == first["StartTimestampMillis"] == 0
    assert first["DurationMillis"] == first["EndTimestampMillis"] - first["StartTimestampMillis"]
    assert first["Label"]["Instances"] == []


def test_only_wanted_labels_are_kept(client: RekognitionClient) -> None:
    settings: Any = {"GeneralLabels": {"LabelInclusionFilters": ["Dog"]}}
    job_id = client.start_label_detection(Video=VIDEO, Settings=settings)["JobId"]
    answer = poll(client.get_label_detection, JobId=job_id)
    assert {one["Label"]["Name"] for one in answer["Labels"]} == {"Dog"}
    with pytest.raises(ClientError, match="InvalidParameter"):
        client.start_label_detection(
            Video=VIDEO,
            Settings={
                "GeneralLabels": {
                    "LabelInclusionFilters": ["Dog"],
                    "LabelExclusionFilters": ["Dog"],
                }
            },
        )


def test_moderation_answers_with_its_taxonomy(client: RekognitionClient) -> None:
    job_id = client.start_content_moderation(Video=VIDEO, MinConfidence=1)["JobId"]
    answer = poll(client.get_content_moderation, JobId=job_id)
    assert answer["ModerationModelVersion"] == "7.0"
    assert answer["GetRequestMetadata"]["AggregateBy"] == "TIMESTAMPS"
    for one in answer["ModerationLabels"]:
        label = one["ModerationLabel"]
        assert label["TaxonomyLevel"] in (1, 2, 3)
        assert (label["ParentName"] == "") == (label["TaxonomyLevel"] == 1)
    segments = client.get_content_moderation(JobId=job_id, AggregateBy="SEGMENTS")
    assert len(segments["ModerationLabels"]) <= len(answer["ModerationLabels"])


def test_text_has_ids_of_its_own_in_each_frame(client: RekognitionClient) -> None:
    job_id = client.start_text_detection(Video=VIDEO)["JobId"]
    answer = poll(client.get_text_detection, JobId=job_id)
    assert answer["TextModelVersion"] == "3.0"
    found = answer["TextDetections"]
    assert found, "The fake reader reads something in every picture."
    for moment in {one["Timestamp"] for one in found}:
        here = [one["TextDetection"] for one in found if one["Timestamp"] == moment]
        assert [one["Id"] for one in here] == list(range(len(here)))
        lines = {one["Id"] for one in here if one["Type"] == "LINE"}
        assert {one["ParentId"] for one in here if one["Type"] == "WORD"} <= lines
        assert all("ParentId" not in one for one in here if one["Type"] == "LINE")


def test_regions_outside_the_frame_are_refused_at_once(client: RekognitionClient) -> None:
    box: Any = {"Left": 2.0, "Top": 0.0, "Width": 0.1, "Height": 0.1}
    with pytest.raises(ClientError, match="outside"):
        client.start_text_detection(
            Video=VIDEO, Filters={"RegionsOfInterest": [{"BoundingBox": box}]}
        )
