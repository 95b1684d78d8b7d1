"""The AWS door as an ASGI application. A request is the list of steps in `RekognitionDoor.answer`.

Bodies are read on the event loop, up to a limit; everything else of a request runs as plain
functions in one of a bounded number of threads.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from eyebright.awsjson.errors import UnknownOperation, WireError
from eyebright.awsjson.model import Operation, ServiceModel, load_service_model
from eyebright.awsjson.sigv4 import RequestToVerify, SignatureVerifier
from eyebright.errors import EyebrightError
from eyebright.governance.accounts import Credentials, Principal
from eyebright.ids import AccessKeyId, Region
from eyebright.rekognition import limits
from eyebright.rekognition.body import ClientGone, discard_body, is_large, read_body
from eyebright.rekognition.coverage import COVERAGE, Coverage
from eyebright.rekognition.door import Door
from eyebright.rekognition.performing import Answer, Performer, translated

Headers: TypeAlias = Sequence[tuple[bytes, bytes]]

SERVICE = "rekognition"
CONTENT_TYPE = b"application/x-amz-json-1.1"


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A request as it came, without its body. headers: names in lower case."""

    method: str
    raw_path: bytes
    query_string: bytes
    headers: Headers
    secure: bool
    request_id: str


def build_app(
    door: Door, *, coverage: Coverage = COVERAGE, strict: bool = False, threads: int = 0
) -> Router:
    """The application: `GET /healthz`, and the API under every other path.

    strict: answers that do not fit the service model are errors, for tests.
    threads: how many requests are worked on at once; 0 means four per processor.
    """
    api = RekognitionDoor(
        door,
        model=load_service_model(SERVICE),
        coverage=coverage,
        strict=strict,
        threads=threads or 4 * (os.cpu_count() or 1),
    )
    health = Route("/healthz", _healthz, methods=["GET"])
    # The API is the default, not a mount: a mount's path pattern stops at a line feed.
    return Router([health], redirect_slashes=False, default=api)


async def _healthz(_request: Request) -> Response:
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


class RekognitionDoor:
    """The API as an ASGI application."""

    def __init__(
        self, door: Door, *, model: ServiceModel, coverage: Coverage, strict: bool, threads: int
    ) -> None:
        self._door = door
        self._model = model
        self._performer = Performer(door, coverage=coverage, strict=strict)
        self._threads = anyio.CapacityLimiter(threads)
        self._large_bodies = anyio.CapacityLimiter(limits.MAX_LARGE_BODIES)
        self._verifier: SignatureVerifier[Credentials] = SignatureVerifier(
            model.signing_name,
            lookup=self._credentials,
            clock=door.clock,
            skew_seconds=door.settings.clock_skew_seconds,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read a request, answer it, and send the answer; nobody is answered who hung up."""
        if scope["type"] != "http":
            return
        request = WireRequest(
            method=scope["method"],
            raw_path=scope.get("raw_path") or scope["path"].encode(),
            query_string=scope["query_string"],
            headers=scope["headers"],
            secure=scope["scheme"] == "https",
            request_id=self._door.ids.request(),
        )
        try:
            answer = await self._receive_and_answer(request, receive)
        except ClientGone:
            return
        await _send(answer, send, request_id=request.request_id, head=request.method == "HEAD")

    async def _receive_and_answer(self, request: WireRequest, receive: Receive) -> Answer:
        """Strangers are refused before their megabytes are read, and only so many large bodies
        are in memory at once; the others wait in their sockets."""
        try:
            self._operation(request)
            if not is_large(request.headers, least=limits.LARGE_BODY_BYTES):
                return await self._read_and_answer(request, receive)
            await anyio.to_thread.run_sync(self._admit, request, limiter=self._threads)
            async with self._large_bodies:
                return await self._read_and_answer(request, receive)
        except (WireError, EyebrightError) as error:
            await discard_body(receive, most=limits.MAX_DISCARDED_BYTES)
            return translated(error, request_id=request.request_id)

    async def _read_and_answer(self, request: WireRequest, receive: Receive) -> Answer:
        body = await read_body(request.headers, receive, most=limits.MAX_BODY_BYTES)
        return await anyio.to_thread.run_sync(self.answer, request, body, limiter=self._threads)

    def answer(self, request: WireRequest, body: bytes) -> Answer:
        """All that happens to a request, from its bytes to the answer's."""
        operation = None
        try:
            operation = self._operation(request)
            principal = self._authenticate(request, body)
        except Exception as error:  # noqa: BLE001 - errors become answers here
            return translated(error, request_id=request.request_id, operation=operation)
        return self._performer.perform(
            operation, principal, body=body, request_id=request.request_id
        )

    def _operation(self, request: WireRequest) -> Operation:
        targets = [value for name, value in request.headers if name == b"x-amz-target"]
        if request.method != "POST" or len(targets) != 1:
            raise UnknownOperation("Send a POST request with one X-Amz-Target header.")
        prefix, _, name = targets[0].decode("latin-1").strip().rpartition(".")
        operation = self._model.operations.get(name)
        if operation is None or prefix != self._model.target_prefix:
            raise UnknownOperation("X-Amz-Target names no operation of this service.")
        return operation

    def _authenticate(self, request: WireRequest, body: bytes) -> Principal:
        signer = self._verifier.verify(
            _to_verify(request), body_sha256=lambda: hashlib.sha256(body).hexdigest().encode()
        )
        return Principal(signer.key.account_id, signer.key.access_key_id, Region(signer.region))

    def _admit(self, request: WireRequest) -> None:
        self._verifier.admit(_to_verify(request))

    def _credentials(self, access_key_id: str, session_token: str | None) -> Credentials:
        return self._door.accounts.secret_for(
            AccessKeyId(access_key_id), session_token=session_token
        )


def _to_verify(request: WireRequest) -> RequestToVerify:
    return RequestToVerify(
        method=request.method,
        raw_path=request.raw_path,
        query_string=request.query_string,
        headers=request.headers,
        secure=request.secure,
    )


async def _send(answer: Answer, send: Send, *, request_id: str, head: bool) -> None:
    headers = [
        (b"x-amzn-requestid", request_id.encode()),
        (b"content-type", CONTENT_TYPE),
        (b"content-length", str(len(answer.body)).encode()),
    ]
    if answer.error is not None:
        headers.append((b"x-amzn-errortype", answer.error.encode()))
    if answer.status == 413:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else answer.body})
