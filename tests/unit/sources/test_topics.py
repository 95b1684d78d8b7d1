"""What a topic's subscriber gets, over a real SNS and SQS double."""

from __future__ import annotations

import json

import boto3
import pytest

from eyebright.sources.topics import Topics

REGION = "us-east-1"


@pytest.fixture
def endpoint(aws_double: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    return aws_double


def test_a_subject_comes_along_where_there_is_one(endpoint: str) -> None:
    sns = boto3.client("sns", endpoint_url=endpoint, region_name=REGION)
    sqs = boto3.client("sqs", endpoint_url=endpoint, region_name=REGION)
    topic = sns.create_topic(Name="events")["TopicArn"]
    queue = sqs.create_queue(QueueName="events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])
    topics = Topics(endpoint=endpoint, region=REGION, webhooks={})
    topics.publish(topic, "one", subject="News")
    topics.publish(topic, "two")
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    envelopes = [json.loads(message["Body"]) for message in messages]
    found = {one["Message"]: one.get("Subject") for one in envelopes}
    assert found == {"one": "News", "two": None}
