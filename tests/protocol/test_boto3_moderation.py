"""boto3, unmodified, asks for moderation: the real moderator over made-up nets answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from eyebright.imaging.encode import encode_jpeg, encode_png
from eyebright.testing.moderation import WHITE

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

pytestmark = pytest.mark.client

FLOW = "arn:aws:sagemaker:eu-west-1:123456789012:flow-definition/reviewers"


@pytest.fixture
def sheet() -> bytes:
    """White paper, which is explicit to the fake nets."""
    return encode_jpeg(np.full((120, 160, 3), WHITE, np.uint8))


def test_labels_come_with_their_ancestors(client: RekognitionClient, sheet: bytes) -> None:
    answer = client.detect_moderation_labels(Image={"Bytes": sheet}, MinConfidence=60)
    assert set(answer) - {"ResponseMetadata"} == {
        "ContentTypes",
        "ModerationLabels",
        "ModerationModelVersion",
    }
    assert (answer["ModerationModelVersion"], answer["ContentTypes"]) == ("7.0", [])
    names = {label["Name"] for label in answer["ModerationLabels"]}
    assert {"Explicit Nudity", "Explicit"} <= names
    parents = {label["ParentName"] for label in answer["ModerationLabels"]} - {""}
    assert parents <= names


def test_an_application_that_blocks_by_top_class_works(
    client: RekognitionClient, photo: Callable[..., bytes], sheet: bytes
) -> None:
    def top_classes(picture: bytes) -> set[str]:
        labels = client.detect_moderation_labels(Image={"Bytes": picture})["ModerationLabels"]
        return {label["ParentName"] or label["Name"] for label in labels}

    assert top_classes(photo("Ada")) == {"Violence"}
    assert "Explicit" in top_classes(sheet)
    wall = encode_png(np.full((100, 100, 3), 128, np.uint8))
    assert top_classes(wall) == set()


def test_a_review_that_would_never_start_is_an_error(
    client: RekognitionClient, sheet: bytes
) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException, match="HumanLoopConfig"):
        client.detect_moderation_labels(
            Image={"Bytes": sheet},
            HumanLoopConfig={"HumanLoopName": "one", "FlowDefinitionArn": FLOW},
        )


def test_an_unknown_adapter_is_an_error(client: RekognitionClient, sheet: bytes) -> None:
    arn = "arn:aws:rekognition:eu-west-1:123456789012:project/a/version/b/1690474772815"
    with pytest.raises(client.exceptions.ResourceNotFoundException, match="ProjectVersion"):
        client.detect_moderation_labels(Image={"Bytes": sheet}, ProjectVersion=arn)
