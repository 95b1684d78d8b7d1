"""Constraints of the model, in AWS's words."""

from __future__ import annotations

from typing import Any

import pytest

from eyebright.awsjson.errors import ValidationFailed
from eyebright.awsjson.model import ServiceModel
from eyebright.awsjson.validate import LONGEST_SHOWN, check_input

CONSTRAINT = "failed to satisfy constraint: Member must"


def refusal(model: ServiceModel, operation: str, value: dict[str, Any]) -> str:
    with pytest.raises(ValidationFailed) as caught:
        check_input(model.operations[operation].input, value)
    return caught.value.message


def test_an_image_that_is_too_large_is_named_as_java_prints_it(rekognition: ServiceModel) -> None:
    image = {"Bytes": bytes(7_843_602)}
    assert refusal(rekognition, "DetectFaces", {"Image": image}) == (
        "1 validation error detected: Value "
        "'java.nio.HeapByteBuffer[pos=0 lim=7843602 cap=7843602]' at 'image.bytes' "
        f"{CONSTRAINT.removesuffix(' must')} must have length less than or equal to 5242880"
    )


def test_a_pattern_is_quoted_as_the_model_has_it(rekognition: ServiceModel) -> None:
    given = {"CollectionId": "c", "Image": {}, "ExternalImageId": "train/jisoo/x.PNG"}
    assert refusal(rekognition, "IndexFaces", given) == (
        "1 validation error detected: Value 'train/jisoo/x.PNG' at 'externalImageId' "
        rf"{CONSTRAINT} satisfy regular expression pattern: [a-zA-Z0-9_.\-:]+"
    )


def test_several_errors_are_joined_by_semicolons(rekognition: ServiceModel) -> None:
    assert refusal(rekognition, "CompareFaces", {"SimilarityThreshold": 101.0}) == (
        f"3 validation errors detected: Value null at 'sourceImage' {CONSTRAINT} not be null; "
        f"Value null at 'targetImage' {CONSTRAINT} not be null; "
        f"Value '101.0' at 'similarityThreshold' {CONSTRAINT} "
        "have value less than or equal to 100"
    )


def test_an_enum_lists_its_values(shop: ServiceModel) -> None:
    assert refusal(shop, "Order", {"Id": "a", "Kind": "RUM"}) == (
        f"1 validation error detected: Value 'RUM' at 'kind' {CONSTRAINT} "
        "satisfy enum value set: [CAKE, TEA]"
    )


def test_a_list_of_plain_values_shows_the_whole_list(shop: ServiceModel) -> None:
    assert refusal(shop, "Order", {"Id": "a", "Colours": ["TEA", "RUM"]}) == (
        f"1 validation error detected: Value '[TEA, RUM]' at 'colours' {CONSTRAINT} "
        "satisfy constraint: [Member must satisfy enum value set: [CAKE, TEA]]"
    )


def test_a_structure_in_a_list_is_named_by_its_position(shop: ServiceModel) -> None:
    given = {"Id": "a", "Lines": [{"Sku": "a"}, {"Count": 11}]}
    assert refusal(shop, "Order", given) == (
        f"2 validation errors detected: Value null at 'lines.2.member.sku' {CONSTRAINT} "
        f"not be null; Value '11' at 'lines.2.member.count' {CONSTRAINT} "
        "have value less than or equal to 10"
    )


def test_keys_and_values_of_a_map_are_checked(shop: ServiceModel) -> None:
    keys = refusal(shop, "Order", {"Id": "a", "Tags": {"K": "v"}})
    assert "Value '{K=v}' at 'tags' failed to satisfy constraint: Map keys must satisfy" in keys
    values = refusal(shop, "Order", {"Id": "a", "Tags": {"k": "long"}})
    assert "Map value must satisfy constraint: [Member must have length less than" in values


@pytest.mark.parametrize("given", [{"Tags": {"k": None}}, {"Colours": [None]}, {"Lines": [None]}])
def test_null_in_a_list_or_map_is_refused(shop: ServiceModel, given: dict[str, Any]) -> None:
    assert "1 validation error" in refusal(shop, "Order", {"Id": "a"} | given)


@pytest.mark.parametrize(
    ("given", "constraint"),
    [
        ({"Id": ""}, "have length greater than or equal to 1"),
        ({"Id": "abcdefghi"}, "have length less than or equal to 8"),
        ({"Count": 0}, "have value greater than or equal to 1"),
        ({"Weight": -0.5}, "have value greater than or equal to 0"),
        ({"Photo": b""}, "have length greater than or equal to 1"),
        ({"Lines": [{"Sku": "a"}] * 3}, "have length less than or equal to 2"),
        ({"Tags": {"a": "", "b": "", "c": ""}}, "have length less than or equal to 2"),
    ],
)
def test_lengths_and_ranges_are_checked(
    shop: ServiceModel, given: dict[str, Any], constraint: str
) -> None:
    assert constraint in refusal(shop, "Order", {"Id": "a"} | given)


def test_values_at_the_limits_pass(shop: ServiceModel) -> None:
    given = {"Id": "abcdefgh", "Count": 10, "Weight": 100.0, "Photo": b"1234", "Lines": []}
    check_input(shop.operations["Order"].input, given)


def test_a_long_value_is_cut_in_the_message(shop: ServiceModel) -> None:
    message = refusal(shop, "Order", {"Id": "A" * 5_000_000})
    assert len(message) < LONGEST_SHOWN + 400
    many = refusal(shop, "Order", {"Id": "a", "Colours": ["RUM"] * 100_000})
    assert len(many) < 3 * LONGEST_SHOWN


def test_the_number_of_named_violations_is_bounded(shop: ServiceModel) -> None:
    message = refusal(shop, "Order", {"Id": "a", "Lines": [{}] * 100_000})
    assert message.startswith("100 validation errors detected")


def test_an_arn_of_unstated_length_is_never_tried_when_it_is_absurd(
    rekognition: ServiceModel,
) -> None:
    hostile = "arn:aws:sns:" + ":123456789012:" * 500_000 + "\n"
    given = {
        "Video": {},
        "NotificationChannel": {
            "SNSTopicArn": hostile,
            "RoleArn": "arn:aws:iam::123456789012:role/a",
        },
    }
    message = refusal(rekognition, "StartFaceDetection", given)
    assert "'notificationChannel.sNSTopicArn'" in message
