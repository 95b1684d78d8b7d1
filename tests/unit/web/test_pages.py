from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from eyebright.web.pages import NOT_BUILT, Pages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("page")
    (folder / "assets" / "a-1.js").write_text("script")
    (folder / "assets" / "a-1.js.gz").write_bytes(gzip.compress(b"script"))
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


def test_a_page_that_is_not_built_says_how_it_is(tmp_path: Path) -> None:
    answer = Pages(tmp_path / "none").answer("/", {})
    assert (answer.status, answer.body) == (200, NOT_BUILT)
    assert b"make ui" in NOT_BUILT
    assert b"style" not in NOT_BUILT


def test_paths_without_a_dot_are_the_page_itself(folder: Path) -> None:
    pages = Pages(folder)
    for path in ("/", "/library", "/a.b/c", "/index.html"):
        assert pages.answer(path, {}).body == b"page"
    for path in ("/favicon.ico", "/assets/b.js", "/../secret.txt", "/assets/a-1.js.gz"):
        assert pages.answer(path, {}).status == 404


def test_a_link_that_leads_out_is_not_followed(folder: Path) -> None:
    assert Pages(folder).answer("/link.txt", {}).status == 404


def test_who_takes_it_packed_gets_it_packed(folder: Path) -> None:
    pages = Pages(folder)
    packed = pages.answer("/assets/a-1.js", {"accept-encoding": "br, gzip"})
    plain = pages.answer("/assets/a-1.js", {"accept-encoding": "gzip;q=0"})
    assert isinstance(packed.body, bytes)
    assert gzip.decompress(packed.body) == plain.body == b"script"
    assert ("Content-Encoding", "gzip") in packed.headers
    assert ("Vary", "Accept-Encoding") in plain.headers
    assert dict(packed.headers)["ETag"] != dict(plain.headers)["ETag"]


def test_a_page_that_is_built_anew_is_served_anew(folder: Path) -> None:
    pages = Pages(folder)
    assert pages.answer("/assets/b-2.js", {}).status == 404
    (folder / "assets" / "b-2.js").write_text("newer")
    (folder / "index.html").write_text("newer page")
    os.utime(folder / "index.html", ns=(1, 1))
    assert pages.answer("/assets/b-2.js", {}).status == 200
    assert pages.answer("/", {}).body == b"newer page"
