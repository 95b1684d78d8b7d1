"""The media library as pages ask for it: real rooms, fake sight, a folder of coloured squares."""

from __future__ import annotations

import http.client
import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as PillowImages

from eyebright.app.library import MediaLibrary
from eyebright.app.rooms import Eyebright
from eyebright.governance.accounts import Credentials
from eyebright.library.values import Library, SourceKind
from eyebright.testing.browser import Browser, Reply
from eyebright.testing.library import picture_bytes
from eyebright.testing.pictures import draw_people, line_up
from eyebright.testing.videos import write_video


def eventually(look: Any, *, seconds: float = 120.0) -> Any:
    """What `look` says once it is true."""
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, "It did not happen in time."
        time.sleep(0.05)
    return found


def upload(browser: Browser, name: str, content: bytes) -> Reply:
    return browser.ask("POST", f"/api/library/uploads?name={name}", content)


def ready(browser: Browser, asset_id: str) -> Any:
    """The asset once it was looked at."""

    def look() -> Any:
        detail = browser.ask("GET", f"/api/library/assets/{asset_id}").json
        return detail if detail["state"] != "waiting" else None

    return eventually(look)


@pytest.fixture(scope="module")
def owner(rooms: Eyebright) -> Credentials:
    return rooms.accounts.create("archive")


@pytest.fixture
def mine(
    page_port: int, owner: Credentials, as_published: Callable[[str, str, Reply], None]
) -> Browser:
    browser = Browser(page_port, told=as_published)
    assert browser.sign_in(owner).status == 200
    return browser


@pytest.fixture(scope="module")
def photo_id(page_port: int, owner: Credentials) -> str:
    """A photo of Ada and Ben, looked at."""
    browser = Browser(page_port)
    browser.sign_in(owner)
    reply = upload(browser, "picnic.jpg", picture_bytes("picnic.jpg", "Ada", "Ben"))
    assert reply.status == 201
    asset_id: str = reply.json["asset_id"]
    ready(browser, asset_id)
    return asset_id


@pytest.fixture(scope="module")
def film_id(page_port: int, owner: Credentials, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A film of a second and a half: Ada, then Ben."""
    people = ["Ada"] * 8 + ["Ben"] * 7
    frames = [np.ascontiguousarray(draw_people(line_up([one]))) for one in people]
    path = write_video(tmp_path_factory.mktemp("films") / "walk.mp4", frames, frame_rate=10)
    browser = Browser(page_port)
    browser.sign_in(owner)
    asset_id: str = upload(browser, "walk.mp4", path.read_bytes()).json["asset_id"]
    ready(browser, asset_id)
    return asset_id


def test_an_upload_is_an_asset_that_is_looked_at(mine: Browser, photo_id: str) -> None:
    detail = mine.ask("GET", f"/api/library/assets/{photo_id}").json
    assert (detail["name"], detail["media"], detail["state"]) == ("picnic.jpg", "image", "ready")
    assert (detail["width"], detail["height"]) == (224, 160)
    assert len(detail["faces"]) == 2
    assert "Dog" in {label["name"] for label in detail["labels"]}
    assert {stage["stage"] for stage in detail["stages"]} >= {"decode", "labels", "faces", "text"}
    assert all(stage["state"] == "done" for stage in detail["stages"])
    for face in detail["faces"]:
        assert 0 <= face["box"]["left"] < face["box"]["left"] + face["box"]["width"] <= 1
        assert 0 <= face["confidence"] <= 100


def test_the_same_content_is_one_asset(mine: Browser, photo_id: str) -> None:
    again = upload(mine, "copy.jpg", picture_bytes("picnic.jpg", "Ada", "Ben"))
    assert again.json == {"asset_id": photo_id, "state": "ready", "known": True}


def test_two_pictures_of_one_name_are_two_assets(mine: Browser) -> None:
    one = upload(mine, "IMG_1.jpg", picture_bytes("one")).json
    other = upload(mine, "IMG_1.jpg", picture_bytes("other")).json
    assert one["asset_id"] != other["asset_id"]
    listed = mine.ask("GET", "/api/library/assets?limit=1000").json["assets"]
    assert [card["name"] for card in listed].count("IMG_1.jpg") == 2


def test_what_is_no_picture_is_refused(mine: Browser) -> None:
    for content in (b"", b"%PDF-1.7 nothing to see", b"<svg onload=alert(1)>"):
        reply = upload(mine, "trick.jpg", content)
        assert (reply.status, reply.json["error"]["code"]) == (400, "invalid_input")


def test_a_name_cannot_lead_out_of_the_library(mine: Browser, rooms: Eyebright) -> None:
    name = "..%2f..%2f..%2fescaped%00.jpg"
    reply = upload(mine, name, picture_bytes("escape"))
    assert reply.status == 201
    detail = mine.ask("GET", f"/api/library/assets/{reply.json['asset_id']}").json
    assert detail["name"] == "escaped_.jpg"
    assert not list(rooms.settings.home.parent.rglob("escaped*"))


def test_nothing_of_an_upload_is_left_on_its_way(mine: Browser, rooms: Eyebright) -> None:
    upload(mine, "a.jpg", picture_bytes("a"))
    upload(mine, "b.jpg", b"nothing")
    assert not list((rooms.settings.home / "uploads").iterdir())


def test_a_name_cannot_break_out_of_a_header(mine: Browser) -> None:
    name = "x%22%0d%0aSet-Cookie%3a%20a=b%0d%0a%0d%0a%3cscript%3e.jpg"
    asset_id = upload(mine, name, picture_bytes("header")).json["asset_id"]
    reply = mine.ask("GET", f"/api/library/assets/{asset_id}/picture?size=full")
    assert reply.status == 200
    assert "set-cookie" not in reply.headers
    assert reply.headers["content-disposition"].startswith('inline; filename="x___Set-Cookie_ a_b')


def test_search_says_what_it_found_and_why(mine: Browser, photo_id: str) -> None:
    found = mine.ask("GET", "/api/library/search?q=dog&facets=1&limit=500").json
    hit = next(one for one in found["hits"] if one["asset_id"] == photo_id)
    assert hit["reasons"][0]["field"] == "label"
    assert hit["reasons"][0]["name"] == "Dog"
    assert found["total"] >= len(found["hits"]) > 0
    assert {"value": "Dog", "count": found["total"]} in found["facets"]["label"]


def test_filters_include_and_exclude(mine: Browser, photo_id: str, film_id: str) -> None:
    images = mine.ask("GET", "/api/library/search?media=image&limit=500").json["hits"]
    films = mine.ask("GET", "/api/library/search?media=-image&limit=500").json["hits"]
    assert photo_id in {hit["asset_id"] for hit in images}
    assert {hit["asset_id"] for hit in films} == {film_id}
    assert not mine.ask("GET", "/api/library/search?q=dog&min_confidence=100").json["hits"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=x",
        "min_confidence=nan",
        "min_confidence=101",
        "sort=size",
        "from=soon",
        "from=2026-01-02&to=2026-01-01",
        "offset=-1",
        "q=a&q=b",
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(mine: Browser, query: str) -> None:
    reply = mine.ask("GET", f"/api/library/search?{query}")
    assert (reply.status, reply.json["error"]["code"]) == (400, "invalid_input")


def test_typing_is_met_with_suggestions(mine: Browser, photo_id: str) -> None:
    said = mine.ask("GET", "/api/library/suggest?q=do").json["suggestions"]
    assert "Dog" in {one["value"] for one in said}
    assert mine.ask("GET", "/api/library/suggest").json == {"suggestions": []}


def test_pages_of_assets_go_on_where_they_ended(mine: Browser, photo_id: str) -> None:
    for number in range(3):
        upload(mine, f"page-{number}.jpg", picture_bytes(f"page-{number}.jpg"))
    whole = mine.ask("GET", "/api/library/assets?limit=1000").json["assets"]
    found, after = [], ""
    while True:
        page = mine.ask("GET", f"/api/library/assets?limit=2&after={after}").json
        found += page["assets"]
        if page["next"] is None:
            break
        after = page["next"]
    assert len(found) > 2
    assert [one["asset_id"] for one in found] == [one["asset_id"] for one in whole]


def test_a_cursor_is_of_its_account_and_its_list_only(
    mine: Browser, browser: Browser, photo_id: str
) -> None:
    upload(mine, "more.jpg", picture_bytes("more"))
    cursor = mine.ask("GET", "/api/library/assets?limit=1").json["next"]
    assert mine.ask("GET", f"/api/library/failures?after={cursor}").status == 400
    assert browser.ask("GET", f"/api/library/assets?after={cursor}").status == 400
    assert mine.ask("GET", f"/api/library/assets?after={cursor[:-4]}AAA=").status == 400


def test_pictures_come_small_and_whole(mine: Browser, photo_id: str) -> None:
    where = f"/api/library/assets/{photo_id}/picture"
    for size, width in (("thumb", 224), ("proxy", 224), ("full", 224)):
        reply = mine.ask("GET", f"{where}?size={size}")
        assert reply.headers["content-type"] == "image/jpeg"
        assert reply.headers["cache-control"].startswith("private")
        assert PillowImages.open(io.BytesIO(reply.body)).size == (width, 160)
        known = mine.ask(
            "GET", f"{where}?size={size}", headers={"If-None-Match": reply.headers["etag"]}
        )
        assert (known.status, known.body) == (304, b"")
    assert mine.ask("GET", f"{where}?size=full").body == picture_bytes("picnic.jpg", "Ada", "Ben")
    assert mine.ask("GET", f"{where}?size=huge").status == 400


def test_a_face_is_cut_out_square(mine: Browser, photo_id: str) -> None:
    faces = mine.ask("GET", f"/api/library/assets/{photo_id}").json["faces"]
    reply = mine.ask("GET", f"/api/library/assets/{photo_id}/face/{faces[0]['face_id']}")
    width, height = PillowImages.open(io.BytesIO(reply.body)).size
    assert width == height > 20
    other = "00000000-0000-4000-8000-000000000000"
    assert mine.ask("GET", f"/api/library/assets/{photo_id}/face/{other}").status == 404


def test_what_is_said_of_a_face_is_told_with_its_asset(mine: Browser) -> None:
    asset_id = upload(mine, "said.jpg", picture_bytes("said.jpg", "Cleo")).json["asset_id"]
    (face,) = ready(mine, asset_id)["faces"]
    assert (face["verdict"], face["person"]) == ("open", None)
    for what, verdict in (("not_a_face", "not a face"), ("undecided", "undecided")):
        body = {"face_ids": [face["face_id"]], "do": what}
        assert mine.ask("POST", "/api/library/faces/decide", body).status == 200
        (now,) = mine.ask("GET", f"/api/library/assets/{asset_id}").json["faces"]
        assert (now["verdict"], now["guess"]) == (verdict, None)
    body = {"face_ids": [face["face_id"]], "do": "reopen"}
    assert mine.ask("POST", "/api/library/faces/decide", body).status == 200
    assert mine.ask("GET", f"/api/library/assets/{asset_id}").json["faces"][0]["verdict"] == "open"


def test_nobody_is_guessed_again_who_was_said_not_to_be_it(mine: Browser) -> None:
    known, other = (
        upload(mine, name, picture_bytes(name, "Emil")).json["asset_id"]
        for name in ("emil-1.jpg", "emil-2.jpg")
    )
    named = ready(mine, known)["faces"][0]["face_id"]
    body = {"face_ids": [named], "do": "name", "name": "Emil Eck"}
    assert mine.ask("POST", "/api/library/faces/decide", body).status == 200
    face = ready(mine, other)["faces"][0]
    assert face["guess"]["name"] == "Emil Eck"
    user_id = face["guess"]["user_id"]
    body = {"face_ids": [face["face_id"]], "do": "reject", "user_id": user_id}
    assert mine.ask("POST", "/api/library/faces/decide", body).status == 200
    assert mine.ask("GET", f"/api/library/assets/{other}").json["faces"][0]["guess"] is None
    for asset_id in (known, other):  # and with them Emil
        assert mine.ask("DELETE", f"/api/library/assets/{asset_id}").status == 200


def test_a_crop_has_the_size_that_was_asked_for(mine: Browser, photo_id: str) -> None:
    where = f"/api/library/assets/{photo_id}/crop"
    for query in ("width=100&height=40", "width=64&height=64&keep=faces", "width=9&height=300"):
        reply = mine.ask("GET", f"{where}?{query}")
        wanted = dict(part.split("=") for part in query.split("&"))
        size = PillowImages.open(io.BytesIO(reply.body)).size
        assert size == (int(wanted["width"]), int(wanted["height"]))
    assert mine.ask("GET", where).status == 400
    assert mine.ask("GET", f"{where}?width=5000&height=5").status == 400


def test_a_film_is_sent_in_the_parts_that_a_player_asks_for(mine: Browser, film_id: str) -> None:
    where = f"/api/library/assets/{film_id}/video"
    whole = mine.ask("GET", where)
    size = len(whole.body)
    assert (whole.status, whole.headers["content-type"]) == (200, "video/mp4")
    assert whole.headers["accept-ranges"] == "bytes"
    for said, part in (
        ("bytes=0-99", whole.body[:100]),
        (f"bytes={size - 10}-", whole.body[-10:]),
        ("bytes=-7", whole.body[-7:]),
        (f"bytes=5-{size + 100}", whole.body[5:]),
    ):
        reply = mine.ask("GET", where, headers={"Range": said})
        assert (reply.status, reply.body) == (206, part)
        assert reply.headers["content-range"].endswith(f"/{size}")
    beyond = mine.ask("GET", where, headers={"Range": f"bytes={size}-"})
    assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    head = mine.ask("HEAD", where)
    assert (head.body, head.headers["content-length"]) == (b"", str(size))
    changed = {"Range": "bytes=0-9", "If-Range": '"another"'}
    assert mine.ask("GET", where, headers=changed).status == 200


def test_a_film_has_lanes(mine: Browser, film_id: str) -> None:
    detail = mine.ask("GET", f"/api/library/assets/{film_id}").json
    assert detail["media"] == "video"
    assert 1000 <= detail["duration_ms"] <= 2000
    for lane in detail["lanes"]:
        assert 0 <= lane["screen_percent"] <= 100
        assert lane["stretches"]


def test_a_film_shows_its_moments_and_the_faces_in_it(mine: Browser, film_id: str) -> None:
    where = f"/api/library/assets/{film_id}"
    lanes = [lane for lane in mine.ask("GET", where).json["lanes"] if lane["face_id"]]
    assert lanes
    for lane in lanes:
        assert 0 <= lane["best"]["at_ms"] <= 2000
        reply = mine.ask("GET", f"{where}/face/{lane['face_id']}")
        assert (reply.status, reply.headers["content-type"]) == (200, "image/jpeg")
        width, height = PillowImages.open(io.BytesIO(reply.body)).size
        assert width == height > 20
    for query, width in (("at=0", 320), ("at=1200&size=proxy", 320), ("at=1200&size=full", 320)):
        reply = mine.ask("GET", f"{where}/picture?{query}")
        assert PillowImages.open(io.BytesIO(reply.body)).width == width
        known = mine.ask(
            "GET", f"{where}/picture?{query}", headers={"If-None-Match": reply.headers["etag"]}
        )
        assert (known.status, known.body) == (304, b"")


@pytest.mark.parametrize("moment", ["-1", "x", "1e3", "999999", "99999999999", "0.5"])
def test_a_film_has_no_other_moments(mine: Browser, film_id: str, moment: str) -> None:
    reply = mine.ask("GET", f"/api/library/assets/{film_id}/picture?at={moment}")
    assert (reply.status, reply.json["error"]["code"]) == (400, "invalid_input")


def test_a_picture_has_no_moments(mine: Browser, photo_id: str, film_id: str) -> None:
    reply = mine.ask("GET", f"/api/library/assets/{photo_id}/picture?at=0")
    assert (reply.status, reply.json["error"]["code"]) == (400, "invalid_input")
    nobody = "00000000-0000-4000-8000-000000000000"
    assert mine.ask("GET", f"/api/library/assets/{film_id}/face/{nobody}").status == 404


def test_another_accounts_assets_do_not_exist(
    mine: Browser, browser: Browser, photo_id: str, film_id: str
) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    for suffix in ("", "/picture", "/crop?width=9&height=9", "/similar", f"/face/{nobody}"):
        theirs = browser.ask("GET", f"/api/library/assets/{photo_id}{suffix}")
        missing = browser.ask("GET", f"/api/library/assets/{nobody}{suffix}")
        assert theirs.status == missing.status == 404
        assert theirs.body.replace(photo_id.encode(), b"") == missing.body.replace(
            nobody.encode(), b""
        )
    assert browser.ask("GET", f"/api/library/assets/{film_id}/video").status == 404
    assert browser.ask("DELETE", f"/api/library/assets/{photo_id}").status == 404
    assert mine.ask("GET", f"/api/library/assets/{photo_id}").status == 200


@pytest.mark.parametrize("asset_id", ["x", "..", "%2e%2e%2f", "0" * 36, "A" * 36, "a" * 300])
def test_what_cannot_be_an_asset_is_not_found(mine: Browser, asset_id: str) -> None:
    assert mine.ask("GET", f"/api/library/assets/{asset_id}").status == 404


def test_alike_pictures_and_faces_are_found(mine: Browser, photo_id: str) -> None:
    names = [f"again-{number}.jpg" for number in range(9)]  # the fake tells eight kinds apart
    uploads = [upload(mine, name, picture_bytes(name, "Ada")).json["asset_id"] for name in names]
    for upload_id in uploads:
        ready(mine, upload_id)
    alike = {
        one: mine.ask("GET", f"/api/library/assets/{one}/similar").json["hits"] for one in uploads
    }
    assert any(alike.values())
    for one, hits in alike.items():
        assert one not in {hit["asset_id"] for hit in hits}
        assert all(0 <= hit["percent"] <= 100 for hit in hits)
    upload_id = uploads[0]
    [face] = mine.ask("GET", f"/api/library/assets/{upload_id}").json["faces"]
    hits = mine.ask("GET", f"/api/library/faces/{face['face_id']}/similar").json["hits"]
    assert photo_id in {hit["asset_id"] for hit in hits}


def test_a_removed_asset_is_gone_everywhere_when_the_answer_comes(mine: Browser) -> None:
    asset_id = upload(mine, "secret.jpg", picture_bytes("secret.jpg", "Dina")).json["asset_id"]
    detail = ready(mine, asset_id)
    reply = mine.ask("DELETE", f"/api/library/assets/{asset_id}")
    assert reply.json["receipt"]["assets"] == 1
    assert reply.json["receipt"]["faces"] == len(detail["faces"]) == 1
    for suffix in ("", "/picture", "/picture?size=full", "/similar"):
        assert mine.ask("GET", f"/api/library/assets/{asset_id}{suffix}").status == 404
    hits = mine.ask("GET", "/api/library/search?limit=500").json["hits"]
    assert asset_id not in {hit["asset_id"] for hit in hits}


def test_the_library_says_how_far_it_is(mine: Browser, photo_id: str) -> None:
    state = mine.ask("GET", "/api/library").json
    assert state["total"] >= state["ready"] > 0
    assert state["bytes"] > 0
    assert state["aws_price_usd"] > 0
    assert state["indexing"].keys() == {"active", "images_per_second", "seconds_left"}


def test_failures_are_listed_and_tried_again(mine: Browser) -> None:
    broken = picture_bytes("broken.jpg", "Ada")[:900]
    asset_id = upload(mine, "broken.jpg", broken).json["asset_id"]
    assert ready(mine, asset_id)["state"] == "failed"
    failures = mine.ask("GET", "/api/library/failures").json["failures"]
    mine_failed = [one for one in failures if one["asset_id"] == asset_id]
    assert mine_failed[0]["stage"] == "decode"
    assert mine_failed[0]["message"]
    assert mine.ask("POST", f"/api/library/assets/{asset_id}/retry").json == {"retried": 1}
    assert ready(mine, asset_id)["state"] == "failed"
    assert mine.ask("GET", f"/api/library/assets/{asset_id}/picture").status == 404


def test_a_folder_is_added_by_the_owner_of_the_home_only(
    mine: Browser, page_port: int, rooms: Eyebright, tmp_path: Path
) -> None:
    (tmp_path / "one.jpg").write_bytes(picture_bytes("one.jpg", "Ada"))
    body = {"kind": "folder", "location": str(tmp_path), "watched": False}
    refused = mine.ask("POST", "/api/library/sources", body)
    assert (refused.status, refused.json["error"]["code"]) == (403, "forbidden")
    home = rooms.settings.home
    operator = rooms.accounts.create("operator")
    profile = f"[eyebright]\naws_access_key_id = {operator.access_key_id}\n"
    (home / "credentials").write_text(profile)
    browser = Browser(page_port)
    browser.sign_in(operator)
    try:
        strange = ("/tmp/\0", "/a" * 2000, "/proc/self/mem")
        for location in (str(home), "relative", str(tmp_path / "missing"), "/", *strange):
            reply = browser.ask("POST", "/api/library/sources", {**body, "location": location})
            assert reply.status == 400
        reply = browser.ask("POST", "/api/library/sources", body)
        assert reply.status == 201
        source_id = reply.json["source_id"]
        eventually(lambda: browser.ask("GET", "/api/library").json["total"] == 1)
        assert browser.ask("DELETE", f"/api/library/sources/{source_id}").json == {"removed": 1}
        assert browser.ask("GET", "/api/library/sources").json == {"sources": []}
        assert (tmp_path / "one.jpg").exists()
    finally:
        (home / "credentials").unlink()


def test_another_accounts_source_does_not_exist(
    mine: Browser, media: MediaLibrary, rooms: Eyebright, tmp_path: Path
) -> None:
    library = _library(media, rooms, "elsewhere")
    source = media.libraries.add_source(library, SourceKind.FOLDER, str(tmp_path), watched=False)
    where = f"/api/library/sources/{source.source_id}"
    assert mine.ask("DELETE", where).status == 404
    assert mine.ask("POST", f"{where}/scan").status == 404


def test_events_tell_what_happens_until_the_session_ends(page_port: int, rooms: Eyebright) -> None:
    account = rooms.accounts.create("listener")
    browser = Browser(page_port)
    browser.sign_in(account)
    connection = http.client.HTTPConnection("127.0.0.1", page_port, timeout=120)
    connection.request("GET", "/api/events", headers={"Cookie": browser.cookie})
    answer = connection.getresponse()
    assert answer.headers["content-type"] == "text/event-stream"
    told: list[tuple[str, Any]] = []

    def read_until(wanted: str) -> Any:
        name = ""
        for line in answer:
            text = line.decode().rstrip("\n")
            if text.startswith("event: "):
                name = text.removeprefix("event: ")
            elif text.startswith("data: "):
                told.append((name, json.loads(text.removeprefix("data: "))))
                if name == wanted:
                    return told[-1][1]
        return None

    assert read_until("indexing")["total"] == 0
    asset_id = upload(browser, "news.jpg", picture_bytes("news.jpg", "Ada")).json["asset_id"]
    assert read_until("asset")["asset_id"] == asset_id
    rooms.accounts.rotate(account.account_id)
    assert read_until("never") is None  # it ended
    connection.close()


def test_only_so_many_pages_listen_at_once(page_port: int, rooms: Eyebright) -> None:
    browser = Browser(page_port)
    browser.sign_in(rooms.accounts.create("many"))
    connections = []
    try:
        for _ in range(8):
            connection = http.client.HTTPConnection("127.0.0.1", page_port, timeout=120)
            connection.request("GET", "/api/events", headers={"Cookie": browser.cookie})
            connection.getresponse().readline()
            connections.append(connection)
        reply = browser.ask("GET", "/api/events")
        assert (reply.status, reply.json["error"]["code"]) == (429, "too_many_streams")
    finally:
        for connection in connections:
            connection.close()


def test_calls_are_counted_through_both_doors(
    page_port: int, rooms: Eyebright, connect: Any
) -> None:
    account = rooms.accounts.create("counted")
    browser = Browser(page_port)
    browser.sign_in(account)
    client = connect(account, endpoint=f"http://127.0.0.1:{page_port}")
    picture = picture_bytes("counted.jpg", "Ada")
    client.detect_faces(Image={"Bytes": picture})
    browser.ask("POST", "/api/console/ListCollections", {})
    browser.ask("POST", "/api/console/DescribeCollection", {"CollectionId": "none"})
    [day] = browser.ask("GET", "/api/usage").json["days"]
    counts = {one["operation"]: one for one in day["operations"]}
    assert (counts["DetectFaces"]["calls"], counts["DetectFaces"]["units"]) == (1, 1)
    assert counts["DetectFaces"]["aws_price_usd"] == 0.001
    assert counts["DescribeCollection"]["failures"] == 1
    assert browser.ask("GET", "/api/usage?days=0").status == 400


def test_a_store_tells_of_its_changes_with_the_token_of_its_source(
    mine: Browser, stranger: Browser, media: MediaLibrary, bucket: Path
) -> None:
    (bucket / "told").mkdir()
    (bucket / "told" / "one.jpg").write_bytes(picture_bytes("told.jpg", "Ada"))
    body = {"kind": "bucket", "location": "photos/told/", "watched": False}
    source_id = mine.ask("POST", "/api/library/sources", body).json["source_id"]
    made = mine.ask("POST", f"/api/library/sources/{source_id}/token").json
    record = {
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": "photos"}, "object": {"key": "told/one.jpg", "size": 1}},
    }
    said = {"Sec-Fetch-Site": "", "Origin": "", "Host": "eyebright.cluster.internal"}
    for path, status in (("?token=wrong", 401), ("", 401), (made["path"][19:], 200)):
        told = stranger.ask(
            "POST", f"/api/library/events{path}", {"Records": [record]}, headers=said
        )
        assert told.status == status, told.body
    assert told.json == {"taken": 1}
    assert stranger.ask("POST", made["path"], b"nonsense", headers=said).status == 400
    mine.ask("DELETE", f"/api/library/sources/{source_id}")


def test_a_face_gets_a_name_and_search_finds_it(mine: Browser, photo_id: str) -> None:
    [face, other] = mine.ask("GET", f"/api/library/assets/{photo_id}").json["faces"]
    where = f"/api/library/faces/{face['face_id']}/name"
    person = mine.ask("POST", where, {"name": "Ada Lovelace", "role": "Author"}).json
    assert (person["name"], person["role"], person["faces"]) == ("Ada Lovelace", "Author", 1)
    faces = mine.ask("GET", f"/api/library/assets/{photo_id}").json["faces"]
    said = {one["face_id"]: one["person"] for one in faces}
    assert said[face["face_id"]]["name"] == "Ada Lovelace"
    assert said[other["face_id"]] is None
    hits = mine.ask("GET", "/api/library/search?person=Ada%20Lovelace").json["hits"]
    assert [hit["asset_id"] for hit in hits] == [photo_id]
    people = mine.ask("GET", "/api/library/people").json["people"]
    assert (people[0]["user_id"], people[0]["asset_id"]) == (person["user_id"], photo_id)

    path = f"/api/library/people/{person['user_id']}"
    changed = {"name": "Ada King", "role": "", "version": person["version"]}
    says = mine.ask("POST", path, changed).json["says"]
    assert says == "Ada Lovelace (Author) is called Ada King"
    stale = mine.ask("POST", path, {**changed, "name": "Somebody"})
    assert (stale.status, stale.json["error"]["code"]) == (409, "conflict")
    assert mine.ask("DELETE", where).json == {"done": True}
    assert not mine.ask("GET", "/api/library/search?person=Ada%20King").json["hits"]


def test_another_accounts_faces_have_no_names_here(
    mine: Browser, browser: Browser, photo_id: str
) -> None:
    face = mine.ask("GET", f"/api/library/assets/{photo_id}").json["faces"][0]["face_id"]
    upload(browser, "own.jpg", picture_bytes("own.jpg", "Emil"))
    for method, body in (("POST", {"name": "Mallory"}), ("DELETE", None)):
        reply = browser.ask(method, f"/api/library/faces/{face}/name", body)
        assert reply.status == 404
    wrong: tuple[dict[str, object], ...]
    wrong = ({}, {"name": ""}, {"name": 5}, {"name": "x" * 300}, {"name": "a", "role": 3})
    for said in wrong:
        assert mine.ask("POST", f"/api/library/faces/{face}/name", said).status == 400


def test_faces_that_nobody_named_are_grouped_and_named_at_once(
    page_port: int, rooms: Eyebright, as_published: Callable[[str, str, Reply], None]
) -> None:
    browser = Browser(page_port, told=as_published)
    browser.sign_in(rooms.accounts.create("grouper"))
    assert browser.ask("GET", "/api/library/groups").json["groups"] == []
    assert browser.ask("GET", "/api/library/people").json["people"] == []
    ids = []
    for number in range(3):
        name = f"emil-{number}.jpg"
        ids.append(upload(browser, name, picture_bytes(name, "Emil")).json["asset_id"])
    for asset_id in ids:
        ready(browser, asset_id)
    [group] = browser.ask("GET", "/api/library/groups").json["groups"]
    assert group["faces"] == 3
    assert {face["asset_id"] for face in group["shown"]} == set(ids)
    where = f"/api/library/groups/{group['group']}/name"
    person = browser.ask("POST", where, {"name": "Emil", "role": ""}).json
    assert person["faces"] == 3
    assert browser.ask("GET", "/api/library/groups").json["groups"] == []
    assert browser.ask("POST", where, {"name": "Emil", "role": ""}).status == 404
    [best] = browser.ask("GET", f"/api/library/people/{person['user_id']}/best").json["groups"]
    assert {shot["asset_id"] for shot in best["shots"]} == set(ids)
    assert browser.ask("GET", "/api/library/people/nobody/best").status == 404


def test_pictures_in_several_files_are_told(mine: Browser) -> None:
    picture = PillowImages.open(io.BytesIO(picture_bytes("twice.jpg", "Ada", "Cleo", "Fay")))
    ids = []
    for quality in (95, 60):
        content = io.BytesIO()
        picture.save(content, "JPEG", quality=quality)
        ids.append(upload(mine, f"q{quality}.jpg", content.getvalue()).json["asset_id"])
    for asset_id in ids:
        ready(mine, asset_id)
    groups = mine.ask("GET", "/api/library/duplicates").json["groups"]
    together = [{shot["asset_id"] for shot in group["shots"]} for group in groups]
    assert any(set(ids) <= group for group in together)
    assert mine.ask("GET", "/api/library/bursts").json.keys() == {"groups"}


def test_the_api_describes_itself_to_anybody(stranger: Browser) -> None:
    document = stranger.ask("GET", "/api/openapi.json").json
    assert document["openapi"].startswith("3.1")
    page = stranger.ask("GET", "/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert b"/api/library/search" in page.body
    assert stranger.ask("GET", "/api/docs.css").headers["content-type"].startswith("text/css")


def _library(media: MediaLibrary, rooms: Eyebright, name: str) -> Library:
    from eyebright.governance.accounts import Scope
    from eyebright.ids import Region

    account = rooms.accounts.create(name)
    return media.libraries.open(Scope(account.account_id, Region("us-east-1")))
