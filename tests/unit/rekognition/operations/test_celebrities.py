from __future__ import annotations

import pytest

from eyebright.ids import CollectionId, UserId
from eyebright.imaging.decode import decode_image
from eyebright.people.biographies import KnownGender, NewCelebrity

STARS = CollectionId("stars")


@pytest.fixture
def enrol(rooms, photo):
    """Make a person of the fake pictures a celebrity; their id."""

    def make(client, name, *urls, gender=None):
        scope = client.principal.scope
        if not rooms.collections.list(scope, limit=1).items:
            rooms.collections.create(scope, STARS, space=rooms.vision.space)
        found = rooms.celebrities.register(scope, STARS, NewCelebrity(name, urls, gender))
        image = decode_image(photo(name)["Bytes"])
        indexed = rooms.indexing.index(scope, STARS, image=image).indexed
        rooms.users.associate(
            scope, STARS, UserId(found.celebrity_id), [indexed[0][1].face_id], min_percent=0
        )
        return found.celebrity_id

    return make


def test_celebrities_and_others_are_told_apart(client, photo, enrol):
    ada = enrol(client, "Ada", "www.wikidata.org/wiki/Q7259", gender=KnownGender.FEMALE)
    answer = client.ask("RecognizeCelebrities", Image=photo("Ben", "Ada", "Cleo"))
    assert set(answer) == {"CelebrityFaces", "UnrecognizedFaces"}
    (found,) = answer["CelebrityFaces"]
    assert found["Name"] == "Ada"
    assert found["Id"] == ada
    assert found["Urls"] == ["www.wikidata.org/wiki/Q7259"]
    assert found["KnownGender"] == {"Type": "Female"}
    assert 95 < found["MatchConfidence"] <= 100
    faces = [found["Face"], *answer["UnrecognizedFaces"]]
    assert len(faces) == 3
    for face in faces:
        assert set(face) == {
            "BoundingBox",
            "Confidence",
            "Landmarks",
            "Pose",
            "Quality",
            "Emotions",
            "Smile",
        }
        assert len(face["Landmarks"]) == 5
        assert len(face["Emotions"]) == 8


def test_a_picture_without_faces_answers_two_empty_lists(client, photo, enrol):
    enrol(client, "Ada")
    answer = client.ask("RecognizeCelebrities", Image=photo())
    assert answer == {"CelebrityFaces": [], "UnrecognizedFaces": []}


def test_without_a_gallery_everybody_is_unrecognised(client, photo):
    answer = client.ask("RecognizeCelebrities", Image=photo("Ada", "Ben"))
    assert answer["CelebrityFaces"] == []
    assert len(answer["UnrecognizedFaces"]) == 2


def test_no_more_than_the_64_largest_faces_are_looked_at(client, photo, enrol, monkeypatch):
    monkeypatch.setattr("eyebright.people.recognition.MAX_FACES", 2)
    enrol(client, "Cleo")
    answer = client.ask("RecognizeCelebrities", Image=photo("Ada", "Ben", "Cleo"))
    assert answer["CelebrityFaces"] == []
    assert len(answer["UnrecognizedFaces"]) == 2


def test_a_celebrity_is_looked_up_by_id(client, enrol):
    ada = enrol(client, "Ada")
    assert client.ask("GetCelebrityInfo", Id=ada) == {
        "Urls": [],
        "Name": "Ada",
        "KnownGender": {"Type": "Unlisted"},
    }


@pytest.mark.parametrize("wrong", ["3Ir0du6", ""])
def test_an_id_of_nobody_is_not_found(client, enrol, wrong):
    enrol(client, "Ada")
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        client.ask("GetCelebrityInfo", Id=wrong)


def test_an_id_of_other_characters_is_refused(client):
    with pytest.raises(Exception, match=r"^(Validation|InvalidParameter)"):
        client.ask("GetCelebrityInfo", Id="a-b")


def test_accounts_and_regions_know_their_own_celebrities_only(client_of, photo, enrol):
    mine = client_of("first")
    ada = enrol(mine, "Ada")
    for other in (client_of("second"), client_of("first", region="us-west-2")):
        answer = other.ask("RecognizeCelebrities", Image=photo("Ada"))
        assert answer["CelebrityFaces"] == []
        with pytest.raises(Exception, match="ResourceNotFoundException"):
            other.ask("GetCelebrityInfo", Id=ada)
    assert mine.ask("GetCelebrityInfo", Id=ada)["Name"] == "Ada"


def test_a_deleted_user_or_gallery_is_recognised_no_more(client, photo, enrol):
    ada, ben = enrol(client, "Ada"), enrol(client, "Ben")
    client.ask("DeleteUser", CollectionId=STARS, UserId=ada)
    answer = client.ask("RecognizeCelebrities", Image=photo("Ada", "Ben"))
    assert [one["Id"] for one in answer["CelebrityFaces"]] == [ben]
    client.ask("DeleteCollection", CollectionId=STARS)
    answer = client.ask("RecognizeCelebrities", Image=photo("Ada", "Ben"))
    assert answer["CelebrityFaces"] == []
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        client.ask("GetCelebrityInfo", Id=ben)
