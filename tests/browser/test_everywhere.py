"""What holds on every page: keys, themes, small windows, and what axe-core checks."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.browser.axe import faults

pytestmark = pytest.mark.pack

PAGES = {"console": "/console", "jobs": "/jobs", "usage": "/usage"}


def test_keys_lead_everywhere_and_are_listed(visitor) -> None:
    page = visitor.enter()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("Go to Jobs")
    visitor.picture("shortcuts")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="Jobs", exact=True)).to_be_visible()


def test_the_first_tab_stop_skips_the_navigation(visitor) -> None:
    page = visitor.enter("/jobs")
    page.reload()
    page.get_by_role("heading", name="Jobs", exact=True).wait_for()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the page")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_tabs_are_one_stop_and_move_with_arrows(visitor) -> None:
    page = visitor.enter("/console?op=ListCollections")
    page.get_by_role("tab", name="Results").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Request")).to_be_focused()
    expect(page.get_by_role("tab", name="Request")).to_have_attribute("aria-selected", "true")


def test_the_console_is_worked_without_a_mouse(visitor, photos) -> None:
    page = visitor.enter("/console?op=labels")
    page.on("filechooser", lambda chooser: chooser.set_files(photos[0]))
    page.get_by_role("button", name="Labels", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Faces", exact=True)).to_be_visible()
    page.keyboard.press("o")
    first = page.locator(".rows li button").first
    first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".rows li").nth(1)).to_contain_text("Gender")
    expect(page.locator("svg .mark.active")).to_have_count(1)


def test_the_theme_follows_the_system_until_it_is_chosen(visit) -> None:
    visitor = visit(scheme="dark")
    page = visitor.enter()
    html = page.locator("html")
    expect(html).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="default").click()
    page.get_by_label("Light", exact=True).check(force=True)
    expect(html).to_have_attribute("data-theme", "light")
    page.reload()
    expect(html).to_have_attribute("data-theme", "light")


def test_an_address_that_leads_nowhere_says_so(visitor) -> None:
    page = visitor.enter("/no/such/page")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    page.get_by_role("button", name="Go to the console").click()
    expect(page.get_by_role("heading", name="Labels", exact=True)).to_be_visible()


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_on_a_phone(visit, name) -> None:
    visitor = visit(size=(390, 844))
    page = visitor.enter(PAGES[name])
    visitor.settle()
    assert page.evaluate("document.getElementById('main').scrollWidth") <= 390
    visitor.picture(f"{name}-phone")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_fault(visit, name, scheme) -> None:
    visitor = visit(scheme=scheme)
    page = visitor.enter(PAGES[name])
    visitor.settle()
    visitor.picture(f"{name}-{scheme}")
    assert faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_at_the_door(visit, scheme) -> None:
    visitor = visit(scheme=scheme)
    visitor.go("/")
    visitor.page.get_by_text("Where are my keys?").click()
    visitor.settle()
    visitor.picture(f"sign-in-{scheme}")
    assert faults(visitor.page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_in_menus_and_dialogs(visit, scheme) -> None:
    visitor = visit(scheme=scheme)
    page = visitor.enter("/jobs")
    page.get_by_role("button", name="default").click()
    visitor.settle()
    visitor.picture(f"account-menu-{scheme}")
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()
    visitor.settle()
    assert faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_in_an_answer(visit, photos, scheme) -> None:
    visitor = visit(scheme=scheme)
    page = visitor.enter("/console?op=faces")
    page.locator("input[type=file]").set_input_files(photos[0])
    page.locator(".rows li button").first.click()
    visitor.settle()
    visitor.picture(f"console-answer-{scheme}")
    assert faults(page) == []
    page.get_by_role("tab", name="Code").click()
    visitor.settle()
    assert faults(page) == []
