"""The page and its API over a socket, beside the AWS door on the same port."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import boto3
import pytest

from eyebright.app.rooms import Eyebright
from eyebright.governance.accounts import Credentials
from eyebright.testing.browser import Browser


def test_signing_in_opens_a_session_that_scripts_cannot_read(
    stranger: Browser, account: Credentials
) -> None:
    reply = stranger.sign_in(account)
    assert reply.json["account_id"] == account.account_id
    assert reply.json["account_name"] == "pages"
    parts = reply.headers["set-cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(parts)
    assert stranger.ask("GET", "/api/session").json["csrf_token"] == stranger.token


def test_nothing_is_told_without_a_session(stranger: Browser) -> None:
    for path in ("/api/session", "/api/operations"):
        reply = stranger.ask("GET", path)
        assert reply.status == 401
        assert reply.json["error"]["code"] == "not_signed_in"


def test_every_answer_carries_the_policy_and_lets_no_other_site_read_it(
    browser: Browser,
) -> None:
    for path in ("/", "/assets/app-1a2b3c.js", "/nothing.txt", "/api/session", "/api/nothing"):
        headers = browser.ask("GET", path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert not [name for name in headers if name.startswith("access-control")]


def test_a_change_without_the_token_or_with_anothers_is_refused(
    browser: Browser, page_port: int, rooms: Eyebright
) -> None:
    other = Browser(page_port)
    other.sign_in(rooms.accounts.create("other-token"))
    for token in ("", "nonsense", other.token):
        reply = browser.ask("DELETE", "/api/session", headers={"X-CSRF-Token": token})
        assert (reply.status, reply.json["error"]["code"]) == (403, "csrf_token")
    assert browser.ask("GET", "/api/session").status == 200


@pytest.mark.parametrize(
    "foreign",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_another_origin_can_change_nothing(
    browser: Browser, foreign: dict[str, str]
) -> None:
    reply = browser.ask("DELETE", "/api/session", headers=foreign)
    assert (reply.status, reply.json["error"]["code"]) == (403, "cross_origin")


def test_a_page_on_another_port_of_this_machine_can_read_nothing(browser: Browser) -> None:
    reply = browser.ask("GET", "/api/session", headers={"Sec-Fetch-Site": "same-site"})
    assert reply.status == 403


def test_a_name_that_somebody_else_owns_is_refused(browser: Browser, stranger: Browser) -> None:
    for host in ("evil.example", "evil.example:8600", "127.0.0.1.evil.example", ""):
        assert browser.ask("GET", "/api/session", headers={"Host": host or "x"}).status == 421
    assert stranger.ask("GET", "/", headers={"Host": "evil.example"}).status == 421


def test_a_stolen_cookie_is_worth_nothing_once_the_keys_are_rotated(
    page_port: int, rooms: Eyebright
) -> None:
    victim = rooms.accounts.create("robbed")
    browser = Browser(page_port)
    browser.sign_in(victim)
    assert browser.ask("GET", "/api/session").status == 200
    rooms.accounts.rotate(victim.account_id)
    reply = browser.ask("GET", "/api/session")
    assert reply.status == 401
    assert "Max-Age=0" in reply.headers["set-cookie"]


def test_a_deleted_account_has_no_session(page_port: int, rooms: Eyebright) -> None:
    gone = rooms.accounts.create("gone")
    browser = Browser(page_port)
    browser.sign_in(gone)
    rooms.accounts.delete(gone.account_id)
    assert browser.ask("GET", "/api/session").status == 401


def test_behind_a_proxy_that_ends_tls_the_cookie_is_sent_over_tls_only(
    page_port: int, account: Credentials
) -> None:
    browser = Browser(page_port, extra={"X-Forwarded-Proto": "https"})
    reply = browser.sign_in(account)
    assert reply.headers["set-cookie"].startswith("__Host-eyebright=")
    assert "; Secure" in reply.headers["set-cookie"]
    assert "strict-transport-security" in reply.headers
    assert browser.ask("GET", "/api/session").status == 200
    plain = Browser(page_port, cookie=browser.cookie)
    assert plain.ask("GET", "/api/session").status == 401


def test_signing_out_ends_every_copy_of_the_cookie(browser: Browser) -> None:
    assert browser.ask("DELETE", "/api/session").json == {"done": True}
    assert browser.ask("GET", "/api/session").status == 401


def test_a_session_that_somebody_else_began_is_not_taken_over(
    page_port: int, account: Credentials, rooms: Eyebright
) -> None:
    attacker = Browser(page_port)
    attacker.sign_in(rooms.accounts.create("attacker"))
    victim = Browser(page_port, cookie=attacker.cookie)
    victim.sign_in(account)
    assert victim.cookie != attacker.cookie
    assert victim.token != attacker.token
    assert attacker.ask("GET", "/api/session").status == 401  # ended when the victim signed in


def test_a_changed_cookie_is_no_cookie(browser: Browser) -> None:
    name, _, value = browser.cookie.partition("=")
    raw = bytearray(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
    for position in (0, 11, 12, len(raw) // 2, len(raw) - 1):
        changed = bytearray(raw)
        changed[position] ^= 1
        text = base64.urlsafe_b64encode(changed).decode().rstrip("=")
        reply = browser.ask("GET", "/api/session", headers={"Cookie": f"{name}={text}"})
        assert reply.status == 401
    for text in ("", "x", "=" * 50, "A" * 5000, "000000000000"):
        assert (
            browser.ask("GET", "/api/session", headers={"Cookie": f"{name}={text}"}).status == 401
        )


def test_two_cookies_of_the_name_are_none(browser: Browser) -> None:
    both = f"{browser.cookie}; eyebright=planted"
    assert browser.ask("GET", "/api/session", headers={"Cookie": both}).status == 401


def test_guessing_takes_longer_with_every_failure(page_port: int, rooms: Eyebright) -> None:
    owner = rooms.accounts.create("guessed")
    wrong = Credentials(owner.account_id, owner.access_key_id, "wrong")
    guesser = Browser(page_port, extra={"X-Forwarded-For": "203.0.113.7"})
    statuses = [guesser.sign_in(wrong).status for _ in range(5)]
    assert statuses == [401, 401, 401, 401, 429]
    refused = guesser.sign_in(owner)
    assert (refused.status, refused.json["error"]["code"]) == (429, "too_many_attempts")
    assert int(refused.headers["retry-after"]) >= 1
    elsewhere = Browser(page_port, extra={"X-Forwarded-For": "203.0.113.8"})
    assert elsewhere.sign_in(owner).status == 200


def test_a_wrong_secret_and_an_unknown_key_sound_alike(
    page_port: int, account: Credentials
) -> None:
    browser = Browser(page_port, extra={"X-Forwarded-For": "203.0.113.9"})
    wrong = browser.sign_in(Credentials(account.account_id, account.access_key_id, "wrong"))
    unknown = browser.sign_in(Credentials(account.account_id, "AKIA" + "A" * 16, "wrong"))  # type: ignore[arg-type]
    assert (wrong.status, wrong.body) == (unknown.status, unknown.body)


def test_a_form_of_another_site_cannot_sign_anybody_in(
    stranger: Browser, account: Credentials
) -> None:
    body = json.dumps(
        {"access_key_id": account.access_key_id, "secret_access_key": account.secret}
    ).encode()
    reply = stranger.ask("POST", "/api/session", body, headers={"Content-Type": "text/plain"})
    assert reply.status == 400


def test_the_page_is_served_wherever_it_finds_its_way(stranger: Browser) -> None:
    for path in ("/", "/library", "/library/assets/1234", "/console"):
        reply = stranger.ask("GET", path)
        assert (reply.status, reply.headers["cache-control"]) == (200, "no-cache")
        assert b"<title>Eyebright" in reply.body
        known = stranger.ask("GET", path, headers={"If-None-Match": reply.headers["etag"]})
        assert (known.status, known.body) == (304, b"")


def test_files_with_a_hash_in_their_name_are_kept_for_ever(stranger: Browser) -> None:
    reply = stranger.ask("GET", "/assets/app-1a2b3c.js")
    assert reply.headers["cache-control"].endswith("immutable")
    assert reply.headers["content-type"].startswith("text/javascript")
    head = stranger.ask("HEAD", "/assets/app-1a2b3c.js")
    assert (head.body, head.headers["content-length"]) == (b"", str(len(reply.body)))


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
        "//etc/passwd.txt",
        "/assets/..\\..\\secret.txt",
        "/secret.txt%00.js",
    ],
)
def test_no_path_leads_out_of_the_folder_of_the_page(stranger: Browser, path: str) -> None:
    reply = stranger.ask("GET", path)
    assert reply.status in (400, 404)
    assert b"not for you" not in reply.body


def test_what_the_api_does_not_have_is_json_and_says_what_is_done(browser: Browser) -> None:
    assert browser.ask("GET", "/api/nothing").json["error"]["code"] == "not_found"
    reply = browser.ask("PUT", "/api/session")
    assert (reply.status, reply.headers["allow"]) == (405, "DELETE, GET, HEAD, POST")


def test_bodies_are_read_up_to_a_limit(browser: Browser) -> None:
    assert browser.ask("POST", "/api/session", b"x" * 70_000).status == 413
    reply = browser.ask("POST", "/api/console/DetectFaces", b"x" * (17 * 1024 * 1024))
    assert reply.status == 413


def test_the_console_asks_the_very_door(
    browser: Browser, photo: Callable[..., bytes], page_port: int, account: Credentials
) -> None:
    picture = photo("Ada", "Ben")
    body = {"Image": {"Bytes": base64.b64encode(picture).decode()}, "Attributes": ["ALL"]}
    reply = browser.ask("POST", "/api/console/DetectFaces", body)
    assert reply.status == 200
    client = boto3.client(
        "rekognition",
        endpoint_url=f"http://127.0.0.1:{page_port}",
        aws_access_key_id=account.access_key_id,
        aws_secret_access_key=account.secret,
        region_name="us-east-1",
    )
    theirs = client.detect_faces(Image={"Bytes": picture}, Attributes=["ALL"])
    assert reply.json["output"]["FaceDetails"] == theirs["FaceDetails"]
    timing = reply.json["timing_ms"]
    assert timing.keys() == {"decode", "detect", "describe", "total"}
    assert sum(timing.values()) - timing["total"] <= timing["total"] + 0.01


def test_the_console_says_errors_as_the_door_does(browser: Browser) -> None:
    reply = browser.ask("POST", "/api/console/DetectFaces", {"Image": {"Bytes": "AAAA"}})
    assert reply.status == 400
    assert reply.json["error"]["code"] == "InvalidImageFormatException"
    assert reply.json["request_id"]
    reply = browser.ask("POST", "/api/console/DetectCustomLabels", {})
    assert reply.status == 501
    assert browser.ask("POST", "/api/console/NoSuchThing", {}).status == 404


def test_the_console_lists_every_operation_once(browser: Browser) -> None:
    listed = browser.ask("GET", "/api/operations").json
    names = [one["name"] for one in listed]
    assert len(names) == len(set(names)) > 70
    cards = {one["name"]: one for one in listed}
    assert cards["CompareFaces"]["images"] == 2
    assert cards["DetectLabels"]["images"] == 1
    assert cards["ListFaces"]["images"] == 0
    assert not cards["DetectCustomLabels"]["implemented"]


def test_signed_requests_stay_with_the_aws_door(stranger: Browser) -> None:
    signed = stranger.ask("GET", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00")
    assert signed.headers["content-type"] == "application/x-amz-json-1.1"
    posted = stranger.ask("POST", "/", b"{}", headers={"X-Amz-Target": "RekognitionService.X"})
    assert posted.headers["x-amzn-errortype"] == "UnknownOperationException"
    assert stranger.ask("GET", "/healthz").json == {"status": "ok"}
