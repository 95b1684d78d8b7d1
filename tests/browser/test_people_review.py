"""Reviewing who unknown faces may be, by keys alone: what is decided holds, what is undone is gone,
what was said not to be does not come back. The pictures are drawn and looked at by fake sight: no
pack is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.axe import faults
from tests.browser.conftest import Site
from tests.browser.drawn import Owner, drawn_library

FACES = 7
"""Of everybody: alone in five photos, and with somebody else in two."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server over fake sight, its library indexed."""
    with drawn_library("people_server.py", tmp_path_factory) as site:
        yield site


@pytest.fixture
def owner(site: Site) -> Owner:
    owner = Owner(site)
    owner.begin_anew()
    return owner


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("rowgroup", name=name, exact=True)


def likely(page: Page, name: str) -> Locator:
    """Two people who are drawn may be a little alike: then the others are maybes."""
    return row(page, name).locator("[data-face]:has([data-band=likely])")


def focused(page: Page) -> str:
    """The face that the keys are on."""
    cell = page.locator("[role=grid] .current")
    expect(cell).to_have_count(1)
    return cell.get_attribute("data-face") or ""


def key_of(page: Page, name: str) -> str:
    """The number under which somebody who was named lately stands."""
    keys = page.get_by_role("group", name="Answers")
    legend = keys.get_by_role("button", name=re.compile(rf"^\d {name}$")).text_content()
    assert legend is not None
    return legend.strip()[0]


def toast(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator(".toast", has_text=text).first).to_be_visible()


def review(visitor: Any, names: tuple[str, ...], path: str = "/people") -> Page:
    page: Page = visitor.enter(path)
    for name in names:
        expect(row(page, name)).to_be_visible()
    expect(page.get_by_role("grid", name="Suggestions")).to_be_focused()
    return page


def test_an_empty_review_says_the_way_on(visitor, owner: Owner) -> None:
    page = visitor.enter("/people")
    expect(page.get_by_role("heading", name="Nothing to review")).to_be_visible()
    page.get_by_role("button", name="Unknown groups").click()
    expect(page).to_have_url(re.compile("/people/unknown$"))


def test_faces_are_confirmed_and_refused_by_keys_and_it_holds(visitor, owner: Owner) -> None:
    ada = owner.name("Ada")
    page = review(visitor, ("Ada",))
    expect(likely(page, "Ada")).to_have_count(FACES - 1)
    visitor.picture("people-review")
    first = focused(page)
    page.keyboard.press("ArrowRight")
    second = focused(page)
    assert second != first
    page.keyboard.press("Space")
    toast(page, "1 face is Ada now")
    third = focused(page)
    assert third not in (first, second)
    page.keyboard.press("n")
    expect(likely(page, "Ada")).to_have_count(FACES - 3)
    page.keyboard.press("x")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert focused(page) == first
    page.keyboard.press("i")
    expect(likely(page, "Ada")).to_have_count(FACES - 5)
    toast(page, "ignored")
    assert second in owner.faces_of(ada)
    assert [one["name"] for one in owner.get(f"faces/{third}")["rejected"]] == ["Ada"]
    assert owner.get(f"faces/{first}")["verdict"] == "ignored"
    not_faces = owner.get("faces?state=not%20a%20face")["faces"]
    assert len(not_faces) == 1
    assert third not in owner.suggested_for(ada)
    page.reload()
    expect(likely(page, "Ada")).to_have_count(FACES - 5)
    left = {cell.get_attribute("data-face") for cell in likely(page, "Ada").all()}
    assert left.isdisjoint({first, second, third, not_faces[0]["face_id"]})


def test_who_was_refused_does_not_come_back_however_much_is_confirmed(
    visitor, owner: Owner
) -> None:
    cleo = owner.name("Cleo")
    page = review(visitor, ("Cleo",))
    refused = focused(page)
    page.keyboard.press("n")
    expect(likely(page, "Cleo")).to_have_count(FACES - 2)
    page.keyboard.press("a")
    toast(page, f"{FACES - 2} faces are Cleo now")
    expect(likely(page, "Cleo")).to_have_count(0)
    assert len(owner.faces_of(cleo)) == FACES - 1
    assert refused not in owner.suggested_for(cleo)
    page.reload()
    page.get_by_role("heading", name="People").wait_for()
    visitor.settle()
    expect(page.locator(f'[data-face="{refused}"][data-person="{cleo}"]')).to_have_count(0)


def test_ranges_bands_and_the_way_back_by_keys(visitor, owner: Owner) -> None:
    dina = owner.name("Dina")
    page = review(visitor, ("Dina",))
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    chosen = {
        cell.get_attribute("data-face")
        for cell in row(page, "Dina").locator("[aria-selected=true]").all()
    }
    assert len(chosen) == 3
    page.keyboard.press("y")
    toast(page, "3 faces are Dina now")
    assert chosen < owner.faces_of(dina)
    page.keyboard.press("z")
    expect(likely(page, "Dina")).to_have_count(FACES - 1)
    toast(page, "Undone")
    assert chosen.isdisjoint(owner.faces_of(dina))
    page.keyboard.press("Shift+Z")
    expect(likely(page, "Dina")).to_have_count(FACES - 4)
    assert chosen < owner.faces_of(dina)
    page.keyboard.press("a")
    toast(page, "3 faces are Dina now")
    expect(likely(page, "Dina")).to_have_count(0)
    assert len(owner.faces_of(dina)) == FACES
    page.keyboard.press("z")
    expect(likely(page, "Dina")).to_have_count(3)
    page.get_by_role("button", name="Undo Z").click()
    expect(likely(page, "Dina")).to_have_count(FACES - 1)
    assert len(owner.faces_of(dina)) == 1


def test_a_face_is_somebody_else_by_number_or_by_name(visitor, owner: Owner) -> None:
    ada, ben = owner.name("Ada"), owner.name("Ben")
    page = review(visitor, ("Ada", "Ben"))
    digit = key_of(page, "Ben")
    wrong = focused(page)
    if wrong not in owner.suggested_for(ada):
        page.keyboard.press("PageDown")
        wrong = focused(page)
    page.keyboard.press(digit)
    toast(page, "1 face is Ben now")
    assert wrong in owner.faces_of(ben)
    wrong = focused(page)
    page.keyboard.press("p")
    expect(page.get_by_role("combobox", name="Who it is")).to_be_focused()
    page.keyboard.type("Zoe")
    page.keyboard.press("Enter")
    toast(page, "1 face is Zoe now")
    assert owner.get(f"faces/{wrong}")["person"]["name"] == "Zoe"
    expect(page.get_by_role("grid", name="Suggestions")).to_be_focused()


def test_a_refused_answer_brings_the_face_back_and_the_keys_stay(visitor, owner: Owner) -> None:
    """Ada and Ben are in one photo: the other cannot be Ada too, but in a mirror."""
    ada = owner.name("Ada", "ada-two.jpg", place=0)
    owner.name("Ben")
    mirror = owner.face_in("ada-two.jpg", place=1)
    page = review(visitor, ("Ada", "Ben"))
    page.locator(f'[data-face="{mirror}"]').click()
    assert focused(page) == mirror
    digit = key_of(page, "Ada")
    page.keyboard.press(digit)
    question = page.get_by_role("dialog", name="Twice in one photo?")
    expect(question).to_be_visible()
    expect(page.locator(f'[data-face="{mirror}"]')).to_have_count(0)
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(page.locator(f'[data-face="{mirror}"]')).to_have_count(1)  # it comes back a moment later
    assert focused(page) == mirror
    assert mirror not in owner.faces_of(ada)
    page.keyboard.press(digit)
    question.get_by_role("button", name="It is the same person").click()
    toast(page, "1 face is Ada now")
    assert mirror in owner.faces_of(ada)
    visitor.complaints[:] = [said for said in visitor.complaints if "409" not in said]


def test_a_suggestion_is_explained_and_shown_in_its_photo(visitor, owner: Owner) -> None:
    """Two faces of one and one of another: there are pairs of both kinds."""
    for name, photo in (("Emil", "emil-1.jpg"), ("Emil", "emil-2.jpg"), ("Dina", "dina-1.jpg")):
        owner.name(name, photo)
    page = review(visitor, ("Emil", "Dina"))
    likely(page, "Emil").first.click()
    page.keyboard.press("e")
    drawer = page.get_by_role("complementary", name="Explanation")
    expect(drawer.get_by_role("heading", name="Why Emil?")).to_be_visible()
    expect(drawer).to_contain_text(re.compile(r"pairs of different people"))
    expect(drawer.get_by_role("img", name=re.compile("pairs"))).to_be_visible()
    visitor.picture("people-explain")
    visitor.settle()
    assert faults(page) == []
    page.keyboard.press("ArrowRight")
    expect(drawer.get_by_role("heading", name="Why Emil?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    page.keyboard.press("f")
    frame = page.get_by_role("dialog", name="Emil?, whole photo")
    expect(frame.locator("svg .mark")).to_have_count(1)
    visitor.picture("people-frame")
    page.keyboard.press("Escape")
    expect(frame).to_be_hidden()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys.get_by_text("Accept all of this band")).to_be_visible()


def test_the_mouse_does_the_same(visitor, owner: Owner) -> None:
    emil = owner.name("Emil")
    page = review(visitor, ("Emil",))
    cells = likely(page, "Emil")
    cells.nth(1).hover()
    page.get_by_role("button", name="Yes, Emil").first.click()
    toast(page, "1 face is Emil now")
    cells.nth(0).click()
    cells.nth(2).click(modifiers=["Shift"])
    expect(row(page, "Emil").locator("[aria-selected=true]")).to_have_count(3)
    cells.nth(1).click(modifiers=["Control"])
    expect(row(page, "Emil").locator("[aria-selected=true]")).to_have_count(2)
    cells.nth(0).hover()
    page.get_by_role("button", name="More answers").click()
    page.get_by_role("button", name="Undecided U").last.click()
    expect(cells).to_have_count(FACES - 4)
    toast(page, "undecided")
    page.locator(".toast .undo").last.click()
    expect(cells).to_have_count(FACES - 2)
    assert len(owner.faces_of(emil)) == 2
    assert owner.get("faces?state=undecided")["faces"] == []


@pytest.mark.parametrize(("size", "scheme"), [((390, 800), "light"), ((1440, 900), "dark")])
def test_the_review_is_accessible_in_any_size(visit, owner: Owner, size, scheme) -> None:
    owner.name("Ada")
    visitor = visit(size=size, scheme=scheme)
    page = review(visitor, ("Ada",))
    visitor.settle()
    visitor.picture(f"people-review-{size[0]}-{scheme}")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
