"""Objects of a real S3 server (moto's), and of broken ones."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import pytest
from moto.server import ThreadedMotoServer

from eyebright.errors import ConfigurationError, ImageTooLarge, SourceUnavailable
from eyebright.sources import s3
from eyebright.sources.s3 import S3Endpoint


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


@pytest.fixture(scope="module")
def versions(endpoint: str) -> list[str]:
    """A bucket `photos` whose `people/ä +%2F.jpg` was written twice; the versions' ids."""
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="AKIAEXAMPLEEXAMPLE00",
        aws_secret_access_key="secret",
    )
    client.create_bucket(Bucket="photos")
    client.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    return [
        client.put_object(Bucket="photos", Key="people/ä +%2F.jpg", Body=body)["VersionId"]
        for body in (b"first", b"x" * 200_000)
    ]


def test_an_object_and_its_versions_are_read(endpoint: str, versions: list[str]) -> None:
    source = S3Endpoint(endpoint, region="us-east-1")
    key = "people/ä +%2F.jpg"
    assert source.read("photos", key, version=None, max_bytes=10**6) == b"x" * 200_000
    assert source.read("photos", key, version=versions[0], max_bytes=10**6) == b"first"


def test_the_size_limit_is_inclusive(endpoint: str, versions: list[str]) -> None:
    source = S3Endpoint(endpoint, region="us-east-1")
    key = "people/ä +%2F.jpg"
    assert source.read("photos", key, version=versions[0], max_bytes=5) == b"first"
    for limit in (4, 0):
        with pytest.raises(ImageTooLarge, match=f"limit of {limit} bytes"):
            source.read("photos", key, version=versions[0], max_bytes=limit)


@pytest.mark.parametrize(
    ("bucket", "key", "version"),
    [
        ("photos", "gone", None),
        ("nowhere", "a", None),
        ("photos", "people/ä +%2F.jpg", "no-such-version"),
        ("photos", "", None),
        ("Not A Bucket!", "a", None),
        ("photos", "a\0b", None),
        ("photos", "\ud800", None),
    ],
)
def test_what_is_not_there_is_unavailable(
    endpoint: str, versions: list[str], bucket: str, key: str, version: str | None
) -> None:
    assert versions
    source = S3Endpoint(endpoint, region="us-east-1")
    with pytest.raises(SourceUnavailable):
        source.read(bucket, key, version=version, max_bytes=1000)


def test_missing_credentials_and_profiles_are_unavailable(
    endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(SourceUnavailable, match="nobody"):
        S3Endpoint(endpoint, region="us-east-1").read("b", "k", version=None, max_bytes=9)
    monkeypatch.delenv("AWS_PROFILE")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", f"{tmp_path}/none")
    with pytest.raises(SourceUnavailable, match="credentials"):
        S3Endpoint(endpoint, region="us-east-1").read("b", "k", version=None, max_bytes=9)


def test_an_endpoint_that_is_down_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "ATTEMPTS", 1)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    source = S3Endpoint(f"http://127.0.0.1:{port}", region="us-east-1")
    with pytest.raises(SourceUnavailable):
        source.read("photos", "a", version=None, max_bytes=9)


BROKEN_ANSWERS = {
    "short": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
    "bad length": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nbody",
    "no http": b"hello\r\n",
    "nothing": b"",
    "denied": b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    "html": b"HTTP/1.1 500 Oops\r\nContent-Length: 13\r\n\r\n<html></html>",
    "redirect": b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nLocation: http://x.invalid\r\n\r\n",
}


@contextmanager
def serving(answer: bytes) -> Iterator[S3Endpoint]:
    """An endpoint that says the same to everyone."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65_536)
                    connection.sendall(answer)

        server = threading.Thread(target=serve)
        server.start()
        yield S3Endpoint(f"http://127.0.0.1:{listener.getsockname()[1]}", region="us-east-1")
        listener.shutdown(socket.SHUT_RDWR)
        server.join()


@pytest.mark.parametrize("answer", BROKEN_ANSWERS.values(), ids=BROKEN_ANSWERS)
def test_a_broken_server_is_unavailable(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "ATTEMPTS", 1)
    with serving(answer) as source, pytest.raises(SourceUnavailable):
        source.read("photos", "a", version=None, max_bytes=1000)


def test_a_body_without_a_stated_length_is_read_up_to_the_limit() -> None:
    with serving(b"HTTP/1.1 200 OK\r\n\r\nbody") as source:
        assert source.read("photos", "a", version=None, max_bytes=4) == b"body"
        with pytest.raises(ImageTooLarge):
            source.read("photos", "a", version=None, max_bytes=3)


def test_an_object_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "OBJECT_SECONDS", -1)
    with (
        serving(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody") as source,
        pytest.raises(SourceUnavailable, match="4 bytes of 4"),
    ):
        source.read("photos", "a", version=None, max_bytes=4)


def test_an_endpoint_that_is_no_address_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="http://"):
        S3Endpoint("localhost:9000", region="us-east-1")


def test_importing_the_room_does_not_import_boto3() -> None:
    program = "import sys, eyebright.sources.reader; sys.exit('boto3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_large_object_is_read_in_pieces_wherever_one_asks(endpoint: str) -> None:
    content = bytes(range(256)) * 12_000
    writing = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    writing.create_bucket(Bucket="films")
    writing.put_object(Bucket="films", Key="a.mp4", Body=content)
    opened = S3Endpoint(endpoint, region="us-east-1").open("films", "a.mp4", version=None)
    with opened.file as file:
        assert opened.size == len(content)
        assert file.read(10) == content[:10]
        file.seek(-10, 2)
        assert (file.read(), file.read()) == (content[-10:], b"")
        file.seek(1_000_000)
        assert file.read(2_000_000) == content[1_000_000:3_000_000]
        writing.put_object(Bucket="films", Key="a.mp4", Body=content[::-1])
        file.seek(5)
        with pytest.raises(SourceUnavailable):
            file.read(2_000_000)


def test_a_film_that_is_not_there_is_unavailable_at_once(endpoint: str) -> None:
    source = S3Endpoint(endpoint, region="us-east-1")
    with pytest.raises(SourceUnavailable):
        source.open("films", "none.mp4", version=None)


def test_a_film_whose_bucket_goes_in_the_middle_of_it_is_unavailable(endpoint: str) -> None:
    content = bytes(range(256)) * 12_000
    writing = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    writing.create_bucket(Bucket="gone")
    writing.put_object(Bucket="gone", Key="a.mp4", Body=content)
    opened = S3Endpoint(endpoint, region="us-east-1").open("gone", "a.mp4", version=None)
    with opened.file as file:
        assert file.read(10) == content[:10]
        writing.delete_object(Bucket="gone", Key="a.mp4")
        writing.delete_bucket(Bucket="gone")
        with pytest.raises(SourceUnavailable, match=r"gone/a\.mp4"):
            file.read(2_500_000)


def test_a_film_whose_store_dies_in_the_middle_of_it_is_unavailable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("eyebright.sources.s3.ATTEMPTS", 1)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    place = f"http://{host}:{port}"
    writing = boto3.client("s3", endpoint_url=place, region_name="us-east-1")
    writing.create_bucket(Bucket="dying")
    writing.put_object(Bucket="dying", Key="a.mp4", Body=b"x" * 3_000_000)
    opened = S3Endpoint(place, region="us-east-1").open("dying", "a.mp4", version=None)
    with opened.file as file:
        assert file.read(10) == b"x" * 10
        server.stop()
        with pytest.raises(SourceUnavailable, match=r"dying/a\.mp4"):
            file.read(2_500_000)
