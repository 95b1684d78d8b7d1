"""Generated requests, valid and broken, for every operation: never a fault of the server, always
JSON with a type.

The requests are made by hypothesis from the service model; they go through the whole door, with
real rooms behind it, without a network.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from starlette.routing import Router
from starlette.types import Message

from eyebright.app.door import build_door
from eyebright.app.rooms import Eyebright
from eyebright.awsjson.errors import SerializationError, ValidationFailed
from eyebright.awsjson.model import (
    BlobShape,
    BooleanShape,
    ListShape,
    MapShape,
    NumberShape,
    Shape,
    StructureShape,
    TextShape,
    TimestampShape,
    load_service_model,
)
from eyebright.awsjson.parse import parse_body
from eyebright.awsjson.patterns import compile_java
from eyebright.awsjson.validate import check_input
from eyebright.governance.accounts import Credentials
from eyebright.rekognition.coverage import COVERAGE, Implemented
from eyebright.rekognition.server import build_app

MODEL = load_service_model("rekognition")
OPERATIONS = sorted(MODEL.operations)
BUILT = sorted(name for name, entry in COVERAGE.items() if isinstance(entry, Implemented))
LONGEST_TEXT = 40
"""Generated texts are short unless the model wants them longer."""
SLOWEST_SECONDS = 120.0

Fuzz = settings(
    max_examples=8,
    deadline=None,
    # Shrinking a failure may take minutes here; its seed and its input are printed anyway.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


# Valid input of a shape, as it is in JSON


def valid(shape: Shape) -> st.SearchStrategy[Any]:
    match shape:
        case StructureShape():
            members = {m.name: valid(m.shape) for m in shape.members.values()}
            needed = {m.name for m in shape.members.values() if m.required}
            return st.fixed_dictionaries(
                {name: members[name] for name in needed},
                optional={name: value for name, value in members.items() if name not in needed},
            )
        case ListShape():
            least, most = shape.least or 0, min(shape.most or 3, (shape.least or 0) + 3)
            return st.lists(valid(shape.item), min_size=least, max_size=most)
        case MapShape():
            return st.dictionaries(_text(shape.key), valid(shape.value), max_size=3)
        case TextShape():
            return _text(shape)
        case NumberShape():
            return _number(shape)
        case BlobShape():
            return st.sampled_from(PICTURES).map(lambda data: b64encode(data).decode())
        case BooleanShape():
            return st.booleans()
        case TimestampShape():
            return st.floats(0, 4e9)


def _text(shape: TextShape) -> st.SearchStrategy[str]:
    if shape.choices:
        return st.sampled_from(shape.choices)
    least, most = shape.least or 0, shape.most or LONGEST_TEXT
    if shape.pattern is None:
        return st.text(st.characters(codec="utf-8"), min_size=least, max_size=max(least, 20))
    generated = st.from_regex(compile_java(shape.pattern.source), fullmatch=True)
    fitting = generated.filter(lambda text: least <= len(text) <= most)
    known = [text for text in NAMES if least <= len(text) <= most and shape.pattern.accepts(text)]
    return st.one_of(st.sampled_from(known), fitting) if known else fitting


def _number(shape: NumberShape) -> st.SearchStrategy[float]:
    if shape.kind in ("integer", "long"):
        top = 2**31 - 1 if shape.most is None else int(shape.most)
        return st.integers(int(shape.least or 0), top)
    low, high = shape.least or 0.0, 1e6 if shape.most is None else shape.most
    return st.floats(low, high, allow_nan=False)


NAMES = (
    "people",
    "Ada",
    "photos",
    "0d3c1a52-7b0e-4a8e-9a3f-3f0a4b1c2d3e",
    "arn:aws:rekognition:eu-west-1:123456789012:collection/people",
)
"""Texts that several members accept, so that requests meet the same things."""

PICTURES: list[bytes] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"no image", bytes(100)]


# Broken input

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(st.characters(codec="utf-8"), max_size=20)
    | st.sampled_from(["", "a b", "../..", "\x00", "é" * 300, "a" * 5000, "NaN", "{}", "%s%n"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def broken(draw: st.DrawFn, shape: StructureShape) -> Any:
    """Valid input in which something, somewhere, is replaced by junk or taken away."""
    document = draw(valid(shape))
    for _ in range(draw(st.integers(1, 2))):
        document = draw(_spoiled(document))
    return document


@st.composite
def _spoiled(draw: st.DrawFn, document: Any) -> Any:
    if not isinstance(document, dict) or not document or draw(st.integers(0, 3)) == 0:
        return draw(JUNK)
    name = draw(st.sampled_from(sorted(document)))
    if draw(st.integers(0, 3)) == 0:
        return {key: value for key, value in document.items() if key != name}
    return document | {name: draw(_spoiled(document[name]))}


@st.composite
def mangled(draw: st.DrawFn, body: bytes) -> bytes:
    """Bytes with a part cut out, doubled, or overwritten."""
    if not body:
        return draw(st.binary(max_size=50))
    at = draw(st.integers(0, len(body) - 1))
    until = draw(st.integers(at, min(len(body), at + 20)))
    return body[:at] + draw(st.binary(max_size=10) | st.just(body[at:until] * 2)) + body[until:]


# The door


@dataclass(frozen=True)
class Asker:
    """Sends signed bodies through the application, without a network."""

    app: Router
    credentials: Credentials

    def ask(self, operation: str, body: bytes) -> tuple[int, Any, dict[bytes, bytes]]:
        headers = {"X-Amz-Target": f"RekognitionService.{operation}"}
        request = AWSRequest("POST", "http://localhost/", headers=headers, data=body)
        keys = BotoCredentials(self.credentials.access_key_id, self.credentials.secret)
        SigV4Auth(keys, "rekognition", "eu-west-1").add_auth(request)
        pairs = {"host": "localhost"} | dict(request.headers.items())
        return self.send([(n.lower().encode(), v.encode()) for n, v in pairs.items()], body)

    def send(
        self,
        headers: list[tuple[bytes, bytes]],
        body: bytes,
        *,
        method: str = "POST",
        path: bytes = b"/",
        query: bytes = b"",
    ) -> tuple[int, Any, dict[bytes, bytes]]:
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path.decode("latin-1"),
            "raw_path": path,
            "root_path": "",
            "query_string": query,
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 80),
        }
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        started = time.monotonic()
        asyncio.run(self.app(scope, receive, send))
        assert time.monotonic() - started < SLOWEST_SECONDS
        return sent[0]["status"], orjson.loads(sent[1]["body"]), dict(sent[0]["headers"])


@pytest.fixture(scope="module")
def asker(rooms: Eyebright, bucket: Path, photo: Callable[..., bytes]) -> Iterator[Asker]:
    """Over rooms in which there is a little of everything that requests may meet."""
    (bucket / "Ada").write_bytes(photo("Ada"))
    app = build_app(build_door(rooms, buckets={"photos": bucket}), strict=True)
    fuzzed = Asker(app, rooms.accounts.create("fuzz"))
    picture = photo("Ada", "Ben")
    added = [picture, picture[: len(picture) // 2], picture[:-1]]
    PICTURES.extend(added)
    for operation, members in (
        ("CreateCollection", {"CollectionId": "people"}),
        ("CreateUser", {"CollectionId": "people", "UserId": "Ada"}),
        (
            "IndexFaces",
            {"CollectionId": "people", "Image": {"Bytes": b64encode(picture).decode()}},
        ),
    ):
        status, answer, _headers = fuzzed.ask(operation, orjson.dumps(members))
        assert status == 200, answer
    yield fuzzed
    del PICTURES[-len(added) :]


def check(outcome: tuple[int, Any, dict[bytes, bytes]], operation: str = "") -> None:
    """An answer, or an honest refusal: never a fault of the server."""
    status, answer, headers = outcome
    assert isinstance(answer, dict)
    if status == 200:
        assert all_finite(answer)
        return
    assert status in (400, 413, 501), answer
    assert headers[b"x-amzn-errortype"].decode() == answer["__type"]
    assert answer.get("message") or answer.get("Message")
    if "Message" in answer and operation:
        assert answer["__type"] in MODEL.operations[operation].errors


def all_finite(document: Any) -> bool:
    if isinstance(document, dict):
        return all(map(all_finite, document.values()))
    if isinstance(document, list):
        return all(map(all_finite, document))
    return not isinstance(document, float) or math.isfinite(document)


@pytest.mark.parametrize("operation", OPERATIONS)
@given(data=st.data())
@Fuzz
def test_valid_input_is_never_refused_by_the_model(operation: str, data: st.DataObject) -> None:
    shape = MODEL.operations[operation].input
    check_input(shape, parse_body(orjson.dumps(data.draw(valid(shape))), shape))


@pytest.mark.parametrize("operation", OPERATIONS)
@given(data=st.data())
@Fuzz
def test_broken_input_is_refused_as_aws_refuses_or_is_harmless(
    operation: str, data: st.DataObject
) -> None:
    shape = MODEL.operations[operation].input
    body = json.dumps(data.draw(broken(shape))).encode()
    with contextlib.suppress(SerializationError, ValidationFailed):
        check_input(shape, parse_body(body, shape))


@pytest.mark.parametrize("operation", BUILT)
@given(data=st.data())
@settings(Fuzz, max_examples=12)
def test_a_built_operation_answers_valid_input(
    asker: Asker, operation: str, data: st.DataObject
) -> None:
    given_input = data.draw(valid(MODEL.operations[operation].input))
    outcome = asker.ask(operation, orjson.dumps(given_input))
    check(outcome, operation)
    assert outcome[1].get("__type") not in ("ValidationException", "SerializationException")


@pytest.mark.parametrize("operation", BUILT)
@given(data=st.data())
@settings(Fuzz, max_examples=12)
def test_a_built_operation_survives_broken_input(
    asker: Asker, operation: str, data: st.DataObject
) -> None:
    document = data.draw(broken(MODEL.operations[operation].input))
    check(asker.ask(operation, json.dumps(document).encode()), operation)


@given(data=st.data())
@settings(Fuzz, max_examples=200)
def test_mangled_bodies_are_survived(asker: Asker, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(OPERATIONS))
    body = orjson.dumps(data.draw(valid(MODEL.operations[operation].input)))
    check(asker.ask(operation, data.draw(mangled(body))), operation)


UNREADABLE = (
    b"AWS4-HMAC-SHA256 Credential=a/20260102/r/rekognition/aws4_request, "
    b"SignedHeaders=host;x-amz-date;x-amz-target, Signature=0"
)
HEADER_NAMES = st.sampled_from(
    [
        b"host",
        b"authorization",
        b"x-amz-date",
        b"x-amz-target",
        b"x-amz-content-sha256",
        b"x-amz-security-token",
        b"content-length",
        b"content-type",
        b"date",
    ]
)
VALUES = st.binary(max_size=40) | st.sampled_from(
    [
        b"RekognitionService.ListCollections",
        UNREADABLE,
        b"20260102T030405Z",
        b"99999999999999999999",
        b"AWS4-HMAC-SHA256 " + b"," * 5000,
    ]
)


@given(
    headers=st.lists(st.tuples(HEADER_NAMES, VALUES), max_size=8),
    body=st.binary(max_size=50),
    method=st.sampled_from(["POST", "GET", "PUT", "\u00e9"]),
    path=st.binary(max_size=20),
    query=st.binary(max_size=60)
    | st.sampled_from([b"X-Amz-Signature=0", b"X-Amz-Signature=%FF&X-Amz-Date=%00", b"&&==&"]),
)
@example([], b"", "GET", b"line\nfeed", b"")
@settings(Fuzz, max_examples=300)
def test_any_headers_path_and_query_are_survived(
    asker: Asker,
    headers: list[tuple[bytes, bytes]],
    body: bytes,
    method: str,
    path: bytes,
    query: bytes,
) -> None:
    target = (b"x-amz-target", b"RekognitionService.ListCollections")
    outcome = asker.send([target, *headers], body, method=method, path=b"/" + path, query=query)
    check(outcome)


def test_one_broken_constraint_is_named_by_its_path() -> None:
    """Every limit of every operation, broken alone."""
    checked = 0
    for operation in MODEL.operations.values():
        for member in operation.input.members.values():
            for wrong in _wrong_values(member.shape):
                with pytest.raises(ValidationFailed) as refusal:
                    check_input(operation.input, {member.name: wrong})
                assert f"at '{member.path}' failed" in refusal.value.message
                checked += 1
    assert checked > 200


def _wrong_values(shape: Shape) -> Iterator[Any]:
    match shape:
        case TextShape():
            if shape.most is not None:
                yield "a" * (shape.most + 1)
            if shape.least:
                yield ""
            if shape.choices:
                yield "NO_SUCH_CHOICE"
        case NumberShape():
            if shape.most is not None:
                yield shape.most + 1
            if shape.least is not None:
                yield shape.least - 1
        case ListShape():
            if shape.least:
                yield []
        case _:
            return


def test_dates_of_all_kinds_are_survived(asker: Asker) -> None:
    for year in (1, 1969, 9999):
        moment = datetime(year, 12, 31, tzinfo=UTC)
        headers = [
            (b"host", b"localhost"),
            (b"x-amz-target", b"RekognitionService.ListCollections"),
            (b"x-amz-date", moment.strftime("%Y%m%dT%H%M%SZ").encode()),
            (
                b"authorization",
                b"AWS4-HMAC-SHA256 Credential=AKIA/"
                + moment.strftime("%Y%m%d").encode()
                + b"/r/rekognition/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, "
                b"Signature=0",
            ),
        ]
        check(asker.send(headers, b"{}"))
