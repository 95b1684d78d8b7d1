"""A browser's part of the private door's conversations, without a browser."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from eyebright.governance.accounts import Credentials


@dataclass
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Browser:
    """Keeps a cookie and says what browsers say. told: of method, path and reply of each answer."""

    port: int
    cookie: str = ""
    token: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    told: Callable[[str, str, Reply], object] = field(default=lambda _method, _path, _reply: None)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        said = {"Sec-Fetch-Site": "same-origin", **self.extra}
        if self.cookie:
            said["Cookie"] = self.cookie
        if self.token:
            said["X-CSRF-Token"] = self.token
        if method != "GET":
            said["Origin"] = f"http://127.0.0.1:{self.port}"
        if body is not None and not isinstance(body, bytes):
            body, said["Content-Type"] = json.dumps(body).encode(), "application/json"
        said = {**said, **(headers or {})}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            wanted = {name: value for name, value in said.items() if value}
            connection.request(method, path, body, wanted)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            reply = Reply(answer.status, found, answer.read())
            self.told(method, path, reply)
            return reply
        finally:
            connection.close()

    def sign_in(self, credentials: Credentials) -> Reply:
        reply = self.ask(
            "POST",
            "/api/session",
            {
                "access_key_id": credentials.access_key_id,
                "secret_access_key": credentials.secret,
            },
        )
        if reply.status == 200:
            self.cookie = reply.headers["set-cookie"].partition(";")[0]
            self.token = reply.json["csrf_token"]
        return reply
