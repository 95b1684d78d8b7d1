"""Records of streams in a real data stream (moto's), in a file, at an address, and nowhere."""

from __future__ import annotations

import http.server
import json
import os
import socket
import threading
from pathlib import Path

import boto3
import pytest

from eyebright.errors import ConfigurationError, DeliveryFailed
from eyebright.sources.records import Records

ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/faces"
REGION = "us-east-1"


@pytest.fixture(scope="module")
def endpoint(aws_double: str) -> str:
    return aws_double


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.mark.usefixtures("credentials")
def test_a_consumer_reads_the_records_in_order(endpoint: str) -> None:
    kinesis = boto3.client("kinesis", endpoint_url=endpoint, region_name=REGION)
    kinesis.create_stream(StreamName="faces", ShardCount=1)
    records = Records(endpoint=endpoint, region=REGION, places={})
    for number in range(3):
        records.put(ARN, json.dumps({"number": number}), key="door")
    shard = kinesis.describe_stream(StreamName="faces")["StreamDescription"]["Shards"][0]
    start = kinesis.get_shard_iterator(
        StreamName="faces", ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )
    found = kinesis.get_records(ShardIterator=start["ShardIterator"])["Records"]
    assert [json.loads(one["Data"])["number"] for one in found] == [0, 1, 2]
    assert {one["PartitionKey"] for one in found} == {"door"}


@pytest.mark.usefixtures("credentials")
def test_a_stream_that_is_not_there_is_named(endpoint: str) -> None:
    records = Records(endpoint=endpoint, region=REGION, places={})
    with pytest.raises(DeliveryFailed, match="stream/nowhere at http"):
        records.put(ARN.replace("faces", "nowhere"), "{}", key="door")


def test_a_file_gets_a_record_a_line(tmp_path: Path) -> None:
    path = tmp_path / "out" / "faces.jsonl"
    records = Records(endpoint="", region=REGION, places={ARN: f"file://{path}"})
    records.put(ARN, '{"a":1}', key="door")
    records.put(ARN, '{"a":2}', key="door")
    assert path.read_text() == '{"a":1}\n{"a":2}\n'
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    records = Records(endpoint="", region=REGION, places={ARN: f"file://{tmp_path}"})
    with pytest.raises(DeliveryFailed, match="directory"):
        records.put(ARN, "{}", key="door")


def test_an_address_gets_each_record_by_post() -> None:
    received: list[bytes] = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204 if len(received) == 1 else 500)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Nothing is said."""

    with http.server.HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        address = f"http://127.0.0.1:{server.server_address[1]}/faces"
        records = Records(endpoint="", region=REGION, places={ARN: address})
        records.put(ARN, '{"a":1}', key="door")
        with pytest.raises(DeliveryFailed, match="500"):
            records.put(ARN, '{"a":2}', key="door")
        server.shutdown()
        thread.join()
    assert received == [b'{"a":1}', b'{"a":2}']


def test_where_nothing_takes_records_the_settings_are_named() -> None:
    with pytest.raises(DeliveryFailed, match="EYEBRIGHT_KINESIS_ENDPOINT"):
        Records(endpoint="", region=REGION, places={}).put(ARN, "{}", key="door")


@pytest.mark.parametrize("place", ["faces.jsonl", "ftp://host/x", "file://host/x"])
def test_addresses_of_other_kinds_are_refused(place: str) -> None:
    with pytest.raises(ConfigurationError, match="does not begin with"):
        Records(endpoint="", region=REGION, places={ARN: place})


def test_a_full_disk_is_named() -> None:
    records = Records(endpoint="", region=REGION, places={ARN: "file:///dev/full"})
    with pytest.raises(DeliveryFailed, match="No space left"):
        records.put(ARN, "{}", key="p")


def test_a_line_that_a_full_disk_tore_does_not_spoil_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "faces.jsonl"
    records = Records(endpoint="", region=REGION, places={ARN: f"file://{path}"})
    records.put(ARN, '{"n": 1}', key="p")
    write = os.write
    monkeypatch.setattr("os.write", lambda handle, data: write(handle, data[:4]))
    with pytest.raises(DeliveryFailed, match="disk is full"):
        records.put(ARN, '{"n": 2}', key="p")
    monkeypatch.undo()
    records.put(ARN, '{"n": 2}', key="p")
    assert path.read_text().splitlines() == ['{"n": 1}', '{"n"', '{"n": 2}']


@pytest.mark.parametrize("answer", [b"what?\r\n\r\n", b"HTTP/1.1 200 OK\r\nnonsense", b""])
def test_an_address_that_answers_nonsense_is_named(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                heard = b""
                while not heard.endswith(b"{}"):  # else closing would be a reset, not an answer
                    heard += connection.recv(65_536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        place = f"http://127.0.0.1:{server.getsockname()[1]}/"
        records = Records(endpoint="", region=REGION, places={ARN: place})
        if answer.startswith(b"HTTP"):
            records.put(ARN, "{}", key="p")  # it was taken, whatever else is said
        else:
            with pytest.raises(DeliveryFailed, match=r"127\.0\.0\.1"):
                records.put(ARN, "{}", key="p")
        thread.join()
