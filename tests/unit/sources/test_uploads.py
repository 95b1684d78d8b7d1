"""Objects written into folders that play buckets, and into a real S3 server (moto's)."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest

from eyebright.errors import DeliveryFailed
from eyebright.sources.uploads import Uploads

REGION = "us-east-1"
KEY = "door/p/session/pet.jpg"


def put(uploads: Uploads, key: str = KEY, *, kms_key: str | None = None) -> None:
    uploads.put("pictures", key, b"jpeg", media_type="image/jpeg", kms_key=kms_key)


def folder(path: Path) -> Uploads:
    return Uploads({"pictures": path}, endpoint="", region=REGION)


def test_a_folder_gets_the_object_under_its_key(tmp_path: Path) -> None:
    put(folder(tmp_path))
    put(folder(tmp_path), "door/p/session/person.jpg")
    assert (tmp_path / KEY).read_bytes() == b"jpeg"
    assert (tmp_path / KEY).stat().st_mode & 0o077 == 0


def test_what_is_there_is_never_written_over(tmp_path: Path) -> None:
    put(folder(tmp_path))
    with pytest.raises(DeliveryFailed, match="File exists"):
        put(folder(tmp_path))


@pytest.mark.parametrize("key", ["../out.jpg", "a/../../out.jpg", "/out.jpg", "a//b.jpg"])
def test_no_key_leads_out_of_the_folder(tmp_path: Path, key: str) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    with pytest.raises(DeliveryFailed, match="no path within a folder"):
        put(folder(inner), key)
    assert not (tmp_path / "out.jpg").exists()


def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "door").symlink_to(tmp_path)
    with pytest.raises(DeliveryFailed, match="cannot be written"):
        put(folder(inner), "door/out.jpg")
    assert not (tmp_path / "out.jpg").exists()


def test_a_folder_does_not_pretend_to_encrypt(tmp_path: Path) -> None:
    with pytest.raises(DeliveryFailed, match="does not encrypt"):
        put(folder(tmp_path), kms_key="key-1")
    assert list(tmp_path.iterdir()) == []


def test_a_bucket_that_nothing_keeps_says_what_to_set() -> None:
    with pytest.raises(DeliveryFailed, match="EYEBRIGHT_S3_ENDPOINT"):
        put(Uploads({}, endpoint="", region=REGION))


@pytest.fixture(scope="module")
def endpoint(aws_double: str) -> str:
    return aws_double


def test_an_endpoint_gets_the_object_with_its_kind(
    endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    s3 = boto3.client("s3", endpoint_url=endpoint, region_name=REGION)
    s3.create_bucket(Bucket="pictures")
    put(Uploads({}, endpoint=endpoint, region=REGION), kms_key="key-1")
    found = s3.get_object(Bucket="pictures", Key=KEY)
    assert (found["Body"].read(), found["ContentType"]) == (b"jpeg", "image/jpeg")
    assert found["SSEKMSKeyId"] == "key-1"
    with pytest.raises(DeliveryFailed, match="NoSuchBucket"):
        Uploads({}, endpoint=endpoint, region=REGION).put(
            "none", KEY, b"jpeg", media_type="image/jpeg"
        )
