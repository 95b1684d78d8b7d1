"""Decisions about people as pages ask for them: named, merged, put aside, and all taken back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from eyebright.app.rooms import Eyebright
from eyebright.governance.accounts import Credentials
from eyebright.testing.browser import Browser, Reply
from eyebright.testing.library import picture_bytes

NOBODYS = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def owner(rooms: Eyebright, request: pytest.FixtureRequest) -> Credentials:
    """An account of each test's own, so that the last that was done is what the test did."""
    return rooms.accounts.create(f"{request.node.name}"[:60])


@pytest.fixture
def mine(
    page_port: int, owner: Credentials, as_published: Callable[[str, str, Reply], None]
) -> Browser:
    browser = Browser(page_port, told=as_published)
    assert browser.sign_in(owner).status == 200
    return browser


def add(browser: Browser, name: str, *people: str) -> Any:
    """A photo of these people, looked at."""
    reply = browser.ask("POST", f"/api/library/uploads?name={name}", picture_bytes(name, *people))
    assert reply.status == 201
    until = time.monotonic() + 120
    while True:
        detail = browser.ask("GET", f"/api/library/assets/{reply.json['asset_id']}").json
        if detail["state"] != "waiting":
            assert len(detail["faces"]) == len(people)
            return detail
        assert time.monotonic() < until, "The photo was not looked at in time."
        time.sleep(0.02)


def faces(detail: Any) -> list[str]:
    return [face["face_id"] for face in detail["faces"]]


def decide(browser: Browser, face_ids: list[str], **decision: Any) -> Reply:
    return browser.ask("POST", "/api/library/faces/decide", {"face_ids": face_ids, **decision})


def found(browser: Browser, words: str) -> set[str]:
    hits = browser.ask("GET", f"/api/library/search?q={words}").json["hits"]
    return {hit["asset_id"] for hit in hits}


def people(browser: Browser) -> dict[str, Any]:
    return {one["name"]: one for one in browser.ask("GET", "/api/library/people").json["people"]}


def code(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.json["error"]["code"]


def test_a_name_is_searchable_when_the_answer_comes_and_gone_when_it_is_undone(
    mine: Browser,
) -> None:
    photo, other = add(mine, "1.jpg", "Ada"), add(mine, "2.jpg", "Ada")
    done = decide(mine, faces(photo) + faces(other), do="name", name="Anna", role="Guest").json
    assert (done["faces"], done["skipped"], done["says"]) == (2, 0, "2 faces are Anna now")
    assert done["people"] == [people(mine)["Anna"]["user_id"]]
    assert found(mine, "anna") == {photo["asset_id"], other["asset_id"]}
    undone = mine.ask("POST", "/api/library/history/undo").json
    assert (undone["event_id"], undone["says"]) == (
        done["event_id"],
        "Undone: 2 faces are Anna",
    )
    assert found(mine, "anna") == set()
    redone = mine.ask("POST", "/api/library/history/redo").json
    assert redone["says"] == "Done again: 2 faces are Anna"
    assert found(mine, "anna") == {photo["asset_id"], other["asset_id"]}
    assert mine.ask("POST", "/api/library/history/redo").json["event_id"] is None


def test_nobody_is_twice_in_a_photo_unless_it_is_said(mine: Browser) -> None:
    photo = add(mine, "pair.jpg", "Ada", "Ben")
    one, other = faces(photo)
    decide(mine, [one], do="name", name="Anna")
    refused = decide(mine, [other], do="name", name="Anna")
    assert code(refused) == (409, "twice_in_photo")
    assert refused.json["error"]["message"].startswith("Anna is in this photo already.")
    new = decide(mine, [one, other], do="name", name="Nobody Yet")
    assert code(new) == (409, "twice_in_photo")
    assert decide(mine, [other], do="name", name="Anna", override=True).json["faces"] == 1


def test_people_are_changed_merged_and_the_merge_is_undone(mine: Browser) -> None:
    photos = [add(mine, f"{n}.jpg", who) for n, who in enumerate(["Ada", "Ada", "Ben"])]
    decide(mine, faces(photos[0]), do="name", name="Anna")
    decide(mine, faces(photos[1]), do="name", name="Nan")
    anna, nan = people(mine)["Anna"], people(mine)["Nan"]
    changed = mine.ask(
        "POST",
        f"/api/library/people/{anna['user_id']}",
        {
            "version": anna["version"],
            "name": "Anna Smith",
            "role": "Bride",
            "aliases": ["Annie"],
            "notes": "Aunt of Ben\nof Oslo",
            "birth_year": 1985,
            "classification": "key",
            "project_roles": {"Wedding": "Bride"},
            "portrait": faces(photos[0])[0],
            "consent": {"status": "given", "day": "2026-03-31", "note": "release no. 7"},
        },
    )
    assert changed.status == 200, changed.json
    told = mine.ask("GET", f"/api/library/people/{anna['user_id']}").json["consent"]
    assert told == {"status": "given", "day": "2026-03-31", "note": "release no. 7"}
    assert changed.json["says"] == "Anna is called Anna Smith (Bride)"
    stale = mine.ask(
        "POST", f"/api/library/people/{anna['user_id']}", {"version": anna["version"], "notes": ""}
    )
    assert code(stale) == (409, "conflict")
    anna = people(mine)["Anna Smith"]
    merge = f"/api/library/people/{nan['user_id']}/merge"
    body = {
        "into": anna["user_id"],
        "version": nan["version"],
        "into_version": anna["version"],
    }
    merged = mine.ask("POST", merge, body)
    assert merged.json["says"] == "Nan and Anna Smith are one person: 1 face moved"
    assert found(mine, "smith") == {photos[0]["asset_id"], photos[1]["asset_id"]}
    assert "Nan" not in people(mine)
    mine.ask("POST", "/api/library/history/undo")
    assert found(mine, "person:Nan") == {photos[1]["asset_id"]}
    decide(mine, faces(photos[1]), do="reject", user_id=anna["user_id"])
    nan, anna = people(mine)["Nan"], people(mine)["Anna Smith"]
    body = {"into": anna["user_id"], "version": nan["version"], "into_version": anna["version"]}
    assert code(mine.ask("POST", merge, body)) == (409, "rejected_before")
    assert mine.ask("POST", merge, {**body, "override": True}).status == 200


def test_a_group_is_named_confirmed_and_put_aside_at_once(mine: Browser) -> None:
    photos = [add(mine, f"g{n}.jpg", "Ada", "Ben") for n in range(3)]
    groups = mine.ask("GET", "/api/library/groups").json["groups"]
    assert [group["faces"] for group in groups] == [3, 3]
    path = "/api/library/groups/{}/decide"
    named = mine.ask("POST", path.format(groups[0]["group"]), {"do": "name", "name": "Anna"})
    assert named.json["says"] == "3 faces are Anna now"
    assert found(mine, "anna") == {photo["asset_id"] for photo in photos}
    ignored = mine.ask("POST", path.format(groups[1]["group"]), {"do": "ignore"})
    assert ignored.json["says"] == "3 faces are ignored"
    again = mine.ask("POST", path.format(groups[1]["group"]), {"do": "ignore"})
    assert code(again) == (404, "not_found")
    assert code(mine.ask("POST", path.format("x"), {"do": "ignore"})) == (404, "not_found")


def test_the_history_says_what_was_done_and_what_is_undone(mine: Browser) -> None:
    photo = add(mine, "h.jpg", "Ada")
    decide(mine, faces(photo), do="name", name="Anna")
    decide(mine, faces(photo), do="unname")
    mine.ask("POST", "/api/library/history/undo")
    events = mine.ask("GET", "/api/library/history?limit=1").json
    (last,) = events["events"]
    assert (last["kind"], last["says"], last["is_mine"]) == (
        "unname",
        "1 face is no longer Anna",
        True,
    )
    assert last["is_undone"]
    more = mine.ask("GET", f"/api/library/history?limit=9&after={events['next']}").json
    assert [one["says"] for one in more["events"]] == ["1 face is Anna"]
    assert more["events"][0]["people"] == ["Anna"]
    first = more["events"][0]["event_id"]
    reverted = mine.ask("POST", f"/api/library/history/{first}/revert").json
    assert (reverted["faces"], reverted["says"]) == (1, "Taken back: 1 face no longer Anna")
    assert found(mine, "anna") == set()
    assert code(mine.ask("POST", f"/api/library/history/{first}/revert")) == (409, "conflict")


BESIDE = {"left": 0.7, "top": 0.02, "width": 0.1, "height": 0.1}
"""Where a picture of one person shows nothing."""


def draw(browser: Browser, asset_id: str, box: Any, **said: Any) -> Reply:
    return browser.ask("POST", f"/api/library/assets/{asset_id}/tags", {"box": box, **said})


def shown(browser: Browser, asset_id: str) -> Any:
    return browser.ask("GET", f"/api/library/assets/{asset_id}").json


def test_a_face_that_is_drawn_where_nothing_is_seen_is_a_tag_by_which_the_photo_is_found(
    mine: Browser,
) -> None:
    asset_id = add(mine, "drawn.jpg", "Ada")["asset_id"]
    drawn = draw(mine, asset_id, BESIDE, name="Dora", role="Aunt").json
    assert (drawn["face_id"], drawn["searchable"], drawn["faces"]) == (None, False, 1)
    assert drawn["says"] == "1 face is Dora now"
    (tag,) = shown(mine, asset_id)["drawn"]
    assert (tag["tag_id"], tag["person"]["name"]) == (drawn["tag_id"], "Dora")
    assert tag["box"] == pytest.approx(BESIDE, abs=1e-4)
    assert found(mine, "dora") == {asset_id}
    assert code(draw(mine, asset_id, BESIDE, name="Dora", role="Aunt")) == (409, "twice_in_photo")
    dora = people(mine)["Dora"]
    mine.ask(
        "POST",
        f"/api/library/people/{dora['user_id']}",
        {"version": dora["version"], "name": "Theodora"},
    )
    assert (found(mine, "person:Dora"), found(mine, "theodora")) == (set(), {asset_id})
    assert mine.ask("DELETE", f"/api/library/tags/{tag['tag_id']}").json["faces"] == 1
    assert (found(mine, "theodora"), shown(mine, asset_id)["drawn"]) == (set(), [])
    assert code(mine.ask("DELETE", f"/api/library/tags/{tag['tag_id']}")) == (404, "not_found")
    mine.ask("POST", "/api/library/history/undo")
    assert found(mine, "theodora") == {asset_id}


def test_a_box_around_a_face_that_was_seen_names_it(mine: Browser) -> None:
    detail = add(mine, "seen.jpg", "Ada", "Ben")
    asset_id, face = detail["asset_id"], detail["faces"][1]
    named = draw(mine, asset_id, face["box"], name="Benno").json
    assert (named["face_id"], named["tag_id"]) == (face["face_id"], None)
    assert named["searchable"]
    assert shown(mine, asset_id)["drawn"] == []


NOT_DRAWN: list[Any] = [
    {},
    {"name": "Ada"},
    {"box": BESIDE},
    {"box": BESIDE, "name": ""},
    {"box": BESIDE, "name": "x" * 10_000},
    {"box": BESIDE, "name": "Ada\u202eevE"},
    {"box": {**BESIDE, "left": "0"}, "name": "Ada"},
    {"box": {**BESIDE, "left": True}, "name": "Ada"},
    {"box": {**BESIDE, "left": -0.1}, "name": "Ada"},
    {"box": {**BESIDE, "left": 1e300}, "name": "Ada"},
    {"box": {**BESIDE, "width": 0}, "name": "Ada"},
    {"box": [0, 0, 1, 1], "name": "Ada"},
    {"box": BESIDE, "name": "Ada", "role": 7},
    {"box": BESIDE, "name": "Ada", "override": "yes"},
]


def test_what_cannot_be_drawn_is_refused(mine: Browser) -> None:
    asset_id = add(mine, "refused.jpg", "Ada")["asset_id"]
    for said in NOT_DRAWN:
        refused = mine.ask("POST", f"/api/library/assets/{asset_id}/tags", said)
        assert code(refused) == (400, "invalid_input"), said
    assert shown(mine, asset_id)["drawn"] == []


def test_a_forgotten_person_is_gone_and_the_answer_says_what_was_looked_for(mine: Browser) -> None:
    photo = add(mine, "forget.jpg", "Ada")
    decide(mine, faces(photo), do="name", name="Anna")
    anna = people(mine)["Anna"]["user_id"]
    forgotten = mine.ask("DELETE", f"/api/library/people/{anna}").json
    assert (forgotten["faces"], forgotten["traces"]) == (1, 0)
    assert forgotten["needles"] > 2
    assert found(mine, "anna") == set()
    assert people(mine) == {}
    assert shown(mine, photo["asset_id"])["faces"] == []
    (event,) = mine.ask("GET", "/api/library/history").json["events"]
    assert (event["is_kept"], event["people"]) == (False, [])
    revert = f"/api/library/history/{event['event_id']}/revert"
    assert code(mine.ask("POST", revert)) == (409, "conflict")
    assert code(mine.ask("DELETE", f"/api/library/people/{anna}")) == (404, "not_found")


NOT_DECIDED: list[Any] = [
    {},
    {"face_ids": []},
    {"face_ids": "all", "do": "ignore"},
    {"face_ids": [5], "do": "ignore"},
    {"face_ids": ["../../etc/passwd"], "do": "ignore"},
    {"face_ids": [NOBODYS] * 20_001, "do": "ignore"},
    {"face_ids": [NOBODYS]},
    {"face_ids": [NOBODYS], "do": "explode"},
    {"face_ids": [NOBODYS], "do": ["name"]},
    {"face_ids": [NOBODYS], "do": "name"},
    {"face_ids": [NOBODYS], "do": "name", "name": " "},
    {"face_ids": [NOBODYS], "do": "name", "name": "x" * 10_000},
    {"face_ids": [NOBODYS], "do": "name", "name": "Ada\u202eevE"},
    {"face_ids": [NOBODYS], "do": "name", "name": "Ada", "role": 5},
    {"face_ids": [NOBODYS], "do": "confirm"},
    {"face_ids": [NOBODYS], "do": "confirm", "user_id": 7},
    {"face_ids": [NOBODYS], "do": "name", "name": "Ada", "override": 1},
    b"{",
    b"[]",
    b'{"face_ids": ["\xff"]}',
    b'{"do": "ignore", "face_ids": [' + b"[" * 2000,
]


def test_what_cannot_be_decided_is_refused(mine: Browser) -> None:
    add(mine, "bad.jpg", "Ada")
    for said in NOT_DECIDED:
        reply = mine.ask("POST", "/api/library/faces/decide", said)
        assert code(reply) == (400, "invalid_input"), said
    too_long = mine.ask("POST", "/api/library/faces/decide", {"face_ids": [NOBODYS] * 30_000})
    assert code(too_long) == (413, "too_large")


NOBODY: list[Any] = [
    {},
    {"version": "1"},
    {"version": 1.5},
    {"version": True},
    {"version": 10**30},
    {"name": ""},
    {"name": "x" * 10_000},
    {"role": "\u200f"},
    {"aliases": "Ada"},
    {"aliases": ["a"] * 2000},
    {"aliases": [7]},
    {"notes": "x" * 20_000},
    {"notes": "\u202e"},
    {"birth_year": 5},
    {"birth_year": "1990"},
    {"classification": "famous"},
    {"classification": 7},
    {"project_roles": []},
    {"project_roles": {"Wedding": 7}},
    {"portrait": "x"},
    {"portrait": NOBODYS},
    {"consent": "given"},
    {"consent": {"status": "maybe"}},
    {"consent": {"status": ["given"]}},
    {"consent": {"status": "given", "day": "31.3.2026"}},
    {"consent": {"status": "given", "day": "20260331"}},
    {"consent": {"status": "given", "day": 7}},
    {"consent": {"status": "given", "note": "x" * 501}},
    {"consent": {"status": "unknown", "note": "why"}},
]


def test_what_nobody_can_be_is_refused(mine: Browser) -> None:
    decide(mine, faces(add(mine, "facts.jpg", "Ada")), do="name", name="Anna")
    anna = people(mine)["Anna"]
    for said in NOBODY:
        body = said if "version" in said or not said else {"version": anna["version"], **said}
        reply = mine.ask("POST", f"/api/library/people/{anna['user_id']}", body)
        assert code(reply) == (400, "invalid_input"), said
    assert people(mine)["Anna"] == anna


def test_a_refusal_says_what_is_wrong_in_words(mine: Browser) -> None:
    face_ids = faces(add(mine, "words.jpg", "Ada"))
    for name, says in (
        ("x" * 10_000, "1 to 256 characters"),
        ("\u0639\u0645\u0631\u200f", "leave out U+200F, right-to-left mark"),
        ("\u202eevil", "leave out U+202E, right-to-left override"),
        ("\x00", "leave out U+0000, a control character"),
    ):
        reply = decide(mine, face_ids, do="name", name=name)
        assert says in reply.json["error"]["message"]
    decide(mine, face_ids, do="name", name="\u05e2\u05d3\u05d4")
    one = people(mine)["\u05e2\u05d3\u05d4"]
    merge = {"version": one["version"], "into_version": 1}
    where = f"/api/library/people/{one['user_id']}/merge"
    itself = mine.ask("POST", where, {**merge, "into": one["user_id"]})
    assert "merged with themselves" in itself.json["error"]["message"]
    nobody = mine.ask("POST", where, {**merge, "into": "person-nobody"})
    assert "no such person any more" in nobody.json["error"]["message"]
    never = mine.ask("POST", "/api/library/history/999999/revert")
    assert (code(never), never.json["error"]["message"]) == (
        (404, "not_found"),
        "There is no event 999999 in the history.",
    )


def test_nobody_decides_about_another_accounts_people(
    mine: Browser, browser: Browser, page_port: int, rooms: Eyebright
) -> None:
    theirs = Browser(page_port)
    theirs.sign_in(rooms.accounts.create("others of deciding"))
    face_ids = faces(add(theirs, "theirs.jpg", "Ada"))
    decide(theirs, face_ids, do="name", name="Anna")
    anna, version = people(theirs)["Anna"]["user_id"], people(theirs)["Anna"]["version"]
    own = faces(add(mine, "mine.jpg", "Ben"))
    assert decide(mine, face_ids, do="ignore").json["skipped"] == 1
    assert code(decide(mine, own, do="confirm", user_id=anna)) == (404, "not_found")
    decide(mine, own, do="name", name="Ben")
    ben = people(mine)["Ben"]
    merge = {"into": anna, "version": ben["version"], "into_version": version}
    for method, path, body in (
        ("POST", f"people/{anna}", {"version": version, "name": "Mallory"}),
        ("POST", f"people/{ben['user_id']}/merge", merge),
        ("DELETE", f"people/{anna}", None),
        ("DELETE", f"tags/{NOBODYS}", None),
        ("POST", f"assets/{NOBODYS}/tags", {"box": BESIDE, "name": "Ada"}),
    ):
        assert code(mine.ask(method, f"/api/library/{path}", body)) == (404, "not_found")
    event = theirs.ask("GET", "/api/library/history").json["events"][0]["event_id"]
    refused = mine.ask("POST", f"/api/library/history/{event}/revert")
    assert code(refused) == (404, "not_found")
    groups = theirs.ask("GET", "/api/library/history").json["next"]
    assert groups is None
    assert people(theirs)["Anna"]["faces"] == 1


def test_a_person_is_not_merged_with_themselves_nor_by_a_stale_page(mine: Browser) -> None:
    photos = [add(mine, "one.jpg", "Ada"), add(mine, "two.jpg", "Ben")]
    decide(mine, faces(photos[0]), do="name", name="Anna")
    decide(mine, faces(photos[1]), do="name", name="Ben")
    anna, ben = people(mine)["Anna"], people(mine)["Ben"]
    path = f"/api/library/people/{anna['user_id']}/merge"
    body = {"into": anna["user_id"], "version": 1, "into_version": 1}
    assert code(mine.ask("POST", path, body)) == (400, "invalid_input")
    body = {"into": ben["user_id"], "version": 1, "into_version": 9}
    assert code(mine.ask("POST", path, body)) == (409, "conflict")
    mine.ask("DELETE", f"/api/library/assets/{photos[0]['asset_id']}")
    mine.ask("DELETE", f"/api/library/assets/{photos[1]['asset_id']}")
    assert mine.ask("POST", "/api/library/history/undo").json["event_id"] is None


def test_undo_after_the_photo_is_gone_says_so(mine: Browser) -> None:
    photos = [add(mine, "kept.jpg", "Ada"), add(mine, "gone.jpg", "Ada")]
    both = [one for photo in photos for one in faces(photo)]
    decide(mine, both, do="ignore")
    mine.ask("DELETE", f"/api/library/assets/{photos[1]['asset_id']}")
    undone = mine.ask("POST", "/api/library/history/undo").json
    assert (undone["faces"], undone["skipped"]) == (1, 1)
    assert undone["says"] == "Undone: 1 face is ignored; 1 was left out"
