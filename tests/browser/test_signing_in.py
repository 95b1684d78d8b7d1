"""The door of the pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.pack


def test_a_wrong_key_is_refused_in_words(visit) -> None:
    visitor = visit()
    visitor.go("/")
    page = visitor.page
    page.get_by_label("Access key ID").fill("AKIANOSUCHKEYATALL00")
    page.get_by_label("Secret access key").fill("not the secret")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("navigation", name="Pages")).to_have_count(0)
    visitor.picture("sign-in-refused")


def test_the_page_that_was_asked_for_opens_after_signing_in(visitor) -> None:
    page = visitor.enter("/usage")
    expect(page.get_by_role("heading", name="Usage")).to_be_visible()


def test_a_session_survives_a_reload_and_ends_with_signing_out(visitor) -> None:
    page = visitor.enter()
    page.reload()
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    page.get_by_role("button", name="default").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to Eyebright")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in to Eyebright")).to_be_visible()


def test_a_session_that_ended_by_itself_leads_back_to_the_door(visitor) -> None:
    page = visitor.enter()
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies()
    page.get_by_role("link", name="Usage").click()
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    key, secret = visitor.site.key
    page.get_by_label("Access key ID").fill(key)
    page.get_by_label("Secret access key").fill(secret)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Usage")).to_be_visible()


def test_no_script_can_read_the_cookie(visitor) -> None:
    page = visitor.enter()
    assert page.evaluate("document.cookie") == ""
    cookies = page.context.cookies()
    assert [(one["httpOnly"], one["sameSite"]) for one in cookies] == [(True, "Strict")]


def test_nothing_is_fetched_from_elsewhere(visitor) -> None:
    fetched: list[str] = []
    visitor.page.on("request", lambda request: fetched.append(request.url))
    visitor.enter()
    assert fetched
    assert {url.split("/")[2] for url in fetched} == {visitor.site.address.split("/")[2]}
