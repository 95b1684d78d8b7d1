"""Face search, person tracking and celebrities of stored videos, as boto3's callers handle them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from botocore.exceptions import ClientError

from eyebright.governance.accounts import Scope
from eyebright.ids import CollectionId, Region, UserId
from eyebright.imaging.decode import decode_image
from eyebright.people.biographies import KnownGender, NewCelebrity
from eyebright.testing.pictures import draw_people, line_up
from eyebright.testing.videos import write_video

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from tests.protocol.conftest import RunningServer

pytestmark = pytest.mark.client
VIDEO: Any = {"S3Object": {"Bucket": "photos", "Name": "people.mp4"}}
TEAM = "team-of-films"


@pytest.fixture(scope="module", autouse=True)
def film(bucket: Path) -> Path:
    """Ada and Fay, nobody for three seconds, Cleo, Ada again; at 4 frames a second."""
    scenes = [(("Ada", "Fay"), 8), ((), 12), (("Cleo",), 4), (("Ada",), 4)]
    pictures = [
        np.ascontiguousarray(draw_people(line_up(people), size_wh=(320, 160)))
        for people, count in scenes
        for _ in range(count)
    ]
    return write_video(bucket / "people.mp4", pictures, frame_rate=4)


@pytest.fixture(scope="module")
def ids(client: RekognitionClient, photo: Callable[..., bytes]) -> dict[str, str]:
    """FaceIds of the team."""
    client.create_collection(CollectionId=TEAM)
    found = {}
    for name in ("Ada", "Ben"):
        answer = client.index_faces(
            CollectionId=TEAM, Image={"Bytes": photo(name)}, ExternalImageId=name
        )
        found[name] = answer["FaceRecords"][0]["Face"]["FaceId"]
    return found


def poll(ask: Callable[..., Any], **members: Any) -> Any:
    deadline = time.monotonic() + 120
    while (answer := ask(**members))["JobStatus"] == "IN_PROGRESS":
        assert time.monotonic() < deadline, "The job does not end."
        time.sleep(0.05)
    return answer


def every_page(ask: Callable[..., Any], member: str, **members: Any) -> list[Any]:
    answer = poll(ask, **members)
    assert answer["JobStatus"] == "SUCCEEDED", answer
    found = list(answer[member])
    while "NextToken" in answer:
        assert len(answer[member]) <= members["MaxResults"]
        answer = ask(**members, NextToken=answer["NextToken"])
        found += answer[member]
    return found


def test_face_search_page_by_page_in_both_orders(
    client: RekognitionClient, ids: dict[str, str]
) -> None:
    job_id = client.start_face_search(Video=VIDEO, CollectionId=TEAM, JobTag="who")["JobId"]
    get = client.get_face_search
    persons = every_page(get, "Persons", JobId=job_id, MaxResults=3)
    seen = [(one["Timestamp"], one["Person"]["Index"]) for one in persons]
    assert seen == [
        *((at, index) for at in (0, 500, 1000, 1500) for index in (0, 1)),
        *((at, 2) for at in (5000, 5500)),
        *((at, 0) for at in (6000, 6500)),
    ]
    for one in persons:
        assert {"BoundingBox", "Landmarks", "Pose", "Quality", "Confidence"} <= set(
            one["Person"]["Face"]
        )
        if one["Person"]["Index"] != 0:
            assert one["FaceMatches"] == []
            continue
        [match] = one["FaceMatches"]
        assert match["Similarity"] > 95
        assert match["Face"]["FaceId"] == ids["Ada"]
        assert match["Face"]["ExternalImageId"] == "Ada"
    by_index = every_page(get, "Persons", JobId=job_id, SortBy="INDEX", MaxResults=5)
    keys = [(one["Person"]["Index"], one["Timestamp"]) for one in by_index]
    assert keys == sorted((index, at) for at, index in seen)
    assert get(JobId=job_id)["JobTag"] == "who"


def test_a_name_given_later_and_a_deletion_reach_past_results(
    client: RekognitionClient, photo: Callable[..., bytes]
) -> None:
    team = "renamed-later"
    client.create_collection(CollectionId=team)
    face_ids = [
        client.index_faces(CollectionId=team, Image={"Bytes": photo(*names)}, MaxFaces=1)[
            "FaceRecords"
        ][0]["Face"]["FaceId"]
        for names in (("Ada",), ("Ada", "Ben"))
    ]
    job_id = client.start_face_search(Video=VIDEO, CollectionId=team)["JobId"]

    def matches() -> list[Any]:
        persons = every_page(client.get_face_search, "Persons", JobId=job_id, MaxResults=1000)
        assert [one["Person"]["Index"] for one in persons].count(0) == 6
        return [match for one in persons for match in one["FaceMatches"]]

    assert {one["Face"]["FaceId"] for one in matches()} == set(face_ids)
    assert all("UserId" not in one["Face"] for one in matches())
    client.create_user(CollectionId=team, UserId="ada-lovelace")
    client.associate_faces(CollectionId=team, UserId="ada-lovelace", FaceIds=face_ids[:1])
    named = {one["Face"]["FaceId"]: one["Face"].get("UserId") for one in matches()}
    assert named == {face_ids[0]: "ada-lovelace", face_ids[1]: None}
    client.delete_faces(CollectionId=team, FaceIds=face_ids[1:])
    assert {one["Face"]["FaceId"] for one in matches()} == {face_ids[0]}
    client.delete_collection(CollectionId=team)
    assert matches() == []


def test_unknown_collections_and_other_accounts_are_refused_at_once(
    client: RekognitionClient,
    connect: Callable[..., RekognitionClient],
    server: RunningServer,
    ids: dict[str, str],
) -> None:
    with pytest.raises(ClientError, match=r"ResourceNotFound.*The collection id: nobodys does not"):
        client.start_face_search(Video=VIDEO, CollectionId="nobodys")
    stranger = connect(server.rooms.accounts.create("stranger-of-people"))
    with pytest.raises(ClientError, match="ResourceNotFound"):
        stranger.start_face_search(Video=VIDEO, CollectionId=TEAM)
    job_id = client.start_face_search(Video=VIDEO, CollectionId=TEAM)["JobId"]
    with pytest.raises(ClientError, match="ResourceNotFound"):
        stranger.get_face_search(JobId=job_id)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        client.get_person_tracking(JobId=job_id)
    assert ids


def test_a_threshold_above_every_likeness_matches_nobody(
    client: RekognitionClient, ids: dict[str, str]
) -> None:
    job_id = client.start_face_search(Video=VIDEO, CollectionId=TEAM, FaceMatchThreshold=100)
    persons = every_page(client.get_face_search, "Persons", JobId=job_id["JobId"], MaxResults=1000)
    assert persons
    assert ids
    assert all(one["FaceMatches"] == [] for one in persons)


def test_persons_are_tracked_with_their_faces(client: RekognitionClient) -> None:
    """To the fake detector, Fay is the only person."""
    job_id = client.start_person_tracking(Video=VIDEO)["JobId"]
    get = client.get_person_tracking
    persons = every_page(get, "Persons", JobId=job_id, MaxResults=3)
    assert [one["Timestamp"] for one in persons] == list(range(0, 2000, 250))
    for one in persons:
        assert one["Person"]["Index"] == 0
        assert set(one["Person"]["BoundingBox"]) == {"Left", "Top", "Width", "Height"}
        assert one["Person"]["Face"]["Confidence"] > 90
    by_index = every_page(get, "Persons", JobId=job_id, SortBy="INDEX", MaxResults=3)
    assert by_index == persons


def test_celebrities_have_the_names_they_have_now(
    client: RekognitionClient, server: RunningServer, photo: Callable[..., bytes]
) -> None:
    rooms, gallery = server.rooms, CollectionId("gallery-of-films")
    scope = Scope(server.credentials.account_id, Region("eu-west-1"))
    rooms.collections.create(scope, gallery, space=rooms.vision.space)
    ids = {}
    for name in ("Ada", "Cleo"):
        known = rooms.celebrities.register(scope, gallery, NewCelebrity(name))
        [indexed] = rooms.indexing.index(scope, gallery, image=decode_image(photo(name))).indexed
        user_id = UserId(known.celebrity_id)
        rooms.users.associate(scope, gallery, user_id, [indexed[1].face_id], min_percent=0)
        ids[name] = known.celebrity_id
    job_id = client.start_celebrity_recognition(Video=VIDEO)["JobId"]

    def told(**members: Any) -> list[Any]:
        return every_page(
            client.get_celebrity_recognition, "Celebrities", JobId=job_id, MaxResults=3, **members
        )

    found = told()
    assert [(one["Timestamp"], one["Celebrity"]["Name"]) for one in found] == [
        *((at, "Ada") for at in (0, 500, 1000, 1500)),
        *((at, "Cleo") for at in (5000, 5500)),
        *((at, "Ada") for at in (6000, 6500)),
    ]
    assert found[0]["Celebrity"]["Face"]["Emotions"]
    assert {"Id", "Confidence", "BoundingBox", "Urls", "KnownGender"} <= set(found[0]["Celebrity"])
    by_id = [one["Celebrity"]["Id"] for one in told(SortBy="ID")]
    assert by_id == sorted(by_id)
    rooms.celebrities.register(
        scope,
        gallery,
        NewCelebrity("Ada Lovelace", ("www.example.org",), KnownGender.FEMALE, ids["Ada"]),
    )
    rooms.forgetting.user(scope, gallery, UserId(ids["Cleo"]))
    assert {one["Celebrity"]["Name"] for one in told()} == {"Ada Lovelace"}
    assert told()[0]["Celebrity"]["KnownGender"] == {"Type": "Female"}
    rooms.collections.delete(scope, gallery)
    assert told() == []
