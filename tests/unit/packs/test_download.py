from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eyebright.errors import PackFetchFailed
from eyebright.packs.download import check_url, download

DATA = bytes(range(256)) * 3000


@pytest.fixture
def url(file_server: Any) -> str:
    file_server.files["/model.bin"] = DATA
    return f"{file_server.address}/model.bin"


def test_a_file_arrives_whole_and_says_how_far_it_is(url: str, tmp_path: Path) -> None:
    heard: list[int] = []
    download(url, tmp_path / "m", size=len(DATA), arrived=heard.append)
    assert (tmp_path / "m").read_bytes() == DATA
    assert heard == sorted(heard)
    assert heard[-1] == len(DATA)
    assert not (tmp_path / "m.part").exists()


def test_a_download_that_broke_off_continues_where_it_stopped(
    url: str, file_server: Any, tmp_path: Path
) -> None:
    file_server.cut = 300_000
    with pytest.raises(PackFetchFailed, match="continues where it stopped"):
        download(url, tmp_path / "m", size=len(DATA), arrived=lambda _: None)
    kept = (tmp_path / "m.part").stat().st_size
    assert 0 < kept < len(DATA)
    file_server.cut = None
    download(url, tmp_path / "m", size=len(DATA), arrived=lambda _: None)
    assert (tmp_path / "m").read_bytes() == DATA
    assert file_server.asked[-1] == ("/model.bin", f"bytes={kept}-")


def test_a_server_that_knows_no_ranges_sends_all_again(
    url: str, file_server: Any, tmp_path: Path
) -> None:
    (tmp_path / "m.part").write_bytes(DATA[:1000])
    file_server.ranges = False
    download(url, tmp_path / "m", size=len(DATA), arrived=lambda _: None)
    assert (tmp_path / "m").read_bytes() == DATA


def test_a_complete_partial_file_is_not_fetched_again(
    url: str, file_server: Any, tmp_path: Path
) -> None:
    (tmp_path / "m.part").write_bytes(DATA)
    download(url, tmp_path / "m", size=len(DATA), arrived=lambda _: None)
    assert (tmp_path / "m").read_bytes() == DATA
    assert file_server.asked == []


def test_more_than_announced_is_cut_off_and_thrown_away(url: str, tmp_path: Path) -> None:
    with pytest.raises(PackFetchFailed, match="more than the 1000 bytes"):
        download(url, tmp_path / "m", size=1000, arrived=lambda _: None)
    assert not (tmp_path / "m").exists()
    assert not (tmp_path / "m.part").exists()


def test_less_than_announced_is_never_the_file(url: str, tmp_path: Path) -> None:
    with pytest.raises(PackFetchFailed, match=f"ended after {len(DATA)} of"):
        download(url, tmp_path / "m", size=len(DATA) + 1, arrived=lambda _: None)
    assert not (tmp_path / "m").exists()


def test_a_redirect_on_this_machine_is_followed(url: str, file_server: Any, tmp_path: Path) -> None:
    file_server.redirects["/latest"] = url
    download(f"{file_server.address}/latest", tmp_path / "m", size=len(DATA), arrived=print)
    assert (tmp_path / "m").read_bytes() == DATA


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "http://192.0.2.1/model.bin", "ftp://127.0.0.1/model.bin"]
)
def test_a_redirect_elsewhere_is_refused(file_server: Any, tmp_path: Path, target: str) -> None:
    file_server.redirects["/model.bin"] = target
    with pytest.raises(PackFetchFailed, match=r"not allowed|could not be fetched"):
        download(
            f"{file_server.address}/model.bin", tmp_path / "m", size=10, arrived=lambda _: None
        )
    assert not (tmp_path / "m").exists()


def test_a_missing_file_says_the_status(file_server: Any, tmp_path: Path) -> None:
    with pytest.raises(PackFetchFailed, match="404"):
        download(f"{file_server.address}/no", tmp_path / "m", size=1, arrived=lambda _: None)


def test_a_server_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(PackFetchFailed, match="could not be fetched"):
        download("http://127.0.0.1:9/m", tmp_path / "m", size=1, arrived=lambda _: None)


@pytest.mark.parametrize(
    "url",
    ["https://example.org/m", "http://localhost:80/m", "http://127.0.0.2/m", "http://[::1]/m"],
)
def test_addresses_that_are_allowed(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    "url",
    ["http://example.org/m", "http://10.0.0.1/m", "file:///m", "ftp://a/m", "m", "https://", "http://[x/m",
     "http://localhost.example.org/m"],
)  # fmt: skip
def test_addresses_that_are_not(url: str) -> None:
    with pytest.raises(PackFetchFailed):
        check_url(url)
