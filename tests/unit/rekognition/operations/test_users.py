from __future__ import annotations

import uuid

import pytest


@pytest.fixture
def guests(client):
    client.ask("CreateCollection", CollectionId="guests")
    return client


def face_of(client, image, name):
    answer = client.ask("IndexFaces", CollectionId="guests", Image=image, ExternalImageId=name)
    return answer["FaceRecords"][0]["Face"]["FaceId"]


def user(client, operation, name, **members):
    return client.ask(operation, CollectionId="guests", UserId=name, **members)


def test_users_are_created_listed_and_deleted(guests):
    assert user(guests, "CreateUser", "ada") == {}
    assert guests.ask("ListUsers", CollectionId="guests") == {
        "Users": [{"UserId": "ada", "UserStatus": "CREATED"}]
    }
    assert user(guests, "DeleteUser", "ada") == {}
    assert guests.ask("ListUsers", CollectionId="guests") == {"Users": []}


def test_a_second_user_of_the_same_name_is_a_conflict(guests):
    user(guests, "CreateUser", "ada")
    with pytest.raises(Exception, match="ConflictException"):
        user(guests, "CreateUser", "ada")


def test_the_same_token_acts_once(guests):
    for _ in range(2):
        assert user(guests, "CreateUser", "ada", ClientRequestToken="t1") == {}
    with pytest.raises(Exception, match="IdempotentParameterMismatchException"):
        user(guests, "CreateUser", "ben", ClientRequestToken="t1")


def test_a_user_is_found_by_picture_face_and_name(guests, photo):
    face = face_of(guests, photo("Ada"), "1")
    other = face_of(guests, photo("Ada"), "2")
    user(guests, "CreateUser", "ada")
    answer = user(guests, "AssociateFaces", "ada", FaceIds=[face])
    assert answer == {
        "AssociatedFaces": [{"FaceId": face}],
        "UnsuccessfulFaceAssociations": [],
        "UserStatus": "ACTIVE",
    }
    by_image = guests.ask("SearchUsersByImage", CollectionId="guests", Image=photo("Ada", "Ben"))
    assert by_image["UserMatches"][0]["User"] == {"UserId": "ada", "UserStatus": "ACTIVE"}
    assert "BoundingBox" in by_image["SearchedFace"]["FaceDetail"]
    assert [face["Reasons"] for face in by_image["UnsearchedFaces"]] == [["FACE_NOT_LARGEST"]]
    by_face = guests.ask("SearchUsers", CollectionId="guests", FaceId=other)
    assert by_face["SearchedFace"] == {"FaceId": other}
    assert [match["User"]["UserId"] for match in by_face["UserMatches"]] == ["ada"]
    by_user = guests.ask("SearchUsers", CollectionId="guests", UserId="ada")
    assert by_user["SearchedUser"] == {"UserId": "ada"}
    assert by_user["UserMatches"] == []


def test_searching_users_in_a_picture_without_faces_is_not_an_error(guests, photo):
    answer = guests.ask("SearchUsersByImage", CollectionId="guests", Image=photo())
    assert answer == {"UserMatches": [], "FaceModelVersion": "7.0", "UnsearchedFaces": []}


def test_a_stranger_is_not_associated_with_a_user_who_has_faces(guests, photo):
    ada, ben = face_of(guests, photo("Ada"), "1"), face_of(guests, photo("Ben"), "2")
    user(guests, "CreateUser", "ada")
    user(guests, "AssociateFaces", "ada", FaceIds=[ada])
    (refused,) = user(guests, "AssociateFaces", "ada", FaceIds=[ben])[
        "UnsuccessfulFaceAssociations"
    ]
    assert refused["FaceId"] == ben
    assert refused["Reasons"] == ["LOW_MATCH_CONFIDENCE"]
    assert refused["Confidence"] < 75


def test_faces_of_others_and_unknown_faces_are_refused_with_reasons(guests, photo):
    ada, unknown = face_of(guests, photo("Ada"), "1"), str(uuid.uuid4())
    for name in ("ada", "ben"):
        user(guests, "CreateUser", name)
    user(guests, "AssociateFaces", "ada", FaceIds=[ada])
    answer = user(guests, "AssociateFaces", "ben", FaceIds=[ada, unknown])
    assert answer["UnsuccessfulFaceAssociations"] == [
        {"FaceId": ada, "UserId": "ada", "Reasons": ["ASSOCIATED_TO_A_DIFFERENT_USER"]},
        {"FaceId": unknown, "Reasons": ["FACE_NOT_FOUND"]},
    ]
    deletion = guests.ask("DeleteFaces", CollectionId="guests", FaceIds=[ada])
    assert deletion["UnsuccessfulFaceDeletions"] == [
        {"FaceId": ada, "UserId": "ada", "Reasons": ["ASSOCIATED_TO_AN_EXISTING_USER"]}
    ]


def test_a_disassociated_face_stays_in_the_collection(guests, photo):
    ada = face_of(guests, photo("Ada"), "1")
    user(guests, "CreateUser", "ada")
    user(guests, "AssociateFaces", "ada", FaceIds=[ada])
    (listed,) = guests.ask("ListFaces", CollectionId="guests", UserId="ada")["Faces"]
    assert listed["UserId"] == "ada"
    answer = user(guests, "DisassociateFaces", "ada", FaceIds=[ada])
    assert answer["DisassociatedFaces"] == [{"FaceId": ada}]
    assert guests.ask("ListFaces", CollectionId="guests", UserId="ada")["Faces"] == []
    assert len(guests.ask("ListFaces", CollectionId="guests")["Faces"]) == 1


@pytest.mark.parametrize("members", [{}, {"UserId": "a", "FaceId": str(uuid.uuid4())}])
def test_a_search_starts_from_a_user_or_a_face(guests, members):
    with pytest.raises(Exception, match="InvalidParameterException"):
        guests.ask("SearchUsers", CollectionId="guests", **members)
