"""Every error of the house has its words at the door."""

from __future__ import annotations

from typing import Any

import pytest

from eyebright import errors as house
from eyebright.awsjson.errors import UnknownOperation
from eyebright.awsjson.model import load_service_model
from eyebright.rekognition.errors import INTERNAL, TRANSLATIONS, translate

OURS = (house.PackError, house.StorageError, house.ConfigurationError, house.DeliveryFailed)


def _kinds() -> list[type[house.EyebrightError]]:
    found = [kind for kind in vars(house).values() if isinstance(kind, type)]
    kinds = [kind for kind in found if issubclass(kind, house.EyebrightError)]
    assert len(kinds) > 20
    return [kind for kind in kinds if kind is not house.EyebrightError]


@pytest.mark.parametrize("kind", _kinds())
def test_every_error_is_the_caller_s_unless_it_is_ours(kind: type[house.EyebrightError]) -> None:
    fault = translate(kind("what happened"), operation="SearchFaces", given={})
    assert fault.status == (500 if issubclass(kind, OURS) else 400)
    assert fault.message


def test_service_errors_carry_names_and_statuses_of_the_model() -> None:
    model = load_service_model("rekognition")
    modelled = {name for operation in model.operations.values() for name in operation.errors}
    service = [entry for entry in TRANSLATIONS.values() if entry.layer == "service"]
    assert service
    for entry in service:
        assert entry.name in modelled
        assert entry.status == model.status_of(entry.name)


@pytest.mark.parametrize(
    ("error", "operation", "given", "name", "message"),
    [
        (
            house.NoFaceInImage("none"),
            "SearchFacesByImage",
            {},
            "InvalidParameterException",
            "There are no faces in the image. Should be at least 1.",
        ),
        (
            house.NoFaceInImage("none"),
            "CompareFaces",
            {},
            "InvalidParameterException",
            "Request has invalid parameters",
        ),
        (
            house.FaceNotInCollection("none"),
            "SearchFaces",
            {},
            "InvalidParameterException",
            "faceId was not found in the collection.",
        ),
        (
            house.CollectionNotFound("none"),
            "ListFaces",
            {"CollectionId": "my_faces"},
            "ResourceNotFoundException",
            "The collection id: my_faces does not exist",
        ),
        (
            house.CollectionNotFound("none"),
            "DescribeCollection",
            {"CollectionId": "family_faces"},
            "ResourceNotFoundException",
            "Collection:family_faces not found!",
        ),
        (
            house.CollectionExists("there"),
            "CreateCollection",
            {"CollectionId": "X"},
            "ResourceAlreadyExistsException",
            "The collection id: X already exists",
        ),
        (
            house.InvalidImage("broken"),
            "DetectFaces",
            {},
            "InvalidImageFormatException",
            "Request has invalid image format",
        ),
        (
            house.ImageTooLarge("9 MB"),
            "DetectFaces",
            {},
            "ImageTooLargeException",
            "Image size is too large",
        ),
        (
            house.SourceUnavailable("no key"),
            "DetectFaces",
            {},
            "InvalidS3ObjectException",
            (
                "Unable to get object metadata from S3. "
                "Check object key, region and/or access permissions."
            ),
        ),
        (
            house.InvalidCursor("old"),
            "ListFaces",
            {},
            "InvalidPaginationTokenException",
            "Invalid Pagination Token",
        ),
        (
            house.IdempotencyMismatch("other"),
            "CreateUser",
            {"ClientRequestToken": "T"},
            "IdempotentParameterMismatchException",
            "The ClientRequestToken: T you have supplied is already in use.",
        ),
        (house.UserExists("u"), "CreateUser", {}, "ConflictException", "u"),
        (house.QuotaExceeded("100"), "AssociateFaces", {}, "ServiceQuotaExceededException", "100"),
    ],
)
def test_the_sentences_that_clients_compare_are_aws_s(
    error: house.EyebrightError, operation: str, given: dict[str, Any], name: str, message: str
) -> None:
    fault = translate(error, operation=operation, given=given)
    assert (fault.name, fault.message, fault.layer) == (name, message, "service")


def test_an_arn_of_a_collection_that_is_not_there_keeps_the_room_s_message() -> None:
    fault = translate(house.CollectionNotFound("No collection x."), operation="TagResource")
    assert fault.message == "No collection x."


def test_errors_of_the_wire_pass_as_they_are() -> None:
    fault = translate(UnknownOperation("which?"))
    assert (fault.name, fault.layer) == ("UnknownOperationException", "framework")


def test_anything_else_tells_nothing() -> None:
    assert translate(ValueError("path /secret")) == INTERNAL
    assert translate(house.StorageError("the disk")) == INTERNAL
