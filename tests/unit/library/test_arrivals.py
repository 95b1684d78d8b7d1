"""A bucket tells a queue, the queue tells the library: over a real S3 and SQS server (moto's)."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import boto3
import pytest

from eyebright.errors import InvalidInput, NotAuthenticated, SourceForbidden, SourceUnavailable
from eyebright.library.arrivals import Arrivals
from eyebright.library.queue_reading import QueueReading, QueueRules
from eyebright.library.values import LibrarySource
from eyebright.sources.bucket_listing import BucketListing, Listings
from eyebright.sources.listing import Entry, Listing, Skipped
from eyebright.sources.queues import Message, Queues
from eyebright.testing.scans import ScanDesk, open_scan_desk

Client: TypeAlias = Any
REGION = "us-east-1"
RULES = QueueRules(refresh=0.05, wait=0, grace=0.2, pause=0.1, tries=3)
SECONDS = 120.0


@pytest.fixture(scope="module")
def endpoint(aws_double: str) -> str:
    return aws_double


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@dataclass(frozen=True)
class Store:
    """A bucket `photos` that tells a queue of all that happens in it."""

    s3: Client
    sqs: Client
    queue: str

    def put(self, key: str, content: bytes) -> str:
        """The digest of what is there now."""
        body = b"\xff\xd8\xff" + content
        self.s3.put_object(Bucket="photos", Key=key, Body=body)
        return hashlib.sha256(body).hexdigest()

    def delete(self, key: str) -> None:
        self.s3.delete_object(Bucket="photos", Key=key)

    def say(self, text: str) -> None:
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=text)

    def left(self) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=names)
        return sum(int(found["Attributes"][name]) for name in names)


@pytest.fixture
def store(endpoint: str, credentials: None) -> Iterator[Store]:
    s3, sqs = (
        boto3.client(name, endpoint_url=endpoint, region_name=REGION) for name in ("s3", "sqs")
    )
    s3.create_bucket(Bucket="photos")
    queue = sqs.create_queue(QueueName="changes", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    s3.put_bucket_notification_configuration(
        Bucket="photos",
        NotificationConfiguration={
            "QueueConfigurations": [
                {
                    "QueueArn": f"arn:aws:sqs:{REGION}:123456789012:changes",
                    "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
                }
            ]
        },
    )
    yield Store(s3, sqs, queue)
    sqs.delete_queue(QueueUrl=queue)
    for one in s3.list_objects_v2(Bucket="photos").get("Contents", ()):
        s3.delete_object(Bucket="photos", Key=one["Key"])
    s3.delete_bucket(Bucket="photos")


class Guarded:
    """Listings whose buckets may be closed to us."""

    def __init__(self, endpoint: str) -> None:
        self.inner = Listings({}, endpoint=endpoint, region=REGION)
        self.closed: type[SourceUnavailable] | None = None

    def of(self, kind: str, location: str) -> Listing:
        listing = self.inner.of(kind, location)
        assert isinstance(listing, BucketListing)
        guard, ask = self, listing.entry

        def entry(path: bytes) -> Entry | Skipped | None:
            if guard.closed is not None:
                raise guard.closed("AccessDenied")
            return ask(path)

        listing.entry = entry  # type: ignore[method-assign]
        return listing


@dataclass(frozen=True)
class Bench:
    desk: ScanDesk
    arrivals: Arrivals
    listings: Guarded
    source: LibrarySource
    store: Store

    def wait_for(self, state: dict[str, str]) -> None:
        wanted = {path.encode(): digest for path, digest in state.items()}
        wait_until(lambda: self.desk.state() == wanted)


@pytest.fixture
def bench(endpoint: str, store: Store, tmp_path: Path) -> Iterator[Bench]:
    listings = Guarded(endpoint)
    desk = open_scan_desk(tmp_path / "home", listings=listings)
    source = desk.bucket("photos", watched=True)
    arrivals = Arrivals(desk.database, scans=desk.scans, inbox=desk.inbox)
    yield Bench(desk, arrivals, listings, source, store)
    desk.database.close()


@pytest.fixture
def reading(bench: Bench, endpoint: str) -> Iterator[Bench]:
    bench.arrivals.set_queue(bench.source, bench.store.queue)
    queues = Queues(endpoint=endpoint, region=REGION)
    with QueueReading(bench.arrivals, bench.desk.libraries, queues, rules=RULES):
        yield bench


def wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def record(name: str, key: str, bucket: str = "photos") -> str:
    stored = {"bucket": {"name": bucket}, "object": {"key": key}}
    return json.dumps({"Records": [{"eventName": name, "s3": stored}]})


def test_what_is_put_overwritten_and_deleted_in_a_bucket_is_followed(reading: Bench) -> None:
    store = reading.store
    first = store.put("trip/ä b+1.jpg", b"first")
    reading.wait_for({"trip/ä b+1.jpg": first})
    second = store.put("trip/ä b+1.jpg", b"second")
    reading.wait_for({"trip/ä b+1.jpg": second})
    store.delete("trip/ä b+1.jpg")
    reading.wait_for({})
    wait_until(lambda: store.left() == 0)


def test_what_is_renamed_keeps_its_asset(reading: Bench) -> None:
    store = reading.store
    digest = store.put("old.jpg", b"a")
    reading.wait_for({"old.jpg": digest})
    before = reading.desk.asset_ids()
    store.s3.copy_object(Bucket="photos", Key="new.jpg", CopySource="photos/old.jpg")
    store.delete("old.jpg")
    reading.wait_for({"new.jpg": digest})
    assert reading.desk.asset_ids() == before


def test_events_that_come_twice_late_and_in_any_order_do_no_harm(reading: Bench) -> None:
    store = reading.store
    digest = store.put("a.jpg", b"a")
    for _ in range(3):
        store.say(record("ObjectRemoved:Delete", "a.jpg"))
        store.say(record("ObjectCreated:Put", "a.jpg"))
        store.say(record("ObjectCreated:Put", "never.jpg"))
        store.say(record("ObjectCreated:Put", "a.jpg", bucket="others"))
    reading.wait_for({"a.jpg": digest})
    wait_until(lambda: store.left() == 0)
    time.sleep(2 * RULES.grace)
    reading.wait_for({"a.jpg": digest})
    assert len(reading.desk.asset_ids()) == 1


def test_garbage_is_tried_deleted_and_holds_nothing_up(reading: Bench) -> None:
    for text in ("hello", "{}", '{"Records": [{}]}', "[1"):
        reading.store.say(text)
    digest = reading.store.put("a.jpg", b"a")
    reading.wait_for({"a.jpg": digest})
    wait_until(lambda: reading.store.left() == 0)


def test_a_bucket_that_may_not_be_read_says_so_and_nothing_is_lost(reading: Bench) -> None:
    store = reading.store
    kept = store.put("kept.jpg", b"kept")
    reading.wait_for({"kept.jpg": kept})
    reading.listings.closed = SourceForbidden
    digest = store.put("a.jpg", b"a")
    wait_until(lambda: "AccessDenied" in reading.desk.again(reading.source).message)
    reading.wait_for({"kept.jpg": kept})
    reading.listings.closed = None
    reading.wait_for({"kept.jpg": kept, "a.jpg": digest})
    wait_until(lambda: reading.desk.again(reading.source).message == "")


def test_what_was_removed_from_a_bucket_that_cannot_be_listed_goes(reading: Bench) -> None:
    digest = reading.store.put("a.jpg", b"a")
    reading.wait_for({"a.jpg": digest})
    reading.listings.closed = SourceForbidden  # what such a store says of what is not there
    reading.store.delete("a.jpg")
    reading.wait_for({})


def test_a_queue_that_is_not_there_is_said_on_the_source(bench: Bench, endpoint: str) -> None:
    bench.arrivals.set_queue(bench.source, endpoint + "/123456789012/nowhere")
    queues = Queues(endpoint=endpoint, region=REGION)
    with QueueReading(bench.arrivals, bench.desk.libraries, queues, rules=RULES):
        wait_until(lambda: "nowhere" in bench.desk.again(bench.source).message)
        bench.arrivals.set_queue(bench.source, "")
        wait_until(lambda: not bench.arrivals.queues())
    with pytest.raises(SourceUnavailable, match="EYEBRIGHT_SQS_ENDPOINT"):
        Queues(endpoint="", region=REGION).receive("http://queue", wait_seconds=0)


def test_a_call_with_the_token_of_a_source_is_taken(bench: Bench) -> None:
    old = bench.arrivals.new_token(bench.source)
    token = bench.arrivals.new_token(bench.source)
    digest = bench.store.put("a b.jpg", b"a")
    event = record("ObjectCreated:Put", "a+b.jpg")
    for wrong in (old, "", "x"):
        with pytest.raises(NotAuthenticated):
            bench.arrivals.take_event(event, token=wrong)
    with pytest.raises(InvalidInput):
        bench.arrivals.take_event("hello", token=token)
    assert bench.arrivals.take_event(event, token=token) == 1
    assert bench.arrivals.take_event(event.encode(), token=token) == 1
    other = record("ObjectCreated:Put", "a.jpg", bucket="others")
    assert bench.arrivals.take_event(other, token=token) == 0
    assert bench.desk.state() == {b"a b.jpg": digest}
    bench.store.delete("a b.jpg")
    bench.arrivals.take_event(record("ObjectRemoved:Delete", "a+b.jpg"), token=token)
    assert bench.desk.state() == {}


def test_only_what_lies_below_the_prefix_is_taken(bench: Bench) -> None:
    source = bench.desk.bucket("photos/trip/", watched=True)
    token = bench.arrivals.new_token(source)
    digest = bench.store.put("trip/a.jpg", b"a")
    bench.store.put("trips.jpg", b"b")
    for key in ("trip/a.jpg", "trips.jpg", "trip/"):
        bench.arrivals.take_event(record("ObjectCreated:Put", key), token=token)
    assert bench.desk.state() == {b"a.jpg": digest}
    with pytest.raises(InvalidInput):
        bench.arrivals.set_queue(source, "changes")
    folder = bench.desk.folder(Path("/tmp"))
    for refused in (lambda: bench.arrivals.new_token(folder),):
        with pytest.raises(InvalidInput):
            refused()


class DeadLetters:
    """A queue that takes garbage away by itself."""

    def __init__(self) -> None:
        self.given = 0
        self.deleted: list[str] = []

    def receive(self, _url: str, *, wait_seconds: int) -> list[Message]:
        self.given += 1
        return [Message("hello", "receipt", self.given)] if self.given < 20 else []

    def delete(self, _url: str, receipts: Sequence[str]) -> None:
        self.deleted += receipts

    def has_dead_letters(self, _url: str) -> bool:
        return True


def test_garbage_is_left_to_a_dead_letter_queue(bench: Bench) -> None:
    bench.arrivals.set_queue(bench.source, "http://queue")
    queue = DeadLetters()
    with QueueReading(bench.arrivals, bench.desk.libraries, queue, rules=RULES):
        wait_until(lambda: queue.given > 20)
    assert queue.deleted == []


def test_a_bucket_is_found_by_listing_too(bench: Bench) -> None:
    digests = {f"{n}.jpg".encode(): bench.store.put(f"{n}.jpg", b"%d" % n) for n in range(5)}
    report = bench.desk.scans.run(bench.desk.library, bench.source)
    assert report.added == 5
    assert bench.desk.state() == digests
    bench.store.delete("0.jpg")
    del digests[b"0.jpg"]
    digests[b"1.jpg"] = bench.store.put("1.jpg", b"other")
    again = bench.desk.scans.run(bench.desk.library, bench.source)
    assert (again.changed, again.vanished, again.unchanged) == (1, 1, 3)
    assert bench.desk.state() == digests
