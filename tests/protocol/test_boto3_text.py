"""boto3, unmodified, asks what pictures say; the fake reader reads the squares of `pictures.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

pytestmark = pytest.mark.client

Photo = Callable[..., bytes]


def test_lines_and_their_words_come_with_geometry(client: RekognitionClient, photo: Photo) -> None:
    answer = client.detect_text(Image={"Bytes": photo("Ada", "Ben")})
    assert answer["TextModelVersion"] == "3.0"
    found = answer["TextDetections"]
    assert [item["Type"] for item in found] == ["LINE"] * 2 + ["WORD"] * 4
    assert all("ParentId" not in item for item in found[:2])
    words: dict[int, list[str]] = {}
    for item in found[2:]:
        words.setdefault(item["ParentId"], []).append(item["DetectedText"])
    assert words == {0: ["EYE", "bright"], 1: ["EYE", "bright"]}
    assert found[0]["Confidence"] == pytest.approx(67.5)
    assert [set(point) for point in found[0]["Geometry"]["Polygon"]] == [{"X", "Y"}] * 4
    assert 0 < found[0]["Geometry"]["BoundingBox"]["Width"] < 1


def test_filters_and_regions_choose_words(client: RekognitionClient, photo: Photo) -> None:
    answer = client.detect_text(
        Image={"Bytes": photo("Ada", "Ben")},
        Filters={
            "WordFilter": {"MinConfidence": 80, "MinBoundingBoxHeight": 0.05},
            "RegionsOfInterest": [
                {"BoundingBox": {"Left": 0.0, "Top": 0.0, "Width": 0.5, "Height": 1.0}}
            ],
        },
    )
    assert [item["DetectedText"] for item in answer["TextDetections"]] == ["EYE", "EYE"]


def test_a_region_outside_the_picture_is_the_caller_s_fault(
    client: RekognitionClient, photo: Photo
) -> None:
    with pytest.raises(client.exceptions.InvalidParameterException, match="RegionsOfInterest"):
        client.detect_text(
            Image={"Bytes": photo("Ada")},
            Filters={
                "RegionsOfInterest": [
                    {"Polygon": [{"X": 2.0, "Y": 2.0}, {"X": 3.0, "Y": 2.0}, {"X": 3.0, "Y": 3.0}]}
                ]
            },
        )


def test_bytes_that_are_no_picture_are_refused(client: RekognitionClient) -> None:
    with pytest.raises(ClientError, match="InvalidImageFormatException"):
        client.detect_text(Image={"Bytes": b"no picture"})
