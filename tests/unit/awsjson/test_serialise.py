"""Values become JSON by shape."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import orjson
import pytest
from botocore.parsers import create_parser
from botocore.session import get_session

from eyebright.awsjson.model import ServiceModel
from eyebright.awsjson.serialise import SerialisationMistake, serialise


def written(shop: ServiceModel, value: dict[str, Any], *, strict: bool = False) -> Any:
    return orjson.loads(serialise(shop.operations["Order"].output, value, strict=strict))


def test_floats_are_rounded_to_float32_and_written_as_doubles(shop: ServiceModel) -> None:
    assert written(shop, {"Weight": 99.99995422363281}) == {"Weight": 99.99995422363281}
    assert written(shop, {"Weight": 0.1}) == {"Weight": 0.10000000149011612}
    assert written(shop, {"Weight": 1}) == {"Weight": 1.0}
    assert written(shop, {"Price": 0.1}) == {"Price": 0.1}


def test_integers_are_written_without_a_fraction(shop: ServiceModel) -> None:
    assert serialise(shop.operations["Order"].output, {"Count": 5}) == b'{"Count":5}'


def test_timestamps_are_seconds_with_milliseconds(shop: ServiceModel) -> None:
    moment = datetime(2019, 9, 25, 20, 53, 48, 274_600, tzinfo=UTC)
    assert written(shop, {"When": moment}) == {"When": 1569444828.275}


def test_none_is_left_out_and_an_empty_list_is_kept(shop: ServiceModel) -> None:
    value: dict[str, Any] = {"Id": None, "Lines": [], "Tags": {}, "Colours": None}
    assert written(shop, value) == {"Lines": [], "Tags": {}}


def test_blobs_are_base64(shop: ServiceModel) -> None:
    assert written(shop, {"Photo": b"hi"}) == {"Photo": "aGk="}


def test_unknown_members_are_left_out(shop: ServiceModel) -> None:
    assert written(shop, {"Odd": 1, "Id": "a"}) == {"Id": "a"}


def test_strictness_refuses_unknown_and_missing_members(shop: ServiceModel) -> None:
    with pytest.raises(SerialisationMistake, match=r"no members \['Odd'\]"):
        written(shop, {"Id": "a", "Odd": 1}, strict=True)
    with pytest.raises(SerialisationMistake, match=r"OrderResponse: the members \['Id'\]"):
        written(shop, {}, strict=True)
    with pytest.raises(SerialisationMistake, match=r"OrderResponse.Lines: the members \['Sku'\]"):
        written(shop, {"Id": "a", "Lines": [{"Count": 1}]}, strict=True)


@pytest.mark.parametrize(
    "value",
    [
        {"Weight": float("nan")},
        {"Weight": float("inf")},
        {"Weight": 1e39},
        {"Weight": "1"},
        {"Weight": True},
        {"Price": float("-inf")},
        {"Count": 5.0},
        {"Count": True},
        {"Id": 5},
        {"Gift": 1},
        {"Photo": "aGk="},
        {"When": 5.0},
        {"When": datetime(2026, 1, 1)},  # noqa: DTZ001
        {"Lines": {"Sku": "a"}},
        {"Lines": "ab"},
        {"Lines": ["a"]},
        {"Tags": ["a"]},
        {"Tags": {"k": 1}},
        {"Colours": ["RUM"]},
        {"Weight": np.float32(1.0)},
        {"Count": np.int64(1)},
    ],
    ids=str,
)
def test_a_value_of_a_wrong_type_is_a_mistake_that_names_the_member(
    shop: ServiceModel, value: dict[str, Any]
) -> None:
    with pytest.raises(SerialisationMistake, match=next(iter(value))):
        written(shop, value)


def test_botocore_reads_what_is_written(rekognition: ServiceModel) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
    value = {"FaceCount": 3, "CollectionARN": "arn", "CreationTimestamp": moment, "UserCount": 0}
    body = serialise(rekognition.operations["DescribeCollection"].output, value, strict=True)
    shape = get_session().get_service_model("rekognition").shape_for("DescribeCollectionResponse")
    parsed = create_parser("json").parse({"body": body, "headers": {}, "status_code": 200}, shape)
    del parsed["ResponseMetadata"]
    assert parsed == value
