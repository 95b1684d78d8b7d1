from __future__ import annotations

import pytest

from eyebright.web.errors import Refused
from eyebright.web.security import (
    CONTENT_SECURITY_POLICY,
    Hosts,
    cookie_of,
    quoted_file_name,
    require_same_origin,
    require_token,
    set_cookie,
)

HOSTS = Hosts(frozenset({"photos.example.org"}))


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8600",
        "127.0.0.1:8600",
        "[::1]:8600",
        "192.168.1.5:8600",
        "Photos.Example.org",
        "photos.example.org.:443",
        "ui.localhost:5173",
    ],
)
def test_names_of_this_server_are_taken(host: str) -> None:
    HOSTS.require({"host": host})


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "[evil",
        "org",
        "0x7f.1",
    ],
)
def test_names_that_somebody_else_may_own_are_refused(host: str) -> None:
    with pytest.raises(Refused):
        HOSTS.require({"host": host})


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {}),
        ("GET", {"sec-fetch-site": "none"}),
        ("POST", {"sec-fetch-site": "same-origin", "origin": "http://a:1", "host": "a:1"}),
        ("POST", {"origin": "https://A", "host": "a"}),
        ("POST", {}),
    ],
)
def test_what_our_page_or_no_browser_asks_is_done(method: str, headers: dict[str, str]) -> None:
    require_same_origin(method, headers)


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"sec-fetch-site": "cross-site"}),
        ("GET", {"sec-fetch-site": "same-site"}),
        ("POST", {"origin": "http://a:2", "host": "a:1"}),
        ("POST", {"origin": "null", "host": "a:1"}),
        ("POST", {"origin": "", "host": "a:1"}),
        ("POST", {"origin": "http://a.evil", "host": "a"}),
        ("DELETE", {"sec-fetch-site": "cross-site", "origin": "http://a", "host": "a"}),
    ],
)
def test_what_another_page_asks_is_refused(method: str, headers: dict[str, str]) -> None:
    with pytest.raises(Refused):
        require_same_origin(method, headers)


@pytest.mark.parametrize("given", ["", "token ", "TOKEN", "tök"])
def test_only_the_very_token_counts(given: str) -> None:
    require_token({"x-csrf-token": "token"}, expected="token")
    with pytest.raises(Refused):
        require_token({"x-csrf-token": given}, expected="token")


def test_under_tls_the_cookie_is_bound_to_the_host_and_sent_in_no_other_way() -> None:
    _, cookie = set_cookie("value", secure=True, seconds=60)
    assert cookie.startswith("__Host-eyebright=value; ")
    assert cookie.endswith("; Secure")
    assert cookie_of({"cookie": "eyebright=a"}, secure=True) is None
    assert cookie_of({"cookie": "a=b; __Host-eyebright=a"}, secure=True) == "a"


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert "*" not in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    "name", ['a".jpg', "a\r\nb: c.jpg", "a;b.jpg", "ä\u202egpj.jpg", "", "%00"]
)
def test_no_file_name_breaks_out_of_its_header(name: str) -> None:
    said = quoted_file_name(name)
    assert said.isascii()
    assert said.isprintable()
    assert said.count('"') == 2
    assert said.count(";") == 2
