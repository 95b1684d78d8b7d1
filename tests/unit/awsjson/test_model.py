"""Service models as values."""

from __future__ import annotations

import botocore.session
import pytest

from eyebright.awsjson.model import (
    ListShape,
    ServiceModel,
    StructureShape,
    load_service_model,
    read_service_model,
)


def test_every_operation_of_the_installed_botocore_is_there(rekognition: ServiceModel) -> None:
    client_model = botocore.session.get_session().get_service_model("rekognition")
    assert len(client_model.operation_names) >= 75
    assert set(rekognition.operations) == set(client_model.operation_names)
    assert rekognition.target_prefix == client_model.metadata["targetPrefix"]
    assert rekognition.signing_name == client_model.signing_name


def test_members_and_required_members_are_those_of_botocore(rekognition: ServiceModel) -> None:
    client_model = botocore.session.get_session().get_service_model("rekognition")
    for name, operation in rekognition.operations.items():
        theirs = client_model.operation_model(name).input_shape
        assert theirs is not None
        required = {m.name for m in operation.input.members.values() if m.required}
        assert set(operation.input.members) == set(theirs.members)
        assert required == set(theirs.required_members)


def test_paths_begin_with_a_lower_case_letter_as_in_aws_messages(rekognition: ServiceModel) -> None:
    image = rekognition.operations["DetectFaces"].input.members["Image"].shape
    assert isinstance(image, StructureShape)
    assert image.members["S3Object"].path == "s3Object"


def test_a_shape_used_twice_is_one_object(rekognition: ServiceModel) -> None:
    detect = rekognition.operations["DetectFaces"].input.members["Image"].shape
    index = rekognition.operations["IndexFaces"].input.members["Image"].shape
    assert detect is index


def test_limits_of_lists_are_read(rekognition: ServiceModel) -> None:
    face_ids = rekognition.operations["DeleteFaces"].input.members["FaceIds"].shape
    assert isinstance(face_ids, ListShape)
    assert (face_ids.least, face_ids.most) == (1, 4096)


def test_faults_of_the_server_are_500_and_errors_of_the_client_400(shop: ServiceModel) -> None:
    assert shop.status_of("ShopBurning") == 500
    assert shop.status_of("SoldOut") == 400
    assert shop.status_of("NeverHeardOf") == 400


def test_an_operation_without_input_or_output_has_empty_structures(shop: ServiceModel) -> None:
    assert not shop.operations["Close"].input.members
    assert not shop.operations["Close"].output.members
    assert shop.operations["Order"].errors == {"SoldOut", "ShopBurning"}


def test_a_service_of_another_protocol_is_refused() -> None:
    with pytest.raises(ValueError, match="does not speak AWS JSON"):
        load_service_model("s3")


def test_a_shape_that_contains_itself_is_refused() -> None:
    document = {
        "metadata": {
            "protocol": "json",
            "jsonVersion": "1.1",
            "targetPrefix": "T",
            "endpointPrefix": "t",
        },
        "operations": {"Op": {"input": {"shape": "Tree"}}},
        "shapes": {"Tree": {"type": "structure", "members": {"Left": {"shape": "Tree"}}}},
    }
    with pytest.raises(ValueError, match="contains itself"):
        read_service_model(document)
