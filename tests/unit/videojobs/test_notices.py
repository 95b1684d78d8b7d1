"""Completion notices as consumers of the service parse them, over a real SNS and SQS double."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from eyebright.jobs.outbox import Outbox
from eyebright.sources.topics import Topics
from eyebright.testing.clock import FixedClock
from eyebright.testing.videos_desk import Studio
from eyebright.videojobs.notices import Notices
from eyebright.videojobs.values import Channel, VideoKind, VideoObject, VideoRequest

REGION = "us-east-1"


@pytest.fixture(scope="module")
def endpoint(aws_double: str) -> str:
    return aws_double


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


def request(name: str, topic_arn: str) -> VideoRequest:
    channel = Channel(topic_arn, "arn:aws:iam::123456789012:role/any")
    return VideoRequest(
        VideoKind.FACE_DETECTION, VideoObject("films", name), tag="tag-1", channel=channel
    )


def advance(studio: Studio, seconds: float) -> None:
    assert isinstance(studio.clock, FixedClock)
    studio.clock.advance(seconds)


def run_all(studio: Studio) -> None:
    while (claim := studio.queue.claim("w", kinds=studio.runner.kinds)) is not None:
        studio.runner.run(claim)


def received(endpoint: str, queue_url: str) -> list[dict[str, Any]]:
    """What a consumer sees: the topic's envelope, and in it our text."""
    sqs = boto3.client("sqs", endpoint_url=endpoint, region_name=REGION)
    answer = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
    return [
        json.loads(json.loads(message["Body"])["Message"]) for message in answer.get("Messages", [])
    ]


@pytest.mark.usefixtures("credentials")
def test_a_topic_hears_of_success_and_of_failure_once_each(studio: Studio, endpoint: str) -> None:
    sns = boto3.client("sns", endpoint_url=endpoint, region_name=REGION)
    sqs = boto3.client("sqs", endpoint_url=endpoint, region_name=REGION)
    topic = sns.create_topic(Name="ended")["TopicArn"]
    queue_url = sqs.create_queue(QueueName="ended")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=attributes["Attributes"]["QueueArn"])
    studio.film("a.mp4", [(("Ada",), 8)])
    (studio.films / "b.mp4").write_text("no film")
    asked = [studio.desk.ask(studio.scope, request(name, topic)) for name in ("a.mp4", "b.mp4")]
    run_all(studio)
    topics = Topics(endpoint=endpoint, region=REGION, webhooks={})
    notices = studio.notices(topics)
    assert (notices.send_due(), notices.send_due()) == (2, 0)
    messages = received(endpoint, queue_url)
    assert [list(message) for message in messages] == [
        ["JobId", "Status", "API", "JobTag", "Timestamp", "Video"]
    ] * 2
    assert {message["JobId"]: message["Status"] for message in messages} == {
        asked[0]: "SUCCEEDED",
        asked[1]: "FAILED",
    }
    assert messages[0]["API"] == "StartFaceDetection"
    assert messages[0]["Video"] == {"S3ObjectName": "a.mp4", "S3Bucket": "films"}


def test_a_receiver_that_is_down_gets_it_later(studio: Studio) -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:ended"
    down = Topics(endpoint="", region=REGION, webhooks={topic: "http://127.0.0.1:9/hook"})
    studio.film("a.mp4", [(("Ada",), 8)])
    studio.desk.ask(studio.scope, request("a.mp4", topic))
    run_all(studio)
    assert studio.notices(down).send_due() == 0
    heard: list[str] = []

    class Up:
        def publish(self, topic_arn: str, text: str, *, subject: str = "") -> None:
            heard.append(topic_arn)

    up = Notices(
        Outbox(studio.rooms.database, clock=studio.clock),
        studio.rooms.vault,
        clock=studio.clock,
        publisher=Up(),
    )
    assert up.send_due() == 0
    advance(studio, 2)
    assert (up.send_due(), heard) == (1, [topic])


def test_who_asked_for_no_notice_gets_none(studio: Studio) -> None:
    studio.film("a.mp4", [(("Ada",), 8)])
    plain = VideoRequest(VideoKind.FACE_DETECTION, VideoObject("films", "a.mp4"))
    studio.desk.ask(studio.scope, plain)
    run_all(studio)
    assert studio.notices(Topics(endpoint="", region=REGION, webhooks={})).send_due() == 0
