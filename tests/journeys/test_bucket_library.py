"""A picture is put into a bucket, found, overwritten, deleted and found no more: bucket, queue,
library, search and collection together, over real S3 and SQS servers (moto's)."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import boto3
import pytest
from sqlalchemy import func, select

from eyebright.api.library import LocalLibrary
from eyebright.api.local import LocalEyebright, open_local
from eyebright.db.tables import (
    asset_departures,
    asset_vectors,
    assets,
    face_vectors,
    faces,
    places,
    stage_runs,
)
from eyebright.search.values import Query
from eyebright.settings import Settings
from eyebright.testing.library import picture_bytes
from eyebright.testing.sight import fake_sight

Client: TypeAlias = Any
REGION, BUCKET, SECONDS = "us-east-1", "family", 120.0


@dataclass(frozen=True)
class Bench:
    s3: Client
    eyebright: LocalEyebright
    library: LocalLibrary
    home: Path

    def put(self, key: str, *people: str) -> bytes:
        content = picture_bytes(key, *people)
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=content)
        return content

    def total(self, words: str) -> int:
        """Of what the fakes are sure of: dogs that have boxes."""
        return self.library.search(Query(text=words, min_score=0.85)).total

    def count(self, table: Any) -> int:
        with self.eyebright.rooms.database.read() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def bench(own_aws_double: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    endpoint = own_aws_double
    s3, queue = bucket_with_queue(endpoint)
    settings = replace(
        Settings(home=tmp_path / "home"), s3_endpoint=endpoint, sqs_endpoint=endpoint
    )
    with open_local(settings, sight=fake_sight()) as eyebright:
        library = eyebright.library()
        library.add(f"s3://{BUCKET}", queue=queue)
        with library.following():
            yield Bench(s3, eyebright, library, settings.home)


def bucket_with_queue(endpoint: str) -> tuple[Client, str]:
    s3, sqs = (
        boto3.client(name, endpoint_url=endpoint, region_name=REGION) for name in ("s3", "sqs")
    )
    s3.create_bucket(Bucket=BUCKET)
    queue = sqs.create_queue(QueueName="changes")["QueueUrl"]
    told = {
        "QueueArn": f"arn:aws:sqs:{REGION}:123456789012:changes",
        "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
    }
    s3.put_bucket_notification_configuration(
        Bucket=BUCKET, NotificationConfiguration={"QueueConfigurations": [told]}
    )
    return s3, queue


def wait_for(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def test_a_picture_in_a_bucket_is_found_until_it_is_deleted(bench: Bench) -> None:
    bench.put("trip/one.jpg", "Ada", "Ben")
    wait_for(lambda: bench.total("dog") == 1)
    assert bench.total("trip") == 1
    (asset,) = bench.library.assets()
    assert bench.count(faces) == 2
    vectors = stored_vectors(bench)
    assert vectors

    content = bench.put("trip/one.jpg")  # the same key, and nobody in it
    wait_for(lambda: digests(bench) == {hashlib.sha256(content).hexdigest()})
    wait_for(lambda: bench.library.stats().progress.ready == 1)
    assert (bench.total("dog"), bench.total("trip")) == (0, 1)
    assert bench.count(faces) == 0
    assert not vectors & stored_vectors(bench)

    last = stored_vectors(bench)
    bench.s3.delete_object(Bucket=BUCKET, Key="trip/one.jpg")
    wait_for(lambda: bench.total("trip") == 0)
    for table in (assets, places, stage_runs, asset_vectors, faces):
        assert bench.count(table) == 0, table.name
    assert bench.count(asset_departures) == 2
    bench.eyebright.rooms.database.scrub()
    assert_nowhere(bench.home, [asset.asset_id.encode(), *vectors, *last])


def digests(bench: Bench) -> set[str]:
    return {one.content_sha256 for one in bench.library.assets()}


def stored_vectors(bench: Bench) -> set[bytes]:
    """Of pictures and of faces, sealed as they lie in the database."""
    with bench.eyebright.rooms.database.read() as connection:
        return {
            bytes(one)
            for query in (select(asset_vectors.c.sealed), select(face_vectors.c.sealed))
            for one in connection.scalars(query)
        }


def assert_nowhere(home: Path, traces: list[bytes]) -> None:
    """No file of the home has any of these bytes."""
    files = [path for path in home.rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        for trace in traces:
            assert trace not in content, path
