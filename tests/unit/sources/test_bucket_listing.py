"""Listings of a real S3 server (moto's), of folders that play buckets, and of nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import boto3
import pytest
from botocore.exceptions import ClientError

from eyebright.errors import InvalidInput, SourceForbidden, SourceUnavailable
from eyebright.sources.bucket_listing import (
    BucketListing,
    Listings,
    bucket_and_prefix,
    bucket_location,
)
from eyebright.sources.listing import Changed, Entry, Listing, Skipped, Why

S3Client: TypeAlias = Any
KEYS = ("a.jpg", "ä b+%2F.jpg", "2024/one.jpg", "2024/two.jpg", "2024x.jpg", ".hidden/c.jpg")


@pytest.fixture(scope="module")
def endpoint(aws_double: str) -> str:
    return aws_double


@pytest.fixture
def s3(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> S3Client:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket="photos")
    for key in KEYS:
        client.put_object(Bucket="photos", Key=key, Body=key.encode())
    client.put_object(Bucket="photos", Key="2024/", Body=b"")
    return client


def listing(endpoint: str, location: str = "photos") -> Listing:
    return Listings({}, endpoint=endpoint, region="us-east-1").of("bucket", location)


def test_objects_are_listed_page_by_page(s3: S3Client, endpoint: str) -> None:
    found = list(BucketListing("photos", "", connect=lambda: s3, page=2).entries())
    entries = {one.path.decode(): one for one in found if isinstance(one, Entry)}
    assert len(entries) == 5
    assert entries["ä b+%2F.jpg"].size == len("ä b+%2F.jpg".encode())
    skipped = {one.path: one.why for one in found if isinstance(one, Skipped)}
    assert skipped == {b".hidden/c.jpg": Why.HIDDEN, b"2024/": Why.SPECIAL}


def test_a_prefix_is_a_folder_and_paths_are_below_it(s3: S3Client, endpoint: str) -> None:
    for location in ("photos/2024", "photos/2024/"):
        found = [one for one in listing(endpoint, location).entries() if isinstance(one, Entry)]
        assert {one.path for one in found} == {b"one.jpg", b"two.jpg"}
    assert bucket_and_prefix("photos") == ("photos", "")
    assert bucket_and_prefix("photos/2024") == ("photos", "2024/")
    for text in ("s3://photos/2024", "photos/2024/"):
        assert bucket_location(text) == "photos/2024/"
    assert bucket_location("s3://photos/") == "photos"
    for text in ("s3://", "", "/x", "s3://photos//x//y"):
        with pytest.raises(InvalidInput):
            bucket_location(text)


def test_an_object_is_read_as_it_was_listed_or_not_at_all(s3: S3Client, endpoint: str) -> None:
    bucket = listing(endpoint)
    entry = bucket.entry("ä b+%2F.jpg".encode())
    assert isinstance(entry, Entry)
    assert entry in list(bucket.entries())
    reading = bucket.open(entry)
    assert reading.read(100) == "ä b+%2F.jpg".encode()
    reading.close()
    s3.put_object(Bucket="photos", Key="ä b+%2F.jpg", Body=b"other")
    with pytest.raises(Changed):
        bucket.open(entry)
    s3.delete_object(Bucket="photos", Key="ä b+%2F.jpg")
    with pytest.raises(FileNotFoundError):
        bucket.open(entry)
    assert bucket.entry(entry.path) is None


def test_a_bucket_that_is_not_there_or_may_not_be_read_is_said(
    s3: S3Client, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SourceUnavailable, match="NoSuchBucket"):
        list(listing(endpoint, "nowhere").entries())
    with pytest.raises(SourceUnavailable, match="EYEBRIGHT_S3_ENDPOINT"):
        listing("", "photos")
    with pytest.raises(SourceUnavailable, match="kind 'upload'"):
        Listings({}, endpoint="", region="us-east-1").of("upload", "uploads")
    dead = listing("http://127.0.0.1:9")
    with pytest.raises(SourceUnavailable, match="Nothing of it was removed"):
        list(dead.entries())
    with pytest.raises(SourceUnavailable):
        dead.entry(b"a.jpg")


class Closed:
    """A store that lets us do nothing."""

    def __getattr__(self, name: str) -> Any:
        def refuse(**_given: object) -> None:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, name)

        return refuse


def test_a_bucket_without_rights_is_said_apart() -> None:
    closed = BucketListing("photos", "", connect=Closed)
    for ask in (lambda: list(closed.entries()), lambda: closed.entry(b"a.jpg")):
        with pytest.raises(SourceForbidden, match="Nothing of it was removed"):
            ask()
    with pytest.raises(OSError, match="cannot be read"):
        closed.open(Entry(b"a.jpg", 1, "tag:1"))


def test_a_folder_plays_a_bucket(tmp_path: Path) -> None:
    (tmp_path / "2024").mkdir()
    (tmp_path / "2024" / "a.jpg").write_bytes(b"x")
    listings = Listings({"photos": tmp_path}, endpoint="", region="us-east-1")
    for location, path in (("photos", b"2024/a.jpg"), ("photos/2024", b"a.jpg")):
        (entry,) = listings.of("bucket", location).entries()
        assert entry.path == path
    with pytest.raises(SourceUnavailable):
        listings.of("bucket", "photos/../x")
