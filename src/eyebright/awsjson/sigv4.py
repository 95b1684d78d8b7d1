"""Signature Version 4, verified: in the Authorization header and in a presigned query.

The signature is computed again over exactly what the client says it signed, as raw bytes, and
compared in constant time. Clients differ in what they sign; what has to be signed for the request
to mean what it says is the host, the date, the target and the session token.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

from eyebright.awsjson.canonical import (
    HeaderValues,
    canonical_headers,
    canonical_paths,
    canonical_query,
    split_query,
)
from eyebright.awsjson.errors import (
    IncompleteSignature,
    InvalidSignature,
    MissingAuthenticationToken,
    UnrecognizedClient,
)
from eyebright.clock import Clock

ALGORITHM = "AWS4-HMAC-SHA256"
LONGEST_EXPIRY_SECONDS = 604_800
"""A presigned request may live for seven days."""
UNSIGNED_PAYLOAD = b"UNSIGNED-PAYLOAD"

_TERMINATOR = "aws4_request"
_MUST_BE_SIGNED = (b"x-amz-target", b"x-amz-date", b"x-amz-security-token")
_ONCE = (*_MUST_BE_SIGNED, b"host", b"x-amz-content-sha256")
_REGION = re.compile(r"[a-z0-9-]{1,64}")
_HEX_SHA256 = re.compile(rb"[0-9a-f]{64}")
_BASIC_DATE = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_DATE_FORMAT = "%Y%m%dT%H%M%SZ"
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. "
    "Consult the service documentation for details."
)


class Secret(Protocol):
    """An access key of somebody."""

    @property
    def secret(self) -> str: ...


KeyT = TypeVar("KeyT", bound=Secret)


@dataclass(frozen=True, slots=True)
class RequestToVerify:
    """A request as it came over the wire, without its body.

    raw_path: undecoded, without the query. headers: names in lower case, in their order.
    secure: whether it came over TLS, where clients may leave the body unsigned.
    """

    method: str
    raw_path: bytes
    query_string: bytes
    headers: Sequence[tuple[bytes, bytes]]
    secure: bool = False


@dataclass(frozen=True, slots=True)
class Signer(Generic[KeyT]):
    """Who signed: the key as the lookup returned it, and what the signature was made for."""

    key: KeyT
    access_key_id: str
    region: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a request says of its own signature, nothing of it verified yet."""

    access_key_id: str
    scope_date: str
    region: str
    signed_headers: tuple[bytes, ...]
    signature: str
    date_text: str
    signed_at: datetime
    expires_seconds: int | None
    session_token: str | None
    query_string: bytes

    @property
    def presigned(self) -> bool:
        return self.expires_seconds is not None


class SignatureVerifier(Generic[KeyT]):
    """Verifies requests to one service, of any region.

    lookup: the key of an access key id and a session token, or None if there is no such pair; what
    it raises passes through. Safe to share between threads.
    """

    def __init__(
        self,
        service: str,
        *,
        lookup: Callable[[str, str | None], KeyT | None],
        clock: Clock,
        skew_seconds: int = 300,
        cached_keys: int = 256,
    ) -> None:
        self._service = service
        self._lookup = lookup
        self._clock = clock
        self._skew = timedelta(seconds=skew_seconds)
        self._signing_key = lru_cache(maxsize=cached_keys)(_signing_key)

    def verify(self, request: RequestToVerify, *, body_sha256: Callable[[], bytes]) -> Signer[KeyT]:
        """Who signed the request. Raises a SignatureRefused, worded as AWS words it.

        body_sha256: the hash in lower-case hexadecimal; called only if all else is in order.
        """
        headers = HeaderValues(request.headers)
        claim, key = self._known_claim(request, headers)
        payload = _payload_hash(request, headers, body_sha256=body_sha256)
        self._check_signature(request, headers, claim=claim, payload=payload, secret=key.secret)
        return Signer(key, claim.access_key_id, claim.region, claim.signed_at)

    def admit(self, request: RequestToVerify) -> None:
        """Raise what `verify` would raise before it needs the body; proves nothing by itself."""
        self._known_claim(request, HeaderValues(request.headers))

    def _known_claim(self, request: RequestToVerify, headers: HeaderValues) -> tuple[_Claim, KeyT]:
        claim = _claim(request, headers, service=self._service)
        _check_signed_headers(claim, headers)
        self._check_time(claim)
        key = self._lookup(claim.access_key_id, claim.session_token)
        if key is None:
            raise UnrecognizedClient("The security token included in the request is invalid.")
        return claim, key

    def _check_time(self, claim: _Claim) -> None:
        now = self._clock.now()
        lifetime = self._skew
        if claim.expires_seconds is not None:
            lifetime = timedelta(seconds=claim.expires_seconds)
        if now - claim.signed_at > lifetime:
            raise InvalidSignature(
                f"Signature expired: {claim.date_text} is now earlier than "
                f"{_basic(now - lifetime)} ({_basic(now)} - {_span(lifetime)}.)"
            )
        if claim.signed_at - now > self._skew:
            raise InvalidSignature(
                f"Signature not yet current: {claim.date_text} is still later than "
                f"{_basic(now + self._skew)} ({_basic(now)} + {_span(self._skew)}.)"
            )

    def _check_signature(
        self,
        request: RequestToVerify,
        headers: HeaderValues,
        *,
        claim: _Claim,
        payload: bytes,
        secret: str,
    ) -> None:
        key = self._signing_key(secret, claim.scope_date, claim.region, self._service)
        scope = f"{claim.scope_date}/{claim.region}/{self._service}/{_TERMINATOR}"
        preface = f"{ALGORITHM}\n{claim.date_text}\n{scope}\n".encode()
        signed = canonical_headers(claim.signed_headers, headers)
        query = canonical_query(claim.query_string)
        for path in canonical_paths(request.raw_path):
            canonical = b"\n".join((request.method.encode(), path, query, signed, payload))
            text = preface + hashlib.sha256(canonical).hexdigest().encode()
            expected = hmac.digest(key, text, "sha256").hex()
            if hmac.compare_digest(expected.encode(), claim.signature.encode()):
                return
        raise InvalidSignature(_MISMATCH)


def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, _TERMINATOR):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _claim(request: RequestToVerify, headers: HeaderValues, *, service: str) -> _Claim:
    authorizations = headers.all(b"authorization")
    parameters = split_query(request.query_string)
    presigned = any(name == b"X-Amz-Signature" for name, _ in parameters)
    if presigned and authorizations:
        raise InvalidSignature("Only one way of signing may be used: the header or the query.")
    if presigned:
        return _query_claim(request.query_string, parameters, service=service)
    if not authorizations:
        raise MissingAuthenticationToken("Missing Authentication Token")
    if len(authorizations) > 1:
        raise IncompleteSignature("The Authorization header must be present once.")
    return _header_claim(authorizations[0], request.query_string, headers, service=service)


def _header_claim(
    authorization: bytes, query_string: bytes, headers: HeaderValues, *, service: str
) -> _Claim:
    parts = _authorization_parts(_ascii(authorization))
    date_header = headers.first(b"x-amz-date") or headers.first(b"date")
    missing = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Credential", "Signature", "SignedHeaders")
        if not parts.get(name)
    ]
    if date_header is None:
        missing.append(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        )
    if missing or date_header is None:
        raise IncompleteSignature(" ".join(missing))
    token = headers.first(b"x-amz-security-token")
    return _read_claim(
        credential=parts["Credential"],
        signed_headers=parts["SignedHeaders"],
        signature=parts["Signature"],
        date=_read_date(_ascii(date_header)),
        expires=None,
        token=None if token is None else _ascii(token),
        query_string=query_string,
        service=service,
    )


def _query_claim(
    query_string: bytes, parameters: list[tuple[bytes, bytes]], *, service: str
) -> _Claim:
    found: dict[str, str] = {}
    for name, value in parameters:
        if name.startswith(b"X-Amz-"):
            if _ascii(name) in found:
                raise IncompleteSignature(f"'{_ascii(name)}' must be in the query once.")
            found[_ascii(name)] = _ascii(value)
    wanted = ("Algorithm", "Credential", "Date", "Expires", "SignedHeaders")
    missing = [name for name in wanted if not found.get(f"X-Amz-{name}")]
    if missing:
        raise IncompleteSignature(
            " ".join(f"AWS query-string parameters must include 'X-Amz-{m}'." for m in missing)
        )
    _check_algorithm(found["X-Amz-Algorithm"])
    return _read_claim(
        credential=found["X-Amz-Credential"],
        signed_headers=found["X-Amz-SignedHeaders"],
        signature=found["X-Amz-Signature"],
        date=_read_date(found["X-Amz-Date"]),
        expires=_read_expires(found["X-Amz-Expires"]),
        token=found.get("X-Amz-Security-Token"),
        query_string=_without_signature(query_string),
        service=service,
    )


def _read_claim(
    *,
    credential: str,
    signed_headers: str,
    signature: str,
    date: tuple[str, datetime],
    expires: int | None,
    token: str | None,
    query_string: bytes,
    service: str,
) -> _Claim:
    elements = credential.split("/")
    if len(elements) != 5:
        raise IncompleteSignature(
            "Credential must have exactly 5 slash-delimited elements, "
            f"e.g. keyid/date/region/service/term, got '{credential:.200}'"
        )
    access_key_id, scope_date, region, scope_service, terminator = elements
    if scope_service != service:
        raise InvalidSignature(f"Credential should be scoped to correct service: '{service}'.")
    if terminator != _TERMINATOR:
        raise InvalidSignature(
            f"Credential should be scoped with a valid terminator: '{_TERMINATOR}'."
        )
    if not _REGION.fullmatch(region):
        raise InvalidSignature("Credential should be scoped to a valid region.")
    date_text, signed_at = date
    if scope_date != date_text[:8]:
        raise InvalidSignature(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            f"HTTP: '{scope_date:.20}' != '{date_text[:8]}', from '{date_text}'."
        )
    return _Claim(
        access_key_id=access_key_id,
        scope_date=scope_date,
        region=region,
        signed_headers=tuple(name.encode() for name in signed_headers.split(";")),
        signature=signature,
        date_text=date_text,
        signed_at=signed_at,
        expires_seconds=expires,
        session_token=token,
        query_string=query_string,
    )


def _authorization_parts(text: str) -> dict[str, str]:
    """The named parts of the header; some clients put no space after the commas."""
    algorithm, _, rest = text.strip().partition(" ")
    _check_algorithm(algorithm)
    parts: dict[str, str] = {}
    for part in rest.split(","):
        name, equals, value = part.strip().partition("=")
        if not equals or name in parts:
            raise IncompleteSignature(
                "Authorization header must be a list of 'name=value' parts, each name once."
            )
        parts[name] = value
    return parts


def _check_algorithm(algorithm: str) -> None:
    if algorithm != ALGORITHM:
        raise IncompleteSignature(f"Unsupported AWS 'algorithm': '{algorithm:.40}'.")


def _check_signed_headers(claim: _Claim, headers: HeaderValues) -> None:
    for name in _ONCE:
        if len(headers.all(name)) > 1:
            raise InvalidSignature(f"'{name.decode()}' must be present once.")
    if b"host" not in claim.signed_headers:
        raise InvalidSignature(
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
        )
    for name in _MUST_BE_SIGNED:
        if headers.all(name) and name not in claim.signed_headers:
            raise InvalidSignature(f"'{name.decode()}' must be a 'SignedHeader'.")
    if not claim.presigned and not {b"x-amz-date", b"date"} & set(claim.signed_headers):
        raise InvalidSignature("'x-amz-date' must be a 'SignedHeader'.")


def _payload_hash(
    request: RequestToVerify, headers: HeaderValues, *, body_sha256: Callable[[], bytes]
) -> bytes:
    """The payload's part of the canonical request, after holding it against the body."""
    claimed = headers.first(b"x-amz-content-sha256")
    if claimed == UNSIGNED_PAYLOAD and request.secure:
        return claimed
    actual = body_sha256()
    if claimed is None:
        return actual
    if not _HEX_SHA256.fullmatch(claimed):
        raise InvalidSignature(
            "'x-amz-content-sha256' must be the SHA-256 of the body in lower-case hexadecimal; "
            "over plain HTTP the body must be signed."
        )
    if not hmac.compare_digest(claimed, actual):
        raise InvalidSignature(_MISMATCH)
    return claimed


def _read_date(text: str) -> tuple[str, datetime]:
    """A date header as basic ISO 8601 and as a time. RFC 1123 dates are legal in `Date`."""
    try:
        if _BASIC_DATE.fullmatch(text):
            return text, datetime.strptime(text, _DATE_FORMAT).replace(tzinfo=UTC)
        moment = datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    except ValueError as error:
        raise IncompleteSignature(
            f"Date must be in ISO-8601 'basic format'. Got '{text:.40}'. "
            "See http://en.wikipedia.org/wiki/ISO_8601"
        ) from error
    return _basic(moment), moment


def _read_expires(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise IncompleteSignature("X-Amz-Expires should be a number.")
    seconds = int(text)
    if not 1 <= seconds <= LONGEST_EXPIRY_SECONDS:
        raise IncompleteSignature(
            "X-Amz-Expires must be less than a week (in seconds) that is "
            f"{LONGEST_EXPIRY_SECONDS}, and greater than 0."
        )
    return seconds


def _without_signature(query_string: bytes) -> bytes:
    parts = query_string.split(b"&")
    return b"&".join(part for part in parts if part.partition(b"=")[0] != b"X-Amz-Signature")


def _ascii(value: bytes) -> str:
    try:
        return value.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise IncompleteSignature("The parts of a signature must be ASCII.") from error


def _basic(moment: datetime) -> str:
    return moment.strftime(_DATE_FORMAT)


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} s"
