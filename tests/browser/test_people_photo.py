"""Who is in a photo, said where one sees it: the strip of faces, the editor beside a face, boxes
that are drawn, and the way back. The pictures are drawn and looked at by fake sight: no pack is
needed."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.axe import faults
from tests.browser.conftest import Site
from tests.browser.drawn import READY_SECONDS, drawn_library, signed_in
from tests.browser.fingers import Fingers
from tests.browser.waiting import until

from eyebright.imaging.encode import encode_png
from eyebright.testing.browser import Browser
from eyebright.testing.pictures import Sitter, draw_people

SIZE_WH = (480, 320)
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server over fake sight, its library indexed."""
    with drawn_library("library_server.py", tmp_path_factory) as site:
        yield site


@pytest.fixture(scope="module")
def client(site: Site) -> Browser:
    """The owner, without a browser."""
    return signed_in(site)


def sitters(*names: str) -> list[Sitter]:
    """From the left to the right, the smallest first: the detector says the largest first."""
    return [
        Sitter(name, left=24 + 140 * place, top=110 - 12 * place, side=56 + 16 * place)
        for place, name in enumerate(names)
    ]


def photo(client: Browser, *names: str) -> str:
    """A photo of its own of these people, looked at; its address."""
    pixels = draw_people(sitters(*names), size_wh=SIZE_WH)
    number = next(_NUMBERS)
    pixels[-8:, :8] = (number * 37 % 256, number * 101 % 256, number * 13 % 256)
    name = f"photo-{number}.png"
    reply = client.ask("POST", f"/api/library/uploads?name={name}", encode_png(pixels))
    assert reply.status == 201, reply.body
    address = f"/api/library/assets/{reply.json['asset_id']}"
    deadline = time.monotonic() + READY_SECONDS
    while (detail := client.ask("GET", address).json)["state"] == "waiting":
        assert time.monotonic() < deadline, detail
        time.sleep(0.05)
    assert len(detail["faces"]) == len(names), detail["faces"]
    return f"/library/assets/{reply.json['asset_id']}"


def strip(page: Page) -> Locator:
    return page.get_by_role("list", name="Faces, left to right")


def tiles(page: Page) -> Locator:
    return strip(page).get_by_role("button")


def editor(page: Page) -> Locator:
    return page.get_by_role("dialog", name=re.compile("Who is this|This is"))


def toast(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator(".toast", has_text=text).first).to_be_visible()


def name_face(page: Page, tile: Locator, name: str) -> None:
    tile.click()
    editor(page).get_by_role("combobox", name="Name").fill(name)
    page.keyboard.press("Enter")
    expect(editor(page)).to_have_count(0)


# The strip


def test_the_strip_stands_as_the_faces_stand_and_lights_their_boxes(visitor, client) -> None:
    page = visitor.enter(photo(client, "Ben", "Ada", "Cleo"))
    expect(tiles(page)).to_have_count(3)
    visitor.settle()
    boxes = [page.locator("svg .mark rect.line").nth(at).bounding_box() for at in range(3)]
    lit: list[float] = []
    for at in range(3):
        tiles(page).nth(at).hover()
        expect(page.locator("svg .mark.active")).to_have_count(1)
        box = page.locator("svg .mark.active rect.line").bounding_box()
        assert box is not None
        lit.append(box["x"])
    assert all(boxes)
    assert lit == sorted(lit)
    assert len(set(lit)) == 3
    page.locator("svg .mark").first.hover()
    expect(strip(page).locator("button.active")).to_have_count(1)
    visitor.picture("photo-strip")


def test_the_strip_is_one_tab_stop_with_arrows_inside(visitor, client) -> None:
    page = visitor.enter(photo(client, "Ben", "Ada", "Cleo"))
    tiles(page).first.focus()
    expect(page.locator("svg .mark.active")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(tiles(page).nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(tiles(page).nth(2)).to_be_focused()
    expect(strip(page).locator('button[tabindex="0"]')).to_have_count(1)
    page.keyboard.press("Enter")
    expect(editor(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(editor(page)).to_have_count(0)
    expect(tiles(page).nth(2)).to_be_focused()


def test_escape_leaves_the_editor_first_wherever_the_focus_is(visitor, client) -> None:
    page = visitor.enter(photo(client, "Ben", "Ada"))
    page.locator("svg .mark").first.click()
    expect(editor(page)).to_be_visible()
    page.get_by_role("heading", level=1).click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    expect(editor(page)).to_have_count(0)
    expect(tiles(page)).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/library$"))


def test_the_strip_can_be_hidden_and_stays_so(visitor, client) -> None:
    page = visitor.enter(photo(client, "Ben"))
    expect(tiles(page)).to_have_count(1)
    page.keyboard.press("h")
    expect(strip(page)).to_have_count(0)
    page.reload()
    page.get_by_role("heading", level=1).wait_for()
    expect(strip(page)).to_have_count(0)
    page.keyboard.press("h")
    expect(strip(page)).to_be_visible()


# Naming


def test_a_name_is_typed_with_help_and_taken_back_with_a_key(visit, client) -> None:
    visitor = visit(quietly=True)  # the browser tells that somebody is asked for who is gone
    page = visitor.enter(photo(client, "Dina", "Emil"))
    name_face(page, tiles(page).first, "Dina Dorn")
    expect(tiles(page).first).to_have_text("Dina Dorn")
    toast(page, "Dina Dorn")
    expect(tiles(page).first).to_be_focused()
    tiles(page).nth(1).click()
    page.keyboard.type("din")
    expect(page.get_by_role("option", name=re.compile("Dina Dorn"))).to_be_visible()
    visitor.picture("photo-editor")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(editor(page)).to_have_count(0)
    page.keyboard.press("z")
    expect(tiles(page).first).not_to_have_text("Dina Dorn")
    page.keyboard.press("Shift+Z")
    expect(tiles(page).first).to_have_text("Dina Dorn")


def test_who_it_may_be_is_confirmed_with_one_key(visitor, client) -> None:
    page = visitor.enter(photo(client, "Fay"))
    name_face(page, tiles(page).first, "Fay Fuchs")
    page.goto(visitor.site.address + photo(client, "Ben", "Fay"))
    expect(tiles(page).nth(1)).to_contain_text("Fay Fuchs?")
    tiles(page).nth(1).focus()
    page.keyboard.press("Enter")
    expect(editor(page).get_by_role("button", name=re.compile("Fay Fuchs.*%"))).to_be_visible()
    visitor.picture("photo-suggestion")
    page.keyboard.press("Enter")
    expect(tiles(page).nth(1)).to_have_text("Fay Fuchs")


def test_this_face_is_moved_and_all_are_renamed_or_merged(visitor, client) -> None:
    page = visitor.enter(photo(client, "Cleo"))
    name_face(page, tiles(page).first, "Cleo Kern")
    page.goto(visitor.site.address + photo(client, "Cleo", "Ben"))
    expect(tiles(page).first).to_contain_text("Cleo Kern?")
    tiles(page).first.focus()
    page.keyboard.press("y")
    expect(tiles(page).first).to_have_text("Cleo Kern")
    tiles(page).first.click()
    editor(page).get_by_text("All 2 faces of Cleo Kern").click()
    editor(page).get_by_role("combobox", name="Name").fill("Cleo Klug")
    visitor.picture("photo-all")
    editor(page).get_by_role("button", name="Save for all").click()
    expect(tiles(page).first).to_have_text("Cleo Klug")

    name_face(page, tiles(page).nth(1), "Ben Berg")
    tiles(page).nth(1).click()
    editor(page).get_by_text("All 1 face of Ben Berg").click()
    editor(page).get_by_role("combobox", name="Name").fill("Cleo Klug")
    page.keyboard.press("Enter")
    question = page.get_by_role("dialog", name="Are these the same person?")
    expect(question).to_contain_text("Cleo Klug is known already, with 2 faces")
    visitor.picture("photo-merge")
    question.get_by_role("button", name="No", exact=True).click()
    expect(tiles(page).nth(1)).to_have_text("Ben Berg")


def test_two_people_become_one_and_the_key_person_is_marked(visitor, client) -> None:
    page = visitor.enter(photo(client, "Ben"))
    name_face(page, tiles(page).first, "Ben Bach")
    page.goto(visitor.site.address + photo(client, "Cleo"))
    name_face(page, tiles(page).first, "Cleo Cord")
    tiles(page).first.click()
    editor(page).get_by_text("All 1 face of Cleo Cord").click()
    editor(page).get_by_role("combobox", name="Name").fill("Ben Bach")
    page.keyboard.press("Enter")
    question = page.get_by_role("dialog", name="Are these the same person?")
    question.get_by_role("button", name="Yes, the same person").click()
    expect(tiles(page).first).to_have_text("Ben Bach")
    (ben,) = client.ask("GET", "/api/library/people?q=Ben%20Bach").json["people"]
    assert ben["faces"] == 2
    change = {"version": ben["version"], "classification": "key"}
    assert client.ask("POST", f"/api/library/people/{ben['user_id']}", change).status == 200
    page.reload()
    expect(page.get_by_role("button", name="Ben Bach, key person")).to_be_visible()


def test_the_same_person_twice_in_one_photo_is_asked_about(visit, client) -> None:
    visitor = visit(quietly=True)  # the browser tells of the answer 409
    page = visitor.enter(photo(client, "Ada", "Emil"))
    name_face(page, tiles(page).first, "Ada Adler")
    tiles(page).nth(1).click()
    editor(page).get_by_role("combobox", name="Name").fill("Ada Adler")
    page.keyboard.press("Enter")
    question = page.get_by_role("dialog", name="Twice in one photo?")
    question.get_by_role("button", name="It is the same person").click()
    expect(tiles(page).nth(1)).to_have_text("Ada Adler")


def test_not_a_face_is_put_aside_and_comes_back(visitor, client) -> None:
    page = visitor.enter(photo(client, "Ben", "Emil"))
    tiles(page).first.focus()
    page.keyboard.press("x")
    expect(tiles(page)).to_have_count(1)
    which = page.get_by_role("group", name="Which faces are shown")
    which.get_by_role("button", name=re.compile("Put aside")).click()
    expect(tiles(page)).to_have_text(["Not a face"])
    tiles(page).first.click()
    editor(page).get_by_role("button", name="Ask about it again").click()
    expect(which.get_by_role("button", name=re.compile("All 2|All\\s*2"))).to_be_visible()
    page.keyboard.press("z")
    expect(which.get_by_role("button", name=re.compile("Put aside"))).to_be_visible()


# Drawing


def test_a_face_is_drawn_with_the_pointer_and_is_not_searchable(visitor, client) -> None:
    page = visitor.enter(photo(client, "Ben"))
    expect(tiles(page)).to_have_count(1)
    visitor.settle()
    page.keyboard.press("d")
    layer = page.get_by_role("application", name=re.compile("Draw a face"))
    expect(layer).to_be_focused()
    place = layer.bounding_box()
    assert place is not None
    start = (place["x"] + 0.7 * place["width"], place["y"] + 0.1 * place["height"])
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 40, start[1] + 50)
    page.mouse.move(start[0] + 90, start[1] + 100)
    page.mouse.up()
    who = page.get_by_role("dialog", name="Who is in the box?")
    expect(who.get_by_role("combobox", name="Name")).to_be_focused()
    visitor.picture("photo-draw")
    page.keyboard.type("Gero Hand")
    page.keyboard.press("Enter")
    expect(who).to_have_count(0)
    expect(tiles(page)).to_have_count(2)
    expect(tiles(page).nth(1)).to_have_text(re.compile("Gero Hand\\s*not searchable"))
    toast(page, "not searchable")
    expect(tiles(page).nth(1)).to_be_focused()
    visitor.picture("photo-drawn")

    tiles(page).nth(1).click()
    drawn = page.get_by_role("dialog", name="This is Gero Hand")
    expect(drawn).to_contain_text("not searchable")
    drawn.get_by_role("button", name="Remove").click()
    expect(tiles(page)).to_have_count(1)
    page.keyboard.press("z")
    expect(tiles(page)).to_have_count(2)
    expect(tiles(page).nth(1)).to_contain_text("Gero Hand")


def test_a_face_is_drawn_with_the_keyboard_alone(visitor, client) -> None:
    page = visitor.enter(photo(client, "Ben"))
    expect(tiles(page)).to_have_count(1)
    visitor.settle()
    page.keyboard.press("d")
    layer = page.get_by_role("application", name=re.compile("Draw a face"))
    expect(layer).to_be_focused()
    box = page.locator("[data-box]")
    first = box.bounding_box()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowUp")
    moved = box.bounding_box()
    assert first is not None
    assert moved is not None
    assert moved["x"] > first["x"] + 5
    assert moved["height"] < first["height"] - 3
    visitor.picture("photo-draw-keys")
    page.keyboard.press("Enter")
    who = page.get_by_role("dialog", name="Who is in the box?")
    expect(who.get_by_role("combobox", name="Name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(who).to_have_count(0)
    expect(layer).to_be_focused()
    page.keyboard.press("Escape")
    expect(layer).to_have_count(0)
    expect(tiles(page)).to_have_count(1)


def test_a_box_is_sized_by_its_handles(visitor, client) -> None:
    page = visitor.enter(photo(client, "Ben"))
    expect(tiles(page)).to_have_count(1)
    visitor.settle()
    page.keyboard.press("d")
    box = page.locator("[data-box]")
    before = box.bounding_box()
    handle = page.locator('[data-handle="se"]').bounding_box()
    assert before is not None
    assert handle is not None
    middle = (handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1] + 30)
    page.mouse.up()
    after = box.bounding_box()
    assert after is not None
    assert abs(after["width"] - before["width"] - 60) < 3
    assert abs(after["height"] - before["height"] - 30) < 3
    assert abs(after["x"] - before["x"]) < 1


def test_a_face_is_drawn_by_touch_and_its_box_pulled_by_a_corner(visit, client) -> None:
    visitor = visit(size=(390, 800), touch=True)
    page = visitor.enter(photo(client, "Ben"))
    expect(tiles(page)).to_have_count(1)
    page.get_by_role("button", name="Draw a face").tap()
    layer = page.get_by_role("application", name=re.compile("Draw a face"))
    expect(layer).to_be_visible()
    visitor.settle()
    fingers = Fingers(page)
    place = layer.bounding_box()
    assert place is not None
    start = (place["x"] + 0.7 * place["width"], place["y"] + 0.1 * place["height"])
    fingers.drag((start, (start[0] + 60, start[1] + 70)))
    who = page.get_by_role("dialog", name="Who is in the box?")
    expect(who).to_be_visible()
    box = page.locator("[data-box]")
    drawn = box.bounding_box()
    assert drawn is not None
    assert abs(drawn["width"] - 60) < 3
    assert abs(drawn["height"] - 70) < 3
    visitor.picture("photo-touch-named")
    who.get_by_role("button", name="Back to the box").tap()
    expect(who).to_have_count(0)
    visitor.picture("photo-touch-box")
    corner = page.locator('[data-handle="sw"]').bounding_box()
    assert corner is not None
    middle = (corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2)
    fingers.drag((middle, (middle[0] - 30, middle[1] + 20)))
    pulled = box.bounding_box()
    assert pulled is not None
    assert abs(pulled["width"] - drawn["width"] - 30) < 3
    assert abs(pulled["height"] - drawn["height"] - 20) < 3
    page.get_by_role("button", name="Name it").tap()
    who.get_by_role("combobox", name="Name").fill("Tina Touch")
    who.get_by_role("button", name="Save").tap()
    expect(who).to_have_count(0)
    expect(tiles(page)).to_have_count(2)
    expect(tiles(page).nth(1)).to_contain_text("Tina Touch")


def test_two_fingers_enlarge_the_photo_and_draw_nothing(visit, client) -> None:
    visitor = visit(size=(390, 800), touch=True)
    page = visitor.enter(photo(client, "Ben"))
    expect(tiles(page)).to_have_count(1)
    page.get_by_role("button", name="Draw a face").tap()
    layer = page.get_by_role("application", name=re.compile("Draw a face"))
    expect(layer).to_be_visible()
    visitor.settle()
    place = layer.bounding_box()
    box = page.locator("[data-box]")
    before = box.get_attribute("style")
    assert place is not None
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    Fingers(page).drag(((x - 20, y), (x - 90, y)), ((x + 20, y), (x + 90, y)))
    zoomed = "visualViewport.scale"
    until(page, lambda: float(page.evaluate(zoomed)) > 1.5, "the photo is larger")
    expect(page.get_by_role("dialog", name="Who is in the box?")).to_have_count(0)
    assert box.get_attribute("style") == before


def test_a_box_around_a_face_that_is_seen_there_is_searchable(visitor, client) -> None:
    """The detector sees it: it was only said not to be a face."""
    page = visitor.enter(photo(client, "Emil"))
    expect(tiles(page)).to_have_count(1)
    visitor.settle()
    page.keyboard.press("d")
    place = page.get_by_role("application", name=re.compile("Draw a face")).bounding_box()
    assert place is not None
    scale = place["width"] / SIZE_WH[0]
    (sitter,) = sitters("Emil")
    corner = (place["x"] + scale * sitter.left, place["y"] + scale * sitter.top)
    page.mouse.move(*corner)
    page.mouse.down()
    page.mouse.move(corner[0] + scale * sitter.side, corner[1] + scale * sitter.side, steps=4)
    page.mouse.up()
    page.keyboard.type("Emil Echt")
    page.keyboard.press("Enter")
    toast(page, "likeness finds it, too")


# Films


def test_a_film_shows_whom_it_names_in_its_lanes(visitor, client) -> None:
    films = client.ask("GET", "/api/library/search?media=video").json["hits"]
    assert len(films) == 1
    page = visitor.enter(f"/library/assets/{films[0]['asset_id']}")
    insights = page.locator(".insights li.person")
    expect(insights).to_have_count(2)
    for at in range(2):
        crop = insights.nth(at).locator(".crop img")
        expect(crop).to_be_visible()
        assert crop.evaluate("image => image.decode().then(() => image.naturalWidth)") > 20
    expect(page.locator(".lanes .name.person img").first).to_be_visible()
    insights.first.locator(".row").first.click()
    if (name_it := insights.first.get_by_role("button", name="Name this face")).count():
        name_it.click()
    else:
        insights.first.get_by_role("button", name=re.compile("Somebody else|Change")).click()
    insights.first.get_by_role("combobox", name="Name").fill("Filma Fern")
    page.keyboard.press("Enter")
    expect(insights.first.locator(".words")).to_have_text("Filma Fern")
    visitor.picture("film-lanes")


# All of it


def test_why_it_may_be_somebody_is_explained_beside_the_photo(visitor, client) -> None:
    page = visitor.enter(photo(client, "Dina"))
    name_face(page, tiles(page).first, "Dina Dorn")
    page.goto(visitor.site.address + photo(client, "Dina", "Ada"))
    expect(tiles(page).first).to_contain_text("Dina Dorn?")
    tiles(page).first.click()
    editor(page).get_by_role("button", name="Explain").click()
    expect(page.get_by_role("heading", name="Why Dina Dorn?")).to_be_visible()
    visitor.picture("photo-explain")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Why Dina Dorn?")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editor_has_no_faults_and_fits_a_phone(visit, client, scheme: str) -> None:
    visitor = visit(scheme=scheme, size=(390, 800))
    page = visitor.enter(photo(client, "Ben", "Ada", "Cleo"))
    tiles(page).first.click()
    expect(editor(page)).to_be_visible()
    visitor.settle()
    visitor.picture(f"photo-phone-{scheme}")
    place = editor(page).bounding_box()
    assert place is not None
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= 390
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Draw a face").click()
    expect(page.locator("[data-box]")).to_be_visible()
    visitor.settle()
    visitor.picture(f"photo-phone-draw-{scheme}")
    assert faults(page) == []
