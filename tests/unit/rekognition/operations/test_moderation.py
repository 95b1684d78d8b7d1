from __future__ import annotations

import numpy as np
import pytest

from eyebright.imaging.encode import encode_png
from eyebright.testing.moderation import WHITE

ADAPTER = "arn:aws:rekognition:eu-west-1:123456789012:project/p/version/v/1690474772815"
FLOW = "arn:aws:sagemaker:eu-west-1:123456789012:flow-definition/reviewers"


def picture(share: float, *, size_wh: tuple[int, int] = (100, 100)) -> dict[str, bytes]:
    """Grey, the upper `share` of it in the colour that the fake nets object to."""
    pixels = np.full((size_wh[1], size_wh[0], 3), 128, np.uint8)
    pixels[: round(share * size_wh[1])] = WHITE
    return {"Bytes": encode_png(pixels)}


def test_a_clean_picture_answers_empty_lists(client):
    answer = client.ask("DetectModerationLabels", Image=picture(0.0))
    assert answer == {
        "ModerationLabels": [],
        "ModerationModelVersion": "7.0",
        "ContentTypes": [],
    }


def test_a_label_comes_before_its_parent_which_is_as_sure(client):
    labels = client.ask("DetectModerationLabels", Image=picture(1.0))["ModerationLabels"]
    child, parent = labels
    assert (child["Name"], child["ParentName"], child["TaxonomyLevel"]) == (
        "Explicit Nudity",
        "Explicit",
        2,
    )
    assert (parent["Name"], parent["ParentName"], parent["TaxonomyLevel"]) == ("Explicit", "", 1)
    assert child["Confidence"] == parent["Confidence"] > 95


def test_the_surest_group_comes_first(client, photo):
    labels = client.ask("DetectModerationLabels", Image=photo("Ada"), MinConfidence=0)
    names = [label["Name"] for label in labels["ModerationLabels"]]
    assert names == [
        "Weapons",
        "Violence",
        "Smoking",
        "Drugs & Tobacco Paraphernalia & Use",
        "Drugs & Tobacco",
    ]


def test_fifty_is_the_confidence_without_being_asked(client, photo):
    default = client.ask("DetectModerationLabels", Image=photo("Ada"))
    fifty = client.ask("DetectModerationLabels", Image=photo("Ada"), MinConfidence=50)
    assert default == fifty
    assert [label["Name"] for label in fifty["ModerationLabels"]] == ["Weapons", "Violence"]


@pytest.mark.parametrize(("least", "count"), [(30, 5), (30.1, 2), (89.9, 2), (90.1, 0), (100, 0)])
def test_labels_at_the_least_confidence_are_in(client, photo, least, count):
    labels = client.ask("DetectModerationLabels", Image=photo("Ada"), MinConfidence=least)
    assert len(labels["ModerationLabels"]) == count


@pytest.mark.parametrize("least", [-1, 100.5])
def test_a_confidence_is_from_0_to_100(client, least):
    with pytest.raises(Exception, match="ValidationException"):
        client.ask("DetectModerationLabels", Image=picture(0.0), MinConfidence=least)


def test_an_adapter_that_is_not_there_is_not_found(client):
    with pytest.raises(Exception, match=r"ResourceNotFoundException: .*Leave ProjectVersion out"):
        client.ask("DetectModerationLabels", Image=picture(0.0), ProjectVersion=ADAPTER)


def test_a_review_by_people_that_would_never_start_is_refused(client):
    loop = {"HumanLoopName": "review-1", "FlowDefinitionArn": FLOW}
    with pytest.raises(Exception, match=r"ResourceNotFoundException: .*reviewers.*no reviews"):
        client.ask("DetectModerationLabels", Image=picture(0.0), HumanLoopConfig=loop)


def test_a_side_of_more_than_ten_thousand_pixels_is_refused(client):
    wide = picture(0.0, size_wh=(10_001, 80))
    with pytest.raises(Exception, match=r"ImageTooLargeException: .*10001 x 80"):
        client.ask("DetectModerationLabels", Image=wide)
    assert client.ask("DetectModerationLabels", Image=picture(0.0, size_wh=(10_000, 80)))


def test_a_picture_in_a_bucket_is_read(client, tmp_path):
    (tmp_path / "bucket" / "m.png").write_bytes(picture(1.0)["Bytes"])
    image = {"S3Object": {"Bucket": "photos", "Name": "m.png"}}
    assert len(client.ask("DetectModerationLabels", Image=image)["ModerationLabels"]) == 2
