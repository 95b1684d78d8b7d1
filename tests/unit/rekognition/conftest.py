"""A door with accounts and a clock behind it and nothing else, and a client that calls it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials
from starlette.types import ASGIApp, Message

from eyebright.clock import SystemClock
from eyebright.errors import NotAuthenticated
from eyebright.governance.accounts import Credentials, Principal
from eyebright.ids import AccessKeyId, AccountId, RandomIds, Region
from eyebright.rekognition.call import Call
from eyebright.rekognition.coverage import Coverage
from eyebright.rekognition.door import Door
from eyebright.rekognition.server import build_app
from eyebright.settings import Settings

KEY = Credentials(AccountId("123456789012"), AccessKeyId("AKIAEXAMPLEEXAMPLE00"), "s3cr3t/key")


class OneAccount:
    """Stands in for `governance.accounts.Accounts`."""

    def secret_for(self, access_key_id: str, *, session_token: str | None) -> Credentials:
        if access_key_id != KEY.access_key_id or session_token is not None:
            raise NotAuthenticated(f"The access key {access_key_id!r} is unknown.")
        return KEY


@pytest.fixture
def door() -> Door:
    rooms = SimpleNamespace(
        accounts=OneAccount(), settings=Settings(), clock=SystemClock(), ids=RandomIds()
    )
    return cast(Door, rooms)


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass
class Client:
    """Signs with botocore and speaks ASGI."""

    app: ASGIApp
    received: int = field(default=0)

    def call(self, operation: str, given: Any = None, **changes: Any) -> Reply:
        body = changes.pop("body", None)
        if body is None:
            body = orjson.dumps({} if given is None else given)
        headers = {"X-Amz-Target": f"RekognitionService.{operation}"}
        return self.send(self.signed(headers, body), body, **changes)

    def signed(
        self, headers: dict[str, str], body: bytes, *, key: Credentials = KEY
    ) -> list[tuple[bytes, bytes]]:
        request = AWSRequest("POST", "http://localhost:8600/", headers=headers, data=body)
        credentials = BotoCredentials(key.access_key_id, key.secret, key.session_token)
        SigV4Auth(credentials, "rekognition", "eu-west-1").add_auth(request)
        pairs = {"Host": "localhost:8600"} | dict(request.headers.items())
        return [(name.lower().encode(), value.encode()) for name, value in pairs.items()]

    def send(
        self,
        headers: Iterable[tuple[bytes, bytes]],
        body: bytes = b"",
        *,
        method: str = "POST",
        path: str = "/",
        chunks: Iterable[bytes] | None = None,
    ) -> Reply:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": list(headers),
            "server": ("localhost", 8600),
            "client": ("127.0.0.1", 1),
        }
        return asyncio.run(self._exchange(scope, [body] if chunks is None else list(chunks)))

    async def _exchange(self, scope: dict[str, Any], chunks: list[bytes]) -> Reply:
        sent: list[Message] = []
        self.received = 0

        async def receive() -> Message:
            if self.received == len(chunks):
                return {"type": "http.disconnect"}
            self.received += 1
            more = self.received < len(chunks)
            return {"type": "http.request", "body": chunks[self.received - 1], "more_body": more}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        if not sent:
            return Reply(0, {}, b"")
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Reply(sent[0]["status"], headers, b"".join(m.get("body", b"") for m in sent[1:]))


@pytest.fixture
def client(door: Door) -> Client:
    """A client of the real coverage table."""
    return Client(build_app(door, strict=True))


@pytest.fixture
def client_of(door: Door) -> Callable[[Coverage], Client]:
    """A client of a table of the test's own."""
    return lambda coverage: Client(build_app(door, coverage=coverage, strict=True))


@pytest.fixture
def call() -> Callable[..., Call]:
    """Makes calls of one principal: call("ListFaces", CollectionId="c")."""

    def make(
        operation: str, *, account: str = "123456789012", region: str = "eu-west-1", **given: Any
    ) -> Call:
        principal = Principal(AccountId(account), KEY.access_key_id, Region(region))
        return Call(operation, principal, given, "request")

    return make
