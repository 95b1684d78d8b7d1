"""Select, then recognise, as a picture desk does it: a library that waits to be asked, photos that
are chosen, what it will take, the run, and the review of what it found. The pictures are drawn and
looked at by fake sight: no pack is needed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect
from tests.browser.axe import faults
from tests.browser.conftest import Site, Visit, Visitor
from tests.browser.drawn import READY_SECONDS, drawn_library, signed_in

from eyebright.testing.browser import Browser
from eyebright.testing.library import picture_bytes

PEOPLE = ("Ada", "Ben", "Cleo")
PHOTOS = 9


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server over fake sight, and the account whose library is empty."""
    with drawn_library("people_server.py", tmp_path_factory) as site:
        yield Site(site.address, site.home / "second", site.films)


@pytest.fixture(scope="module")
def client(site: Site) -> Browser:
    """The same account without a browser. Its library waits to be asked, and has photos."""
    client = signed_in(site)
    assert client.ask("POST", "/api/library/settings", {"faces": "asked"}).status == 200
    for number in range(PHOTOS):
        name = f"event-{number}.jpg"
        content = picture_bytes(name, PEOPLE[number % len(PEOPLE)])
        assert client.ask("POST", f"/api/library/uploads?name={name}", content).status == 201
    deadline = time.monotonic() + READY_SECONDS
    while client.ask("GET", "/api/library").json["waiting"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return client


@pytest.fixture
def desk(visit: Visit, client: Browser) -> Visitor:
    assert client.ask("GET", "/api/library").json["total"] >= PHOTOS
    visitor: Visitor = visit()
    visitor.enter("/library")
    expect(visitor.page.locator("#item-0 img")).to_be_visible()
    return visitor


def mark(page: Page, place: int) -> None:
    """Click on the mark of a photo."""
    page.locator(f"#item-{place}").hover()
    page.locator(f"#item-{place} .tick").click()


def bar(page: Page) -> str:
    toolbar = page.get_by_role("toolbar", name="Selection")
    expect(toolbar).to_contain_text("AWS list price")
    return toolbar.inner_text()


def test_nobodys_face_is_looked_for_until_somebody_asks(desk: Visitor, client: Browser) -> None:
    page = desk.page
    expect(page.get_by_role("region", name="Faces")).to_contain_text("until you ask")
    assert client.ask("GET", "/api/library").json["faces"] == 0
    page.get_by_role("grid", name="Assets").focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nobody asked for the faces here.")).to_be_visible()
    page.get_by_role("button", name="Stages").click()
    expect(page.get_by_text("not asked for")).to_be_visible()


def test_photos_are_chosen_by_mark_by_range_and_all_at_once(desk: Visitor) -> None:
    page = desk.page
    toolbar = page.get_by_role("toolbar", name="Selection")
    mark(page, 1)
    expect(toolbar).to_contain_text("1 chosen")
    page.locator("#item-4").click(modifiers=["Shift"])
    expect(toolbar).to_contain_text("4 chosen")
    page.get_by_role("grid", name="Assets").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    expect(toolbar).to_contain_text("5 chosen")
    page.keyboard.press("Escape")
    expect(toolbar).to_be_hidden()
    page.keyboard.press("Control+a")
    expect(toolbar).to_contain_text(f"{PHOTOS} chosen")
    said = bar(page)
    assert re.search(r"9 photos · about 19 faces · .* · \$0\s+\(AWS list price: \$0\.03", said), (
        said
    )
    assert "DF Studio: $0.40" in said


def test_what_was_typed_is_not_what_is_chosen(desk: Visitor) -> None:
    page = desk.page
    page.get_by_role("combobox").or_(page.get_by_role("searchbox")).first.fill("dog")
    page.keyboard.press("Control+a")
    expect(page.get_by_role("toolbar", name="Selection")).to_be_hidden()


def test_a_run_can_be_cancelled_where_it_is_shown(desk: Visitor) -> None:
    page = desk.page
    run = {
        "run_id": "a",
        "state": "running",
        "photos": 40,
        "already": 0,
        "done": 13,
        "failed": 1,
        "faces": 19,
        "faces_per_second": 3.44,
        "seconds_left": 12.3,
        "suggested": 0,
        "unknown": 0,
        "named": 0,
        "is_estimate": False,
        "created_at": "2026-11-22T10:00:00Z",
        "ended_at": None,
    }
    page.route("**/api/library/recognise", lambda route: _answer(route, {"runs": [run]}))
    cancelled = {**run, "state": "cancelled", "unknown": 19, "ended_at": "2026-11-22T10:01:00Z"}
    page.route("**/api/library/recognise/a/cancel", lambda route: _answer(route, cancelled))
    page.reload()
    shown = page.get_by_role("region", name="Recognition")
    expect(shown).to_contain_text("14 of 40 photos")
    expect(shown).to_contain_text("3.4 faces/s")
    expect(shown).to_contain_text("12 s left")
    shown.get_by_role("button", name="Cancel").click()
    expect(shown).to_contain_text("Cancelled.")
    expect(shown).to_contain_text("19 faces: 19 unknown")


def _answer(route: Route, body: object) -> None:
    route.fulfill(json=body)


def test_choose_see_the_estimate_recognise_and_review(desk: Visitor, client: Browser) -> None:
    page = desk.page
    for place in range(3):
        mark(page, place)
    assert re.search(r"3 photos · about 6 faces", bar(page))
    desk.settle()
    assert faults(page) == []
    desk.picture("recognise-chosen")
    page.get_by_role("button", name="Recognize").click()
    ended = page.get_by_role("region", name="Recognition")
    expect(ended).to_contain_text("3 faces: 3 unknown")
    assert client.ask("GET", "/api/library").json["faces"] == 3
    page.keyboard.press("Control+a")
    expect(page.get_by_text("3 were looked through already")).to_be_visible()
    page.get_by_role("button", name="Recognize").click()
    expect(ended).to_contain_text("6 faces: 6 unknown")
    desk.settle()
    assert faults(page) == []
    desk.picture("recognise-ended")
    page.goto(f"{desk.site.address}/jobs")
    expect(ended).to_contain_text("6 faces: 6 unknown")
    ended.get_by_role("link", name="Review").click()
    expect(page).to_have_url(re.compile("/people/unknown$"))
    expect(page.locator("main img").first).to_be_visible()


def test_all_are_looked_through_once_the_library_is_told_to_always(
    desk: Visitor, client: Browser
) -> None:
    page = desk.page
    name = "late.jpg"
    client.ask("POST", f"/api/library/uploads?name={name}", picture_bytes(name, "Dina"))
    page.locator("header").get_by_role("button", name="Sources").click()
    dialog = page.get_by_role("dialog", name="Sources and faces")
    expect(dialog.get_by_role("radio", name="When asked")).to_be_checked()
    before = client.ask("GET", "/api/library").json["faces"]
    dialog.get_by_role("radio", name="Always").click()
    expect(page.get_by_text("All photos are looked through for faces now.")).to_be_visible()
    deadline = time.monotonic() + READY_SECONDS
    while client.ask("GET", "/api/library").json["faces"] <= before:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    dialog.get_by_role("radio", name="When asked").click()
    expect(dialog.get_by_role("radio", name="When asked")).to_be_checked()


def test_a_photos_own_page_asks_for_its_faces(desk: Visitor, client: Browser) -> None:
    page = desk.page
    client.ask("POST", "/api/library/settings", {"faces": "asked"})
    name = "alone.jpg"
    content = picture_bytes(name, "Emil")
    reply = client.ask("POST", f"/api/library/uploads?name={name}", content)
    desk.page.goto(f"{desk.site.address}/library/assets/{reply.json['asset_id']}")
    page.get_by_role("button", name="Recognize").click()
    expect(page.get_by_text("Nobody asked for the faces here.")).to_be_hidden()
    expect(page.locator(".strip img")).to_have_count(1)
