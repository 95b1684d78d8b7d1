"""boto3 and protective equipment: Ada wears a mask, Ben one below the nose, Cleo none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

pytestmark = pytest.mark.client


def test_persons_can_be_walked_as_the_documentation_shows(
    client: RekognitionClient, photo: Callable[..., bytes]
) -> None:
    answer = client.detect_protective_equipment(
        Image={"Bytes": photo("Ada", "Ben", "Cleo")},
        SummarizationAttributes={"MinConfidence": 80, "RequiredEquipmentTypes": ["FACE_COVER"]},
    )
    worn = {
        person["Id"]: [
            (item["Type"], item["CoversBodyPart"]["Value"])
            for part in person["BodyParts"]
            for item in part["EquipmentDetections"]
        ]
        for person in answer["Persons"]
    }
    assert sorted(worn) == [0, 1, 2]
    summary = answer["Summary"]
    (right,) = summary["PersonsWithRequiredEquipment"]
    assert worn[right] == [("FACE_COVER", True)]
    wrong = [worn[person] for person in summary["PersonsWithoutRequiredEquipment"]]
    assert sorted(wrong) == [[], [("FACE_COVER", False)]]
    assert summary["PersonsIndeterminate"] == []


def test_without_being_asked_there_is_no_summary(
    client: RekognitionClient, photo: Callable[..., bytes]
) -> None:
    answer = client.detect_protective_equipment(Image={"Bytes": photo("Ada")})
    assert "Summary" not in set(answer)
    assert answer["ProtectiveEquipmentModelVersion"] == "1.0"


def test_a_required_type_that_does_not_exist_is_refused(
    client: RekognitionClient, photo: Callable[..., bytes]
) -> None:
    required = {"MinConfidence": 80, "RequiredEquipmentTypes": ["CAPE"]}
    assert (
        code_of(
            client.detect_protective_equipment,
            Image={"Bytes": photo("Ada")},
            SummarizationAttributes=required,
        )
        == "ValidationException"
    )


def code_of(call: Callable[..., Any], **given: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**given)
    return caught.value.response["Error"]["Code"]
