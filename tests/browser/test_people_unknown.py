"""Naming people nobody has named yet, a stack at a time: one name empties a stack, one key brings
it back. What was put aside can be put back. The pictures are drawn and looked at by fake sight: no
pack is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.axe import faults
from tests.browser.conftest import Site, Visit, Visitor
from tests.browser.drawn import Owner, drawn_library

STACKS = 5
FACES = 7
"""Of everybody, all of them in one stack."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server over fake sight, its library indexed."""
    with drawn_library("people_server.py", tmp_path_factory) as site:
        yield site


@pytest.fixture
def owner(site: Site) -> Owner:
    owner = Owner(site)
    owner.begin_anew()
    assert owner.stacks() == [FACES] * STACKS
    return owner


def grid(page: Page) -> Locator:
    return page.get_by_role("grid", name="Unknown groups")


def cards(page: Page) -> Locator:
    return grid(page).get_by_role("gridcell")


def arrive(visitor: Visitor, stacks: int = STACKS) -> Page:
    """On the stacks, the first one active: nothing else has the focus."""
    page = visitor.enter("/people/unknown")
    expect(cards(page)).to_have_count(stacks)
    grid(page).focus()
    return page


def told(page: Page) -> Locator:
    return page.locator(".toast")


def test_a_stack_is_named_by_a_few_letters_and_comes_back_with_one_key(
    visitor: Visitor, owner: Owner
) -> None:
    owner.name("Ada")
    page = arrive(visitor)
    ben = cards(page).filter(has_not_text="Ada").first
    index = int((ben.get_attribute("id") or "").removeprefix("stack-"))
    for _ in range(index):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("n")
    field = page.get_by_role("combobox", name=f"Name of these {FACES} faces")
    expect(field).to_be_focused()
    page.keyboard.type("ad")
    expect(page.get_by_role("option", name=re.compile("Ada"))).to_be_visible()
    expect(page.get_by_role("option", name="New person “ad”")).to_be_visible()
    visitor.picture("people-unknown-naming")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(cards(page)).to_have_count(STACKS - 1)
    expect(told(page)).to_contain_text(f"{FACES} faces")
    expect(grid(page)).to_be_focused()
    assert owner.counts() == {"Ada": 1 + FACES}
    page.keyboard.press("z")
    expect(cards(page)).to_have_count(STACKS)
    assert owner.counts() == {"Ada": 1}


def test_tab_goes_from_name_to_name_and_enter_names_somebody_new(
    visitor: Visitor, owner: Owner
) -> None:
    page = arrive(visitor)
    page.keyboard.press("Tab")
    field = page.locator("#stack-0").get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#stack-1").get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(field).to_be_focused()
    page.keyboard.type("Zoë")
    page.keyboard.press("Tab")
    expect(page.locator("#stack-0").get_by_label("Role")).to_be_focused()
    page.keyboard.type("Guest")
    page.keyboard.press("Enter")
    expect(cards(page)).to_have_count(STACKS - 1)
    expect(told(page)).to_contain_text("Zoë")
    assert owner.counts() == {"Zoë": FACES}
    assert owner.get("people")["people"][0]["role"] == "Guest"


def test_a_guess_is_accepted_with_one_key_and_refused_with_another(
    visitor: Visitor, owner: Owner
) -> None:
    owner.name("Ada")
    page = arrive(visitor)
    guessed = cards(page).filter(has_text="Ada?").filter(has_text=f"{FACES - 1} faces")
    expect(guessed).to_have_count(1)
    index = int((guessed.get_attribute("id") or "").removeprefix("stack-"))
    for _ in range(index):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("y")
    expect(cards(page)).to_have_count(STACKS - 1)
    expect(told(page)).to_contain_text("Ada")
    assert owner.counts() == {"Ada": FACES}
    page.keyboard.press("z")
    expect(told(page)).to_contain_text("Undone")
    expect(guessed).to_have_count(1)
    expect(grid(page)).to_have_attribute("aria-activedescendant", guessed.get_attribute("id") or "")
    page.keyboard.press("r")
    expect(guessed).to_have_count(0)
    expect(cards(page)).to_have_count(STACKS)
    assert owner.counts() == {"Ada": 1}


def test_a_face_is_split_off_inside_a_stack_and_another_is_named_alone(
    visitor: Visitor, owner: Owner
) -> None:
    page = arrive(visitor)
    page.keyboard.press("s")
    stack = page.get_by_role("complementary", name="Stack")
    inside = page.get_by_role("grid", name="Faces of the stack")
    expect(inside).to_be_focused()
    expect(stack.get_by_role("heading")).to_have_text(f"{FACES} faces")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(stack.get_by_text("2 chosen")).to_be_visible()
    visitor.picture("people-unknown-stack")
    page.keyboard.press("p")
    expect(stack.get_by_role("heading")).to_have_text(f"{FACES - 2} faces")
    expect(told(page)).to_be_visible()
    assert owner.stacks() == [2, FACES - 2, *[FACES] * (STACKS - 1)]
    page.keyboard.press("n")
    expect(stack.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("Solo")
    page.keyboard.press("Enter")
    expect(stack.get_by_role("heading")).to_have_text(f"{FACES - 3} faces")
    expect(told(page)).to_contain_text("Solo")
    assert owner.counts() == {"Solo": 1}
    page.keyboard.press("Escape")
    expect(stack).to_have_count(0)
    expect(grid(page)).to_be_focused()


def test_two_stacks_become_one_person_by_one_name(visit: Visit, owner: Owner) -> None:
    """Quietly: two who are in one photo are refused first, which the browser calls an error."""
    owner.name("Ada")
    page = arrive(visit(quietly=True))
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    chosen = page.get_by_role("toolbar", name="Selection")
    expect(chosen).to_contain_text(f"2 stacks, {2 * FACES} faces")
    page.keyboard.press("n")
    page.keyboard.type("ada")
    page.keyboard.press("Enter")
    expect(cards(page)).to_have_count(STACKS - 2)
    same = page.get_by_role("button", name="It is the same person")
    same.or_(told(page)).first.wait_for()
    if same.is_visible():
        same.click()
    expect(told(page)).to_contain_text("Ada")
    assert owner.counts() == {"Ada": 1 + 2 * FACES}
    page.keyboard.press("z")
    expect(cards(page)).to_have_count(STACKS)
    assert owner.counts() == {"Ada": 1}


def test_a_stack_that_is_dropped_on_another_is_named_with_it(
    visitor: Visitor, owner: Owner
) -> None:
    page = arrive(visitor)
    page.locator("#stack-0 .crops").drag_to(page.locator("#stack-2 .guess"))
    chosen = page.get_by_role("toolbar", name="Selection")
    expect(chosen).to_contain_text(f"2 stacks, {2 * FACES} faces")
    expect(chosen.get_by_role("combobox")).to_be_focused()
    assert owner.counts() == {}


def test_what_is_ignored_lies_under_ignored_and_is_put_back_from_there(
    visitor: Visitor, owner: Owner
) -> None:
    page = arrive(visitor)
    page.keyboard.press("i")
    expect(cards(page)).to_have_count(STACKS - 1)
    page.keyboard.press("x")
    expect(cards(page)).to_have_count(STACKS - 2)
    expect(told(page)).to_be_visible()
    page.get_by_role("link", name=re.compile("^Ignored")).click()
    ignored = page.get_by_role("grid", name="Ignored")
    expect(ignored.get_by_role("gridcell")).to_have_count(FACES)
    expect(page.get_by_role("tab", name=re.compile("Not a face"))).to_contain_text(str(FACES))
    visitor.picture("people-ignored")
    ignored.focus()
    page.keyboard.press("a")
    expect(page.get_by_text(f"{FACES} chosen")).to_be_visible()
    page.keyboard.press("b")
    expect(page.get_by_text("No face is ignored.")).to_be_visible()
    expect(told(page)).to_contain_text("looked at again")
    assert (owner.put_aside("ignored"), owner.put_aside("not%20a%20face")) == (0, FACES)
    assert owner.get("standing")["unknown"] == FACES * (STACKS - 1)


@pytest.mark.parametrize("path", ["/people/unknown", "/people/ignored"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_keep_the_rules_of_accessibility(
    visit: Visit, owner: Owner, path: str, scheme: str
) -> None:
    owner.name("Ada")
    group = owner.get("groups")["groups"][-1]["group"]
    owner.post(f"groups/{group}/decide", {"do": "ignore"})
    visitor = visit(scheme=scheme, size=(1440, 900) if scheme == "light" else (390, 800))
    page = visitor.enter(path)
    expect(page.get_by_role("gridcell").first).to_be_visible()
    visitor.settle()
    assert faults(page) == []
    if path == "/people/unknown":
        page.keyboard.press("s")
        page.get_by_role("grid", name="Faces of the stack").wait_for()
        page.keyboard.press("Space")
        visitor.settle()
        assert faults(page) == []
    visitor.picture(f"people{path.replace('/', '-')}-{scheme}")
