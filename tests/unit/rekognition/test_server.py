"""Requests through the whole door, without a network."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from eyebright.errors import CollectionNotFound, InvalidInput, StorageError
from eyebright.rekognition import limits
from eyebright.rekognition.coverage import COVERAGE, Coverage, Implemented, Planned
from eyebright.rekognition.door import Door

ClientOf = Callable[[Coverage], Any]


def answering(output: dict[str, Any] | Exception) -> Implemented:
    def handler(_door: Door, _call: Any) -> dict[str, Any]:
        if isinstance(output, Exception):
            raise output
        return output

    return Implemented(handler)


def test_a_handler_gets_the_principal_and_the_parsed_members(client_of: ClientOf) -> None:
    seen: list[Any] = []

    def handler(_door: Door, call: Any) -> dict[str, Any]:
        seen.append((call, threading.current_thread()))
        return {"CollectionIds": ["a"], "NextToken": None}

    reply = client_of({"ListCollections": Implemented(handler)}).call(
        "ListCollections", {"MaxResults": 5, "Filters": {}, "NextToken": None}
    )
    assert (reply.status, reply.json) == (200, {"CollectionIds": ["a"]})
    call, thread = seen[0]
    assert call.input == {"MaxResults": 5}
    assert (call.scope.account_id, call.scope.region) == ("123456789012", "eu-west-1")
    assert call.request_id == reply.headers["x-amzn-requestid"]
    assert thread is not threading.main_thread()


def test_an_answer_carries_the_headers_that_clients_read(client_of: ClientOf) -> None:
    reply = client_of({"DeleteUser": answering({})}).call(
        "DeleteUser", {"CollectionId": "c", "UserId": "u"}
    )
    assert reply.body == b"{}"
    assert reply.headers["content-type"] == "application/x-amz-json-1.1"
    assert reply.headers["content-length"] == "2"
    request_id = reply.headers["x-amzn-requestid"]
    assert str(uuid.UUID(request_id)) == request_id


def test_the_server_is_healthy_without_a_signature(client: Any) -> None:
    reply = client.send([], method="GET", path="/healthz")
    assert (reply.status, reply.json) == (200, {"status": "ok"})


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"])
@pytest.mark.parametrize("path", ["/", "/collections", "/../../etc/passwd"])
def test_other_methods_are_told_in_json(client: Any, method: str, path: str) -> None:
    reply = client.send([], method=method, path=path)
    assert reply.status == 400
    assert reply.headers["x-amzn-errortype"] == "UnknownOperationException"
    if method != "HEAD":
        assert reply.json["__type"] == "UnknownOperationException"
    else:
        assert reply.body == b""


@pytest.mark.parametrize(
    "target",
    [
        b"",
        b"DetectFaces",
        b"RekognitionService.",
        b"RekognitionService.DetectFace",
        b"RekognitionService.detectfaces",
        b"Other.DetectFaces",
        b"a.RekognitionService.DetectFaces",
        b"\xff\xfe",
        b"RekognitionService." + b"A" * 60_000,
    ],
)
def test_an_unknown_target_is_an_unknown_operation(client: Any, target: bytes) -> None:
    reply = client.send([(b"x-amz-target", target)], b"{}")
    assert (reply.status, reply.json["__type"]) == (400, "UnknownOperationException")
    assert len(reply.body) < 200


def test_two_targets_are_an_unknown_operation(client: Any) -> None:
    target = (b"x-amz-target", b"RekognitionService.DetectFaces")
    assert client.send([target, target], b"{}").json["__type"] == "UnknownOperationException"


def test_an_unsigned_request_is_refused(client: Any) -> None:
    reply = client.send([(b"x-amz-target", b"RekognitionService.ListCollections")], b"{}")
    assert reply.status == 400
    assert reply.json == {
        "__type": "MissingAuthenticationTokenException",
        "message": "Missing Authentication Token",
    }


def test_an_unknown_key_is_refused_before_anything_is_said_of_the_request(client: Any) -> None:
    headers = {"X-Amz-Target": "RekognitionService.DetectFaces"}
    signed = [
        (name, value.replace(b"AKIAEXAMPLE", b"AKIASOMEONE"))
        for name, value in client.signed(headers, b"nonsense")
    ]
    reply = client.send(signed, b"nonsense")
    assert reply.json == {
        "__type": "UnrecognizedClientException",
        "message": "The security token included in the request is invalid.",
    }


def test_an_operation_that_is_not_built_says_so_and_names_itself(client_of: ClientOf) -> None:
    reply = client_of({"DetectText": Planned("later")}).call("DetectText", {})
    assert (reply.status, reply.json["__type"]) == (501, "NotImplementedException")
    assert reply.json["message"].startswith("DetectText is not implemented")


def test_a_body_of_a_wrong_shape_is_a_serialization_exception(client: Any) -> None:
    for body in (b"nonsense", b'{"CollectionId":5}', b"[]"):
        reply = client.call("DescribeCollection", body=body)
        assert (reply.status, reply.json["__type"]) == (400, "SerializationException")
        assert set(reply.json) == {"__type", "message"}


def test_a_broken_constraint_is_a_validation_exception(client: Any) -> None:
    reply = client.call("DescribeCollection", {"CollectionId": "a b"})
    assert (reply.status, reply.json["__type"]) == (400, "ValidationException")
    assert "at 'collectionId' failed to satisfy constraint" in reply.json["message"]
    assert reply.headers["x-amzn-errortype"] == "ValidationException"


def test_an_error_of_the_rooms_is_said_in_the_service_s_dialect(client_of: ClientOf) -> None:
    failing = answering(CollectionNotFound("There is no such collection."))
    reply = client_of({"ListFaces": failing}).call("ListFaces", {"CollectionId": "my_faces"})
    assert reply.status == 400
    assert reply.json == {
        "__type": "ResourceNotFoundException",
        "Code": "ResourceNotFoundException",
        "Logref": reply.headers["x-amzn-requestid"],
        "Message": "The collection id: my_faces does not exist",
    }


@pytest.mark.parametrize(
    "failure", [RuntimeError("path /secret"), StorageError("disk full"), KeyError("Image")]
)
def test_a_fault_of_the_server_tells_nothing_and_is_logged_with_its_request_id(
    client_of: ClientOf, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    with caplog.at_level(logging.ERROR):
        reply = client_of({"ListCollections": answering(failure)}).call("ListCollections")
    assert (reply.status, reply.json["__type"]) == (500, "InternalServerError")
    assert reply.json["Message"] == "Internal server error"
    assert b"secret" not in reply.body
    assert b"Traceback" not in reply.body
    assert reply.headers["x-amzn-requestid"] in caplog.text
    assert "Traceback" in caplog.text


def test_an_answer_that_does_not_fit_the_model_is_a_fault(client_of: ClientOf) -> None:
    reply = client_of({"ListCollections": answering({"Odd": 1})}).call("ListCollections")
    assert reply.status == 500


def test_errors_of_the_caller_are_not_logged(
    client_of: ClientOf, caplog: pytest.LogCaptureFixture
) -> None:
    client_of({"ListCollections": answering(InvalidInput("no"))}).call("ListCollections")
    ours = ("eyebright.rekognition", "eyebright.awsjson", "eyebright.web")
    assert not [one for one in caplog.records if one.name.startswith(ours)]


def test_a_body_in_chunks_is_put_together(client_of: ClientOf) -> None:
    client = client_of({"ListCollections": answering({"CollectionIds": []})})
    body = b'{"MaxResults":5}'
    headers = client.signed({"X-Amz-Target": "RekognitionService.ListCollections"}, body)
    reply = client.send(headers, chunks=[body[:3], b"", body[3:9], body[9:]])
    assert reply.status == 200


def test_a_body_that_says_it_is_too_long_is_thrown_away(client: Any) -> None:
    headers = client.signed({"X-Amz-Target": "RekognitionService.ListCollections"}, b"")
    headers.append((b"content-length", str(limits.MAX_BODY_BYTES + 1).encode()))
    reply = client.send(headers, chunks=[bytes(1024)] * 10)
    assert (reply.status, reply.json["__type"]) == (413, "RequestEntityTooLargeException")
    assert reply.headers["connection"] == "close"
    assert client.received == 10


def test_a_body_that_grows_too_long_is_cut_off(client: Any) -> None:
    megabyte = bytes(1 << 20)
    headers = [(b"x-amz-target", b"RekognitionService.ListCollections")]
    reply = client.send(headers, chunks=[megabyte] * 200)
    assert reply.status == 413
    assert client.received < 90


def test_a_stranger_is_refused_before_a_large_body_is_kept(client: Any) -> None:
    headers = [
        (b"x-amz-target", b"RekognitionService.ListCollections"),
        (b"content-length", str(limits.MAX_BODY_BYTES).encode()),
    ]
    reply = client.send(headers, chunks=[bytes(1 << 20)] * 200)
    assert reply.json["__type"] == "MissingAuthenticationTokenException"
    assert client.received < 70


def test_a_large_body_is_answered_like_any_other(client_of: ClientOf) -> None:
    client = client_of({"ListCollections": answering({"CollectionIds": []})})
    body = b'{"Filters":"' + b"x" * limits.LARGE_BODY_BYTES + b'"}'
    headers = client.signed({"X-Amz-Target": "RekognitionService.ListCollections"}, body)
    headers.append((b"content-length", str(len(body)).encode()))
    assert client.send(headers, body).status == 200
    broken = client.send(headers, body + b" ")
    assert broken.json["__type"] == "InvalidSignatureException"


def test_nobody_is_answered_who_hung_up(client: Any) -> None:
    headers = [(b"x-amz-target", b"RekognitionService.ListCollections")]
    reply = client.send(headers, chunks=[])
    assert reply.status == 0


def test_the_largest_pair_of_images_fits_into_a_request() -> None:
    both = 2 * ((limits.MAX_INLINE_IMAGE_BYTES + 2) // 3 * 4)
    assert both + 1024 < limits.MAX_BODY_BYTES


def test_the_table_is_what_the_server_answers(client: Any) -> None:
    planned = [name for name, entry in COVERAGE.items() if isinstance(entry, Planned)]
    assert planned
    for name in planned:
        reply = client.call(name, {})
        assert (reply.status, reply.json["__type"]) == (501, "NotImplementedException")
        assert name in reply.json["message"]
