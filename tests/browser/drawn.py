"""A server over a library of drawn pictures, looked at by fake sight: no pack is needed. And the
owner of that library without a browser, so that the service itself says what a page should show."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.browser.conftest import STATIC, Site, missing

from eyebright.governance.accounts import Credentials
from eyebright.ids import AccessKeyId, AccountId
from eyebright.testing.browser import Browser

PAGES = Path(os.environ.get("EYEBRIGHT_TEST_PAGES", STATIC))
READY_SECONDS = 120
"""Until pictures are looked at; a machine may be busy with other tests."""


@contextmanager
def drawn_library(server: str, factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run a server of this folder by its file's name; its library is indexed."""
    if not (PAGES / "index.html").is_file():
        missing("THE PAGES ARE NOT BUILT and not tested: run `make ui`, or `make test`.")
    home, folder = factory.mktemp("home"), factory.mktemp("pictures")
    log = home / "serve.log"
    command = [sys.executable, str(Path(__file__).with_name(server)), str(home), str(folder)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not (home / "endpoint").exists():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield Site((home / "endpoint").read_text(), home, folder)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def signed_in(site: Site) -> Browser:
    """The pages' own JSON API, asked as the owner."""
    port = urlsplit(site.address).port
    assert port is not None
    client = Browser(port)
    key_id, secret = site.key
    assert client.sign_in(Credentials(AccountId(""), AccessKeyId(key_id), secret)).status == 200
    return client


class Owner:
    """Who owns the library: what is there, and what was decided about people."""

    def __init__(self, site: Site) -> None:
        self._client = signed_in(site)

    def get(self, path: str) -> Any:
        reply = self._client.ask("GET", f"/api/library/{path}")
        assert reply.status == 200, reply.body
        return reply.json

    def post(self, path: str, body: Any = None) -> Any:
        reply = self._client.ask("POST", f"/api/library/{path}", body)
        assert reply.status == 200, reply.body
        return reply.json

    def begin_anew(self) -> None:
        """Nothing is decided about anybody."""
        while self.get("standing")["can_undo"]:
            self.post("history/undo")
        assert self.get("people")["people"] == []

    def face_in(self, photo: str, *, place: int = 0) -> str:
        """The face at this place from the left."""
        listed = self.get("assets?limit=100")["assets"]
        asset = next(one["asset_id"] for one in listed if one["name"] == photo)
        faces = self.get(f"assets/{asset}")["faces"]
        faces.sort(key=lambda face: face["box"]["left"])
        return str(faces[place]["face_id"])

    def name(self, name: str, photo: str | None = None, *, place: int = 0) -> str:
        """Name one face in a photo, the first of that name unless it is said which; the person's
        id."""
        face = self.face_in(photo or f"{name.lower()}-1.jpg", place=place)
        done = self.post("faces/decide", {"face_ids": [face], "do": "name", "name": name})
        return str(done["people"][0])

    def counts(self) -> dict[str, int]:
        """How many faces everybody has who has a name."""
        return {one["name"]: one["faces"] for one in self.get("people")["people"]}

    def faces_of(self, user_id: str) -> set[str]:
        return {face["face_id"] for face in self.get(f"people/{user_id}/faces")["faces"]}

    def suggested_for(self, user_id: str) -> set[str]:
        """Those who are likely this person."""
        bands = self.get(f"people/{user_id}/suggestions")
        return {face["face_id"] for face in bands["likely"]}

    def stacks(self) -> list[int]:
        """How many faces lie in each stack of unknown ones."""
        return sorted(group["faces"] for group in self.get("groups")["groups"])

    def put_aside(self, state: str) -> int:
        """How many faces are ignored, undecided or not a face."""
        return int(self.get(f"faces?state={state}")["total"])
