from __future__ import annotations

import pytest

ROLE = "arn:aws:iam::123456789012:role/streams"
SELECTORS = {
    "StartSelector": {"KVSStreamStartSelector": {"ProducerTimestamp": 1655930623123}},
    "StopSelector": {"MaxDurationInSeconds": 30},
}
BOX = {"Left": 0.25, "Top": 0.0, "Width": 0.5, "Height": 1.0}
TRIANGLE = [{"X": 0.0, "Y": 0.0}, {"X": 1.0, "Y": 0.0}, {"X": 0.5, "Y": 1.0}]


def video_of(client):
    account = client.principal.account_id
    return {
        "KinesisVideoStream": {"Arn": f"arn:aws:kinesisvideo:eu-west-1:{account}:stream/door/1"}
    }


def data_of(client):
    account = client.principal.account_id
    return {"KinesisDataStream": {"Arn": f"arn:aws:kinesis:eu-west-1:{account}:stream/faces"}}


@pytest.fixture
def create(client):
    """Asks for a face search processor, with some members changed; None leaves one out."""

    def ask(name="p", **changes):
        members = {
            "Name": name,
            "Input": video_of(client),
            "Output": data_of(client),
            "RoleArn": ROLE,
            "Settings": {"FaceSearch": {"CollectionId": "staff"}},
        } | changes
        return client.ask(
            "CreateStreamProcessor", **{key: one for key, one in members.items() if one is not None}
        )

    client.ask("CreateCollection", CollectionId="staff")
    return ask


@pytest.fixture
def create_labels(create):
    def ask(name="p", labels=("ALL",), **changes):
        members = {
            "Output": {"S3Destination": {"Bucket": "photos", "KeyPrefix": "door"}},
            "Settings": {"ConnectedHome": {"Labels": list(labels), "MinConfidence": 70.0}},
        }
        return create(name, **(members | changes))

    return ask


def test_a_face_search_is_described_as_it_was_made(client, create):
    arn = create(Tags={"where": "door"})["StreamProcessorArn"]
    account = client.principal.account_id
    assert arn == f"arn:aws:rekognition:eu-west-1:{account}:streamprocessor/p"
    assert client.ask("DescribeStreamProcessor", Name="p") == {
        "Name": "p",
        "StreamProcessorArn": arn,
        "Status": "STOPPED",
        "CreationTimestamp": 1767323045.678,
        "LastUpdateTimestamp": 1767323045.678,
        "Input": video_of(client),
        "Output": data_of(client),
        "RoleArn": ROLE,
        "Settings": {"FaceSearch": {"CollectionId": "staff", "FaceMatchThreshold": 80.0}},
    }
    assert client.ask("ListTagsForResource", ResourceArn=arn) == {"Tags": {"where": "door"}}


def test_a_label_detection_is_described_as_it_was_made(client, create_labels):
    account = client.principal.account_id
    given = {
        "NotificationChannel": {"SNSTopicArn": f"arn:aws:sns:eu-west-1:{account}:events"},
        "KmsKeyId": "key-1",
        "RegionsOfInterest": [{"BoundingBox": BOX}, {"Polygon": TRIANGLE}],
        "DataSharingPreference": {"OptIn": False},
    }
    create_labels(labels=["PERSON", "PET"], **given)
    described = client.ask("DescribeStreamProcessor", Name="p")
    assert {key: described[key] for key in given} == given
    assert described["Output"] == {"S3Destination": {"Bucket": "photos", "KeyPrefix": "door"}}
    assert described["Settings"] == {
        "ConnectedHome": {"Labels": ["PERSON", "PET"], "MinConfidence": 70.0}
    }


@pytest.mark.parametrize(("asked", "kept"), [(50.0, 80.0), (92.5, 92.5)])
def test_a_low_threshold_is_raised(client, create, asked, kept):
    create(Settings={"FaceSearch": {"CollectionId": "staff", "FaceMatchThreshold": asked}})
    settings = client.ask("DescribeStreamProcessor", Name="p")["Settings"]
    assert settings["FaceSearch"]["FaceMatchThreshold"] == kept


def test_what_does_not_fit_together_is_refused(client, create, create_labels):
    both = {"FaceSearch": {"CollectionId": "staff"}, "ConnectedHome": {"Labels": ["PET"]}}
    bucket = {"S3Destination": {"Bucket": "photos"}}
    for refused in (
        lambda: create(Settings=both),
        lambda: create(Settings={}),
        lambda: create(Settings={"FaceSearch": {}}),
        lambda: create(Output=bucket),
        lambda: create(Input={}),
        lambda: create(KmsKeyId="key-1"),
        lambda: create(RegionsOfInterest=[{"BoundingBox": BOX}]),
        lambda: create_labels(Output=data_of(client)),
        lambda: create_labels(labels=["CAR"]),
        lambda: create_labels(RegionsOfInterest=[{}]),
        lambda: create_labels(RegionsOfInterest=[{"BoundingBox": BOX, "Polygon": TRIANGLE}]),
        lambda: create_labels(RegionsOfInterest=[{"Polygon": TRIANGLE[:2]}]),
    ):
        with pytest.raises(Exception, match="InvalidParameterException: Request has invalid"):
            refused()
    with pytest.raises(Exception, match="ResourceNotFoundException: The collection id: none"):
        create(Settings={"FaceSearch": {"CollectionId": "none"}})
    assert client.ask("ListStreamProcessors")["StreamProcessors"] == []


def test_a_name_is_used_once(create, client_of, client):
    create()
    with pytest.raises(
        Exception, match=r"^ResourceInUseException: Stream processor name already in use\.$"
    ):
        create()
    assert client_of(region="us-east-2").ask("ListStreamProcessors") == {"StreamProcessors": []}
    assert client.ask("ListStreamProcessors") == {
        "StreamProcessors": [{"Name": "p", "Status": "STOPPED"}]
    }


def test_a_list_comes_in_pages(client, create):
    for number in range(5):
        create(f"p{number}")
    names, token = [], None
    while True:
        more: dict[str, str] = {} if token is None else {"NextToken": token}
        page = client.ask("ListStreamProcessors", MaxResults=2, **more)
        names += [one["Name"] for one in page["StreamProcessors"]]
        token = page.get("NextToken")
        if token is None:
            break
    assert names == ["p0", "p1", "p2", "p3", "p4"]


def test_another_accounts_processor_is_not_there(client_of, create):
    create()
    other = client_of("second")
    for operation in ("Describe", "Start", "Stop", "Update", "Delete"):
        with pytest.raises(Exception, match="ResourceNotFoundException"):
            other.ask(f"{operation}StreamProcessor", Name="p")


def test_a_face_search_starts_without_selectors(client, create):
    create()
    with pytest.raises(Exception, match="InvalidParameterException"):
        client.ask("StartStreamProcessor", Name="p", **SELECTORS)
    assert client.ask("StartStreamProcessor", Name="p") == {}
    assert client.ask("DescribeStreamProcessor", Name="p")["Status"] == "STARTING"
    for operation in ("Start", "Update", "Delete"):
        with pytest.raises(Exception, match="ResourceInUseException"):
            client.ask(f"{operation}StreamProcessor", Name="p")
    assert client.ask("StopStreamProcessor", Name="p") == {}
    with pytest.raises(
        Exception,
        match=r"^ResourceInUseException: Processor not available for stopping stream\.$",
    ):
        client.ask("StopStreamProcessor", Name="p")


def test_a_label_detection_needs_both_selectors(client, create_labels):
    create_labels()
    for missing in ("StartSelector", "StopSelector"):
        given = {name: one for name, one in SELECTORS.items() if name != missing}
        with pytest.raises(Exception, match="InvalidParameterException"):
            client.ask("StartStreamProcessor", Name="p", **given)
    answer = client.ask("StartStreamProcessor", Name="p", **SELECTORS)
    assert len(answer["SessionId"]) == 36
    too_long = SELECTORS | {"StopSelector": {"MaxDurationInSeconds": 121}}
    with pytest.raises(Exception, match="ValidationException"):
        client.ask("StartStreamProcessor", Name="p", **too_long)


def test_a_label_detection_is_changed(client, create_labels):
    create_labels(RegionsOfInterest=[{"BoundingBox": BOX}])
    changes = {
        "SettingsForUpdate": {"ConnectedHomeForUpdate": {"Labels": ["PET"], "MinConfidence": 90.0}},
        "RegionsOfInterestForUpdate": [{"Polygon": TRIANGLE}],
        "DataSharingPreferenceForUpdate": {"OptIn": True},
    }
    assert client.ask("UpdateStreamProcessor", Name="p", **changes) == {}
    described = client.ask("DescribeStreamProcessor", Name="p")
    assert described["Settings"] == {"ConnectedHome": {"Labels": ["PET"], "MinConfidence": 90.0}}
    assert described["RegionsOfInterest"] == [{"Polygon": TRIANGLE}]
    assert described["DataSharingPreference"] == {"OptIn": True}
    gone = ["ConnectedHomeMinConfidence", "RegionsOfInterest"]
    client.ask("UpdateStreamProcessor", Name="p", ParametersToDelete=gone)
    described = client.ask("DescribeStreamProcessor", Name="p")
    assert described["Settings"] == {"ConnectedHome": {"Labels": ["PET"]}}
    assert "RegionsOfInterest" not in described


def test_a_face_search_is_not_changed(client, create):
    create()
    with pytest.raises(Exception, match="InvalidParameterException"):
        client.ask("UpdateStreamProcessor", Name="p")


def test_a_deleted_processor_leaves_its_name_and_no_tags(client, create):
    arn = create(Tags={"where": "door"})["StreamProcessorArn"]
    assert client.ask("DeleteStreamProcessor", Name="p") == {}
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        client.ask("DescribeStreamProcessor", Name="p")
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        client.ask("ListTagsForResource", ResourceArn=arn)
    create()
    assert client.ask("ListTagsForResource", ResourceArn=arn) == {"Tags": {}}


def test_more_processors_than_an_account_may_have_are_refused_in_the_services_words(create):
    for number in range(100):
        create(f"p{number}")
    with pytest.raises(Exception, match="LimitExceededException") as refused:
        create("one-more")
    said = "Stream processor limit exceeded for account, limit - 100"
    assert getattr(refused.value, "message", "") == said


@pytest.mark.parametrize("name", ["", "p" * 129, "two words", "p/q"])
def test_names_are_of_the_services_form(create, name):
    with pytest.raises(Exception, match=r"ValidationException|InvalidParameter"):
        create(name)
