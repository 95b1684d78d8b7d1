from __future__ import annotations

import uuid

import pytest


@pytest.fixture
def guests(client):
    client.ask("CreateCollection", CollectionId="guests")
    return client


def indexed(client, image, **members):
    return client.ask("IndexFaces", CollectionId="guests", Image=image, **members)


def test_indexing_answers_a_record_for_each_face(guests, photo):
    answer = indexed(guests, photo("Ada", "Ben"), ExternalImageId="party.png")
    assert answer["FaceModelVersion"] == "7.0"
    assert answer["UnindexedFaces"] == []
    assert len(answer["FaceRecords"]) == 2
    for record in answer["FaceRecords"]:
        assert set(record["Face"]) == {
            "FaceId",
            "BoundingBox",
            "ImageId",
            "Confidence",
            "ExternalImageId",
        }
        assert uuid.UUID(record["Face"]["FaceId"]).version == 4
        assert record["Face"]["BoundingBox"] == pytest.approx(record["FaceDetail"]["BoundingBox"])
    assert len({record["Face"]["ImageId"] for record in answer["FaceRecords"]}) == 1


def test_the_same_picture_twice_gives_the_same_faces(guests, photo):
    first = indexed(guests, photo("Ada", "Ben"), ExternalImageId="a")
    second = indexed(guests, photo("Ada", "Ben"), ExternalImageId="a")
    assert [r["Face"]["FaceId"] for r in first["FaceRecords"]] == [
        r["Face"]["FaceId"] for r in second["FaceRecords"]
    ]
    assert guests.ask("DescribeCollection", CollectionId="guests")["FaceCount"] == 2


def test_faces_beyond_max_faces_are_named_with_the_reason(guests, photo):
    answer = indexed(guests, photo("Ada", "Ben", "Cleo"), MaxFaces=1)
    assert len(answer["FaceRecords"]) == 1
    assert [face["Reasons"] for face in answer["UnindexedFaces"]] == [["EXCEEDS_MAX_FACES"]] * 2


def test_a_picture_without_faces_is_not_an_error(guests, photo):
    answer = indexed(guests, photo())
    assert answer["FaceRecords"] == []
    assert answer["UnindexedFaces"] == []


def test_an_unknown_collection_is_refused_before_the_picture_is_read(client):
    with pytest.raises(Exception, match="The collection id: guests does not exist"):
        indexed(client, {"Bytes": b"no picture"})


def test_stored_faces_are_listed_with_their_model_version(guests, photo):
    (record,) = indexed(guests, photo("Ada"))["FaceRecords"]
    answer = guests.ask("ListFaces", CollectionId="guests")
    (face,) = answer["Faces"]
    assert face["FaceId"] == record["Face"]["FaceId"]
    assert face["IndexFacesModelVersion"] == "7.0"
    assert "UserId" not in face
    assert "ExternalImageId" not in face
    assert "NextToken" not in answer


def test_deleting_names_what_went_and_what_was_not_there(guests, photo):
    (record,) = indexed(guests, photo("Ada"))["FaceRecords"]
    known, unknown = record["Face"]["FaceId"], str(uuid.uuid4())
    answer = guests.ask("DeleteFaces", CollectionId="guests", FaceIds=[known, unknown])
    assert answer == {
        "DeletedFaces": [known],
        "UnsuccessfulFaceDeletions": [{"FaceId": unknown, "Reasons": ["FACE_NOT_FOUND"]}],
    }
    found = guests.ask("SearchFacesByImage", CollectionId="guests", Image=photo("Ada"))
    assert found["FaceMatches"] == []


def test_a_search_by_picture_finds_the_largest_face(guests, photo):
    indexed(guests, photo("Ada"), ExternalImageId="ada")
    indexed(guests, photo("Ben"), ExternalImageId="ben")
    answer = guests.ask("SearchFacesByImage", CollectionId="guests", Image=photo("Ben", "Ada"))
    (match,) = answer["FaceMatches"]
    assert match["Face"]["ExternalImageId"] == "ben"
    assert match["Similarity"] > 90
    assert set(answer["SearchedFaceBoundingBox"]) == {"Width", "Height", "Left", "Top"}
    assert answer["SearchedFaceConfidence"] > 50


def test_a_search_without_a_face_says_awss_sentence(guests, photo):
    with pytest.raises(Exception, match="InvalidParameterException") as caught:
        guests.ask("SearchFacesByImage", CollectionId="guests", Image=photo())
    assert (
        getattr(caught.value, "message", None)
        == "There are no faces in the image. Should be at least 1."
    )


def test_a_search_by_face_leaves_out_the_face_itself(guests, photo):
    (ada,) = indexed(guests, photo("Ada"), ExternalImageId="1")["FaceRecords"]
    (again,) = indexed(guests, photo("Ada"), ExternalImageId="2")["FaceRecords"]
    answer = guests.ask("SearchFaces", CollectionId="guests", FaceId=ada["Face"]["FaceId"])
    assert answer["SearchedFaceId"] == ada["Face"]["FaceId"]
    assert [match["Face"]["FaceId"] for match in answer["FaceMatches"]] == [again["Face"]["FaceId"]]


def test_a_search_by_an_unknown_face_says_awss_sentence(guests):
    with pytest.raises(Exception, match="InvalidParameterException") as caught:
        guests.ask("SearchFaces", CollectionId="guests", FaceId=str(uuid.uuid4()))
    assert getattr(caught.value, "message", None) == "faceId was not found in the collection."
