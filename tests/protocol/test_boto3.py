"""boto3, unmodified, against a running server: what applications written for AWS depend on."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

pytestmark = pytest.mark.client

Connect = Callable[..., "RekognitionClient"]
Photo = Callable[..., bytes]


@pytest.fixture
def collection(client: RekognitionClient) -> str:
    name = f"c-{uuid.uuid4()}"
    client.create_collection(CollectionId=name)
    return name


def error_of(call: Callable[..., Any], **given: Any) -> tuple[str, str, int]:
    """Name, message and HTTP status of the error that a call ends in."""
    with pytest.raises(ClientError) as caught:
        call(**given)
    response = caught.value.response
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    return response["Error"]["Code"], response["Error"]["Message"], status


def test_a_collection_lives_from_creation_to_deletion(client: RekognitionClient) -> None:
    name = f"life-{uuid.uuid4()}"
    created = client.create_collection(CollectionId=name, Tags={"team": "größe 東京"})
    assert created["StatusCode"] == 200
    assert created["CollectionArn"].endswith(f":collection/{name}")
    described = client.describe_collection(CollectionId=name)
    assert abs(described["CreationTimestamp"] - datetime.now(UTC)) < timedelta(minutes=1)
    assert (described["FaceCount"], described["UserCount"]) == (0, 0)
    assert client.list_tags_for_resource(ResourceArn=created["CollectionArn"])["Tags"] == {
        "team": "größe 東京"
    }
    assert client.delete_collection(CollectionId=name)["StatusCode"] == 200
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_collection(CollectionId=name)


def test_faces_are_indexed_found_listed_and_deleted(
    client: RekognitionClient, collection: str, photo: Photo
) -> None:
    indexed = client.index_faces(
        CollectionId=collection,
        Image={"Bytes": photo("Ada", "Ben")},
        ExternalImageId="group:1",
        DetectionAttributes=["ALL"],
    )
    assert len(indexed["FaceRecords"]) == 2
    assert indexed["UnindexedFaces"] == []
    ada = indexed["FaceRecords"][0]["Face"]
    found = client.search_faces_by_image(
        CollectionId=collection, Image={"Bytes": photo("Ada")}, MaxFaces=1
    )
    assert found["FaceMatches"][0]["Face"]["FaceId"] == ada["FaceId"]
    assert client.search_faces(CollectionId=collection, FaceId=ada["FaceId"])["FaceMatches"] == []
    listed = client.list_faces(CollectionId=collection)
    assert {face["ExternalImageId"] for face in listed["Faces"]} == {"group:1"}
    assert "NextToken" not in listed
    deleted = client.delete_faces(CollectionId=collection, FaceIds=[ada["FaceId"]])
    assert deleted["DeletedFaces"] == [ada["FaceId"]]
    again = client.delete_faces(CollectionId=collection, FaceIds=[ada["FaceId"]])
    assert again["DeletedFaces"] == []
    assert again["UnsuccessfulFaceDeletions"][0]["Reasons"] == ["FACE_NOT_FOUND"]


def test_users_gather_faces_and_are_found(
    client: RekognitionClient, collection: str, photo: Photo
) -> None:
    faces = client.index_faces(CollectionId=collection, Image={"Bytes": photo("Cleo")})
    face_id = faces["FaceRecords"][0]["Face"]["FaceId"]
    client.create_user(CollectionId=collection, UserId="cleo")
    associated = client.associate_faces(CollectionId=collection, UserId="cleo", FaceIds=[face_id])
    assert [face["FaceId"] for face in associated["AssociatedFaces"]] == [face_id]
    users = client.search_users_by_image(CollectionId=collection, Image={"Bytes": photo("Cleo")})
    assert users["UserMatches"][0]["User"]["UserId"] == "cleo"
    client.disassociate_faces(CollectionId=collection, UserId="cleo", FaceIds=[face_id])
    client.delete_user(CollectionId=collection, UserId="cleo")
    assert client.list_users(CollectionId=collection)["Users"] == []


def test_paginators_walk_to_the_end(client: RekognitionClient, photo: Photo) -> None:
    collection = f"pages-{uuid.uuid4()}"
    client.create_collection(CollectionId=collection)
    for number in range(5):
        client.create_user(CollectionId=collection, UserId=f"user-{number}")
    pages = list(
        client.get_paginator("list_users").paginate(
            CollectionId=collection, PaginationConfig={"PageSize": 2}
        )
    )
    assert [len(page["Users"]) for page in pages] == [2, 2, 1]
    users = [user["UserId"] for page in pages for user in page["Users"]]
    assert sorted(users) == [f"user-{number}" for number in range(5)]
    names = [
        name
        for page in client.get_paginator("list_collections").paginate(
            PaginationConfig={"PageSize": 1}
        )
        for name in page["CollectionIds"]
    ]
    assert len(names) == len(set(names))
    assert collection in names


def test_the_loop_of_aws_s_own_samples_ends(client: RekognitionClient, collection: str) -> None:
    for number in range(3):
        client.create_user(CollectionId=collection, UserId=f"user-{number}")
    seen, token, finished = [], "", False
    while not finished:
        response = client.list_users(CollectionId=collection, MaxResults=2, NextToken=token)
        seen += [user["UserId"] for user in response["Users"]]
        if "NextToken" in response:
            token = response["NextToken"]
        else:
            finished = True
        assert len(seen) <= 3
    assert len(seen) == 3


def test_a_token_of_another_list_is_an_invalid_pagination_token(
    client: RekognitionClient, collection: str
) -> None:
    for token in ("nonsense", "A" * 100):
        assert error_of(client.list_faces, CollectionId=collection, NextToken=token) == (
            "InvalidPaginationTokenException",
            "Invalid Pagination Token",
            400,
        )


def test_faces_are_described_with_floats_that_are_float32(
    client: RekognitionClient, photo: Photo
) -> None:
    faces = client.detect_faces(Image={"Bytes": photo("Ada")}, Attributes=["ALL"])["FaceDetails"]
    assert len(faces) == 1
    assert len(faces[0]["Landmarks"]) >= 5
    assert 0 < faces[0]["BoundingBox"]["Width"] < 1
    assert isinstance(faces[0]["AgeRange"]["Low"], int)


def test_an_image_without_faces_is_no_error_for_detection(
    client: RekognitionClient, photo: Photo
) -> None:
    assert client.detect_faces(Image={"Bytes": photo()})["FaceDetails"] == []


def test_an_object_in_a_bucket_is_read(
    client: RekognitionClient, bucket: Path, photo: Photo
) -> None:
    (bucket / "ada.png").write_bytes(photo("Ada"))
    faces = client.detect_faces(Image={"S3Object": {"Bucket": "photos", "Name": "ada.png"}})
    assert len(faces["FaceDetails"]) == 1


@pytest.mark.parametrize(
    "name", ["missing.png", "../../etc/passwd", "/etc/passwd", "a\u0000b", "."]
)
def test_an_object_that_is_not_there_cannot_be_read(client: RekognitionClient, name: str) -> None:
    code, message, status = error_of(
        client.detect_faces, Image={"S3Object": {"Bucket": "photos", "Name": name}}
    )
    assert (code, status) == ("InvalidS3ObjectException", 400)
    assert message.startswith("Unable to get object metadata from S3.")


# Errors


def test_fixed_messages_reach_the_client(
    client: RekognitionClient, collection: str, photo: Photo
) -> None:
    assert error_of(
        client.search_faces_by_image, CollectionId=collection, Image={"Bytes": photo()}
    ) == (
        "InvalidParameterException",
        "There are no faces in the image. Should be at least 1.",
        400,
    )
    assert error_of(client.list_faces, CollectionId="my_faces")[1] == (
        "The collection id: my_faces does not exist"
    )
    assert error_of(client.create_collection, CollectionId=collection) == (
        "ResourceAlreadyExistsException",
        f"The collection id: {collection} already exists",
        400,
    )
    unknown = str(uuid.uuid4())
    assert error_of(client.search_faces, CollectionId=collection, FaceId=unknown)[:2] == (
        "InvalidParameterException",
        "faceId was not found in the collection.",
    )


def test_bytes_that_are_no_image_have_an_invalid_format(client: RekognitionClient) -> None:
    assert error_of(client.detect_faces, Image={"Bytes": b"GIF89a not an image"}) == (
        "InvalidImageFormatException",
        "Request has invalid image format",
        400,
    )


def test_an_image_over_five_megabytes_is_a_validation_error(client: RekognitionClient) -> None:
    code, message, status = error_of(client.detect_faces, Image={"Bytes": bytes(7_843_602)})
    assert (code, status) == ("ValidationException", 400)
    assert message == (
        "1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=7843602 "
        "cap=7843602]' at 'image.bytes' failed to satisfy constraint: Member must have length "
        "less than or equal to 5242880"
    )


@pytest.mark.parametrize("megabytes", [13, 30])
def test_a_body_over_the_limit_gets_an_answer_nevertheless(
    client: RekognitionClient, megabytes: int
) -> None:
    code, _message, status = error_of(
        client.detect_faces, Image={"Bytes": bytes(megabytes * 1024 * 1024)}
    )
    assert (code, status) == ("RequestEntityTooLargeException", 413)


def test_two_images_of_five_megabytes_fit(client: RekognitionClient) -> None:
    image = {"Bytes": bytes(5_242_880)}
    code, _message, _status = error_of(client.compare_faces, SourceImage=image, TargetImage=image)
    assert code == "InvalidImageFormatException"


def test_a_token_used_for_something_else_is_a_mismatch(
    client: RekognitionClient, collection: str
) -> None:
    token = uuid.uuid4().hex
    client.create_user(CollectionId=collection, UserId="a", ClientRequestToken=token)
    client.create_user(CollectionId=collection, UserId="a", ClientRequestToken=token)
    assert (
        error_of(client.create_user, CollectionId=collection, UserId="b", ClientRequestToken=token)[
            0
        ]
        == "IdempotentParameterMismatchException"
    )
    assert error_of(client.create_user, CollectionId=collection, UserId="a")[0] == (
        "ConflictException"
    )


# Who is asking


def test_accounts_and_regions_do_not_see_each_other(
    server: Any, connect: Connect, client: RekognitionClient, collection: str
) -> None:
    other = connect(server.rooms.accounts.create(f"other-{uuid.uuid4()}"))
    elsewhere = connect(region="ap-south-1")
    for stranger in (other, elsewhere):
        assert collection not in stranger.list_collections()["CollectionIds"]
        assert error_of(stranger.describe_collection, CollectionId=collection)[0] == (
            "ResourceNotFoundException"
        )
    arn = elsewhere.create_collection(CollectionId=collection)["CollectionArn"]
    assert ":ap-south-1:" in arn
    assert client.describe_collection(CollectionId=collection)["FaceCount"] == 0


def test_temporary_credentials_work_until_they_expire(server: Any, connect: Connect) -> None:
    account = server.credentials.account_id
    session = server.rooms.accounts.issue(account, seconds=60)
    assert "CollectionIds" in connect(session).list_collections()


def test_a_wrong_secret_and_a_wrong_key_are_refused(server: Any, connect: Connect) -> None:
    from dataclasses import replace

    wrong = connect(replace(server.credentials, secret="not the secret"))
    assert error_of(wrong.list_collections)[0] == "InvalidSignatureException"
    unknown = connect(replace(server.credentials, access_key_id="AKIAUNKNOWNUNKNOWN00"))
    assert error_of(unknown.list_collections) == (
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
        400,
    )


def test_an_endpoint_behind_a_path_prefix_works(server: Any, connect: Connect) -> None:
    assert "CollectionIds" in connect(endpoint=f"{server.endpoint}/some/prefix").list_collections()


def test_responses_carry_a_request_id_and_a_date(client: RekognitionClient) -> None:
    metadata = client.list_collections()["ResponseMetadata"]
    assert str(uuid.UUID(metadata["RequestId"])) == metadata["RequestId"]
    headers = metadata["HTTPHeaders"]
    assert headers["content-type"] == "application/x-amz-json-1.1"
    assert headers["date"].endswith("GMT")
    assert "server" not in headers


def test_a_client_whose_clock_is_wrong_is_told_the_time(
    client: RekognitionClient, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = datetime.now(UTC).replace(tzinfo=None) - timedelta(minutes=20)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: past)
    code, message, status = error_of(connect(config=Config()).list_collections)
    assert (code, status) == ("InvalidSignatureException", 400)
    assert message.startswith("Signature expired: ")
