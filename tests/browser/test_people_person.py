"""People, one person, and the history in a real browser: naming, merging, splitting, setting right,
taking back, forgetting. The pictures are drawn and looked at by fake sight: no pack is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.axe import faults
from tests.browser.conftest import Site
from tests.browser.drawn import drawn_library

CALL = """async ([method, path, body]) => {
  const token = (await (await fetch('/api/session')).json()).csrf_token;
  const answer = await fetch(path, {
    method,
    headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': token },
    body: body === null ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return await answer.json();
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server over fake sight, its library indexed; nobody has a name."""
    with drawn_library("people_server.py", tmp_path_factory) as site:
        yield site


def call(page: Page, method: str, path: str, body: object = None) -> Any:
    """The server's answer, asked by the page's own session."""
    return page.evaluate(CALL, [method, f"/api/library{path}", body])


def people_of(page: Page) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in call(page, "GET", "/people?limit=100")["people"]}


def faces_of(page: Page, user_id: str) -> list[str]:
    return [face["face_id"] for face in call(page, "GET", f"/people/{user_id}/faces")["faces"]]


def face_in(page: Page, file: str) -> str:
    """The only face of a photo, or the one at its left."""
    cards = call(page, "GET", "/assets?limit=200")["assets"]
    asset = next(card["asset_id"] for card in cards if card["name"] == file)
    faces = call(page, "GET", f"/assets/{asset}")["faces"]
    return str(min(faces, key=lambda face: face["box"]["left"])["face_id"])


def decide(page: Page, faces: list[str], **decision: object) -> dict[str, Any]:
    return dict(call(page, "POST", "/faces/decide", {"face_ids": faces, **decision}))


def begin(visitor, path: str, **named: str) -> Page:
    """Nobody is known but these: `Ada="ada-1 ada-2"` names the faces of two photos."""
    page: Page = visitor.enter("/people/history")
    for one in call(page, "GET", "/people?limit=100")["people"]:
        if one["classification"] == "key":
            change = {"version": one["version"], "classification": "named"}
            call(page, "POST", f"/people/{one['user_id']}", change)
        if faces := faces_of(page, one["user_id"]):
            decide(page, faces, do="unname")
    assert people_of(page) == {}
    for name, photos in named.items():
        faces = [face_in(page, f"{photo}.jpg") for photo in photos.split()]
        decide(page, faces, do="name", name=name.replace("_", " "))
    address = path.format(**{name: one["user_id"] for name, one in people_of(page).items()})
    visitor.go(address)
    return page


def grid(page: Page, name: str | re.Pattern[str]) -> Locator:
    found = page.get_by_role("grid", name=name)
    found.locator("img").first.wait_for()
    return found


def count(page: Page) -> Locator:
    return page.get_by_role("search").locator("p")


def toast(page: Page, text: str | re.Pattern[str]) -> Locator:
    found = page.locator(".toast").filter(has_text=text)
    expect(found).to_be_visible()
    return found


# Everybody


def test_renaming_in_place_asks_before_two_become_one(visitor) -> None:
    page = begin(visitor, "/people/all", Ada="ada-1 ada-2 ada-3", Ben="ben-1 ben-2")
    grid(page, "People").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("F2")
    field = page.get_by_role("combobox", name="New name of Ben")
    expect(field).to_be_focused()
    field.fill("ada")
    page.keyboard.press("Enter")
    asked = page.get_by_role("dialog", name="Are these the same person?")
    expect(asked.get_by_text("Ben", exact=True)).to_be_visible()
    expect(asked.get_by_text("Ada", exact=True)).to_be_visible()
    visitor.picture("people-same-person")
    page.keyboard.press("Enter")  # twice by accident: nothing is merged
    expect(asked).to_be_hidden()
    assert set(people_of(page)) == {"Ada", "Ben"}
    page.keyboard.press("F2")
    page.get_by_role("combobox", name="New name of Ben").fill("Benedikt")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Benedikt")).to_be_visible()
    expect(grid(page, "People")).to_be_focused()
    page.keyboard.press("z")
    expect(page.get_by_role("link", name="Ben", exact=True)).to_be_visible()
    assert set(people_of(page)) == {"Ada", "Ben"}


def test_two_of_one_name_stay_two_when_a_role_tells_them_apart(visitor) -> None:
    page = begin(visitor, "/people/all", Ada="ada-1 ada-2 ada-3", Ben="ben-1 ben-2")
    grid(page, "People").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("F2")
    page.get_by_role("combobox", name="New name of Ben").fill("Ada")
    page.keyboard.press("Enter")
    two = page.get_by_role("button", name="No, two people")
    expect(two).to_be_disabled()
    page.get_by_label(re.compile("a role that tells this one apart")).fill("Guest")
    two.click()
    toast(page, "Ada")
    roles = {one["role"] for one in call(page, "GET", "/people?q=ada")["people"]}
    assert roles == {None, "Guest"}


def test_merging_shows_both_can_be_turned_round_and_is_undone(visitor) -> None:
    page = begin(visitor, "/people/all", Ada="ada-1 ada-2 ada-3", Countess="ada-4 ada-5")
    grid(page, "People").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_role("toolbar", name="Selection")).to_contain_text("2 chosen")
    page.keyboard.press("m")
    asked = page.get_by_role("dialog", name="Merge two people")
    stays = asked.get_by_role("region", name="Stays")
    expect(stays).to_contain_text("Ada")
    expect(asked.locator(".crops img").first).to_be_visible()
    expect(asked.get_by_text(re.compile(r"\d+ % alike"))).to_be_visible()
    visitor.picture("people-merge")
    asked.get_by_role("button", name="Swap").click()
    expect(stays).to_contain_text("Countess")
    asked.get_by_role("button", name="Swap").click()
    asked.get_by_role("button", name="Merge", exact=True).click()
    expect(asked).to_be_hidden()
    expect(count(page)).to_have_text("1 person")
    assert people_of(page)["Ada"]["faces"] == 5
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(count(page)).to_have_text("2 people")
    assert people_of(page)["Countess"]["faces"] == 2


def test_what_was_said_before_speaks_against_a_merge_and_can_be_set_aside(visit) -> None:
    visitor = visit(quietly=True)  # the browser itself complains of a 409
    page = begin(visitor, "/people/all", Ada="ada-1 ada-2", Other="ada-3 ada-4")
    other, ada = (people_of(page)[name]["user_id"] for name in ("Other", "Ada"))
    decide(page, faces_of(page, other)[:1], do="reject", user_id=ada)
    page.reload()
    grid(page, "People").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("m")
    page.get_by_role("button", name="Merge", exact=True).click()
    against = page.get_by_role("dialog", name="This was said not to be so")
    expect(against).to_contain_text("said not to be")
    against.get_by_role("button", name="Cancel").click()
    expect(against).to_be_hidden()
    assert set(people_of(page)) == {"Ada", "Other"}
    page.get_by_role("button", name="Merge", exact=True).click()
    against.get_by_role("button", name="Do it anyway").click()
    expect(count(page)).to_have_text("1 person")


def test_a_merge_of_who_was_changed_meanwhile_changes_nothing_and_shows_them_anew(visit) -> None:
    visitor = visit(quietly=True)  # the browser itself complains of a 409
    page = begin(visitor, "/people/all", Ada="ada-1 ada-2", Ben="ben-1")
    grid(page, "People").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("m")
    asked = page.get_by_role("dialog", name="Merge two people")
    expect(asked.get_by_role("region", name="Goes")).to_contain_text("Ben")
    ben = people_of(page)["Ben"]
    change = {"version": ben["version"], "name": "Benedikt"}
    call(page, "POST", f"/people/{ben['user_id']}", change)
    asked.get_by_role("button", name="Merge", exact=True).click()
    expect(asked.get_by_role("alert")).to_contain_text("changed by somebody else")
    expect(asked.get_by_role("region", name="Goes")).to_contain_text("Benedikt")
    assert set(people_of(page)) == {"Ada", "Benedikt"}
    asked.get_by_role("button", name="Merge", exact=True).click()
    expect(count(page)).to_have_text("1 person")


def test_several_are_classified_at_once_and_found_by_it(visitor) -> None:
    page = begin(visitor, "/people/all", Ada="ada-1", Ben="ben-1", Cleo="cleo-1")
    grid(page, "People").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_label("Classification of the chosen people").select_option("Ignored")
    toast(page, "2 people are ignored now")
    page.get_by_role("combobox", name="Classification", exact=True).select_option("Ignored")
    expect(count(page)).to_have_text("2 people")
    expect(page).to_have_url(re.compile(r"class=ignored"))
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Nobody found")).to_be_visible()


def test_people_are_found_as_one_types_and_enter_opens_them(visitor) -> None:
    page = begin(visitor, "/people/all", Ada="ada-1", Ben="ben-1")
    grid(page, "People")
    page.keyboard.press("/")
    page.keyboard.type("be")
    expect(count(page)).to_have_text("1 person")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ben")).to_be_visible()


# One person


def test_a_face_that_is_wrong_is_shown_first_and_taken_out_by_one_key(visitor) -> None:
    page = begin(visitor, "/people/of/{Ada}", Ada="ada-1 ada-2 ada-3 ada-4 ben-1")
    wrong = page.get_by_role("listbox", name=re.compile("Possibly wrong"))
    wrong.locator("img").first.wait_for()
    visitor.picture("person-doubts")
    wrong.focus()
    page.keyboard.press("n")
    expect(page.get_by_role("tab", name="Faces")).to_contain_text("4")
    ben = face_in(page, "ben-1.jpg")
    assert ben not in faces_of(page, people_of(page)["Ada"]["user_id"])
    page.keyboard.press("z")
    expect(page.get_by_role("tab", name="Faces")).to_contain_text("5")


def test_chosen_faces_are_split_off_moved_and_put_back(visitor) -> None:
    page = begin(visitor, "/people/of/{Ada}", Ada="ada-1 ada-2 ada-3 ada-4", Ben="ben-1")
    grid(page, "Faces of Ada").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_role("toolbar", name="Chosen faces")).to_contain_text("2 chosen")
    page.keyboard.press("s")
    expect(page.get_by_role("tab", name="Faces")).to_contain_text("2")
    expect(page.get_by_role("toolbar", name="Chosen faces")).to_be_hidden()
    page.keyboard.press("z")
    expect(page.get_by_role("tab", name="Faces")).to_contain_text("4")
    grid(page, "Faces of Ada").focus()
    page.keyboard.press("p")
    who = page.get_by_role("dialog", name="Who is it?")
    who.get_by_role("combobox", name="Name").fill("Ben")
    page.keyboard.press("Enter")
    expect(who).to_be_hidden()
    expect(page.get_by_role("tab", name="Faces")).to_contain_text("3")
    assert people_of(page)["Ben"]["faces"] == 2


def test_the_whole_photo_and_the_reason_are_one_key_away_and_give_the_keys_back(visitor) -> None:
    page = begin(visitor, "/people/of/{Ada}", Ada="ada-1 ada-2 ada-3")
    faces = grid(page, "Faces of Ada")
    faces.focus()
    page.keyboard.press("f")
    whole = page.get_by_role("dialog", name="Ada, whole photo")
    expect(whole.locator("svg .mark")).to_have_count(1)
    page.keyboard.press("f")
    expect(whole).to_have_count(0)
    expect(faces).to_be_focused()
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name="Why Ada?")).to_be_focused()
    page.keyboard.press("Escape")
    expect(faces).to_be_focused()


def test_a_portrait_is_chosen_among_the_faces(visitor) -> None:
    page = begin(visitor, "/people/of/{Ada}", Ada="ada-1 ada-2 ada-3")
    user_id = people_of(page)["Ada"]["user_id"]
    grid(page, "Faces of Ada").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    wanted = faces_of(page, user_id)[1]
    page.keyboard.press("t")
    expect(page.locator(f"header .portrait img[src*='{wanted}']")).to_be_visible()
    assert people_of(page)["Ada"]["face_id"] == wanted


def test_suggested_faces_are_confirmed_in_place(visitor) -> None:
    page = begin(visitor, "/people/of/{Ada}", Ada="ada-1 ada-2 ada-3")
    offered = page.get_by_role("listbox", name=re.compile("Suggested"))
    offered.locator("img").first.wait_for()
    offered.focus()
    page.keyboard.press("y")
    expect(page.get_by_role("tab", name="Faces")).to_contain_text("4")


def test_details_are_written_down_and_shown_again(visitor) -> None:
    page = begin(visitor, "/people/of/{Ada}", Ada="ada-1 ada-2")
    page.get_by_role("heading", name="Ada").wait_for()
    page.keyboard.press("F2")
    name = page.get_by_role("textbox", name="Name", exact=True)
    expect(name).to_be_focused()
    name.fill("Ada Lovelace")
    page.get_by_label("Other names").fill("Countess, A. L.")
    page.get_by_label("Year of birth").fill("18")
    page.get_by_role("button", name="Add a project").click()
    page.get_by_label("Project 1", exact=True).fill("Wedding")
    page.get_by_label("Role in Wedding").fill("Bride")
    page.get_by_role("combobox", name="Consent").select_option("refused")
    page.get_by_label("Day of consent").fill("2026-03-31")
    page.get_by_label("Note on consent").fill("by letter")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("A year from 1000 to 2999")).to_be_visible()
    page.get_by_label("Year of birth").fill("1815")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Ada Lovelace")).to_be_visible()
    expect(page.get_by_text("Not saved yet")).to_be_hidden()
    page.reload()
    expect(page.locator("header .facts")).to_contain_text("born 1815")
    expect(page.locator("header .facts")).to_contain_text("consent refused")
    expect(page.get_by_label("Day of consent")).to_have_value("2026-03-31")
    expect(page.get_by_label("Note on consent")).to_have_value("by letter")
    expect(page.locator("header .more")).to_contain_text("also Countess, A. L.")
    expect(page.get_by_label("Role in Wedding")).to_have_value("Bride")
    visitor.picture("person-details")


def test_a_page_that_is_stale_changes_nothing_and_says_what_is_there_now(visit) -> None:
    visitor = visit(quietly=True)  # the browser itself complains of a 409
    page = begin(visitor, "/people/of/{Ada}", Ada="ada-1 ada-2")
    name = page.get_by_role("textbox", name="Name", exact=True)
    expect(name).to_have_value("Ada")
    name.fill("Ada Byron")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("textbox", name="Name", exact=True).fill("Ada King")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("heading", name="Ada King")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    told = page.get_by_role("alert").filter(has_text="Somebody else changed this person meanwhile")
    expect(told).to_contain_text("Name is now Ada King; you typed Ada Byron.")
    expect(name).to_have_value("Ada Byron")
    visitor.picture("person-stale")
    assert set(people_of(page)) == {"Ada King"}
    told.get_by_role("button", name="Take theirs").click()
    expect(name).to_have_value("Ada King")
    name.fill("Ada Byron")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Ada Byron")).to_be_visible()


def test_forgetting_waits_for_its_notice_and_leaves_a_receipt(visit) -> None:
    # the browser itself complains of a 404 when a crop is on its way while its face is forgotten
    visitor = visit(quietly=True)
    page = begin(visitor, "/people/all", Emil="emil-1 emil-2", Ben="ben-1")
    user_id = people_of(page)["Emil"]["user_id"]
    visitor.go(f"/people/of/{user_id}")
    page.get_by_role("button", name="Forget …").click()
    asked = page.get_by_role("dialog", name="Forget Emil?")
    expect(asked).to_contain_text("2 faces with their vectors")
    asked.get_by_role("button", name="Forget this person").click()
    expect(page.get_by_role("heading", name="Will be forgotten")).to_be_visible()
    toast(page, "Emil will be forgotten.").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Emil")).to_be_visible()
    assert "Emil" in people_of(page)
    page.get_by_role("button", name="Forget …").click()
    asked.get_by_role("button", name="Forget this person").click()
    toast(page, "Emil will be forgotten.").get_by_role("button", name="Dismiss").click()
    expect(page.get_by_role("heading", name="Forgotten", exact=True)).to_be_visible()
    receipt = page.get_by_role("status").filter(has_text="Faces and vectors deleted")
    expect(receipt).to_contain_text(re.compile(r"deleted\s*2"))
    expect(receipt).to_contain_text(re.compile(r"files\s*[1-9]"))
    expect(receipt).to_contain_text(re.compile(r"Found\s*nothing"))
    visitor.picture("person-forgotten")
    assert set(people_of(page)) == {"Ben"}
    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("Contents forgotten").first).to_be_visible()
    expect(page.get_by_text("Emil")).to_have_count(0)


# What was done


def test_the_history_tells_and_takes_back(visit) -> None:
    visitor = visit(quietly=True)  # the browser itself complains of a 404: nobody is Ada any more
    page = begin(visitor, "/people/history", Ada="ada-1 ada-2 ada-3")
    heading = page.get_by_role("heading", name="Today")
    expect(heading).to_be_visible()
    first = page.locator(".event").first
    expect(first).to_contain_text("Named")
    expect(first).to_contain_text("3 faces")
    expect(first.get_by_role("link", name="Ada")).to_be_visible()
    visitor.picture("people-history")
    first.get_by_role("button", name=re.compile("Revert")).click()
    asked = page.get_by_role("dialog", name="Take this back?")
    expect(asked).to_contain_text("The 3 faces will be who they were before")
    asked.get_by_role("button", name="Revert").click()
    expect(asked).to_be_hidden()
    expect(page.locator(".event").first).to_contain_text("Reverted")
    expect(page.locator(".event.undone").first).to_contain_text("Taken back")
    assert people_of(page) == {}


def test_reverting_leaves_what_was_decided_otherwise_since_and_says_so(visit) -> None:
    visitor = visit(quietly=True)  # as above
    page = begin(visitor, "/people/history", Ada="ada-1 ada-2 ada-3")
    named = page.locator(".event").filter(has_text="3 faces")
    decide(page, [face_in(page, "ada-1.jpg")], do="name", name="Ben")
    named.first.get_by_role("button", name=re.compile("Revert")).click()
    page.get_by_role("dialog").get_by_role("button", name="Revert").click()
    toast(page, "1 face stayed as it is")
    assert {name: one["faces"] for name, one in people_of(page).items()} == {"Ben": 1}


# Small windows, themes, faults


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(visit, scheme) -> None:
    visitor = visit(scheme=scheme)
    page = begin(visitor, "/people/all", Ada="ada-1 ada-2 ada-3 ben-2", Ben="ben-1")
    for name, path in (
        ("list", "/people/all"),
        ("person", f"/people/of/{people_of(page)['Ada']['user_id']}"),
        ("history", "/people/history"),
    ):
        visitor.go(path)
        page.locator(".cell img, .event").first.wait_for()
        visitor.settle()
        visitor.picture(f"people-{name}-{scheme}")
        assert (name, faults(page)) == (name, [])


def test_no_page_scrolls_sideways_on_a_phone(visit) -> None:
    visitor = visit(size=(390, 844))
    page = begin(visitor, "/people/all", Ada="ada-1 ada-2 ada-3 ben-2", Ben="ben-1")
    for path in ("/people/all", f"/people/of/{people_of(page)['Ada']['user_id']}"):
        visitor.go(path)
        page.locator(".cell img").first.wait_for()
        visitor.settle()
        assert page.evaluate("document.getElementById('main').scrollWidth") <= 390
