"""Every operation that is not built says so to boto3, whatever it needs as input."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from eyebright.awsjson.model import (
    BlobShape,
    BooleanShape,
    ListShape,
    MapShape,
    NumberShape,
    Shape,
    StructureShape,
    TextShape,
    TimestampShape,
    load_service_model,
)
from eyebright.awsjson.validate import check_input
from eyebright.rekognition.coverage import COVERAGE, Planned

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

pytestmark = pytest.mark.client

MODEL = load_service_model("rekognition")
PLANNED = sorted(name for name, entry in COVERAGE.items() if isinstance(entry, Planned))
PROJECT = "arn:aws:rekognition:eu-west-1:123456789012:project/p"
EXAMPLES = (
    "abc",
    "0d3c1a52-7b0e-4a8e-9a3f-3f0a4b1c2d3e",
    f"{PROJECT}/1690000000000",
    f"{PROJECT}/dataset/train/1690000000000",
    f"{PROJECT}/version/v/1690000000000",
    "arn:aws:iam::123456789012:role/r",
    "arn:aws:sns:eu-west-1:123456789012:topic",
    "1.0.0",
)
"""Texts, one of which every pattern of a required member accepts."""


def least_input(shape: Shape) -> Any:
    """The least valid value of a shape: required members only."""
    match shape:
        case StructureShape():
            required = [member for member in shape.members.values() if member.required]
            return {member.name: least_input(member.shape) for member in required}
        case ListShape():
            return [least_input(shape.item)] * max(shape.least or 0, 1)
        case MapShape():
            return {}
        case TextShape():
            return shape.choices[0] if shape.choices else _example(shape)
        case NumberShape():
            return int(shape.least or 0)
        case BlobShape():
            return b"bytes"
        case BooleanShape():
            return False
        case TimestampShape():
            return 0


def _example(shape: TextShape) -> str:
    for text in EXAMPLES:
        fits = (shape.least or 0) <= len(text) <= (shape.most or len(text))
        if fits and (shape.pattern is None or re.fullmatch(shape.pattern.source, text)):
            return text
    raise AssertionError(f"No example is a {shape.name}: {shape.pattern}")


@pytest.mark.parametrize("name", PLANNED)
def test_an_operation_that_is_not_built_answers_501_and_its_name(
    client: RekognitionClient, name: str
) -> None:
    given = least_input(MODEL.operations[name].input)
    check_input(MODEL.operations[name].input, given)
    with pytest.raises(ClientError) as caught:
        getattr(client, xform_name(name))(**given)
    response = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert response["Error"]["Code"] == "NotImplementedException"
    assert response["Error"]["Message"].startswith(f"{name} is not implemented")
