"""The library in a real browser: searching, narrowing, choosing, uploading, an asset, a film. The
pictures are drawn and looked at by fake sight: no pack is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from tests.browser.axe import faults
from tests.browser.conftest import Site
from tests.browser.drawn import drawn_library
from tests.browser.fingers import Fingers
from tests.browser.waiting import until

from eyebright.testing.library import picture_bytes

EVERYTHING = re.compile(r"6\d assets")
"""60 walls, three portraits and a film; tests add and remove one."""
WITH_PEOPLE = "4 results"
"""The portraits and the film; the fake reader reads "EYE bright" off everybody."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server over fake sight, its library indexed."""
    with drawn_library("library_server.py", tmp_path_factory) as site:
        yield site


def grid(page: Page) -> Locator:
    return page.get_by_role("grid", name="Assets")


def scrolled(page: Page) -> float:
    return float(grid(page).evaluate("grid => grid.scrollTop"))


def search(page: Page, words: str) -> None:
    page.get_by_role("combobox", name="Search the library").fill(words)


def count(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator(".count strong")).to_have_text(text)


def open_asset(page: Page, words: str) -> None:
    """Search for it, then open the first that is found."""
    search(page, words)
    expect(page).to_have_url(re.compile(r"q="))
    expect(page.locator(".count strong")).to_contain_text("result")
    page.locator("#item-0 a").click()
    page.get_by_role("button", name="Next").wait_for()


# Searching


def test_everything_is_there_and_the_grid_holds_only_what_is_in_view(visitor) -> None:
    page = visitor.enter("/library")
    count(page, EVERYTHING)
    expect(page.locator(".cell img").first).to_be_visible()
    assert 0 < page.locator(".cell").count() < 60
    visitor.picture("library")


def test_searching_as_one_types_is_kept_in_the_address(visitor) -> None:
    page = visitor.enter("/library")
    count(page, EVERYTHING)
    page.keyboard.press("/")
    page.keyboard.type("eye")
    count(page, WITH_PEOPLE)
    expect(page).to_have_url(re.compile(r"/library\?q=eye$"))
    page.reload()
    count(page, WITH_PEOPLE)
    page.go_back()
    count(page, EVERYTHING)
    page.go_forward()
    count(page, WITH_PEOPLE)
    expect(page.get_by_role("combobox", name="Search the library")).to_have_value("eye")


def test_a_result_says_why_it_was_found(visitor) -> None:
    page = visitor.enter("/library?q=eye&media=image")
    expect(page.locator("#item-0 .reason").first).to_have_text(re.compile(r"EYE bright\s*\d\d %"))


def test_a_film_says_where_it_was_found_and_opens_there(visitor) -> None:
    page = visitor.enter("/library?q=eye&media=video")
    moment = page.locator("#item-0 .reason.at")
    expect(moment).to_have_text(re.compile(r"0:\d\d"))
    page.locator("#item-0 a").click()
    expect(page).to_have_url(re.compile(r"[?&]t=\d+"))
    expect(page.get_by_role("slider", name="Place in the film")).to_be_visible()


def test_suggestions_become_filters(visitor) -> None:
    page = visitor.enter("/library")
    page.get_by_role("combobox", name="Search the library").focus()
    page.keyboard.type("bea")
    option = page.get_by_role("option", name="Beagle")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option]").first).to_have_attribute("aria-selected", "true")
    option.click()
    expect(page).to_have_url(re.compile(r"label=Beagle"))
    expect(page.get_by_role("button", name="Take away label Beagle")).to_be_visible()
    expect(page.get_by_role("combobox", name="Search the library")).to_have_value("")


def test_facets_narrow_leave_out_and_are_taken_away(visitor) -> None:
    page = visitor.enter("/library")
    media = page.get_by_role("list", name="Media")
    media.locator(".value", has_text="Films").click()
    count(page, "1 result")
    expect(media.locator(".value", has_text="Films")).to_have_attribute("aria-pressed", "true")
    visitor.picture("library-facet")
    page.get_by_role("button", name="Take away media video").click()
    count(page, EVERYTHING)
    moderation = page.get_by_role("list", name="Moderation")
    moderation.locator(".value", has_text="Weapons").focus()
    page.keyboard.press("-")
    expect(page).to_have_url(re.compile(r"moderation=-Weapons"))
    count(page, re.compile(r"6\d results|5\d results"))
    page.get_by_role("button", name="Take away moderation Weapons").click()
    count(page, EVERYTHING)


def test_facets_are_one_tab_stop_with_arrows_inside(visitor) -> None:
    page = visitor.enter("/library")
    media = page.get_by_role("list", name="Media")
    media.locator(".value").first.focus()
    page.keyboard.press("ArrowDown")
    expect(media.locator(".value").nth(1)).to_be_focused()
    expect(media.locator(".value[tabindex='0']")).to_have_count(1)


def test_the_least_confidence_hides_what_is_less_sure(visitor) -> None:
    page = visitor.enter("/library?q=eye&min=70")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    page.get_by_role("button", name="Show everything").click()
    count(page, EVERYTHING)


def test_an_overtaken_answer_never_shows(visitor) -> None:
    """The answer to the first word comes after that to the second."""
    page = visitor.enter("/library")
    held: list[Route] = []
    ended: list[str] = []
    for event in ("requestfinished", "requestfailed"):
        page.on(event, lambda request: ended.append(request.url))
    page.route("**/api/library/search?q=eye&**", lambda route: held.append(route))
    search(page, "eye")
    until(page, lambda: held != [], "the first word is asked for")
    search(page, "ada.jpg")
    count(page, "1 result")
    for route in held:
        route.continue_()
    asked = {route.request.url for route in held}
    until(page, lambda: asked <= set(ended), "the first word is answered")
    visitor.settle()
    count(page, "1 result")


# Choosing


def test_ranges_are_chosen_by_key_and_by_mouse(visitor) -> None:
    page = visitor.enter("/library")
    count(page, EVERYTHING)
    grid(page).focus()
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    bar = page.get_by_role("toolbar", name="Selection")
    expect(bar).to_contain_text("3 chosen")
    page.keyboard.press("Shift+ArrowLeft")
    expect(bar).to_contain_text("2 chosen")
    page.locator("#item-4 a").click(modifiers=["Shift"])
    expect(bar).to_contain_text("5 chosen")
    visitor.picture("library-selection")
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)


def test_removing_asks_first_and_gives_a_receipt(visitor) -> None:
    page = visitor.enter("/library?q=wall-059")
    count(page, "1 result")
    grid(page).focus()
    page.keyboard.press(" ")
    page.get_by_role("toolbar").get_by_role("button", name="Remove").click()
    dialog = page.get_by_role("dialog", name="Remove 1 asset from the library?")
    dialog.get_by_role("button", name="Keep them").click()
    expect(dialog).to_be_hidden()  # keys are the dialog's until then
    count(page, "1 result")
    page.keyboard.press("Delete")
    dialog.get_by_role("button", name="Remove", exact=True).click()
    receipt = page.get_by_role("dialog", name="Removed")
    expect(receipt).to_contain_text("Nothing of them is left")
    visitor.picture("library-receipt")
    receipt.get_by_role("button", name="Close").last.click()
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()


# What comes in


def test_files_are_uploaded_and_found(visitor) -> None:
    page = visitor.enter("/library")
    content = picture_bytes("brought.jpg", "Dina")
    page.locator("input[type=file]").set_input_files(
        [
            {"name": "brought.jpg", "mimeType": "image/jpeg", "buffer": content},
            {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"no picture at all"},
        ]
    )
    panel = page.get_by_role("region", name="Uploads")
    expect(panel).to_contain_text("In the library")
    expect(panel.locator(".wrong")).not_to_be_empty()
    visitor.complaints.clear()  # the browser says itself that the second one was refused
    visitor.picture("library-uploads")
    search(page, "brought")
    count(page, "1 result")


def test_an_empty_library_tells_how_to_begin(visitor) -> None:
    second = Site(visitor.site.address, visitor.site.home / "second", visitor.site.films)
    visitor.site = second
    page = visitor.enter("/library")
    expect(page.get_by_role("heading", name="Your library is empty")).to_be_visible()
    expect(page.get_by_text("eyebright library index ~/Pictures")).to_be_visible()
    visitor.picture("library-empty")
    page.get_by_role("button", name="Add a folder or bucket").click()
    dialog = page.get_by_role("dialog", name="Sources")
    dialog.get_by_label("Folder", exact=True).fill("/home")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog).to_contain_text("Upload pictures instead")
    visitor.complaints.clear()  # 403: folders are for the account of the server's own file


def test_sources_can_be_looked_through_again(visitor) -> None:
    page = visitor.enter("/library")
    page.locator("header").get_by_role("button", name="Sources").click()
    dialog = page.get_by_role("dialog", name="Sources")
    expect(dialog).to_contain_text(str(visitor.site.films))
    dialog.get_by_role("button", name="Scan now").click()
    expect(page.locator(".toasts")).to_contain_text("looked through")
    visitor.picture("library-sources")


# An asset


def test_faces_and_boxes_light_each_other(visitor) -> None:
    page = visitor.enter("/library")
    open_asset(page, "two.jpg")
    strip = page.get_by_role("list", name="Faces, left to right")
    expect(strip.get_by_role("button")).to_have_count(2)
    strip.get_by_role("button").first.hover()
    expect(page.locator("svg .mark.active")).to_have_count(1)
    page.locator("svg .mark").first.hover()
    expect(strip.locator("button.active")).to_have_count(1)
    visitor.picture("asset")


def test_a_face_is_named_where_it_is_and_found_by_the_name(visitor) -> None:
    page = visitor.enter("/library")
    open_asset(page, "ada.jpg")
    page.get_by_role("button", name="Name this face").click()
    page.get_by_label("Name", exact=True).fill("Ada Lovelace")
    page.get_by_label("Role", exact=True).fill("Mathematician")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Ada Lovelace")).to_be_visible()
    page.get_by_role("link", name="Ada Lovelace").click()
    expect(page).to_have_url(re.compile(r"person=Ada"))
    expect(page.locator(".count strong")).to_contain_text("result")
    expect(page.locator(".words", has_text="ada.jpg")).to_be_visible()


def test_arrows_lead_to_the_neighbours_and_back_to_the_same_place(visitor) -> None:
    page = visitor.enter("/library")
    count(page, re.compile(r"\d+ assets"))
    grid(page).focus()
    page.keyboard.press("End")
    until(page, lambda: scrolled(page) > 0, "the last one is in view")
    visitor.settle()
    top = scrolled(page)
    page.keyboard.press("Enter")
    name = page.get_by_role("heading", level=1)
    expect(name).to_contain_text(".")
    first = name.inner_text()
    page.keyboard.press("ArrowLeft")
    expect(name).not_to_have_text(first)
    page.keyboard.press("Escape")
    expect(grid(page)).to_be_visible()
    until(page, lambda: abs(scrolled(page) - top) < 400, "the same place is in view")


def test_similar_ones_and_faces_come_as_results(visitor) -> None:
    page = visitor.enter("/library")
    open_asset(page, "ada.jpg")
    page.get_by_role("button", name="Find this face").click()
    expect(page).to_have_url(re.compile(r"face="))
    expect(page.get_by_text("The same face")).to_be_visible()
    expect(page.locator(".count")).not_to_contain_text("Searching")
    open_asset(page, "wall-001.jpg")
    page.get_by_role("button", name="Find similar").click()
    expect(page.get_by_text("Looks like this")).to_be_visible()
    expect(page.locator(".badge.alike").first).to_have_text(re.compile(r"\d+ %"))
    visitor.picture("library-similar")


def test_a_crop_is_tried_and_its_address_taken_along(visitor) -> None:
    page = visitor.enter("/library")
    open_asset(page, "two.jpg")
    page.get_by_role("button", name="Crops").click()
    picture = page.get_by_role("img", name=re.compile("cropped to"))
    expect(picture).to_be_visible()
    page.get_by_label("Shape").select_option(label="Banner 3:1")
    expect(picture).to_have_attribute("src", re.compile(r"width=1500&height=500&keep=faces"))
    page.get_by_role("button", name="Copy the address").click()
    expect(page.locator(".toast", has_text="copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(visitor.site.address)
    assert "keep=faces" in copied
    visitor.picture("asset-crop")


# A film


def seconds(page: Page) -> float:
    return float(page.evaluate("document.querySelector('video').currentTime"))


def open_film(page: Page) -> None:
    open_asset(page, "film.webm")
    page.locator("video").wait_for()


def test_a_film_has_lanes_for_what_is_in_it(visitor) -> None:
    page = visitor.enter("/library")
    open_film(page)
    lanes = page.get_by_role("region", name="Lanes")
    for name in ("Shots", "unknown 2", "EYE bright"):
        expect(lanes.get_by_role("button", name=re.compile(f"^{name} "))).to_be_visible()
    expect(lanes.get_by_role("button", name=re.compile("^EYE bright "))).to_contain_text("77 %")
    visitor.picture("film")


def test_an_insight_leads_the_player_there(visitor) -> None:
    page = visitor.enter("/library")
    open_film(page)
    before = seconds(page)
    page.locator(".insights li.person .row").nth(1).click()
    until(page, lambda: seconds(page) > before + 1, "the film is where it was led")
    page.get_by_role("tab", name=re.compile("Timeline")).click()
    expect(page.locator(".timeline li.on").first).to_be_visible()
    visitor.picture("film-timeline")


def test_playing_moves_the_lanes_and_the_timeline(visitor) -> None:
    page = visitor.enter("/library")
    open_film(page)
    page.locator("h1").click()
    page.keyboard.press(" ")
    slider = page.get_by_role("slider", name="Place in the film")
    expect(slider).not_to_have_attribute("aria-valuenow", "0")
    page.keyboard.press(" ")
    expect(page.locator("video")).to_have_js_property("paused", value=True)


def test_brackets_step_through_the_appearances_of_a_locked_lane(visitor) -> None:
    page = visitor.enter("/library")
    open_film(page)
    lanes = page.get_by_role("region", name="Lanes")
    lanes.get_by_role("button", name=re.compile("^EYE bright ")).click()
    page.keyboard.press("l")
    lock = lanes.get_by_role("button", name="Lock the lane EYE bright")
    expect(lock).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("]")
    until(page, lambda: seconds(page) > 3, "the next appearance")
    later = seconds(page)
    page.keyboard.press("[")
    until(page, lambda: seconds(page) < later, "the one before")


def test_lanes_zoom_by_button_key_and_wheel(visitor) -> None:
    page = visitor.enter("/library")
    open_film(page)
    ticks = page.get_by_role("slider", name="Place in the film").locator("span.numbers")
    expect(ticks.first).to_be_visible()
    visitor.settle()
    whole = ticks.all_inner_texts()
    page.get_by_role("button", name="Zoom in (+)").click()
    page.keyboard.press("+")
    until(page, lambda: ticks.all_inner_texts() != whole, "the lanes are zoomed")
    page.keyboard.press("0")
    until(page, lambda: ticks.all_inner_texts() == whole, "all of the film is shown")
    canvas = page.locator("canvas").bounding_box()
    assert canvas is not None
    page.mouse.move(canvas["x"] + 200, canvas["y"] + 30)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -600)
    page.keyboard.up("Control")
    expect(page.get_by_role("button", name="All", exact=True)).to_be_enabled()


def test_fingers_zoom_the_lanes_move_along_them_and_seek(visit) -> None:
    visitor = visit(touch=True)
    page = visitor.enter("/library")
    open_film(page)
    ticks = page.get_by_role("slider", name="Place in the film").locator("span.numbers")
    expect(ticks.first).to_be_visible()
    visitor.settle()
    whole = ticks.all_inner_texts()
    canvas = page.locator("canvas").bounding_box()
    assert canvas is not None
    middle, y = canvas["x"] + canvas["width"] / 2, canvas["y"] + 12
    fingers = Fingers(page)
    fingers.drag(((middle - 40, y), (middle - 240, y)), ((middle + 40, y), (middle + 240, y)))
    until(page, lambda: ticks.all_inner_texts() != whole, "the lanes are zoomed")
    zoomed = ticks.all_inner_texts()
    fingers.drag(((middle + 200, y), (middle - 200, y)))
    until(page, lambda: ticks.all_inner_texts() != zoomed, "another part is shown")
    assert seconds(page) == 0
    page.touchscreen.tap(middle, y)
    until(page, lambda: seconds(page) > 0, "the film is where it was touched")
    expect(page.locator(".lanes .tip")).to_contain_text("Shot")
    visitor.picture("film-touch")


# Everywhere


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("words", ["", "two.jpg", "film.webm"])
def test_axe_finds_no_fault(visit, scheme: str, words: str) -> None:
    visitor = visit(scheme=scheme)
    page = visitor.enter("/library")
    if words:
        open_asset(page, words)
    visitor.settle()
    assert faults(page) == []


@pytest.mark.parametrize("words", ["", "two.jpg", "film.webm"])
def test_nothing_scrolls_sideways_on_a_phone(visit, words: str) -> None:
    visitor = visit(size=(390, 844))
    page = visitor.enter("/library")
    if words:
        open_asset(page, words)
    visitor.settle()
    assert page.evaluate("document.getElementById('main').scrollWidth") <= 390
    visitor.picture(f"phone-{words or 'library'}")
