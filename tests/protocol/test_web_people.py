"""The people of a library as pages read them: real rooms, fake sight, a few coloured squares."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eyebright.app.library import MediaLibrary
from eyebright.app.rooms import Eyebright
from eyebright.governance.accounts import Credentials
from eyebright.testing.browser import Browser, Reply
from eyebright.testing.library import picture_bytes
from eyebright.testing.pictures import draw_people, line_up
from eyebright.testing.videos import write_video


def eventually(look: Callable[[], Any], *, seconds: float = 120.0) -> Any:
    """What `look` says once it is true."""
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, "It did not happen in time."
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def owner(rooms: Eyebright) -> Credentials:
    return rooms.accounts.create("people")


@pytest.fixture
def mine(
    page_port: int, owner: Credentials, as_published: Callable[[str, str, Reply], None]
) -> Browser:
    browser = Browser(page_port, told=as_published)
    assert browser.sign_in(owner).status == 200
    return browser


def test_a_library_without_a_face_has_empty_lists(mine: Browser) -> None:
    assert mine.ask("GET", "/api/library/people").json == {"people": [], "total": 0, "next": None}
    groups = mine.ask("GET", "/api/library/groups").json
    assert groups == {"groups": [], "total": 0, "single": 0, "next": None}
    assert mine.ask("GET", "/api/library/review").json == {"rows": [], "more": False}
    standing = mine.ask("GET", "/api/library/standing").json
    assert (standing["confirmed"], standing["unknown"], standing["can_undo"]) == (0, 0, False)
    for state in ("single", "ignored", "not%20a%20face", "undecided"):
        faces = mine.ask("GET", f"/api/library/faces?state={state}").json
        assert faces == {"faces": [], "total": 0, "next": None}
    for path in ("people/nobody", "people/nobody/faces", "groups/1/faces"):
        assert mine.ask("GET", f"/api/library/{path}").status == 404


@pytest.fixture(scope="module")
def shown(page_port: int, owner: Credentials, media: MediaLibrary) -> dict[str, str]:
    """Three photos of Ada with Ben, two more of Ada alone, one of Ada and Cleo; name -> asset id.
    In the first two somebody said who Ada is."""
    browser = Browser(page_port)
    browser.sign_in(owner)
    pictures = {
        "one.jpg": ("Ada", "Ben"),
        "two.jpg": ("Ada", "Ben"),
        "three.jpg": ("Ada", "Ben"),
        "four.jpg": ("Ada",),
        "five.jpg": ("Ada",),
        "six.jpg": ("Ada", "Cleo"),
    }
    ids = {}
    for name, people in pictures.items():
        reply = browser.ask(
            "POST", f"/api/library/uploads?name={name}", picture_bytes(name, *people)
        )
        ids[name] = reply.json["asset_id"]
    for asset_id in ids.values():
        ready(browser, asset_id)
    faces = [left_face(browser, ids[name]) for name in ("one.jpg", "two.jpg")]
    said = {"face_ids": faces, "do": "name", "name": "Ada Lovelace", "role": "Countess"}
    assert browser.ask("POST", "/api/library/faces/decide", said).status == 200
    return ids


def ready(browser: Browser, asset_id: str) -> Any:
    """The asset once it was looked at."""

    def look() -> Any:
        detail = browser.ask("GET", f"/api/library/assets/{asset_id}").json
        return detail if detail["state"] != "waiting" else None

    return eventually(look)


def left_face(browser: Browser, asset_id: str) -> str:
    faces = browser.ask("GET", f"/api/library/assets/{asset_id}").json["faces"]
    face_id: str = min(faces, key=lambda face: face["box"]["left"])["face_id"]
    return face_id


def ada(browser: Browser) -> Any:
    [person] = browser.ask("GET", "/api/library/people?q=lovelace").json["people"]
    return person


def test_people_are_found_by_how_words_begin(mine: Browser, shown: dict[str, str]) -> None:
    for typed in ("ada", "LOVE", "love%20ad", "coun", "%C3%A1da"):
        found = mine.ask("GET", f"/api/library/people?q={typed}").json
        assert [person["name"] for person in found["people"]] == ["Ada Lovelace"], typed
        assert found["total"] == 1
    for typed in ("zz", "%2B", "ada%20zz"):
        assert mine.ask("GET", f"/api/library/people?q={typed}").json["total"] == 0
    assert mine.ask("GET", "/api/library/people?classification=key").json["total"] == 0
    assert mine.ask("GET", "/api/library/people?classification=named").json["total"] == 1
    assert mine.ask("GET", "/api/library/people?sort=oldest").status == 400
    assert mine.ask("GET", "/api/library/people?after=nothing").status == 400


def test_a_person_is_shown_with_faces_and_photos(mine: Browser, shown: dict[str, str]) -> None:
    person = ada(mine)
    assert (person["faces"], person["role"], person["version"]) == (2, "Countess", 1)
    assert person["asset_id"] in {shown["one.jpg"], shown["two.jpg"]}
    path = f"/api/library/people/{person['user_id']}"
    detail = mine.ask("GET", path).json
    assert (detail["photos"], detail["drawn"], detail["notes"]) == (2, 0, "")
    assert detail["first_at"] <= detail["last_at"]
    mine_ids = {shown["one.jpg"], shown["two.jpg"]}
    for sort in ("similarity", "date", "quality"):
        found = mine.ask("GET", f"{path}/faces?sort={sort}&limit=1").json
        rest = mine.ask("GET", f"{path}/faces?sort={sort}&limit=1&after={found['next']}").json
        faces = [*found["faces"], *rest["faces"]]
        assert {face["asset_id"] for face in faces} == mine_ids
        assert (found["total"], rest["next"]) == (2, None)
        assert all(face["percent"] > 90 for face in faces)
    photos = mine.ask("GET", f"{path}/photos").json
    assert {card["asset_id"] for card in photos["assets"]} == mine_ids
    assert mine.ask("GET", f"{path}/doubts").json == {"faces": []}  # of two nobody can say


def test_unknown_faces_are_suggested_for_the_person_they_are_like(
    mine: Browser, shown: dict[str, str]
) -> None:
    review = mine.ask("GET", "/api/library/review").json
    [row] = review["rows"]
    assert row["person"]["name"] == "Ada Lovelace"
    assert {face["asset_id"] for face in row["reference"]} == {shown["one.jpg"], shown["two.jpg"]}
    wanted = {shown[name] for name in ("three.jpg", "four.jpg", "five.jpg", "six.jpg")}
    assert {face["asset_id"] for face in row["likely"]} == wanted
    assert [face["percent"] for face in row["likely"]] == sorted(
        face["percent"] for face in row["likely"]
    )
    assert all(face["pose"] for face in row["likely"])
    assert review["more"] is False
    without = f"/api/library/review?without={row['person']['user_id']}"
    assert mine.ask("GET", without).json == {"rows": [], "more": False}
    assert mine.ask("POST", "/api/library/review", {}).json == review
    strangers = [f"person-{number}" for number in range(5_000)]
    few = mine.ask("POST", "/api/library/review", {"faces": 1, "without": strangers}).json
    assert [face["face_id"] for face in few["rows"][0]["likely"]] == [row["likely"][-1]["face_id"]]
    everybody = {"without": [*strangers, row["person"]["user_id"]]}
    assert mine.ask("POST", "/api/library/review", everybody).json == {"rows": [], "more": False}
    for wrong in (
        {"limit": 0},
        {"faces": "1"},
        {"limit": True},
        {"without": "x"},
        {"without": [1]},
    ):
        assert mine.ask("POST", "/api/library/review", wrong).status == 400
    bands = mine.ask("GET", f"/api/library/people/{row['person']['user_id']}/suggestions").json
    assert {face["face_id"] for face in bands["likely"]} == {
        face["face_id"] for face in row["likely"]
    }
    standing = mine.ask("GET", "/api/library/standing").json
    assert (standing["confirmed"], standing["suggested"], standing["unknown"]) == (2, 4, 4)
    assert (standing["people"], standing["can_undo"], standing["can_redo"]) == (1, True, False)


def test_groups_of_unknown_faces_say_how_alike_they_are(
    mine: Browser, shown: dict[str, str]
) -> None:
    found = mine.ask("GET", "/api/library/groups").json
    sizes = [group["faces"] for group in found["groups"]]
    assert sizes == sorted(sizes, reverse=True)
    bens = next(group for group in found["groups"] if group["faces"] == 3)
    assert {face["asset_id"] for face in bens["shown"]} == {
        shown[name] for name in ("one.jpg", "two.jpg", "three.jpg")
    }
    assert (bens["colour"], bens["guesses"]) == ("green", [])
    assert bens["cohesion"] > 95
    adas = next(group for group in found["groups"] if group["faces"] == 4)
    assert [guess["name"] for guess in adas["guesses"]] == ["Ada Lovelace"]
    one = mine.ask("GET", "/api/library/groups?limit=1").json
    rest = mine.ask("GET", f"/api/library/groups?limit=1&after={one['next']}").json
    assert [group["group"] for group in (*one["groups"], *rest["groups"])] == [
        group["group"] for group in found["groups"][:2]
    ]
    path = f"/api/library/groups/{bens['group']}/faces"
    part = mine.ask("GET", f"{path}?limit=2").json
    last = mine.ask("GET", f"{path}?limit=2&after={part['next']}").json
    assert len(part["faces"]) == 2
    assert (part["total"], len(last["faces"]), last["next"]) == (3, 1, None)
    assert mine.ask("GET", "/api/library/groups/0/faces").status == 404
    assert mine.ask("GET", "/api/library/groups/nine/faces").status == 404


def test_a_face_and_its_likeness_are_explained(mine: Browser, shown: dict[str, str]) -> None:
    face_id = left_face(mine, shown["three.jpg"])
    told = mine.ask("GET", f"/api/library/faces/{face_id}").json
    assert (told["verdict"], told["person"], told["rejected"]) == ("open", None, [])
    assert [one["name"] for one in told["candidates"]] == ["Ada Lovelace"]
    assert 0 <= told["box"]["left"] < told["box"]["left"] + told["box"]["width"] <= 1
    person = ada(mine)
    path = f"/api/library/faces/{face_id}/explain"
    explained = mine.ask("GET", f"{path}?person={person['user_id']}").json
    assert explained["probe"]["face_id"] == face_id
    assert explained["match"]["asset_id"] in {shown["one.jpg"], shown["two.jpg"]}
    assert explained["percent"] > 90
    assert explained["band"] == "likely"
    assert explained["model"] == "faces@1"
    floors = explained["floors"]
    assert floors["unlikely"] <= floors["maybe"] <= floors["likely"] <= 100
    assert sum(explained["histogram"]["same_person"]) == 1
    own = mine.ask("GET", f"/api/library/faces/{person['face_id']}/explain?{_of(person)}").json
    assert own["match"]["face_id"] != person["face_id"]
    assert mine.ask("GET", path).status == 400
    assert mine.ask("GET", f"{path}?person=nobody").status == 404
    gone = "00000000-0000-4000-8000-000000000000"
    for other in (gone, "no-face"):
        assert mine.ask("GET", f"/api/library/faces/{other}").status == 404
        assert mine.ask("GET", f"/api/library/faces/{other}/explain?{_of(person)}").status == 404


def test_a_face_that_was_put_aside_is_listed_so_and_suggested_no_more(
    mine: Browser, shown: dict[str, str]
) -> None:
    face_id = left_face(mine, shown["five.jpg"])
    for do, state in (("ignore", "ignored"), ("not_a_face", "not%20a%20face")):
        assert mine.ask("GET", f"/api/library/faces?state={state}").json["total"] == 0
        mine.ask("POST", "/api/library/faces/decide", {"face_ids": [face_id], "do": do})
        found = mine.ask("GET", f"/api/library/faces?state={state}").json
        assert [face["face_id"] for face in found["faces"]] == [face_id]
        [row] = mine.ask("GET", "/api/library/review").json["rows"]
        assert face_id not in {face["face_id"] for face in row["likely"]}
        mine.ask("POST", "/api/library/history/undo")
    [row] = mine.ask("GET", "/api/library/review").json["rows"]
    assert face_id in {face["face_id"] for face in row["likely"]}
    assert mine.ask("GET", "/api/library/faces?state=gone").status == 400


def test_a_face_said_not_to_be_somebody_is_not_suggested_again(
    mine: Browser, shown: dict[str, str]
) -> None:
    face_id, person = left_face(mine, shown["four.jpg"]), ada(mine)
    said = {"face_ids": [face_id], "do": "reject", "user_id": person["user_id"]}
    mine.ask("POST", "/api/library/faces/decide", said)
    [row] = mine.ask("GET", "/api/library/review").json["rows"]
    assert face_id not in {face["face_id"] for face in row["likely"]}
    told = mine.ask("GET", f"/api/library/faces/{face_id}").json
    assert told["candidates"] == []
    assert told["rejected"] == [{"user_id": person["user_id"], "name": "Ada Lovelace"}]
    mine.ask("POST", "/api/library/history/undo")


def test_another_account_sees_nothing_of_it(
    browser: Browser, mine: Browser, shown: dict[str, str]
) -> None:
    person = ada(mine)
    face_id = person["face_id"]
    assert browser.ask("GET", "/api/library/people?q=lovelace").json["total"] == 0
    for path in (
        f"people/{person['user_id']}",
        f"people/{person['user_id']}/faces",
        f"people/{person['user_id']}/photos",
        f"people/{person['user_id']}/doubts",
        f"people/{person['user_id']}/suggestions",
        f"faces/{face_id}",
        f"faces/{face_id}/explain?{_of(person)}",
    ):
        reply = browser.ask("GET", f"/api/library/{path}")
        assert (reply.status, reply.json["error"]["code"]) == (404, "not_found"), path


def _of(person: Any) -> str:
    return f"person={person['user_id']}"


def test_faces_of_a_film_say_when_they_are_seen(
    mine: Browser, shown: dict[str, str], tmp_path: Path
) -> None:
    frames = [np.ascontiguousarray(draw_people(line_up(["Fay"]))) for _ in range(12)]
    path = write_video(tmp_path / "walk.mp4", frames, frame_rate=10)
    reply = mine.ask("POST", "/api/library/uploads?name=walk.mp4", path.read_bytes())
    ready(mine, reply.json["asset_id"])
    faces = mine.ask("GET", "/api/library/faces?state=single").json["faces"]
    of_film = [face for face in faces if face["asset_id"] == reply.json["asset_id"]]
    assert of_film
    assert all(0 <= face["at_ms"] <= 1200 for face in of_film)
    assert all(face["at_ms"] is None for face in faces if face not in of_film)
