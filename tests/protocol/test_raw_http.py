"""Bytes on a socket: what clients and strangers send that no SDK would."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials

TARGET = "RekognitionService.ListCollections"

Talk = Callable[..., list[tuple[int, dict[str, str], bytes]]]


@pytest.fixture
def signed(server: Any) -> Callable[..., dict[str, str]]:
    """Headers of a signed ListCollections with this body."""

    def make(body: bytes = b"{}") -> dict[str, str]:
        request = AWSRequest(
            "POST", server.endpoint + "/", headers={"X-Amz-Target": TARGET}, data=body
        )
        keys = BotoCredentials(server.credentials.access_key_id, server.credentials.secret)
        SigV4Auth(keys, "rekognition", "eu-west-1").add_auth(request)
        return {"Host": f"127.0.0.1:{server.port}"} | dict(request.headers.items())

    return make


@pytest.fixture
def talk(server: Any) -> Talk:
    """Sends bytes and reads as many responses as wanted: status, headers, body."""

    def converse(
        *parts: bytes, responses: int = 1, pause: float = 0.0
    ) -> list[tuple[int, dict[str, str], bytes]]:
        with socket.create_connection(("127.0.0.1", server.port), timeout=120) as connection:
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
            stream = connection.makefile("rb")
            return [_response(stream) for _ in range(responses)]

    return converse


def _response(stream: Any) -> tuple[int, dict[str, str], bytes]:
    status = int(stream.readline().split()[1])
    headers = {}
    while line := stream.readline().strip():
        name, _, value = line.decode().partition(": ")
        headers[name.lower()] = value
    return status, headers, stream.read(int(headers.get("content-length", 0)))


def request(headers: dict[str, str], body: bytes = b"", *, method: str = "POST") -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} / HTTP/1.1\r\n{lines}\r\n".encode() + body


def test_a_chunked_body_is_read_though_its_encoding_is_not_signed(
    talk: Talk, signed: Callable[..., dict[str, str]]
) -> None:
    headers = signed(b'{"MaxResults":5}') | {"Transfer-Encoding": "chunked"}
    chunks = b'8\r\n{"MaxRes\r\n8\r\nults":5}\r\n0\r\n\r\n'
    [(status, _headers, body)] = talk(request(headers), chunks, pause=0.05)
    assert status == 200, body


def test_a_client_that_expects_100_continue_is_told_to_go_on(
    talk: Talk, signed: Callable[..., dict[str, str]]
) -> None:
    headers = signed() | {"Content-Length": "2", "Expect": "100-continue"}
    first, second = talk(request(headers), b"{}", responses=2, pause=0.2)
    assert (first[0], second[0]) == (100, 200)


def test_a_connection_serves_request_after_request(
    talk: Talk, signed: Callable[..., dict[str, str]]
) -> None:
    one = request(signed() | {"Content-Length": "2"}, b"{}")
    refused = request({"Host": "h", "Content-Length": "2"}, b"{}")
    statuses = [status for status, _, _ in talk(one, refused, one, responses=3)]
    assert statuses == [200, 400, 200]


def test_health_is_asked_without_a_signature(talk: Talk) -> None:
    [(status, headers, body)] = talk(b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
    assert (status, json.loads(body)) == (200, {"status": "ok"})
    assert headers["content-type"].startswith("application/json")


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(50) + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST /\x00 HTTP/1.1\r\nHost: h\r\n\r\n",
        b"NONSENSE\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused_and_the_server_lives(talk: Talk, garbage: bytes) -> None:
    [(status, _headers, _body)] = talk(garbage)
    assert status == 400
    assert talk(b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")[0][0] == 200


def test_many_unfinished_requests_do_not_stop_the_server(server: Any, talk: Talk) -> None:
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
    try:
        for connection in idle:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{")
        assert talk(b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")[0][0] == 200
    finally:
        for connection in idle:
            connection.close()
