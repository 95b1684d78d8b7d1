"""boto3, unmodified, asks for labels: the real labeller over made-up boxes and classes answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

pytestmark = pytest.mark.client


def test_an_application_that_indexes_all_lists_works(
    client: RekognitionClient, photo: Callable[..., bytes]
) -> None:
    answer = client.detect_labels(
        Image={"Bytes": photo("Ada", "Ben")}, MaxLabels=4096, MinConfidence=70
    )
    assert answer["LabelModelVersion"] == "3.0"
    known = {label["Name"] for label in answer["Labels"]}
    assert "Dog" in known
    for label in answer["Labels"]:
        assert label["Confidence"] >= 70
        assert isinstance(label["Aliases"], list)
        assert all(category["Name"] for category in label["Categories"])
        assert {parent["Name"] for parent in label["Parents"]} <= known
        for instance in label["Instances"]:
            assert 0 <= instance["BoundingBox"]["Left"] < 1


def test_labels_and_colours_come_together(
    client: RekognitionClient, photo: Callable[..., bytes]
) -> None:
    answer = client.detect_labels(
        Image={"Bytes": photo("Ada")},
        Features=["GENERAL_LABELS", "IMAGE_PROPERTIES"],
        Settings={
            "GeneralLabels": {"LabelInclusionFilters": ["Dog"]},
            "ImageProperties": {"MaxDominantColors": 3},
        },
    )
    (dog,) = answer["Labels"]
    assert dog["Instances"][0]["DominantColors"][0]["CSSColor"]
    properties = answer["ImageProperties"]
    assert 0 < len(properties["DominantColors"]) <= 3
    assert 0 <= properties["Quality"]["Contrast"] <= 100
    assert properties["Foreground"].keys() == {"Quality", "DominantColors"}


def test_filters_that_contradict_each_other_are_an_error_that_clients_know(
    client: RekognitionClient, photo: Callable[..., bytes]
) -> None:
    with pytest.raises(client.exceptions.InvalidParameterException, match="both included"):
        client.detect_labels(
            Image={"Bytes": photo("Ada")},
            Settings={
                "GeneralLabels": {
                    "LabelInclusionFilters": ["Dog"],
                    "LabelExclusionFilters": ["Dog"],
                }
            },
        )


def test_too_many_filters_are_a_validation_error(
    client: RekognitionClient, photo: Callable[..., bytes]
) -> None:
    with pytest.raises(ClientError) as caught:
        client.detect_labels(
            Image={"Bytes": photo("Ada")},
            Settings={"GeneralLabels": {"LabelInclusionFilters": [f"L{n}" for n in range(101)]}},
        )
    assert caught.value.response["Error"]["Code"] == "ValidationException"
