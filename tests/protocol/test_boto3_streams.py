"""A stream processor as boto3's callers handle it, from its making to its end, and its records as a
Kinesis consumer reads them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from eyebright.app.streams import build_stream_worker
from eyebright.streams.runner import RunRules
from eyebright.testing.streams import LiveStation, Scene
from eyebright.testing.videos_desk import shot
from eyebright.video.live import LiveRules

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from tests.protocol.conftest import RunningServer

pytestmark = pytest.mark.client
REGION = "eu-west-1"
ROLE = "arn:aws:iam::123456789012:role/streams"


@pytest.fixture(scope="module")
def kinesis(aws_double: str) -> Any:
    """A client of a Kinesis double with the stream "faces"."""
    client = boto3.client(
        "kinesis",
        endpoint_url=aws_double,
        region_name=REGION,
        aws_access_key_id="AKIAEXAMPLEEXAMPLE00",
        aws_secret_access_key="secret",
    )
    client.create_stream(StreamName="faces", ShardCount=1)
    return client


@pytest.fixture
def arns(
    server: RunningServer,
    kinesis: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[str, str]]:
    """The ARNs of a live stream of Ada and Ben, and of the data stream; a worker runs."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    account = server.credentials.account_id
    video = f"arn:aws:kinesisvideo:{REGION}:{account}:stream/door/1"
    data = f"arn:aws:kinesis:{REGION}:{account}:stream/faces"
    with LiveStation(tmp_path, [Scene(shot(("Ada", "Ben")), 600)]) as station:
        settings = replace(
            server.rooms.settings,
            region=REGION,
            streams=f"{video}={station.address}",
            kinesis_endpoint=kinesis.meta.endpoint_url,
            stream_every="5fps",
        )
        rooms = replace(server.rooms, settings=settings)
        rules = RunRules(look=0.05, renew=0.5)
        quick = LiveRules(stall_seconds=10, first_pause=0.1)
        with build_stream_worker(rooms, run_rules=rules, live_rules=quick):
            yield video, data


def poll(client: RekognitionClient, name: str, *wanted: str) -> Any:
    """The description once the processor is in one of these states."""
    deadline = time.monotonic() + 120
    while (found := client.describe_stream_processor(Name=name))["Status"] not in wanted:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def records(kinesis: Any) -> list[Any]:
    """All records of the data stream."""
    shard = kinesis.describe_stream(StreamName="faces")["StreamDescription"]["Shards"][0]
    start = kinesis.get_shard_iterator(
        StreamName="faces", ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )
    found = kinesis.get_records(ShardIterator=start["ShardIterator"])["Records"]
    return [json.loads(one["Data"]) for one in found]


def test_the_life_of_a_face_search(
    client: RekognitionClient,
    arns: tuple[str, str],
    kinesis: Any,
    photo: Callable[..., bytes],
) -> None:
    video, data = arns
    client.create_collection(CollectionId="door")
    client.index_faces(CollectionId="door", Image={"Bytes": photo("Ada")}, ExternalImageId="ada")
    arn = client.create_stream_processor(
        Name="door",
        Input={"KinesisVideoStream": {"Arn": video}},
        Output={"KinesisDataStream": {"Arn": data}},
        RoleArn=ROLE,
        Settings={"FaceSearch": {"CollectionId": "door", "FaceMatchThreshold": 85.5}},
        Tags={"floor": "1"},
    )["StreamProcessorArn"]
    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"floor": "1"}
    pages = client.get_paginator("list_stream_processors").paginate()
    assert [one for page in pages for one in page["StreamProcessors"]] == [
        {"Name": "door", "Status": "STOPPED"}
    ]
    client.start_stream_processor(Name="door")
    poll(client, "door", "RUNNING")
    with pytest.raises(client.exceptions.ResourceInUseException):
        client.delete_stream_processor(Name="door")
    deadline = time.monotonic() + 120
    while not (found := records(kinesis)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    matched = {
        match["Face"]["ExternalImageId"]
        for face in found[0]["FaceSearchResponse"]
        for match in face["MatchedFaces"]
    }
    assert (len(found[0]["FaceSearchResponse"]), matched) == (2, {"ada"})
    assert found[0]["InputInformation"]["KinesisVideo"]["StreamArn"] == video
    client.stop_stream_processor(Name="door")
    stopped = poll(client, "door", "STOPPED")
    assert stopped["Settings"]["FaceSearch"]["FaceMatchThreshold"] == 85.5
    assert stopped["LastUpdateTimestamp"] > stopped["CreationTimestamp"]
    with pytest.raises(ClientError, match=r"Processor not available for stopping stream\."):
        client.stop_stream_processor(Name="door")
    client.delete_stream_processor(Name="door")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_stream_processor(Name="door")


def test_the_life_of_a_label_detection(client: RekognitionClient, arns: tuple[str, str]) -> None:
    client.create_stream_processor(
        Name="home",
        Input={"KinesisVideoStream": {"Arn": arns[0]}},
        Output={"S3Destination": {"Bucket": "photos", "KeyPrefix": "home"}},
        RoleArn=ROLE,
        Settings={"ConnectedHome": {"Labels": ["PET"]}},
        RegionsOfInterest=[{"BoundingBox": {"Left": 0, "Top": 0, "Width": 1, "Height": 1}}],
    )
    client.update_stream_processor(
        Name="home", SettingsForUpdate={"ConnectedHomeForUpdate": {"MinConfidence": 75.0}}
    )
    session = client.start_stream_processor(
        Name="home",
        StartSelector={"KVSStreamStartSelector": {"ProducerTimestamp": 1655930623123}},
        StopSelector={"MaxDurationInSeconds": 1},
    )
    assert session["SessionId"]
    ended = poll(client, "home", "STOPPED", "FAILED")
    assert (ended["Status"], ended.get("StatusMessage")) == ("STOPPED", None)
    assert ended["Settings"]["ConnectedHome"] == {"Labels": ["PET"], "MinConfidence": 75.0}
    client.delete_stream_processor(Name="home")
