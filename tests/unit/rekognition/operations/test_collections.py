from __future__ import annotations

import pytest


def test_a_collection_is_created_described_listed_and_deleted(client):
    created = client.ask("CreateCollection", CollectionId="guests")
    arn = f"arn:aws:rekognition:eu-west-1:{client.principal.account_id}:collection/guests"
    assert created == {"StatusCode": 200, "CollectionArn": arn, "FaceModelVersion": "7.0"}
    described = client.ask("DescribeCollection", CollectionId="guests")
    assert described == {
        "FaceCount": 0,
        "UserCount": 0,
        "FaceModelVersion": "7.0",
        "CollectionARN": arn,
        "CreationTimestamp": pytest.approx(1767323045.678),
    }
    listed = client.ask("ListCollections")
    assert listed == {"CollectionIds": ["guests"], "FaceModelVersions": ["7.0"]}
    assert client.ask("DeleteCollection", CollectionId="guests") == {"StatusCode": 200}
    assert client.ask("ListCollections") == {"CollectionIds": [], "FaceModelVersions": []}


def test_a_second_collection_of_the_same_name_is_refused(client):
    client.ask("CreateCollection", CollectionId="guests")
    with pytest.raises(Exception, match="The collection id: guests already exists"):
        client.ask("CreateCollection", CollectionId="guests")


@pytest.mark.parametrize("operation", ["DeleteCollection", "ListFaces", "ListUsers"])
def test_an_unknown_collection_is_named(client, operation):
    with pytest.raises(Exception, match="ResourceNotFoundException: The collection id: x does not"):
        client.ask(operation, CollectionId="x")


def test_pages_end_without_a_token(client):
    for number in range(5):
        client.ask("CreateCollection", CollectionId=f"c{number}")
    seen, token = [], ""
    for _ in range(3):
        page = client.ask("ListCollections", MaxResults=2, NextToken=token)
        assert len(page["CollectionIds"]) == len(page["FaceModelVersions"])
        seen += page["CollectionIds"]
        token = page.get("NextToken")
    assert seen == [f"c{number}" for number in range(5)]
    assert "NextToken" not in page


def test_a_token_of_another_account_is_refused(client_of):
    first, second = client_of("first"), client_of("second")
    for client in (first, second):
        for number in range(3):
            client.ask("CreateCollection", CollectionId=f"c{number}")
    token = first.ask("ListCollections", MaxResults=1)["NextToken"]
    with pytest.raises(Exception, match="InvalidPaginationTokenException: Invalid Pagination"):
        second.ask("ListCollections", MaxResults=1, NextToken=token)


def test_accounts_and_regions_do_not_see_each_other(client_of):
    client_of("first").ask("CreateCollection", CollectionId="guests")
    for other in (client_of("second"), client_of("first", region="us-east-1")):
        assert other.ask("ListCollections")["CollectionIds"] == []
        with pytest.raises(Exception, match="ResourceNotFoundException"):
            other.ask("DescribeCollection", CollectionId="guests")
        other.ask("CreateCollection", CollectionId="guests")


def test_tags_are_a_map_that_can_be_changed(client):
    arn = client.ask("CreateCollection", CollectionId="guests", Tags={"team": "red"})[
        "CollectionArn"
    ]
    client.ask("TagResource", ResourceArn=arn, Tags={"stage": "test"})
    assert client.ask("ListTagsForResource", ResourceArn=arn) == {
        "Tags": {"team": "red", "stage": "test"}
    }
    client.ask("UntagResource", ResourceArn=arn, TagKeys=["team", "never there"])
    assert client.ask("ListTagsForResource", ResourceArn=arn) == {"Tags": {"stage": "test"}}


def test_a_resource_of_another_account_does_not_exist(client_of):
    arn = client_of("first").ask("CreateCollection", CollectionId="guests")["CollectionArn"]
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        client_of("second").ask("ListTagsForResource", ResourceArn=arn)


def test_pages_work_with_the_longest_names(client):
    names = [f"{number:03}".ljust(255, "x") for number in range(3)]
    for name in names:
        client.ask("CreateCollection", CollectionId=name)
    first = client.ask("ListCollections", MaxResults=1)
    rest = client.ask("ListCollections", NextToken=first["NextToken"])
    assert first["CollectionIds"] + rest["CollectionIds"] == names
