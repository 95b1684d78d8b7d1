"""The people of a library as pages read them: real rooms, fake sight, a few coloured squares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from eyebright.app.rooms import Eyebright
from eyebright.governance.accounts import Credentials
from eyebright.testing.browser import Browser, Reply
from eyebright.testing.library import picture_bytes


@pytest.fixture(scope="module")
def owner(rooms: Eyebright) -> Credentials:
    return rooms.accounts.create("people")


@pytest.fixture
def mine(
    page_port: int, owner: Credentials, as_published: Callable[[str, str, Reply], None]
) -> Browser:
    browser = Browser(page_port, told=as_published)
    assert browser.sign_in(owner).status == 200
    return browser


def test_a_library_without_a_face_has_empty_lists(mine: Browser) -> None:
    assert mine.ask("GET", "/api/library/people").json == {"people": [], "total": 0, "next": None}
    groups = mine.ask("GET", "/api/library/groups").json
    assert groups == {"groups": [], "total": 0, "single": 0, "next": None}
    assert mine.ask("GET", "/api/library/review").json == {"rows": [], "more": False}
    standing = mine.ask("GET", "/api/library/standing").json
    assert (standing["confirmed"], standing["unknown"], standing["can_undo"]) == (0, 0, False)
    for state in ("single", "ignored", "not%20a%20face", "undecided"):
        faces = mine.ask("GET", f"/api/library/faces?state={state}").json
        assert faces == {"faces": [], "total": 0, "next": None}
    for path in ("people/nobody", "people/nobody/faces", "groups/1/faces"):
        assert mine.ask("GET", f"/api/library/{path}").status == 404
