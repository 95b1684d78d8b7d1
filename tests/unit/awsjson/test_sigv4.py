"""Signatures. The oracles are botocore's signers and a signer written here from the specification,
which signs the header sets that other clients were seen to sign."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from eyebright.awsjson import errors
from eyebright.awsjson.canonical import canonical_query
from eyebright.awsjson.sigv4 import RequestToVerify, SignatureVerifier, Signer

KEY_ID, SECRET, TOKEN = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "session/+="
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
STAMP = "20260102T030405Z"
BODY = b'{"MaxResults":5}'
TARGET = "RekognitionService.ListCollections"


@dataclass(frozen=True)
class Key:
    secret: str
    owner: str = "me"


@dataclass(frozen=True)
class Sent(RequestToVerify):
    body: bytes = b""


class Clock:
    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def lookup(access_key_id: str, session_token: str | None) -> Key | None:
    known = access_key_id == KEY_ID and session_token in (None, TOKEN)
    return Key(SECRET) if known else None


def verifier(*, now: datetime = NOW, **options: Any) -> SignatureVerifier[Key]:
    options.setdefault("lookup", lookup)
    return SignatureVerifier("rekognition", clock=Clock(now), **options)


def wire(
    headers: dict[str, str] | list[tuple[str, str]],
    *,
    method: str = "POST",
    url: str = "http://localhost:8600/",
    body: bytes = BODY,
    secure: bool = False,
) -> Sent:
    parts = urlsplit(url)
    pairs = headers.items() if isinstance(headers, dict) else headers
    return Sent(
        method=method,
        raw_path=(parts.path or "/").encode(),
        query_string=parts.query.encode(),
        headers=[(name.lower().encode(), value.encode("latin-1")) for name, value in pairs],
        secure=secure,
        body=body,
    )


def believe(sent: Sent, **options: Any) -> Signer[Key]:
    """The signer, if the verifier believes it."""
    return verifier(**options).verify(
        sent, body_sha256=lambda: hashlib.sha256(sent.body).hexdigest().encode()
    )


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore signs at NOW."""
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: NOW)


def boto(
    *,
    signer: type[SigV4Auth] = SigV4Auth,
    url: str = "http://localhost:8600/",
    body: bytes = BODY,
    token: str | None = None,
    headers: dict[str, str] | None = None,
    region: str = "eu-central-1",
) -> Sent:
    """A request as botocore signs it."""
    given = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": TARGET}
    request = AWSRequest(method="POST", url=url, data=body, headers=given | (headers or {}))
    signer(BotoCredentials(KEY_ID, SECRET, token), "rekognition", region).add_auth(request)
    sent = {"Host": urlsplit(url).netloc} | dict(request.headers.items())
    return wire(sent, url=str(request.url), body=body)


def by_hand(
    headers: dict[str, str],
    *,
    signed: list[str],
    separator: str = ", ",
    url: str = "http://localhost:8600/",
    path: str = "/",
    payload: str | None = None,
    stamp: str = STAMP,
    scope: str = "20260102/us-east-1/rekognition/aws4_request",
    body: bytes = BODY,
    key_id: str = KEY_ID,
) -> dict[str, str]:
    """The headers with an Authorization, made from the text of the specification."""
    lower = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    lines = "".join(f"{name}:{lower[name]}\n" for name in signed)
    payload = payload or hashlib.sha256(body).hexdigest()
    query = urlsplit(url).query
    canonical = "\n".join(["POST", path, query, lines, ";".join(signed), payload])
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = b"AWS4" + SECRET.encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    parts = [f"Credential={key_id}/{scope}", f"SignedHeaders={';'.join(signed)}"]
    parts.append(f"Signature={signature}")
    return headers | {"Authorization": "AWS4-HMAC-SHA256 " + separator.join(parts)}


PLAIN = {"Host": "localhost:8600", "X-Amz-Date": STAMP, "X-Amz-Target": TARGET}
PLAIN_SIGNED = ["host", "x-amz-date", "x-amz-target"]
CLIENTS: dict[str, tuple[dict[str, str], list[str]]] = {
    "javascript 3": (
        PLAIN
        | {
            "amz-sdk-invocation-id": "1b0e-77",
            "amz-sdk-request": "attempt=1; max=3",
            "content-length": str(len(BODY)),
            "content-type": "application/x-amz-json-1.1",
            "x-amz-content-sha256": hashlib.sha256(BODY).hexdigest(),
            "x-amz-user-agent": "aws-sdk-js/3.0",
        },
        [
            "amz-sdk-invocation-id",
            "amz-sdk-request",
            "content-length",
            "content-type",
            "host",
            "x-amz-content-sha256",
            "x-amz-date",
            "x-amz-target",
            "x-amz-user-agent",
        ],
    ),
    "javascript 2": (
        PLAIN
        | {
            "content-type": "application/x-amz-json-1.1",
            "x-amz-content-sha256": hashlib.sha256(BODY).hexdigest(),
        },
        ["host", "x-amz-content-sha256", "x-amz-date", "x-amz-target"],
    ),
    "go 2": (
        PLAIN
        | {
            "amz-sdk-invocation-id": "1b0e-77",
            "amz-sdk-request": "attempt=1; max=3",
            "content-length": str(len(BODY)),
            "content-type": "application/x-amz-json-1.1",
        },
        [
            "amz-sdk-invocation-id",
            "amz-sdk-request",
            "content-length",
            "content-type",
            "host",
            "x-amz-date",
            "x-amz-target",
        ],
    ),
    "least of all": (PLAIN, PLAIN_SIGNED),
}


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "cn-north-1", "mars-north-7"])
@pytest.mark.parametrize("token", [None, TOKEN])
@pytest.mark.usefixtures("standing_clock")
def test_botocore_is_believed_in_every_region(region: str, token: str | None) -> None:
    signer = believe(boto(region=region, token=token))
    assert (signer.access_key_id, signer.region, signer.signed_at) == (KEY_ID, region, NOW)
    assert signer.key.owner == "me"


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("separator", [", ", ",", " ,  "])
def test_the_header_sets_of_other_clients_are_believed(client: str, separator: str) -> None:
    headers, signed = CLIENTS[client]
    assert (
        believe(wire(by_hand(headers, signed=signed, separator=separator))).access_key_id == KEY_ID
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "http://[::1]:8600/",
        "http://localhost:8600/proxy/aws/",
        "http://localhost:8600/proxy",
        "http://localhost:8600/a%20b/%C3%A9/",
        "http://localhost:8600/a//b/./c/../",
        "http://localhost:8600/?b=2&a=1&a=0&empty=&flag",
        "http://localhost:8600/?a=%2Fx%20y",
    ],
)
@pytest.mark.usefixtures("standing_clock")
def test_endpoints_with_ports_prefixes_and_queries_are_believed(url: str) -> None:
    assert believe(boto(url=url)).access_key_id == KEY_ID


def test_a_path_that_is_encoded_only_once_is_believed_too() -> None:
    headers = by_hand(PLAIN, signed=PLAIN_SIGNED, path="/a%20b/")
    assert believe(wire(headers, url="http://localhost:8600/a%20b/")).access_key_id == KEY_ID


@pytest.mark.usefixtures("standing_clock")
def test_sdk_headers_that_are_not_signed_may_change() -> None:
    request = boto()
    extra = [(b"amz-sdk-request", b"attempt=2"), (b"user-agent", b"other"), (b"accept", b"*/*")]
    assert believe(replace(request, headers=[*request.headers, *extra])).access_key_id == KEY_ID


@pytest.mark.usefixtures("standing_clock")
def test_spaces_around_and_inside_header_values_do_not_matter() -> None:
    request = boto(headers={"X-Amz-Note": "a b  c"})
    padded = [(n, b"  a   b c " if n == b"x-amz-note" else v) for n, v in request.headers]
    assert believe(replace(request, headers=padded)).access_key_id == KEY_ID


def test_repeated_headers_are_joined_by_commas() -> None:
    headers = by_hand(
        PLAIN | {"x-amz-note": "a,b"}, signed=["host", "x-amz-date", "x-amz-note", "x-amz-target"]
    )
    del headers["x-amz-note"]
    pairs = [*headers.items(), ("x-amz-note", "a"), ("x-amz-note", "b")]
    assert believe(wire(pairs)).access_key_id == KEY_ID


def test_a_date_header_serves_where_there_is_no_amz_date() -> None:
    headers = {
        "Host": "localhost:8600",
        "Date": "Fri, 02 Jan 2026 03:04:05 GMT",
        "X-Amz-Target": TARGET,
    }
    assert (
        believe(wire(by_hand(headers, signed=["date", "host", "x-amz-target"]))).access_key_id
        == KEY_ID
    )


# Who is refused, and in which words


def refusal(request: Sent, **options: Any) -> errors.SignatureRefused:
    with pytest.raises(errors.SignatureRefused) as caught:
        believe(request, **options)
    return caught.value


def test_an_unsigned_request_misses_its_token() -> None:
    refused = refusal(wire(PLAIN))
    assert isinstance(refused, errors.MissingAuthenticationToken)
    assert refused.message == "Missing Authentication Token"


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        ("Bearer abc", "Unsupported AWS 'algorithm'"),
        ("AWS4-HMAC-SHA256", "list of 'name=value'"),
        ("", "Unsupported AWS 'algorithm'"),
        ("AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request", "requires 'Signature' parameter"),
        ("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0", "5 slash-delimited"),
        ("AWS4-HMAC-SHA256 Signature=0, Signature=1", "each name once"),
        ("AWS4-ECDSA-P256-SHA256 Credential=a/b/c/aws4_request", "Unsupported"),
        ("AWS4-HMAC-SHA256 Credential=\u00e9", "ASCII"),
    ],
)
def test_a_header_that_cannot_be_read_is_incomplete(authorization: str, message: str) -> None:
    refused = refusal(wire(PLAIN | {"Authorization": authorization}))
    assert isinstance(refused, errors.IncompleteSignature)
    assert message in refused.message


@pytest.mark.parametrize("date", ["yesterday", "20260230T000000Z", "2026-01-02T03:04:05Z", ""])
def test_a_date_that_is_none_is_incomplete(date: str) -> None:
    headers = by_hand(PLAIN, signed=PLAIN_SIGNED) | {"X-Amz-Date": date}
    assert isinstance(refusal(wire(headers)), errors.IncompleteSignature)


@pytest.mark.usefixtures("standing_clock")
def test_an_unknown_key_and_a_foreign_session_token_are_not_recognised() -> None:
    for refused in (
        refusal(boto(), lookup=lambda _key, _token: None),
        refusal(boto(token="somebody else's")),
    ):
        assert isinstance(refused, errors.UnrecognizedClient)
        assert refused.message == "The security token included in the request is invalid."


@pytest.mark.usefixtures("standing_clock")
def test_what_the_lookup_raises_passes_through() -> None:
    def expired(_key: str, _token: str | None) -> Key:
        raise errors.ExpiredToken("The security token included in the request is expired")

    assert isinstance(refusal(boto(), lookup=expired), errors.ExpiredToken)


@pytest.mark.usefixtures("standing_clock")
def test_another_secret_does_not_match() -> None:
    refused = refusal(boto(), lookup=lambda _key, _token: Key(SECRET + "x"))
    assert isinstance(refused, errors.InvalidSignature)
    assert refused.message.startswith("The request signature we calculated does not match")


@pytest.mark.parametrize("seconds", [301, 86_400, 86_400 * 365 * 20])
@pytest.mark.usefixtures("standing_clock")
def test_a_request_of_the_past_has_expired(seconds: int) -> None:
    refused = refusal(boto(), now=NOW + timedelta(seconds=seconds))
    assert isinstance(refused, errors.InvalidSignature)
    assert refused.message.startswith(f"Signature expired: {STAMP} is now earlier than 20")


@pytest.mark.usefixtures("standing_clock")
def test_the_sentences_about_time_are_those_of_aws() -> None:
    assert refusal(boto(), now=NOW + timedelta(minutes=6)).message == (
        "Signature expired: 20260102T030405Z is now earlier than "
        "20260102T030505Z (20260102T031005Z - 5 min.)"
    )
    assert refusal(boto(), now=NOW - timedelta(minutes=6)).message == (
        "Signature not yet current: 20260102T030405Z is still later than "
        "20260102T030305Z (20260102T025805Z + 5 min.)"
    )


@pytest.mark.parametrize("seconds", [-300, -1, 0, 1, 300])
@pytest.mark.usefixtures("standing_clock")
def test_a_clock_may_be_five_minutes_off(seconds: int) -> None:
    assert believe(boto(), now=NOW + timedelta(seconds=seconds)).access_key_id == KEY_ID


@pytest.mark.parametrize(
    ("scope", "message"),
    [
        ("20260102/us-east-1/s3/aws4_request", "scoped to correct service: 'rekognition'"),
        ("20260102/us-east-1/rekognition/aws5_request", "valid terminator"),
        ("20260102/US EAST/rekognition/aws4_request", "valid region"),
        ("20260102//rekognition/aws4_request", "valid region"),
        ("20260101/us-east-1/rekognition/aws4_request", "does not match YYYYMMDD"),
    ],
)
def test_a_foreign_scope_is_refused(scope: str, message: str) -> None:
    refused = refusal(wire(by_hand(PLAIN, signed=PLAIN_SIGNED, scope=scope)))
    assert isinstance(refused, errors.InvalidSignature)
    assert message in refused.message


@pytest.mark.parametrize("unsigned", PLAIN_SIGNED)
def test_host_date_and_target_must_be_signed(unsigned: str) -> None:
    signed = [name for name in PLAIN_SIGNED if name != unsigned]
    refused = refusal(wire(by_hand(PLAIN, signed=signed)))
    assert isinstance(refused, errors.InvalidSignature)
    assert "must be a 'SignedHeader'" in refused.message


def test_a_session_token_must_be_signed() -> None:
    headers = by_hand(PLAIN | {"X-Amz-Security-Token": TOKEN}, signed=PLAIN_SIGNED)
    assert "'x-amz-security-token' must be a 'SignedHeader'" in refusal(wire(headers)).message


def test_a_signed_header_that_did_not_arrive_is_named() -> None:
    headers = by_hand(PLAIN | {"x-amz-note": "a"}, signed=[*PLAIN_SIGNED, "x-amz-note"])
    del headers["x-amz-note"]
    assert "'x-amz-note' is not in the request" in refusal(wire(headers)).message


@pytest.mark.parametrize("name", ["host", "x-amz-date", "x-amz-target", "x-amz-security-token"])
def test_what_must_be_unambiguous_may_come_once(name: str) -> None:
    headers = by_hand(
        PLAIN | {"X-Amz-Security-Token": TOKEN}, signed=[*PLAIN_SIGNED, "x-amz-security-token"]
    )
    pairs = [*headers.items(), (name, "again")]
    assert "must be present once" in refusal(wire(pairs)).message


def test_two_authorizations_are_refused() -> None:
    headers = by_hand(PLAIN, signed=PLAIN_SIGNED)
    pairs = [*headers.items(), ("authorization", headers["Authorization"])]
    assert isinstance(refusal(wire(pairs)), errors.IncompleteSignature)


# The payload


@pytest.mark.parametrize("client", CLIENTS)
def test_another_body_is_refused(client: str) -> None:
    headers, signed = CLIENTS[client]
    request = wire(by_hand(headers, signed=signed), body=BODY + b" ")
    assert isinstance(refusal(request), errors.InvalidSignature)


def _with_payload(payload: str, *, secure: bool) -> Sent:
    headers = PLAIN | {"X-Amz-Content-SHA256": payload}
    signed = ["host", "x-amz-content-sha256", "x-amz-date", "x-amz-target"]
    return wire(by_hand(headers, signed=signed, payload=payload), secure=secure)


def test_an_unsigned_payload_is_believed_over_tls_only() -> None:
    assert believe(_with_payload("UNSIGNED-PAYLOAD", secure=True)).access_key_id == KEY_ID
    refused = refusal(_with_payload("UNSIGNED-PAYLOAD", secure=False))
    assert "over plain HTTP the body must be signed" in refused.message


@pytest.mark.parametrize(
    "payload",
    [
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        hashlib.sha256(BODY).hexdigest().upper(),
        hashlib.sha256(b"other").hexdigest(),
        "0",
    ],
)
@pytest.mark.parametrize("secure", [True, False])
def test_any_other_payload_hash_than_the_body_s_is_refused(payload: str, secure: bool) -> None:
    assert isinstance(refusal(_with_payload(payload, secure=secure)), errors.InvalidSignature)


def test_the_body_is_not_hashed_for_a_stranger() -> None:
    def never() -> bytes:
        raise AssertionError

    request = wire(by_hand(PLAIN, signed=PLAIN_SIGNED))
    for checked in (
        verifier(lookup=lambda _key, _token: None),
        verifier(now=NOW + timedelta(days=1)),
    ):
        with pytest.raises(errors.SignatureRefused):
            checked.verify(request, body_sha256=never)


def test_strangers_are_told_apart_without_the_body() -> None:
    request = wire(by_hand(PLAIN, signed=PLAIN_SIGNED))
    verifier().admit(request)
    with pytest.raises(errors.MissingAuthenticationToken):
        verifier().admit(wire(PLAIN))
    with pytest.raises(errors.UnrecognizedClient):
        verifier(lookup=lambda _key, _token: None).admit(request)
    with pytest.raises(errors.InvalidSignature):
        verifier(now=NOW + timedelta(days=1)).admit(request)


# Presigned queries


def presigned(
    *, token: str | None = None, expires: int = 3600, url: str = "http://localhost:8600/"
) -> Sent:
    """A request as botocore presigns it; it presigns no body."""

    class Expiring(SigV4QueryAuth):
        DEFAULT_EXPIRES = expires

        def __init__(self, credentials: Any, service: str, region: str) -> None:
            super().__init__(credentials, service, region, expires=expires)

    return boto(signer=Expiring, body=b"", token=token, url=url)


@pytest.mark.parametrize("token", [None, TOKEN])
@pytest.mark.parametrize("url", ["http://localhost:8600/", "http://localhost:8600/a%20b/?x=%2F"])
@pytest.mark.usefixtures("standing_clock")
def test_a_presigned_request_is_believed(token: str | None, url: str) -> None:
    signer = believe(presigned(token=token, url=url))
    assert (signer.region, signer.signed_at) == ("eu-central-1", NOW)


def test_a_presigned_body_is_part_of_the_signature() -> None:
    scope = "20260102/us-east-1/rekognition/aws4_request"
    query = (
        "X-Amz-Algorithm=AWS4-HMAC-SHA256"
        f"&X-Amz-Credential={quote(f'{KEY_ID}/{scope}', safe='')}"
        f"&X-Amz-Date={STAMP}&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-amz-target"
    )
    url = f"http://localhost:8600/?{query}"
    headers = {"Host": "localhost:8600", "X-Amz-Target": TARGET}
    signed = by_hand(headers, signed=["host", "x-amz-target"], url=url)
    signature = signed["Authorization"].rpartition("=")[2]
    url = f"{url}&X-Amz-Signature={signature}"
    assert believe(wire(headers, url=url)).access_key_id == KEY_ID
    assert isinstance(refusal(wire(headers, url=url, body=b"{}")), errors.InvalidSignature)
    both = refusal(wire(signed, url=url))
    assert "Only one way of signing" in both.message


@pytest.mark.usefixtures("standing_clock")
def test_a_presigned_request_lives_as_long_as_it_says() -> None:
    request = presigned(expires=60)
    assert believe(request, now=NOW + timedelta(seconds=60)).access_key_id == KEY_ID
    assert "Signature expired" in refusal(request, now=NOW + timedelta(seconds=61)).message
    assert "not yet current" in refusal(request, now=NOW - timedelta(seconds=301)).message


@pytest.mark.parametrize("expires", [0, -1, 604_801, 10**12])
@pytest.mark.usefixtures("standing_clock")
def test_a_presigned_request_lives_a_week_at_most(expires: int) -> None:
    assert isinstance(refusal(presigned(expires=expires)), errors.IncompleteSignature)


@pytest.mark.parametrize(
    "name",
    ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders"],
)
@pytest.mark.usefixtures("standing_clock")
def test_every_part_of_a_presigned_query_must_be_there_once(name: str) -> None:
    request = presigned()
    parts = request.query_string.split(b"&")
    without = [part for part in parts if not part.startswith(name.encode())]
    assert len(without) == len(parts) - 1
    missing = refusal(replace(request, query_string=b"&".join(without)))
    assert isinstance(missing, errors.IncompleteSignature)
    assert name in missing.message
    again = refusal(replace(request, query_string=b"&".join([*parts, f"{name}=x".encode()])))
    assert "once" in again.message


# Any single change


def _mutations(request: Sent, draw: Callable[[Any], Any]) -> Sent:
    """One byte of what is signed, or of the signature, replaced by another."""

    def changed(value: bytes) -> bytes:
        at = draw(st.integers(0, len(value) - 1))
        byte = draw(st.integers(33, 126).filter(lambda code: code != value[at]))
        return value[:at] + bytes([byte]) + value[at + 1 :]

    target = draw(
        st.sampled_from(["method", "path", "query", "body", *range(len(request.headers))])
    )
    match target:
        case "method":
            return replace(request, method=draw(st.sampled_from(["GET", "PUT", "post"])))
        case "path":
            return replace(request, raw_path=b"/" + bytes([draw(st.integers(97, 122))]))
        case "query":
            if not request.query_string:
                return replace(request, query_string=b"a=" + bytes([draw(st.integers(97, 122))]))
            return replace(request, query_string=changed(request.query_string))
        case "body":
            return replace(request, body=request.body + draw(st.binary(min_size=1, max_size=8)))
        case index:
            name, value = request.headers[index]
            headers = list(request.headers)
            headers[index] = (name, changed(value))
            return replace(request, headers=headers)


@pytest.mark.parametrize("client", CLIENTS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_single_change_of_a_signed_request_is_refused(client: str, data: st.DataObject) -> None:
    headers, signed = CLIENTS[client]
    sent = by_hand(headers, signed=signed)
    request = wire([(n, v) for n, v in sent.items() if n.lower() in (*signed, "authorization")])
    mutated = _mutations(request, data.draw)
    # A comma may be followed by a space or not, and names of the list may be padded: by design.
    assume(_squeezed(mutated) != _squeezed(request))
    refusal(mutated)


def _squeezed(request: Sent) -> tuple[Any, ...]:
    headers = tuple((n, v.replace(b" ", b"")) for n, v in request.headers)
    return request.method, request.raw_path, request.query_string, headers, request.body


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_any_single_change_of_a_presigned_query_is_refused(data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda: NOW)
        request = presigned(token=TOKEN)
    at = data.draw(st.integers(0, len(request.query_string) - 1))
    byte = data.draw(st.integers(33, 126))
    query = request.query_string[:at] + bytes([byte]) + request.query_string[at + 1 :]
    # %3B and %3b are the same query, and so is a letter written plainly or as its escape.
    assume(canonical_query(query) != canonical_query(request.query_string))
    refusal(replace(request, query_string=query))


# Speed and memory


def test_the_signing_key_of_a_day_is_derived_once() -> None:
    headers, signed = CLIENTS["javascript 3"]
    request = wire(by_hand(headers, signed=signed))
    checked, body_hash = verifier(), hashlib.sha256(BODY).hexdigest().encode()
    for _ in range(20):
        checked.verify(request, body_sha256=lambda: body_hash)
    known = checked._signing_key.cache_info()
    assert (known.misses, known.hits) == (1, 19)


def test_signing_keys_of_many_regions_do_not_pile_up() -> None:
    checked = verifier(cached_keys=4)
    for number in range(50):
        scope = f"20260102/region-{number}/rekognition/aws4_request"
        request = wire(by_hand(PLAIN, signed=PLAIN_SIGNED, scope=scope))
        checked.verify(request, body_sha256=lambda: hashlib.sha256(BODY).hexdigest().encode())
    assert checked._signing_key.cache_info().currsize == 4
