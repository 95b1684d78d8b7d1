"""Select, then recognise, as pages and programs ask for it."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from eyebright.app.rooms import Eyebright
from eyebright.testing.browser import Browser, Reply
from eyebright.testing.library import picture_bytes

RECOGNISE = "/api/library/recognise"
NOBODY = "00000000-0000-4000-8000-000000000000"


def eventually(look: Callable[[], Any], *, seconds: float = 120.0) -> Any:
    """What `look` says once it is true."""
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, "It did not happen in time."
        time.sleep(0.05)
    return found


def upload(browser: Browser, name: str, *people: str) -> str:
    """The id of a photo that was looked at, but not for faces."""
    path = f"/api/library/uploads?name={name}"
    asset_id: str = browser.ask("POST", path, picture_bytes(name, *people)).json["asset_id"]
    where = f"/api/library/assets/{asset_id}"
    eventually(lambda: browser.ask("GET", where).json["state"] == "ready")
    return asset_id


def ended(browser: Browser, run_id: str) -> Any:
    def look() -> Any:
        runs = browser.ask("GET", RECOGNISE).json["runs"]
        run = next(one for one in runs if one["run_id"] == run_id)
        return run if run["state"] != "running" else None

    return eventually(look)


@pytest.fixture
def desk(
    page_port: int, rooms: Eyebright, as_published: Callable[[str, str, Reply], None]
) -> Browser:
    """Of an account of its own, whose library waits to be asked."""
    browser = Browser(page_port, told=as_published)
    name = f"desk {len(rooms.accounts.list())}"
    assert browser.sign_in(rooms.accounts.create(name)).status == 200
    said = browser.ask("POST", "/api/library/settings", {"faces": "asked"})
    assert (said.status, said.json) == (200, {"faces": "asked"})
    return browser


def test_a_library_says_when_it_looks_for_faces(desk: Browser) -> None:
    assert desk.ask("GET", "/api/library").json["settings"] == {"faces": "asked"}
    for wrong in ({"faces": "never"}, {"faces": 1}, {}):
        assert desk.ask("POST", "/api/library/settings", wrong).status == 400
    assert desk.ask("POST", "/api/library/settings", {"faces": "always"}).status == 200
    assert desk.ask("GET", "/api/library").json["settings"] == {"faces": "always"}


def test_a_photo_says_that_nobody_asked_for_its_faces(desk: Browser) -> None:
    detail = desk.ask("GET", f"/api/library/assets/{upload(desk, 'a.jpg', 'Ada')}").json
    assert (detail["faces"], detail["not_asked"]) == ([], ["faces"])
    assert "faces" not in {stage["stage"] for stage in detail["stages"]}


def test_estimate_then_recognise_then_review(desk: Browser) -> None:
    chosen = [upload(desk, "a.jpg", "Ada", "Ben"), upload(desk, "b.jpg", "Ada")]
    other = upload(desk, "c.jpg", "Cleo")
    estimate = desk.ask("POST", f"{RECOGNISE}/estimate", {"asset_ids": chosen}).json
    assert (estimate["photos"], estimate["already"], estimate["to_do"]) == (2, 0, 2)
    assert estimate["faces_expected"] == 4
    assert estimate["seconds_expected"] == pytest.approx(0.1)
    assert estimate["aws_usd"] == pytest.approx(0.006)
    assert estimate["per_face_usd"] == pytest.approx(0.084)
    assert estimate["per_face_service"] == "DF Studio"
    started = desk.ask("POST", RECOGNISE, {"asset_ids": chosen})
    assert (started.status, started.json["photos"]) == (201, 2)
    run = ended(desk, started.json["run_id"])
    assert (run["state"], run["done"], run["failed"], run["faces"]) == ("done", 2, 0, 3)
    assert (run["named"], run["suggested"], run["unknown"]) == (0, 0, 3)
    detail = desk.ask("GET", f"/api/library/assets/{chosen[0]}").json
    assert (len(detail["faces"]), detail["not_asked"]) == (2, [])
    assert desk.ask("GET", f"/api/library/assets/{other}").json["not_asked"] == ["faces"]


def test_all_that_were_not_looked_through(desk: Browser) -> None:
    first = upload(desk, "a.jpg", "Ada")
    upload(desk, "b.jpg", "Ben")
    run_id = desk.ask("POST", RECOGNISE, {"asset_ids": [first]}).json["run_id"]
    ended(desk, run_id)
    estimate = desk.ask("POST", f"{RECOGNISE}/estimate", {"all": True}).json
    assert (estimate["photos"], estimate["already"], estimate["to_do"]) == (2, 1, 1)
    run = desk.ask("POST", RECOGNISE, {"all": True}).json
    assert (run["photos"], run["already"]) == (1, 1)
    assert ended(desk, run["run_id"])["faces"] == 1


def test_a_run_can_be_cancelled_by_its_own_account_only(desk: Browser, browser: Browser) -> None:
    run = desk.ask("POST", RECOGNISE, {"asset_ids": [upload(desk, "a.jpg", "Ada")]}).json
    assert browser.ask("POST", f"{RECOGNISE}/{run['run_id']}/cancel").status == 404
    assert desk.ask("POST", f"{RECOGNISE}/{NOBODY}/cancel").status == 404
    assert desk.ask("POST", f"{RECOGNISE}/no-id/cancel").status == 404
    assert desk.ask("POST", f"{RECOGNISE}/{run['run_id']}/cancel").json["state"] != "running"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"all": False},
        {"all": True, "asset_ids": []},
        {"asset_ids": "all"},
        {"asset_ids": [1]},
        {"asset_ids": ["a"] * 100_001},
    ],
)
def test_what_cannot_be_asked_is_refused(desk: Browser, wrong: dict[str, object]) -> None:
    for path in (RECOGNISE, f"{RECOGNISE}/estimate"):
        reply = desk.ask("POST", path, wrong)
        assert (reply.status, reply.json["error"]["code"]) == (400, "invalid_input")
    assert desk.ask("GET", RECOGNISE).json == {"runs": []}


def test_assets_of_another_account_are_none(desk: Browser, browser: Browser) -> None:
    mine = upload(desk, "a.jpg", "Ada")
    estimate = browser.ask("POST", f"{RECOGNISE}/estimate", {"asset_ids": [mine]}).json
    assert estimate["photos"] == 0


def test_a_search_gives_the_ids_of_all_it_finds(desk: Browser) -> None:
    ids = {upload(desk, f"{number}.jpg", "Ada") for number in range(3)}
    found = desk.ask("GET", "/api/library/search/ids?q=dog").json
    assert (found["total"], set(found["asset_ids"])) == (3, ids)
    rest = desk.ask("GET", "/api/library/search/ids?q=dog&offset=2").json
    assert rest["asset_ids"] == found["asset_ids"][2:]
    assert desk.ask("GET", "/api/library/search/ids?q=zebra").json["asset_ids"] == []


def test_events_tell_of_a_run_while_it_goes_on(desk: Browser, page_port: int) -> None:
    asset_id = upload(desk, "a.jpg", "Ada")
    connection = http.client.HTTPConnection("127.0.0.1", page_port, timeout=120)
    connection.request("GET", "/api/events", headers={"Cookie": desk.cookie})
    answer = connection.getresponse()
    while not answer.readline().startswith(b"event: indexing"):
        pass  # before it, a run that has ended is no news
    run_id = desk.ask("POST", RECOGNISE, {"asset_ids": [asset_id]}).json["run_id"]
    name = ""
    for line in answer:
        text = line.decode().rstrip("\n")
        if text.startswith("event: "):
            name = text.removeprefix("event: ")
        elif text.startswith("data: ") and name == "recognition":
            run = json.loads(text.removeprefix("data: "))
            if run["state"] == "done":
                break
    assert (run["run_id"], run["faces"], run["unknown"]) == (run_id, 1, 1)
    connection.close()
